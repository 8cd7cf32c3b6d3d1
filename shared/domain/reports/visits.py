"""Visits: the events of one visitor on one of the site's days, without half an hour of inactivity in between."""

from dataclasses import dataclass

import numpy as np

from shared.domain.events import PAGEVIEW
from shared.domain.reports.details import ENGAGEMENT
from shared.domain.reports.tables import Flags, Ints, Table

#: A visit ends with a longer pause than this, in milliseconds.
INACTIVITY_MS = 30 * 60 * 1000

NONE = -1


@dataclass(frozen=True, slots=True)
class Visits:
    """The visits of a day; rows are named by their place in its table, visits and visitors by numbers from 0.

    Attributes:
        visit: For each row of the table its visit; `NONE` where it has no visitor, or is not among those that count.
        visitor: For each row its visitor, likewise.
        first: For each visit its first row.
        lead: The row whose source, agent and so on are the visit's: of its first pageview, else its first row.
        entry: The row of its first pageview; `NONE` without any.
        exit: The row of its last pageview; `NONE` without any.
        pageviews: How many pageviews it has.
        duration_ms: From its first to its last event that is no engagement event.
        bounce: Whether it has one pageview at most, and no custom event that tells of interest.
    """

    visit: Ints
    visitor: Ints
    first: Ints
    lead: Ints
    entry: Ints
    exit: Ints
    pageviews: Ints
    duration_ms: Ints
    bounce: Flags


def visits_of(table: Table, among: Flags) -> Visits:
    """Groups a day's rows to visits.

    Args:
        table: The day.
        among: Of each row, whether it counts at all.
    """
    hashes = table.number("visitor")
    rows = np.flatnonzero(among & (table.number("has_visitor") == 1))
    rows = rows[np.argsort(hashes[rows], kind="stable")]
    instants = table.number("instant")[rows]
    others = np.diff(hashes[rows].view(np.int64), prepend=0) != 0
    others[:1] = True
    begins = others | (np.diff(instants, prepend=0) > INACTIVITY_MS)
    starts = np.flatnonzero(begins)
    visit, visitor = (np.full(table.rows, NONE, np.int64) for _ in range(2))
    visit[rows], visitor[rows] = np.cumsum(begins) - 1, np.cumsum(others) - 1
    names = table.text("name")
    pageview, engagement = (names.equals(name)[rows] for name in (PAGEVIEW, ENGAGEMENT))
    first, entry = rows[starts], _ends(rows, pageview, starts, np.minimum)
    acts = ~engagement
    return Visits(
        visit,
        visitor,
        first,
        np.where(entry == NONE, first, entry),
        entry,
        _ends(rows, pageview, starts, np.maximum),
        _sums(pageview, starts),
        _spans(instants, acts, starts),
        (_sums(pageview, starts) <= 1) & (_sums(table.number("interactive")[rows], starts) == 0),
    )


def _sums(numbers: np.ndarray, starts: Ints) -> Ints:
    return np.add.reduceat(numbers.astype(np.int64), starts) if len(starts) else np.zeros(0, np.int64)


def _ends(rows: Ints, wanted: Flags, starts: Ints, pick: np.ufunc) -> Ints:
    """Gives each visit's first (`np.minimum`) or last (`np.maximum`) wanted row; `NONE` without any."""
    if not len(starts):
        return np.zeros(0, np.int64)
    beyond = len(rows) if pick is np.minimum else NONE
    places = pick.reduceat(np.where(wanted, np.arange(len(rows)), beyond), starts)
    found: Ints = np.where(places == beyond, NONE, rows[np.where(places == beyond, 0, places)])
    return found


def _spans(instants: Ints, wanted: Flags, starts: Ints) -> Ints:
    """Gives the milliseconds from each visit's first wanted instant to its last."""
    if not len(starts):
        return np.zeros(0, np.int64)
    never = np.iinfo(np.int64).max
    first = np.minimum.reduceat(np.where(wanted, instants, never), starts)
    last = np.maximum.reduceat(np.where(wanted, instants, -never), starts)
    spans: Ints = np.where(first == never, 0, np.where(first == never, 0, last) - np.where(first == never, 0, first))
    return spans
