"""Version 2's filters: lists that hold an operator, a dimension, values and perhaps modifiers.

Source: https://plausible.io/docs/stats-api#filters
"""

from collections.abc import Mapping, Sequence
from typing import Any as AnyJson

from services.query.refusals import InvalidRequest
from services.query.stats.conditions import Comparison, condition, wildcard
from services.query.stats.dimensions import GOAL, PAGE, check_filterable, shown
from services.query.stats.evaluator import Setup
from services.query.stats.trees import check_patterns
from shared.domain.reports.question import CONTAINS, IS, MATCHES, All, Any, Filter, HasDone, Not

MAX_DEPTH = 10
MAX_CONDITIONS = 100

_OPERATORS = {
    "is": (IS, False),
    "is_not": (IS, True),
    "contains": (CONTAINS, False),
    "contains_not": (CONTAINS, True),
    "matches": (MATCHES, False),
    "matches_not": (MATCHES, True),
}
_HINT = (
    'a filter must be like ["is", "visit:country", ["EE"]], with one of the operators is, is_not, contains, '
    'contains_not, matches and matches_not; ["and", [...]], ["or", [...]] and ["not", ...] combine filters, '
    '["has_done", ...] and ["has_not_done", ...] look at the whole visit'
)


def with_segments(filters: object, segments: Mapping[int, Sequence[AnyJson]]) -> list[AnyJson]:
    """Puts the filters of saved segments in the place of the filters that name them.

    Raises:
        InvalidRequest: It is no list of filters, or there is no such segment.
    """
    if not isinstance(filters, list):
        raise InvalidRequest(f"filters is {shown(filters)}, but must be a list of filters; {_HINT}")
    put: list[AnyJson] = []
    for each in filters:
        put.extend(_segment(each, segments) if _is_segment(each) else [each])
    return put


def read_filters(filters: Sequence[AnyJson], setup: Setup, bots: str) -> Filter | None:
    """Reads the filters of a query, all of which must hold.

    Args:
        filters: The filters.
        setup: What is set up for the site.
        bots: "exclude", "include" or "only".

    Raises:
        InvalidRequest: One is none; says what would be one.
    """
    reader = _Reader(setup, bots)
    parts = tuple(reader.read(each, 1) for each in filters)
    read = All(parts) if len(parts) > 1 else parts[0] if parts else None
    check_patterns(read)
    return read


def _is_segment(part: object) -> bool:
    return isinstance(part, list) and len(part) > 1 and part[1] == "segment"


def _segment(part: list[AnyJson], segments: Mapping[int, Sequence[AnyJson]]) -> list[AnyJson]:
    if len(part) != 3 or part[0] != "is" or not isinstance(part[2], list) or not part[2]:
        raise InvalidRequest(f'{shown(part)} must be like ["is", "segment", [1]]')
    for number in part[2]:
        if not isinstance(number, int) or number not in segments:
            raise InvalidRequest(f"there is no segment {shown(number)} of this site")
    found = [list(segments[number]) for number in part[2]]
    return found[0] if len(found) == 1 else [["or", [["and", each] for each in found]]]


class _Reader:
    """Reads the filters of one query, and counts the conditions in them."""

    def __init__(self, setup: Setup, bots: str) -> None:
        self._setup = setup
        self._bots = bots
        self._left = MAX_CONDITIONS

    def read(self, part: AnyJson, depth: int, within_visit: bool = False) -> Filter:
        """Reads a filter.

        Args:
            part: The filter.
            depth: How deep it is in others, itself included.
            within_visit: Whether it is in a filter on what a visit has done.

        Raises:
            InvalidRequest: It is none.
        """
        if depth > MAX_DEPTH:
            raise InvalidRequest(f"filters are nested more than {MAX_DEPTH} deep")
        if not isinstance(part, list) or len(part) < 2 or not isinstance(part[0], str):
            raise InvalidRequest(f"{shown(part)} is not a filter; {_HINT}")
        operator = part[0]
        if operator in _OPERATORS:
            return self._simple(part)
        if len(part) != 2:
            raise InvalidRequest(f"{shown(part)} is not a filter; {_HINT}")
        if operator in ("and", "or"):
            return self._several(operator, part[1], depth, within_visit)
        if operator == "not":
            return Not(self.read(part[1], depth + 1, within_visit))
        if operator in ("has_done", "has_not_done") and not within_visit:
            done = HasDone(self.read(part[1], depth + 1, within_visit=True))
            return done if operator == "has_done" else Not(done)
        raise InvalidRequest(f"{shown(part)} is not a filter here; {_HINT}")

    def _several(self, operator: str, parts: AnyJson, depth: int, within_visit: bool) -> Filter:
        if not isinstance(parts, list) or not parts:
            raise InvalidRequest(f'"{operator}" must be followed by a list of filters; {_HINT}')
        read = tuple(self.read(each, depth + 1, within_visit) for each in parts)
        return All(read) if operator == "and" else Any(read)

    def _simple(self, part: list[AnyJson]) -> Filter:
        self._left -= 1
        if self._left < 0:
            raise InvalidRequest(f"a query may have at most {MAX_CONDITIONS} filters")
        if not 3 <= len(part) <= 4:
            raise InvalidRequest(f"{shown(part)} is not a filter; {_HINT}")
        operator, negated = _OPERATORS[part[0]]
        dimension = check_filterable(part[1], self._bots)
        if dimension == GOAL and (negated or operator == MATCHES):
            raise InvalidRequest(f"{GOAL} can be filtered by is and contains only")
        asked = Comparison(operator, dimension, _values(part), _case_sensitive(part))
        found = _page_filter(asked, self._setup) or condition(asked, self._setup.goals)
        return Not(found) if negated else found


def _page_filter(asked: Comparison, setup: Setup) -> Filter | None:
    """Reads pages with an asterisk, which stand for several; None where there is none."""
    if asked.dimension != PAGE or asked.operator != IS:
        return None
    patterns = [value for value in asked.values if "*" in value]
    if not patterns:
        return None
    if not asked.case_sensitive:
        raise InvalidRequest(f"{PAGE} with an asterisk is case sensitive; use contains for {shown(patterns[0])}")
    literal = tuple(value for value in asked.values if "*" not in value)
    matching = condition(wildcard(PAGE, [pattern.split("*") for pattern in patterns]), setup.goals)
    return Any((condition(asked._replace(values=literal), setup.goals), matching)) if literal else matching


def _values(part: list[AnyJson]) -> tuple[str, ...]:
    """Reads the values; a number, such as a city's, is as good as its digits."""
    values = part[2]
    if not isinstance(values, list) or not values:
        raise InvalidRequest(f"{shown(part)} needs a list of values; {_HINT}")
    for value in values:
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise InvalidRequest(f"{shown(value)} in a filter on {shown(part[1])} must be a text")
    return tuple(map(str, values))


def _case_sensitive(part: list[AnyJson]) -> bool:
    if len(part) == 3:
        return True
    modifiers = part[3]
    sensitive = modifiers.get("case_sensitive", True) if isinstance(modifiers, dict) else None
    if not isinstance(sensitive, bool) or set(modifiers) - {"case_sensitive"}:
        raise InvalidRequest(f'{shown(modifiers)} must be {{"case_sensitive": true}} or {{"case_sensitive": false}}')
    if _OPERATORS[part[0]][0] == MATCHES:
        raise InvalidRequest("case_sensitive goes with is and contains; a pattern may begin with (?i)")
    return sensitive
