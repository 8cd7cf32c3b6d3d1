"""Looking through filters that were read."""

from collections.abc import Iterator

from services.query.refusals import InvalidRequest
from services.query.stats.dimensions import GOAL
from shared.domain.reports.question import MATCHES, All, Any, Condition, Filter, HasDone, Not

MAX_PATTERNS = 20


def conditions(part: Filter | None, done: bool = False) -> Iterator[Condition]:
    """Gives the conditions of a filter.

    Args:
        part: The filter.
        done: Whether those on what else a visit has done are among them.
    """
    if isinstance(part, Condition):
        yield part
    elif isinstance(part, Not) or (done and isinstance(part, HasDone)):
        yield from conditions(part.part, done)
    elif isinstance(part, All | Any):
        for each in part.parts:
            yield from conditions(each, done)


def check_patterns(part: Filter | None) -> None:
    """Checks that a filter has not too many patterns: linear is not free, up to 25 ms for a pattern and a kilobyte.

    Raises:
        InvalidRequest: It has.
    """
    count = sum(len(each.values) for each in conditions(part, done=True) if each.operator == MATCHES)
    if count > MAX_PATTERNS:
        raise InvalidRequest(f"the filters have {count} patterns and wildcards; at most {MAX_PATTERNS} go")


def without_goals(part: Filter | None) -> Filter | None:
    """Takes the conditions on goals from a filter; what holds nothing else goes with them."""
    if isinstance(part, Condition):
        return None if part.dimension == GOAL else part
    if isinstance(part, Not):
        inner = without_goals(part.part)
        return None if inner is None else Not(inner)
    if isinstance(part, All | Any):
        left = tuple(each for each in map(without_goals, part.parts) if each is not None)
        return type(part)(left) if left else None
    return part
