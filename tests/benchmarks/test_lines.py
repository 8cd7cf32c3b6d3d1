"""The benchmarks' table tells the truth about what was reached."""

import pytest

from tests.benchmarks.catalogue import BENCHMARKS
from tests.benchmarks.lines import MET, MISSED, NO_TARGET, NOT_MEASURED, Line, Quantity, Target
from tests.benchmarks.table import heading, show

_AT_LEAST_A_QUARTER = Target(">=", 0.25)
_AT_MOST_A_SECOND = Target("<=", 1, "s")


@pytest.mark.parametrize(
    ("measured", "yardstick", "target", "verdict"),
    [
        (Quantity(25, "/s"), Quantity(100, "/s"), _AT_LEAST_A_QUARTER, MET),
        (Quantity(24, "/s"), Quantity(100, "/s"), _AT_LEAST_A_QUARTER, MISSED),
        (Quantity(1.0, "s"), None, _AT_MOST_A_SECOND, MET),
        (Quantity(1.1, "s"), Quantity(100, "s"), _AT_MOST_A_SECOND, MISSED),
        (Quantity(25, "/s"), Quantity(100, "/s"), None, NO_TARGET),
        (Quantity(25, "/s"), None, _AT_LEAST_A_QUARTER, NOT_MEASURED),
        (None, None, _AT_LEAST_A_QUARTER, NOT_MEASURED),
    ],
)
def test_a_line_is_held_against_its_target(
    measured: Quantity | None, yardstick: Quantity | None, target: Target | None, verdict: str
) -> None:
    assert Line("speed", measured, yardstick, "the floor", target).verdict == verdict


def test_a_miss_is_printed_as_a_miss() -> None:
    line = Line("speed", Quantity(1_893.4, "/s"), Quantity(15_148, "/s"), "the floor", _AT_LEAST_A_QUARTER, "noisy")

    row, remarks = show(line)

    assert row.split() == ["speed", "1,893", "/s", "15,148", "/s", "0.12", "x", ">=", "0.25", "x", "MISSED"]
    assert remarks.strip() == "yardstick: the floor; noisy"


def test_rows_and_heading_share_their_columns() -> None:
    (row,) = show(Line("speed", Quantity(1, "s"), Quantity(2, "s"), "", _AT_MOST_A_SECOND))

    assert row.index("0.50 x") + len("0.50 x") == heading().splitlines()[0].index("ratio") + len("ratio")


def test_benchmarks_have_names_of_their_own() -> None:
    names = [benchmark.name for benchmark in BENCHMARKS]

    assert len(names) == len(set(names))
