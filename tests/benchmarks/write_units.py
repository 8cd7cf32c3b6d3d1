"""The write units that an event takes on DynamoDB: appended, folded and committed, with indexes and transactions."""

from collections.abc import Iterator

from shared.domain.costs import FOLDS
from tests.benchmarks.folding import SIZES, Folded, at_real_times, in_segments_of
from tests.benchmarks.footprint import footprint
from tests.benchmarks.lines import Bench, Line, Quantity, Target

_BUDGETS = {1_000: 1.5, 20: 4.0, 1: 14.0}


def measure(bench: Bench) -> Iterator[Line]:
    """Gives the units of an event in each regime of the budget."""
    found = footprint()
    folded = at_real_times()
    folding, rolling_up = folded.making.writes / folded.events, folded.rolling_up.writes / folded.events
    by_size = {round(point.batch): point for point in found.points}
    for size, most in _BUDGETS.items():
        point = by_size[size]
        yield Line(
            f"write units of an event, {'alone' if size == 1 else f'in batches of {size:,}'}",
            Quantity(point.write_units + folding + rolling_up, "units"),
            target=Target("<=", most, "units"),
            note=f"of {found.source}, appending is {found.appended:.3f} of it; folding days {folding:.3f} and rolling "
            f"them up {rolling_up:.3f}; {found.unchecked[size]:.3f} without those and the milestone check; "
            f"{point.read_units:.2f} read units besides, {point.calls:.0f} calls for a batch",
        )
    yield Line(
        "bytes stored of an event, log and read models",
        Quantity(found.log_bytes + found.view_bytes, "bytes"),
        note=f"{found.log_bytes:.0f} in the log and {found.view_bytes:.0f} in the read models, with the 100 bytes that "
        "DynamoDB adds to an item; writes as MiniStack bills them (held against AWS's rules: larger of before and "
        "after, twice in a transaction, indexes), reads as AWS bills them, which MiniStack does not",
    )
    yield Line(
        "write units of an event for folding days, real times",
        Quantity(folding + rolling_up, "units"),
        note=f"{folded.events:,} events as if one writer had taken each in at its time: {folded.segments} hours and "
        f"{folded.days} days, {folded.rolling_up.writes / folded.days:.0f} units in {_per_day(folded)} calls a day for "
        "rolling up; the more events an hour has, the less it is",
    )
    yield from map(_segments, SIZES)


def _segments(size: int) -> Line:
    """Gives what folding takes with segments of a size, beside what the cost model has."""
    folded = in_segments_of(size)
    known = {fold.events: fold for fold in FOLDS}[size]
    reads = (folded.making.reads - folded.quiet_hour.reads) / folded.events
    calls = (folded.making.calls - folded.quiet_hour.calls) / folded.segments
    return Line(
        f"write units of an event for segments of {size:,}",
        Quantity(folded.making.writes / folded.events, "units"),
        Quantity(known.write_units, "units"),
        "what the cost model takes",
        Target("<=", 1.05),
        f"{reads:.3f} read units, {calls:.1f} calls for a segment, {folded.stored / folded.events:.1f} bytes stored",
    )


def _per_day(folded: Folded) -> int:
    return round(folded.rolling_up.calls / folded.days)
