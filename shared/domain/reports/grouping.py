"""The values of dimensions for the rows of a day."""

import json
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from shared.domain.calendar import local_hour, local_minute
from shared.domain.events import PAGEVIEW
from shared.domain.reports.dimensions import (
    HOUR,
    MINUTE,
    NO_PROPERTY,
    OF_ENDS,
    OF_EVENT,
    OF_VISIT,
    PROPS,
    TIMES,
    UNKNOWN,
)
from shared.domain.reports.tables import Column, Flags, Ints, Table
from shared.domain.reports.visits import NONE, Visits
from shared.domain.sites import Goal

_MINUTE_MS = 60_000


class Values:
    """A day's columns by dimension, each made once."""

    def __init__(self, table: Table, visits: Visits, timezone: str) -> None:
        """Makes none yet; `timezone` is the site's."""
        self._table = table
        self._visits = visits
        self._timezone = timezone
        self._made: dict[str, Column] = {}

    def column(self, dimension: str) -> Column:
        """Gives the value of every row.

        Raises:
            KeyError: The dimension is none, or is `GOAL`, of which a row may have several.
        """
        if dimension not in self._made:
            self._made[dimension] = self._make(dimension)
        return self._made[dimension]

    def reaches(self, goal: Goal) -> Flags:
        """Tells of each row whether it fulfils a goal."""
        if goal.event:
            return self._table.text("name").equals(goal.event)
        page = self._table.text("page")
        matching = np.array([matches_page(goal.page, value) for value in page.values], np.bool_)
        pageviews = self._table.text("name").equals(PAGEVIEW)
        return pageviews & matching[page.codes] if page.values else pageviews

    def _make(self, dimension: str) -> Column:
        if dimension in OF_EVENT:
            return self._table.text(OF_EVENT[dimension])
        if dimension in OF_VISIT:
            return self._of_visit(self._table.text(OF_VISIT[dimension]), self._visits.lead)
        if dimension in OF_ENDS:
            end, name = OF_ENDS[dimension]
            return self._of_end(self._table.text(name), getattr(self._visits, end))
        if dimension.startswith(PROPS):
            return mapped(self._table.text("props"), lambda props: _property(props, dimension.removeprefix(PROPS)))
        if dimension in UNKNOWN:
            return Column(np.zeros(self._table.rows, np.int64), [""])
        return self._minutes() if dimension == MINUTE else mapped(self._table.text("hour"), TIMES[dimension])

    def _of_visit(self, column: Column, rows: Ints) -> Column:
        """Gives each row its visit's value, and a row without a visit its own."""
        visit = self._visits.visit
        if not len(rows):
            return column
        return Column(np.where(visit == NONE, column.codes, column.codes[rows[visit]]), column.values)

    def _of_end(self, column: Column, rows: Ints) -> Column:
        """Likewise, but "" where there is no such row."""
        missing = column.code_of("")
        values = column.values if missing >= 0 else [*column.values, ""]
        missing = missing if missing >= 0 else len(column.values)
        visit = self._visits.visit
        if not len(rows):
            return Column(np.full(self._table.rows, missing), values)
        row = np.where(visit == NONE, NONE, rows[visit])
        return Column(np.where(row == NONE, missing, column.codes[row]), values)

    def _minutes(self) -> Column:
        """Gives the minutes: those of an event whose hour is another than the site's clocks showed are UTC's."""
        minutes, places = np.unique(self._table.number("instant") // _MINUTE_MS, return_inverse=True)
        instants = (minutes * _MINUTE_MS).tolist()
        hour = self._table.text("hour")
        known = {name: code for code, name in enumerate(hour.values)}
        own = np.array([known.get(local_hour(at, self._timezone), NONE) for at in instants], np.int64)
        local = np.array([local_minute(at, self._timezone) for at in instants], np.int64)
        shown = np.where(hour.codes == own[places], local[places], minutes[places] % 60)
        pairs, codes = np.unique(hour.codes * 60 + shown, return_inverse=True)
        labels = [f"{TIMES[HOUR](hour.values[pair // 60])[:13]}:{pair % 60:02d}:00" for pair in pairs.tolist()]
        return Column(codes, labels)


def mapped(column: Column, change: Callable[[str], str]) -> Column:
    """Gives a column with its values changed; those that become the same fall together."""
    places: dict[str, int] = {}
    codes = np.array([places.setdefault(change(value), len(places)) for value in column.values], np.int32)
    return Column(codes[column.codes] if len(codes) else column.codes, list(places))


def combined(columns: Sequence[Column], rows: Ints) -> tuple[Ints, list[tuple[str, ...]]]:
    """Numbers the combinations of values that some rows have.

    Returns:
        For each of the rows its combination's number, and the combinations.
    """
    codes = np.zeros(len(rows), np.int64)
    for column in columns:
        _, codes = np.unique(codes * (len(column.values) + 1) + column.codes[rows], return_inverse=True)
    examples = np.unique(codes, return_index=True)[1]
    keys = [tuple(column.values[column.codes[rows[example]]] for column in columns) for example in examples.tolist()]
    return codes, keys


@lru_cache(maxsize=10_000)
def _property(props: str, name: str) -> str:
    value: str = json.loads(props).get(name, NO_PROPERTY) if props else NO_PROPERTY
    return value


def matches_page(pattern: str, page: str) -> bool:
    """Tells whether a page is one of a pattern's, in which "*" stands for any characters or none."""
    first, *rest = pattern.split("*")
    if not rest:
        return page == pattern
    *middle, last = rest
    if not page.startswith(first) or not page.endswith(last) or len(page) < len(first) + len(last):
        return False
    at, end = len(first), len(page) - len(last)
    for piece in middle:
        at = page.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True
