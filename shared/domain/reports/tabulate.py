"""From a day's events to the measures of the groups that a question asks for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from shared.domain.events import PAGEVIEW
from shared.domain.reports.details import ENGAGEMENT, NO_DEPTH
from shared.domain.reports.dimensions import GOAL, WITHIN_A_DAY
from shared.domain.reports.filtering import filtered
from shared.domain.reports.grouping import Values, combined
from shared.domain.reports.measures import Measures, Tabulation
from shared.domain.reports.question import Question
from shared.domain.reports.tables import Column, Flags, Ints, Table
from shared.domain.reports.visits import NONE, Visits, visits_of
from shared.domain.sites import Goal

_MOST_DEPTH = 100

#: Sums are made of two halves of so many bits, each of which is exact as a floating-point number.
_HALF = 26

#: What pairs of numbers are told apart by is at most so much.
_MOST_CODES = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class _Grouped:
    """Numbers (of rows, of visits, of visitors), each with the number of its group; one may be there several times."""

    group: Ints
    of: Ints
    groups: int

    def where(self, wanted: Flags) -> "_Grouped":
        """Gives those of which it is true."""
        return _Grouped(self.group[wanted], self.of[wanted], self.groups)

    def count(self) -> Ints:
        """Counts each group's."""
        return np.bincount(self.group, minlength=self.groups)

    def total(self, values: np.ndarray) -> Ints:
        """Adds up the values of each group's, exactly."""
        chosen = values[self.of].astype(np.int64)
        halves = chosen >> _HALF, chosen & ((1 << _HALF) - 1)
        high, low = (np.bincount(self.group, half, self.groups).astype(np.int64) for half in halves)
        sums: Ints = (high << _HALF) + low
        return sums

    def distinct(self, values: Ints) -> "_Grouped":
        """Gives each group's values, each once; none is negative."""
        chosen = values[self.of]
        span = int(chosen.max(initial=0)) + 1
        if span * self.groups > _MOST_CODES:
            known, places = np.unique(chosen, return_inverse=True)
            told = _Grouped(self.group, np.arange(len(chosen)), self.groups).distinct(places)
            return _Grouped(told.group, known[told.of], self.groups)
        codes = np.sort(self.group * span + chosen)  # of so many numbers, faster than NumPy's `unique`
        codes = codes[np.diff(codes, prepend=-1) != 0]
        return _Grouped(codes // span, codes % span, self.groups)


class Day:
    """A day as one population sees it, ready for any number of questions: its visits, and the values of dimensions."""

    def __init__(self, table: Table, bots: str, timezone: str) -> None:
        """Groups the day's events to visits.

        Args:
            table: The day's events.
            bots: "exclude", "include" or "only".
            timezone: The site's timezone.
        """
        self.table = table
        self.population = _population(table, bots)
        self.visits = visits_of(table, self.population)
        self.values = Values(table, self.visits, timezone)


def tabulate(day: Day, question: Question, goals: Sequence[Goal]) -> Tabulation:
    """Tabulates a day. What days are asked for, and which bots, is not looked at: it is for the caller to give them.

    Args:
        day: The day.
        question: The question.
        goals: The site's goals.

    Returns:
        The measures of each group that has any event; of the whole, if no dimension is asked for, also without any.
    """
    table, visits, values = day.table, day.visits, day.values
    included = day.population & _in_time(table, question)
    if included.any() and question.filters is not None:
        included &= filtered(question.filters, values, visits, goals, day.population)
    if not included.any():
        return {} if question.dimensions else {(): Measures()}
    rows, keys = _grouped(np.flatnonzero(included), question.dimensions, values, goals)
    measures = _measure(rows, table, visits, _own(question.dimensions, table, visits, values))
    return {key: Measures(*numbers) for key, numbers in zip(keys, zip(*measures, strict=True), strict=True)}


def _population(table: Table, bots: str) -> Flags:
    if bots == "include":
        return np.ones(table.rows, np.bool_)
    people = table.text("bot").equals("")
    return people if bots == "exclude" else ~people


def _in_time(table: Table, question: Question) -> Flags:
    instants = table.number("instant")
    since = True if question.since is None else instants >= question.since
    until = True if question.until is None else instants < question.until
    return np.broadcast_to(np.logical_and(since, until), (table.rows,))


def _grouped(
    included: Ints, dimensions: Sequence[str], values: Values, goals: Sequence[Goal]
) -> tuple[_Grouped, list[tuple[str, ...]]]:
    if not dimensions:
        return _Grouped(np.zeros(len(included), np.int64), included, 1), [()]
    if GOAL not in dimensions:
        group, keys = combined([values.column(name) for name in dimensions], included)
        return _Grouped(group, included, len(keys)), keys
    names = list(dict.fromkeys(goal.name for goal in goals))
    parts: list[Ints] = [np.array([], np.int64)]
    reached: list[Ints] = [np.array([], np.int64)]
    for place, name in enumerate(names):
        rows = included[_reached(values, goals, name)[included]]
        parts.append(rows)
        reached.append(np.full(len(rows), place))
    row, goal = np.concatenate(parts), Column(np.concatenate(reached), names)
    # The goals' column is by place in `row`, so the others are brought into that order too.
    columns = [goal if name == GOAL else _taken(values.column(name), row) for name in dimensions]
    group, keys = combined(columns, np.arange(len(row)))
    return _Grouped(group, row, len(keys)), keys


def _taken(column: Column, rows: Ints) -> Column:
    return Column(column.codes[rows], column.values)


def _reached(values: Values, goals: Sequence[Goal], name: str) -> Flags:
    flags: Flags = np.logical_or.reduce([values.reaches(goal) for goal in goals if goal.name == name])
    return flags


#: Tells of rows whether their visit's bounce and duration are told of the row's group.
_Own = Callable[[Ints], Flags]


def _own(dimensions: Sequence[str], table: Table, visits: Visits, values: Values) -> _Own:
    conditions: list[_Own] = []
    if "event:page" in dimensions:
        page = table.text("page").codes
        entry = np.where(visits.entry == NONE, NONE, page[visits.entry]) if len(visits.entry) else visits.entry
        conditions.append(lambda rows: page[rows] == entry[visits.visit[rows]])
    for name in WITHIN_A_DAY:
        if name in dimensions:
            bucket = values.column(name).codes
            conditions.append(lambda rows, bucket=bucket: bucket[rows] == bucket[visits.first[visits.visit[rows]]])  # type: ignore[misc]
    return lambda rows: np.logical_and.reduce([np.ones(len(rows), np.bool_), *(holds(rows) for holds in conditions)])


def _measure(rows: _Grouped, table: Table, visits: Visits, own: _Own) -> list[list[int]]:
    """Gives the fields of `Measures`, each a list by group."""
    names = table.text("name")
    engaging = names.equals(ENGAGEMENT)[rows.of]
    acting, engagement = rows.where(~engaging), rows.where(engaging)
    pageviews = acting.where(names.equals(PAGEVIEW)[acting.of])
    visiting = acting.where(visits.visit[acting.of] != NONE)
    owning = visiting.where(own(visiting.of)).distinct(visits.visit)
    depths = _depths(engagement, table, visits)
    timed = engagement.where(table.number("engagement_ms")[engagement.of] > 0)
    paid = acting.where(~table.text("currency").equals("")[acting.of])
    fields = [
        visiting.distinct(visits.visitor).count(),
        visiting.distinct(visits.visit).count(),
        pageviews.count(),
        acting.count(),
        owning.count(),
        owning.total(visits.bounce),
        owning.total(visits.duration_ms),
        owning.total(visits.pageviews),
        depths.count(),
        depths.total(np.arange(_MOST_DEPTH + 1)),
        _pages(pageviews, table, visits).count(),
        timed.count(),
        timed.total(table.number("engagement_ms")),
        paid.count(),
        paid.total(table.number("revenue")),
    ]
    return [field.tolist() for field in fields]


def _pages(pageviews: _Grouped, table: Table, visits: Visits) -> _Grouped:
    """Gives the pages seen in each visit, each once."""
    page = table.text("page")
    seen = pageviews.where(visits.visit[pageviews.of] != NONE)
    return seen.distinct(visits.visit * len(page.values) + page.codes)


def _depths(engagement: _Grouped, table: Table, visits: Visits) -> _Grouped:
    """Gives for each visitor and page the greatest depth, once for each group."""
    page, depth = table.text("page"), table.number("scroll_depth").astype(np.int64)
    told = engagement.where((depth[engagement.of] != NO_DEPTH) & (visits.visitor[engagement.of] != NONE))
    places = visits.visitor * len(page.values) + page.codes
    found = told.distinct(np.maximum(places, 0) * (_MOST_DEPTH + 1) + np.maximum(depth, 0))
    place = found.of // (_MOST_DEPTH + 1)
    # They are in order, so that the last one of a group and place is the greatest.
    last = np.append((np.diff(found.group) != 0) | (np.diff(place) != 0), True)[: len(place)]
    return _Grouped(found.group[last], found.of[last] % (_MOST_DEPTH + 1), found.groups)
