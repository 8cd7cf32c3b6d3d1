"""The counter of a page: who may see it, what it counts, in which forms, and how it is found."""

from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.query.counter.address import _page, read_path
from services.query.counter.numbers import Counter, Subject
from shared.domain.counts import Counts
from shared.domain.folds import RowKey
from shared.domain.pages import page_of
from shared.engine import ReadModels, StorageUnavailable
from tests.support.folders import scratch_folder
from tests.unit.making import few
from tests.unit.querying import Answer, Visit, World

SVG = "{http://www.w3.org/2000/svg}"
TODAY, YESTERDAY, LONG_AGO = "2026-11-22T10:00Z", "2026-11-21T10:00Z", "2025-02-01T10:00Z"
FORMS = ("svg", "html")
HERE = {"origin": "https://example.org"}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One that all tests share which change nothing."""
    with scratch_folder() as folder:
        world = World(folder)
        world.add_site(counter=True, public=False, aliases=("0b9f2c8e-old",))
        world.add_site("hidden.example")
        world.add_site("www.shop.example:8443", counter=True)
        world.visit(
            *[Visit(TODAY, visitor=n) for n in (1, 1, 2)],
            *[Visit(YESTERDAY, visitor=n) for n in (1, 3)],
            *[Visit(LONG_AGO, "/blog/post", visitor=n) for n in (1, 2)],
            *[Visit(TODAY, "/blog/post", visitor=9, bot=True)] * 5,
            Visit(TODAY, "/projects/"),
            Visit(TODAY, "/caf%C3%A9"),
            Visit(TODAY, "/100%25"),
            Visit(TODAY, "/a%2541"),
            Visit(TODAY, "/TOTAL"),
            Visit(TODAY, site="hidden.example"),
            Visit(TODAY, site="www.shop.example:8443"),
        )
        yield world


def numbers(answer: Answer) -> tuple[int, int, int]:
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    return answer.status, answer.json["pageviews"], answer.json["visitors"]


def shown(answer: Answer) -> str:
    """What a badge says."""
    assert answer.headers["content-type"] == "image/svg+xml; charset=utf-8"
    return ElementTree.fromstring(answer.body).attrib["aria-label"]


def test_a_counter_byte_for_byte(world: World) -> None:
    answer = world.ask("/counter/example.org/.json")
    assert answer.body == '{"count":"5","count_unique":"4","pageviews":5,"visitors":4}'
    assert answer.headers == {
        "content-type": "application/json; charset=utf-8",
        "cache-control": "public, max-age=60",
        "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
    }


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/counter/example.org/.json", (200, 5, 4)),
        ("/counter/example.org//.json", (200, 5, 4)),
        ("/counter/EXAMPLE.org/.json", (200, 5, 4)),
        ("/counter/0b9f2c8e-old/.json", (200, 5, 4)),
        ("/counter/example.org/TOTAL.json", (200, 12, 6)),
        ("/counter/example.org//TOTAL.json", (200, 1, 1)),
        ("/counter/example.org/blog/post.json", (200, 2, 2)),
        ("/counter/example.org//blog/post.json", (200, 2, 2)),
        ("/counter/example.org/projects/.json", (200, 1, 1)),
        ("/counter/example.org/projects.json", (404, 0, 0)),
        ("/counter/example.org/café.json", (200, 1, 1)),
        ("/counter/example.org/café .json", (200, 1, 1)),
        ("/counter/example.org/100%25.json", (200, 1, 1)),
        ("/counter/example.org/a%2541.json", (200, 1, 1)),
        ("/counter/example.org/aA.json", (404, 0, 0)),
        ("/counter/example.org/gone.json", (404, 0, 0)),
        ("/counter/www.shop.example:8443/.json", (200, 1, 1)),
    ],
)
def test_a_path_names_site_and_page(world: World, path: str, expected: tuple[int, int, int]) -> None:
    assert numbers(world.ask(path)) == expected


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        ("/counter//.json", HERE, (200, 5, 4)),
        ("/counter/.json", HERE, (200, 5, 4)),
        ("/counter//blog/post.json", HERE, (200, 2, 2)),
        ("/counter/blog/post.json", HERE, (200, 2, 2)),
        ("/counter//blog/post?utm_source=x.json", HERE, (200, 2, 2)),
        # From a browser's location.pathname, whose percent signs count.js escapes once more.
        ("/counter//caf%25C3%25A9.json", HERE, (200, 1, 1)),
        ("/counter//café.json", HERE, (200, 1, 1)),
        ("/counter/TOTAL.json", HERE, (200, 12, 6)),
        ("/counter//TOTAL.json", HERE, (200, 1, 1)),
        ("/counter//gone.json", HERE, (404, 0, 0)),
        # The path's own site goes before the page that asks.
        ("/counter/www.shop.example:8443/.json", HERE, (200, 1, 1)),
        # A site that has no counter is no site here.
        ("/counter/hidden.example/.json", HERE, (404, 0, 0)),
        ("/counter//.json", {"referer": "https://example.org/blog/?a=b"}, (200, 5, 4)),
        ("/counter//.json", {"origin": "null", "referer": "https://example.org/"}, (200, 5, 4)),
        ("/counter//.json", {"origin": "https://www.example.org"}, (200, 5, 4)),
        ("/counter//.json", {"origin": "http://example.org:3000"}, (200, 5, 4)),
        ("/counter//.json", {"origin": "https://0b9f2c8e-old"}, (200, 5, 4)),
        ("/counter//.json", {"origin": "https://www.shop.example:8443"}, (200, 1, 1)),
    ],
)
def test_goatcounters_form_counts_for_the_page_that_asks(
    world: World, path: str, headers: dict[str, str], expected: tuple[int, int, int]
) -> None:
    answer = world.ask(path, headers=headers)
    assert numbers(answer) == expected
    assert ("vary" in answer.headers) == (not path.startswith("/counter/www."))
    assert answer.headers.get("vary", "origin, referer") == "origin, referer"


@pytest.mark.parametrize("form", ["json", "svg", "html"])
@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/counter/gone.example/.{}", {}),
        ("/counter/hidden.example/.{}", {}),
        ("/counter/hidden.example/TOTAL.{}", {}),
        ("/counter/shop.example/.{}", {}),
        ("/counter//.{}", {}),
        ("/counter/TOTAL.{}", {}),
        ("/counter/example.org.{}", {}),
        ("/counter//.{}", {"origin": "null"}),
        ("/counter//.{}", {"origin": "https://hidden.example"}),
        ("/counter//.{}", {"referer": "https://gone.example/"}),
        ("/counter//.{}", {"referer": "https://[/"}),
        ("/counter//.{}", {"origin": "https://gone.example", "referer": "https://example.org/"}),
    ],
)
def test_it_is_not_told_whether_there_is_such_a_site(
    world: World, path: str, headers: dict[str, str], form: str
) -> None:
    answer = world.ask(path.format(form), headers=headers)
    unknown = world.ask(f"/counter/unknown.example/.{form}")
    assert answer == unknown
    assert (answer.status, answer.headers["cache-control"]) == (404, "no-store")
    assert "milepost site set" in answer.error


def test_what_was_never_viewed_is_not_kept_by_caches(world: World) -> None:
    answer = world.ask("/counter/example.org/gone.svg")
    assert (answer.status, answer.headers["cache-control"], shown(answer)) == (404, "no-store", "views: 0")


def test_a_site_without_a_visit_has_a_counter() -> None:
    with scratch_folder() as folder:
        world = World(folder)
        world.add_site(counter=True)
        assert numbers(world.ask("/counter/example.org/TOTAL.json")) == (200, 0, 0)


def test_a_badge(world: World) -> None:
    assert shown(world.ask("/counter/example.org/.svg")) == "views: 5"
    assert shown(world.ask("/counter/example.org/.svg", "show=visitors")) == "visitors: 4"
    assert shown(world.ask("/counter/example.org/.svg", "label=Besuche&show=visitors")) == "Besuche: 4"


def test_a_page_for_a_frame(world: World) -> None:
    answer = world.ask("/counter//.html", "&no_branding=1&style=div%7Bcolor%3Ared%7D%3C%2Fstyle%3E", HERE)
    badge = world.ask("/counter/example.org/.svg").body
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert badge in answer.body
    assert "red" not in answer.body


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("start=2026-11-22", (200, 3, 2)),
        ("end=2026-11-21", (200, 2, 2)),
        ("start=2026-11-21&end=2026-11-21", (200, 2, 2)),
        ("start=week", (200, 5, 4)),
        ("start=month&end=2026-11-20", (404, 0, 0)),
        ("start=0001-01-01&end=9999-12-31", (200, 5, 4)),
    ],
)
def test_days_may_be_asked_for(world: World, query: str, expected: tuple[int, int, int]) -> None:
    assert numbers(world.ask("/counter/example.org/.json", query)) == expected


@pytest.mark.parametrize(("start", "first"), [("week", "2026-11-15"), ("month", "2026-10-22"), ("year", "2025-11-22")])
def test_words_for_days(start: str, first: str) -> None:
    with scratch_folder() as folder:
        world = World(folder)
        world.add_site(counter=True)
        before = {"2026-11-15": "2026-11-14", "2026-10-22": "2026-10-21", "2025-11-22": "2025-11-21"}[first]
        world.visit(Visit(f"{first}T00:00Z"), Visit(f"{before}T23:59Z"))
        assert numbers(world.ask("/counter/example.org/.json", f"start={start}")) == (200, 1, 1)


def test_a_word_is_reckoned_on_the_sites_clocks() -> None:
    with scratch_folder() as folder:
        world = World(folder, "2026-11-22T20:00:00+00:00")
        world.add_site(counter=True, timezone="Pacific/Kiritimati")  # already the 23rd
        world.visit(Visit("2026-11-15T00:00Z"), Visit("2026-11-15T12:00Z"))
        assert numbers(world.ask("/counter/example.org/TOTAL.json", "start=week")) == (200, 1, 1)


@pytest.mark.parametrize(
    ("path", "query", "said"),
    [
        ("/counter/example.org/.png", "", ".svg"),
        ("/counter/example.org/", "", ".svg"),
        ("/counter/example.org/.JSON", "", ".svg"),
        ("/counter/x", "", ".svg"),
        ("/counter/example.org/.svg", "rnd=1", "'rnd'"),
        ("/counter/example.org/.svg", "start=2026-1-1", "start"),
        ("/counter/example.org/.svg", "start=tomorrow", "week, month or year"),
        ("/counter/example.org/.svg", "end=week", "end"),
        ("/counter/example.org/.svg", "start=2026-11-22&end=2026-11-21", "must not be later than end"),
        ("/counter/example.org/.svg", "show=bots", "pageviews or visitors"),
        ("/counter/example.org/.svg", "label=", "printable"),
        ("/counter/example.org/.svg", "label=" + 41 * "x", "printable"),
        ("/counter/example.org/.svg", "label=%00", "printable"),
        ("/counter/example.org/.svg", "label=a%0Ab", "printable"),
        ("/counter/example.org/.svg", "label=%E2%80%AEcba", "printable"),
        ("/counter/example.org/.svg", "label=%EF%BF%BE", "printable"),
        ("/counter/example.org/.svg", "label=a&label=b", "more than once"),
        ("/counter/gone.example/.svg", "rnd=1", "'rnd'"),
    ],
)
def test_what_cannot_be_asked_is_said(world: World, path: str, query: str, said: str) -> None:
    answer = world.ask(path, query)
    assert answer.status == 400
    assert said in answer.error
    assert answer.headers["cache-control"] == "no-store"


class Tags(HTMLParser):
    """The elements of an HTML page, and its texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts += [data] if data.strip() else []


@few
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.text(max_size=50), st.sampled_from(FORMS))
@example("</text><script>alert(1)</script>", "<b onload=alert(1)>", "svg")
@example("x", '"><script>alert(1)</script>', "html")
@example("x", "</title><script>alert(1)</script>", "html")
@example("\0", "\0", "svg")
def test_whatever_a_path_and_a_label_hold_is_never_markup(world: World, path: str, label: str, form: str) -> None:
    answer = world.ask(f"/counter/example.org/{path}.{form}", "label=" + quote(label, errors="replace"))
    if answer.status == 400:
        assert not label.isprintable() or not 1 <= len(label) <= 40
        return
    assert answer.status in (200, 404)
    badge = ["svg", "title", "path", "path", "g", "text", "text"]
    if form == "html":
        page = Tags(answer.body)
        assert page.tags == ["html", "meta", "meta", "title", "body", *badge]
        assert page.texts[0] == page.texts[1] == f"{label}: {page.texts[-1]}"
    else:
        root = ElementTree.fromstring(answer.body)
        assert [part.tag.removeprefix(SVG) for part in root.iter()] == badge
        assert root[-1][0].text == label


@few
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).map("/".__add__))
@example("/a b/ü?x=1#y")
@example("/%25")
@example("//x")
def test_every_page_that_can_be_viewed_has_an_address(page: str) -> None:
    """Written with the slash at its beginning, a page's address is its path, percent-encoded, and the extension."""
    event_url = "https://example.org" + quote(page)
    assert _page(read_path(f"/counter/{quote(page)}.json")[0]) == page_of(event_url)


def test_another_method(world: World) -> None:
    answer = world.ask("/counter/example.org/.svg", method="POST")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
    assert world.ask("/counter/example.org/.svg", method="HEAD") == world.ask("/counter/example.org/.svg")


def test_storage_out_of_reach_is_said() -> None:
    with scratch_folder() as folder:
        world = World(folder)
        world.add_site(counter=True)
        world.serve(replace(world.engine, read_models=Reading(world.engine.read_models, broken=True)))
        answer = world.ask("/counter/example.org/.svg")
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert "ask again" in answer.error


class Reading:
    """Read models that say how often rows were read, with each day's visitors multiplied."""

    def __init__(self, read_models: ReadModels, times: int = 1, broken: bool = False) -> None:
        self._read_models = read_models
        self._times = times
        self._broken = broken
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        if self._broken:
            raise StorageUnavailable(name)
        return getattr(self._read_models, name)

    def rows(self, *question: Any) -> Iterator[tuple[RowKey, Counts]]:
        self.asked += 1
        for key, counts in self._read_models.rows(*question):
            yield key, counts._replace(visitors=self._times * counts.visitors)


@pytest.mark.parametrize(("times", "readings"), [(249, [1, 2, 3]), (250, [1, 1, 2])])  # of 4 visitors
def test_the_sum_of_many_visitors_is_remembered_for_a_minute(world: World, times: int, readings: list[int]) -> None:
    reading: Any = Reading(world.engine.read_models, times)
    instants = iter([1_000, 60_999, 61_000])
    counter = Counter(reading, lambda: next(instants))
    subject = Subject(world.engine.sites.all()[0], "/")
    asked = []
    for _ in readings:
        assert counter.count(subject, visitors=True).visitors == 4 * times
        asked.append(reading.asked)
    assert asked == readings


def test_the_default_badge_reads_one_total_and_no_days(world: World) -> None:
    reading: Any = Reading(world.engine.read_models)
    counter = Counter(reading, lambda: world.now)
    assert counter.count(Subject(world.engine.sites.all()[0], None), visitors=False) == (12, None)
    assert reading.asked == 0
