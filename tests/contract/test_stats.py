"""Questions about random events, answered by each engine as the naive evaluation answers them."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.projector.day_folder import DayFolder
from services.projector.project import Projector
from services.query.stats.evaluate import StatsEvaluator
from shared import folded_days
from shared.backlog import live_projection
from shared.domain.calendar import HOUR_MS, utc_hour
from shared.domain.epochs import live_epoch
from shared.domain.events import Event, encode_event
from shared.domain.reports.question import Group, Question
from shared.domain.sites import Goal, Site
from shared.engine import Engine, Entry
from tests.unit.asking import assert_naive, goals, questions
from tests.unit.making import at
from tests.unit.sittings import TIMEZONE, events

#: When the first example is stored: all days of its events are over.
BEGINNING = at("2026-10-28T12:00:00+00:00")
#: Hours from one example to the next, so that what one leaves open is closed by a later one.
STEP = 4 * HOUR_MS


class Place:
    """An installation to which sites are added, one for each example, hours after the one before."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.now = BEGINNING
        self._ids = map(str, itertools.count())
        self._projector = Projector(engine.log, engine.read_models, lambda subjects: None, lambda attempt: None)
        self._folder = DayFolder(engine, lambda: next(self._ids))
        self.site = Site("", "")

    def begin(self, site_goals: Sequence[Goal]) -> None:
        """Adds another site."""
        self.now += STEP
        number = next(self._ids)
        self.site = Site(f"{number}.example", number, TIMEZONE, goals=tuple(site_goals))
        self.engine.sites.save(self.site)
        self.engine.read_models.set_timezone(self.site.name, TIMEZONE)

    def store(self, some: Sequence[Event], projects: bool) -> None:
        """Appends events of the site to an epoch of their own, and counts them if that is wanted."""
        epoch = live_epoch(self.now, next(self._ids))
        bodies = [encode_event(event) for event in some]
        if bodies:
            entries = [Entry(f"{epoch}-{n}", body) for n, body in enumerate(bodies)]
            self.engine.log.put(epoch, utc_hour(self.now), 0, entries)
        if bodies and projects:
            self._projector.catch_up(live_projection(self.engine.read_models), epoch, len(bodies) - 1)

    def fold(self) -> None:
        """Folds what is full, and rolls days up."""
        self._folder.fold(live_projection(self.engine.read_models), self.now)

    def close(self) -> None:
        """Folds all that was stored in this hour, and goes on to the next."""
        projection, hour = live_projection(self.engine.read_models), utc_hour(self.now)
        self._folder.close(projection, hour)
        self.engine.read_models.close(projection.version, hour)
        self.now += HOUR_MS

    def answers(self) -> Callable[[Question], list[Group]]:
        evaluator = StatsEvaluator(self.engine, lambda: self.now)
        return lambda question: evaluator.rows(self.site, question)


@pytest.fixture
def place(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(folded_days, "PORTION", 4)
    return Place(engine)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(events(), goals(), st.lists(questions(), min_size=1, max_size=5), st.booleans(), st.data())
def test_product_equals_naive(
    place: Place,
    some: list[Event],
    site_goals: tuple[Goal, ...],
    asked: list[Question],
    rolls: bool,
    data: st.DataObject,
) -> None:
    """Some events are in segments of a closed hour, some in days that are rolled up, some in the tail of the log."""
    place.begin(site_goals)
    some = [replace(event, site=place.site.name) for event in some]
    parts = data.draw(st.lists(st.integers(0, 3), min_size=len(some), max_size=len(some)))
    closed, folded, counted, tail = ([e for e, part in zip(some, parts, strict=True) if part == n] for n in range(4))
    place.store(closed, projects=True)
    place.close()
    place.store(folded, projects=True)
    if rolls:
        place.fold()
    answer = place.answers()
    for question in asked:
        assert_naive(answer, closed + folded, question, site_goals)
    place.store(counted, projects=True)
    place.store(tail, projects=False)
    for question in asked:
        assert_naive(answer, some, question, site_goals)
