"""The plainest evaluation of a question: every event in memory, every metric counted as it is defined, nothing shared.

What the definitions leave open is read like this:

- The hostnames of entry and exit are those of the first and the last pageview, like the pages. Events at one instant
  keep the order in which they are given.
- Events without a visitor belong to no visit: `HasDone` holds for none of them, and they have no part in a scroll
  depth. Their engagement counts among a group's time, but their pageviews are no pair of visit and page.
- `since` and `until` choose among a visit's events and do not change the visit.
- A group's own visits, of which bounce rate, duration and views are told, have an event in the group: by "event:page"
  those of them that entered at that page, by a time those that began in it, whatever they began with.
- A revenue is one if its amount is a number. An engagement tells of time if it is above zero.
- A regular expression is searched for. Values that are compared without regard to capitals are folded.
- Percentages, means and amounts are computed in whole numbers or decimals, and rounded half up (an amount's half away
  from zero).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import product

from shared.domain.events import Event
from shared.domain.reports.question import All, Any, Condition, Filter, Group, HasDone, Not, Question
from shared.domain.sites import Goal
from tests.support.naive_dimensions import TIMES, flag_of, time_of, values_of, visit_value
from tests.support.naive_metrics import METRICS, Asked
from tests.support.naive_visits import Row, Visit, attach_visits, wall_clock


def rows(events: Iterable[Event], question: Question, timezone: str, goals: Sequence[Goal]) -> list[Group]:
    """Answers a question.

    Args:
        events: A site's events.
        question: What is asked, of the metrics in `METRICS`.
        timezone: The site's timezone.
        goals: The site's goals.

    Returns:
        The groups, in no particular order.
    """
    population = populate(events, question, timezone)
    attach_visits(population)
    included = [
        row
        for row in population
        if (question.since is None or row.event.instant >= question.since)
        and (question.until is None or row.event.instant < question.until)
        and holds(question.filters, row, goals)
    ]
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    if not question.dimensions:
        groups[()] = included
    for row in included if question.dimensions else []:
        values = [values_of(row, dimension, goals) for dimension in question.dimensions]
        for key in product(*values):
            groups[key].append(row)
    return [
        Group(
            key,
            {metric: METRICS[metric](Asked(found, own_visits(found, key, question))) for metric in question.metrics},
        )
        for key, found in groups.items()
        if not question.dimensions or any(row.acts for row in found)
    ]


def populate(events: Iterable[Event], question: Question, timezone: str) -> list[Row]:
    """Gives the events of the days and of the kind of visitors that a question is about."""
    population = []
    for event in events:
        row = Row(event, wall_clock(event, timezone))
        if not question.first.isoformat() <= row.day <= question.last.isoformat():
            continue
        if question.bots == "include" or (flag_of(event) != "") == (question.bots == "only"):
            population.append(row)
    return population


def own_visits(found: Iterable[Row], key: tuple[str, ...], question: Question) -> list[Visit]:
    """Gives the visits of a group of which it tells how they went."""
    visits = []
    for visit in dict.fromkeys(row.visit for row in found if row.acts and row.visit):
        for dimension, value in zip(question.dimensions, key, strict=True):
            if dimension == "event:page" and visit_value(visit.rows[0], "visit:entry_page") != value:
                break
            if dimension in TIMES and time_of(visit.rows[0], dimension) != value:
                break
        else:
            visits.append(visit)
    return visits


def holds(part: Filter | None, row: Row, goals: Sequence[Goal]) -> bool:
    """Tells whether a filter holds for an event."""
    match part:
        case None:
            return True
        case Not():
            return not holds(part.part, row, goals)
        case All():
            return all(holds(one, row, goals) for one in part.parts)
        case Any():
            return any(holds(one, row, goals) for one in part.parts)
        case HasDone():
            return row.visit is not None and any(holds(part.part, other, goals) for other in row.visit.rows)
        case Condition():
            values = values_of(row, part.dimension, goals)
            return any(compares(part, value, wanted) for value in values for wanted in part.values)


def compares(condition: Condition, value: str, wanted: str) -> bool:
    if condition.operator == "matches":
        return re.search(wanted, value, 0 if condition.case_sensitive else re.IGNORECASE) is not None
    if not condition.case_sensitive:
        value, wanted = value.casefold(), wanted.casefold()
    return value == wanted if condition.operator == "is" else wanted in value
