"""The lines as a table for a terminal."""

from collections.abc import Iterator
from textwrap import wrap

from tests.benchmarks.lines import RATIO, Line, Quantity, Target

_WIDTHS = (54, 16, 16, 9, 19)
_NOTE_WIDTH = 112


def heading() -> str:
    """Gives the columns' names, underlined."""
    names = _columns("what", "measured", "yardstick", "ratio", "target", "")
    return f"{names}\n{'-' * (len(names) + len('MISSED'))}"


def show(line: Line) -> Iterator[str]:
    """Gives a line's row, and below it its yardstick's name and its note."""
    target = "" if line.target is None else _target(line.target)
    yield _columns(
        line.what, _quantity(line.measured), _quantity(line.yardstick), _ratio(line.ratio), target, line.verdict
    )
    remarks = [f"yardstick: {line.yardstick_name}" if line.yardstick_name else "", line.note]
    for text in wrap("; ".join(filter(None, remarks)), _NOTE_WIDTH):
        yield "    " + text


def _columns(what: str, *cells: str) -> str:
    numbers = "".join(f"{cell:>{width}}" for cell, width in zip(cells[:-1], _WIDTHS[1:], strict=True))
    return f"{what:<{_WIDTHS[0]}}{numbers}  {cells[-1]}".rstrip()


def _quantity(quantity: Quantity | None) -> str:
    return "" if quantity is None else f"{_number(quantity.value)} {quantity.unit}"


def _ratio(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f} {RATIO}"


def _target(target: Target) -> str:
    return f"{target.relation} {target.bound:,g} {target.unit}"


def _number(value: float) -> str:
    """Writes three significant digits, or all digits before the point."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
