"""The badge: what it says is text whatever it holds, and can be read on any page."""

from itertools import product
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.query.counter.badge import badge
from tests.unit.making import few

SVG = "{http://www.w3.org/2000/svg}"

#: What a label may be; see `CounterParameters`.
printable = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), min_size=1, max_size=40)


@few
@given(printable, st.sampled_from(["0", "7", "1\u202f234", "1\u202f234\u202f567"]))
@example("</text><script>alert(1)</script>", "1")
@example('"\' onload=\'alert(1)" x="', "1")
@example("<![CDATA[&amp;]]>", "1")
@example("<!-- -->", "1")
def test_nothing_but_text_comes_of_a_label(label: str, number: str) -> None:
    picture = badge(label, number)
    root = ElementTree.fromstring(picture)
    title, left, right, texts = root
    assert [part.tag for part in root.iter()] == [
        SVG + tag for tag in ("svg", "title", "path", "path", "g", *["text"] * 2)
    ]
    assert [text.text for text in texts] == [label, number]
    assert title.text == root.get("aria-label") == f"{label}: {number}"
    assert root.get("role") == "img"
    attributes = {name for part in root.iter() for name in part.attrib}
    assert not [name for name in attributes if name.startswith("on") or name in ("style", "href", "class", "id")]
    assert not set(picture) & {chr(code) for code in range(32)}
    assert left.get("fill") != right.get("fill")


@few
@given(printable, st.integers(0, 10**12).map(str))
def test_everything_is_inside_of_the_picture(label: str, number: str) -> None:
    root = ElementTree.fromstring(badge(label, number))
    width = int(root.attrib["width"])
    assert root.get("viewBox") == f"0 0 {width} {root.get('height')}"
    ends = [0.0]
    for text in root[-1]:
        middle, half = float(text.attrib["x"]), int(text.attrib["textLength"]) / 2
        assert middle - half > ends[-1]
        ends.append(middle + half)
    assert ends[-1] < width


def test_a_longer_text_makes_a_longer_badge() -> None:
    widths = [
        int(ElementTree.fromstring(badge("views", number)).attrib["width"]) for number in ("1", "10", "1\u202f000")
    ]
    assert widths == sorted(set(widths))


def luminance(colour: str) -> float:
    """The relative luminance of a colour "#rgb" or "#rrggbb" (W3C, WCAG 2.2)."""
    digits = colour.removeprefix("#")
    digits = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_it_is_read_on_light_and_dark_pages() -> None:
    root = ElementTree.fromstring(badge("views", "1"))
    texts = root[-1].attrib["fill"]
    grounds = [part.attrib["fill"] for part in root.iter(SVG + "path")]
    assert min(contrast(texts, ground) for ground in grounds) >= 4.5
    assert min(contrast(page, ground) for page, ground in product(("#fff", "#000"), grounds)) >= 3


@pytest.mark.parametrize(("label", "spoken"), [("views", "views: 3"), ("a&b", "a&b: 3")])
def test_it_says_what_it_shows(label: str, spoken: str) -> None:
    assert ElementTree.fromstring(badge(label, "3")).findtext(f"{SVG}title") == spoken
