"""The badge: a label and a number as one small SVG picture, which needs no style, no script and no font of its own.

Source of the markup: W3C, "Scalable Vector Graphics (SVG) 2". All looks are presentation attributes, so that the
strictest content security policy has nothing to forbid.
"""

import unicodedata
from html import escape

#: Each has a contrast of 5 or more with its white text, and of 3 or more with a white and with a black page.
_LABEL_COLOUR, _NUMBER_COLOUR = "#5a635c", "#1f7a63"

_HEIGHT, _PADDING, _ROUND, _BASELINE, _FONT_SIZE = 20, 7, 4, 14, 11
_FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', Verdana, sans-serif"

#: About how wide characters of such fonts are, in thousandths of their size. The text is fitted into what is reckoned.
_NARROW, _MIDDLE, _DIGIT, _WIDE, _SQUARE = 340, 570, 600, 900, 1_000
_NARROW_ONES = frozenset("fijlrtI.,:;'`|!()[]{}/\\ \u202f")
_WIDE_ONES = frozenset("mwMW@%&—…")


def badge(label: str, number: str) -> str:
    """Draws a badge.

    Args:
        label: What is counted, such as "visitors"; of characters that XML can hold.
        number: How many, as it is to be read.

    Returns:
        The SVG. Its text for readers of screens is "label: number".
    """
    spoken = escape(f"{label}: {number}")
    left, right = _width(label), _width(number)
    all_of_it, middle = left + right + 4 * _PADDING, left + 2 * _PADDING
    start = f"M{middle} 0H{_ROUND}A{_ROUND} {_ROUND} 0 0 0 0 {_ROUND}V{_HEIGHT - _ROUND}"
    start += f"A{_ROUND} {_ROUND} 0 0 0 {_ROUND} {_HEIGHT}H{middle}Z"
    end = f"M{middle} 0H{all_of_it - _ROUND}A{_ROUND} {_ROUND} 0 0 1 {all_of_it} {_ROUND}V{_HEIGHT - _ROUND}"
    end += f"A{_ROUND} {_ROUND} 0 0 1 {all_of_it - _ROUND} {_HEIGHT}H{middle}Z"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{all_of_it}" height="{_HEIGHT}"'
        f' viewBox="0 0 {all_of_it} {_HEIGHT}" role="img" aria-label="{spoken}"><title>{spoken}</title>'
        f'<path fill="{_LABEL_COLOUR}" d="{start}"/><path fill="{_NUMBER_COLOUR}" d="{end}"/>'
        f'<g fill="#fff" font-family="{_FONTS}" font-size="{_FONT_SIZE}" text-anchor="middle">'
        f"{_text(label, _PADDING + left / 2, left)}{_text(number, middle + _PADDING + right / 2, right)}</g></svg>"
    )


def _text(text: str, middle: float, width: int) -> str:
    fitted = f'textLength="{width}" lengthAdjust="spacingAndGlyphs"'
    return f'<text x="{middle:g}" y="{_BASELINE}" {fitted}>{escape(text)}</text>'


def _width(text: str) -> int:
    """Reckons a text's width in pixels."""
    return max(1, round(sum(map(_share, text)) * _FONT_SIZE / 1_000))


def _share(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return _SQUARE
    if character in _NARROW_ONES:
        return _NARROW
    if character.isdigit():
        return _DIGIT
    return _WIDE if character in _WIDE_ONES else _MIDDLE + 80 * character.isupper()
