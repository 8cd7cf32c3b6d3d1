"""Filters: which rows of a day count."""

from collections.abc import Callable, Sequence

import numpy as np

from shared.domain.reports.dimensions import GOAL
from shared.domain.reports.grouping import Values
from shared.domain.reports.patterns import compile_pattern
from shared.domain.reports.question import CONTAINS, IS, All, Any, Condition, Filter, HasDone, Not
from shared.domain.reports.tables import Flags
from shared.domain.reports.visits import NONE, Visits
from shared.domain.sites import Goal


def filtered(part: Filter, values: Values, visits: Visits, goals: Sequence[Goal], among: Flags) -> Flags:
    """Tells of each row whether a filter holds for it.

    Args:
        part: The filter.
        values: The day's values.
        visits: The day's visits.
        goals: The site's goals.
        among: The rows that count at all: what is done in others, nobody has done.
    """
    match part:
        case Condition():
            return _holds(part, values, goals)
        case Not(inner):
            return ~filtered(inner, values, visits, goals, among)
        case HasDone(inner):
            done = filtered(inner, values, visits, goals, among) & among
            return _in_visits_of(done, visits)
        case All(parts) | Any(parts):
            join = np.logical_and if isinstance(part, All) else np.logical_or
            start = np.full(len(among), isinstance(part, All))
            joined: Flags = join.reduce([start, *(filtered(one, values, visits, goals, among) for one in parts)])
            return joined


def _in_visits_of(done: Flags, visits: Visits) -> Flags:
    """Tells of each row whether its visit has one of some rows; in no visit, nothing was done."""
    having = np.zeros(len(visits.first) + 1, np.bool_)  # the last one is NONE's
    having[visits.visit[done & (visits.visit != NONE)]] = True
    flags: Flags = having[visits.visit]
    return flags


def _holds(condition: Condition, values: Values, goals: Sequence[Goal]) -> Flags:
    test = _test(condition)
    if condition.dimension == GOAL:
        none = np.zeros(len(values.column("event:name").codes), np.bool_)
        reaching: Flags = np.logical_or.reduce([none, *(values.reaches(goal) for goal in goals if test(goal.name))])
        return reaching
    column = values.column(condition.dimension)
    if not column.values:
        return np.zeros(len(column.codes), np.bool_)
    flags: Flags = np.array([test(value) for value in column.values], np.bool_)[column.codes]
    return flags


def _test(condition: Condition) -> Callable[[str], bool]:
    """Makes the comparison with a condition's values."""
    if condition.operator not in (IS, CONTAINS):
        patterns = [compile_pattern(value) for value in condition.values]
        return lambda value: any(matches(value) for matches in patterns)
    fold = str if condition.case_sensitive else str.casefold
    wanted = [fold(value) for value in condition.values]
    if condition.operator == IS:
        return lambda value: fold(value) in wanted
    return lambda value: any(part in fold(value) for part in wanted)
