"""The write units that an event takes on DynamoDB: appended, folded and committed, with indexes and transactions."""

from collections.abc import Iterator

from tests.benchmarks.footprint import footprint
from tests.benchmarks.lines import Bench, Line, Quantity, Target

_BUDGETS = {1_000: 1.5, 20: 4.0, 1: 14.0}


def measure(bench: Bench) -> Iterator[Line]:
    """Gives the units of an event in each regime of the budget."""
    found = footprint()
    by_size = {round(point.batch): point for point in found.points}
    for size, most in _BUDGETS.items():
        point = by_size[size]
        yield Line(
            f"write units of an event, {'alone' if size == 1 else f'in batches of {size:,}'}",
            Quantity(point.write_units, "units"),
            target=Target("<=", most, "units"),
            note=f"of {found.source}, appending is {found.appended:.3f} of it; {found.unchecked[size]:.3f} without the "
            f"milestone check; {point.read_units:.2f} read units besides, {point.calls:.0f} calls for a batch",
        )
    yield Line(
        "bytes stored of an event, log and read models",
        Quantity(found.log_bytes + found.view_bytes, "bytes"),
        note=f"{found.log_bytes:.0f} in the log and {found.view_bytes:.0f} in the read models, with the 100 bytes that "
        "DynamoDB adds to an item; writes as MiniStack bills them (held against AWS's rules: larger of before and "
        "after, twice in a transaction, indexes), reads as AWS bills them, which MiniStack does not",
    )
