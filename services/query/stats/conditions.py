"""From what a filter says of a dimension to what the engine is asked."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from services.query.refusals import InvalidRequest
from services.query.stats.country_names import NAMES, OTHER_NAMES
from services.query.stats.dimensions import COUNTRY, COUNTRY_NAME, DIRECT_IN_V1, GOAL, UNSET, shown
from shared.domain.reports.patterns import compile_pattern, wildcard_pattern
from shared.domain.reports.question import CONTAINS, IS, MATCHES, Any, Condition, Filter
from shared.domain.sites import Goal

MAX_VALUES = 1000
MAX_VALUE_LENGTH = 2048


class Comparison(NamedTuple):
    """What a dimension is compared with, as it was sent; fields as for `Condition`."""

    operator: str
    dimension: str
    values: tuple[str, ...]
    case_sensitive: bool = True


def condition(asked: Comparison, goals: Sequence[Goal]) -> Filter:
    """Gives what the engine is asked.

    A filter sees what an answer shows: the word for what is not set, and countries' names.

    Args:
        asked: The comparison.
        goals: The site's goals.

    Raises:
        InvalidRequest: There are too many values, a pattern is none, or a goal is not set up.
    """
    _check_values(asked)
    if asked.dimension == GOAL:
        return Condition(IS, GOAL, _goal_names(asked, goals))
    if asked.dimension == COUNTRY_NAME:
        return Condition(IS, COUNTRY, _country_codes(asked))
    word = UNSET.get(asked.dimension, "")
    if not word:
        return Condition(*asked)
    if asked.operator == IS:
        words = {_folded(each, asked.case_sensitive) for each in (word, DIRECT_IN_V1 if "Direct" in word else word)}
        values = ("" if _folded(value, asked.case_sensitive) in words else value for value in asked.values)
        return Condition(IS, asked.dimension, tuple(values), asked.case_sensitive)
    seen = Condition(*asked)
    return Any((seen, Condition(IS, asked.dimension, ("",)))) if _holds(asked)(word) else seen


def wildcard(dimension: str, values: Iterable[Sequence[str]]) -> Comparison:
    """Gives the comparison with texts of which only pieces are told: any characters may be between these."""
    return Comparison(MATCHES, dimension, tuple(map(wildcard_pattern, values)))


def goal_name(name: str, goals: Sequence[Goal]) -> str | None:
    """Finds a goal by its name, or by the name that Plausible gives a goal for a page, such as "Visit /thanks"."""
    by_name = {f"Visit {goal.page}": goal.name for goal in goals if goal.page}
    by_name.update((goal.name, goal.name) for goal in goals)
    return by_name.get(name)


def _check_values(asked: Comparison) -> None:
    if len(asked.values) > MAX_VALUES:
        raise InvalidRequest(f"a filter on {asked.dimension} has {len(asked.values)} values; at most {MAX_VALUES} go")
    for value in asked.values:
        if len(value) > MAX_VALUE_LENGTH:
            raise InvalidRequest(f"{shown(value)} in a filter is longer than {MAX_VALUE_LENGTH} characters")
    if asked.operator == MATCHES:
        for pattern in asked.values:
            _compiled(pattern)


def _compiled(pattern: str) -> Callable[[str], bool]:
    try:
        return compile_pattern(pattern)
    except ValueError as error:
        raise InvalidRequest(f"{shown(pattern)} is not a regular expression in RE2's syntax: {error}") from error


def _goal_names(asked: Comparison, goals: Sequence[Goal]) -> tuple[str, ...]:
    if asked.operator == CONTAINS or not asked.case_sensitive:
        holds = _holds(asked)
        return tuple(goal.name for goal in goals if holds(goal.name))
    names = {value: goal_name(value, goals) for value in asked.values}
    for value, name in names.items():
        if name is None:
            known = ", ".join(shown(goal.name) for goal in goals[:20]) or "none yet"
            raise InvalidRequest(f"the goal {shown(value)} is not set up for this site; its goals are {known}")
    return tuple(dict.fromkeys(name for name in names.values() if name is not None))


def _country_codes(asked: Comparison) -> tuple[str, ...]:
    holds = _holds(asked)
    others = ((code, name) for name, code in OTHER_NAMES.items() if asked.operator == IS)
    names = [("", ""), *NAMES.items(), *others]
    return tuple(sorted({code for code, name in names if holds(name)}))


def _holds(asked: Comparison) -> Callable[[str], bool]:
    """Gives what tells of one text whether the comparison holds for it."""
    if asked.operator == MATCHES:
        matchers = [_compiled(pattern) for pattern in asked.values]
        return lambda text: any(matches(text) for matches in matchers)
    values = [_folded(value, asked.case_sensitive) for value in asked.values]
    if asked.operator == CONTAINS:
        return lambda text: any(value in _folded(text, asked.case_sensitive) for value in values)
    return lambda text: _folded(text, asked.case_sensitive) in values


def _folded(text: str, case_sensitive: bool) -> str:
    return text if case_sensitive else text.casefold()
