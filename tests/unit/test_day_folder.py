"""What is folded when, whoever is stopped in between, and whoever else folds at the same time."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from services.projector import day_folder as folding_module
from services.projector.redrive import redrive
from services.query.stats import evaluate
from shared import folded_days
from shared.domain.calendar import HOUR_MS, utc_hour
from shared.domain.epochs import hour_start
from shared.domain.events import UPCASTERS
from shared.domain.reports.question import CONTAINS, Condition, Question
from shared.domain.sites import Goal
from shared.engine import ImportPart
from shared.folded_days import EVENTS, FOLDED, UNROLLED
from tests.support.days import day_folder
from tests.support.folders import scratch_folder
from tests.unit.folding import ALL, FEW_ROLLED, FIRST, LAST, QUESTIONS, Days, traffic
from tests.unit.making import NOON, SITE, event
from tests.unit.test_redrive import OLD, upcast

HOUR = utc_hour(NOON)
DAY_MS = 24 * HOUR_MS
IMPORT = "import.id.digest"


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Iterator[Days]:
    """Portions of four events, of a world that has few dimensions."""
    monkeypatch.setattr(folded_days, "PORTION", 4)
    monkeypatch.setattr(folding_module, "ROLLED", FEW_ROLLED)
    monkeypatch.setattr(evaluate, "ROLLED", FEW_ROLLED)
    with scratch_folder() as folder:
        yield Days(folder)


def register(days: Days, events: int) -> None:
    days.engine.imports.register(ImportPart(IMPORT, "id", "", "end", events, events, "access-log"))


# What is folded when.


def test_full_portions_are_folded_early_and_the_rest_when_the_hour_closes(days: Days) -> None:
    head = days.put(f"{HOUR}.a", HOUR, *traffic(NOON))
    days.fold()
    today, before = "2026-11-22", "2026-11-21"
    assert days.segments() == [f"{today}|{head.epoch}|00000", f"{today}|{head.epoch}|00004"]
    assert days.folded() == {head.epoch: 7}
    days.agree()
    days.close()
    assert days.segments() == [
        f"{before}|{head.epoch}|00008",
        *(f"{today}|{head.epoch}|{start}" for start in ("00000", "00004", "00008")),
    ]
    assert days.folded() == {head.epoch: 9}
    days.agree()


def test_less_than_a_portion_is_not_folded_early(days: Days) -> None:
    days.put(f"{HOUR}.a", HOUR, *traffic(NOON)[:3])
    days.fold()
    assert days.segments() == [] == days.unrolled()
    assert days.folded() == {}
    days.agree()


def test_a_day_is_rolled_up_two_hours_after_it_is_over(days: Days) -> None:
    days.put(f"{HOUR}.a", HOUR, *traffic(NOON))
    days.close()
    assert days.unrolled() == ["2026-11-21", "2026-11-22"]
    days.fold()
    assert days.unrolled() == ["2026-11-22"]
    days.agree()
    midnight = hour_start("2026-11-22T23")  # on the site's clocks
    days.folder.roll_up(days.live, midnight + 2 * HOUR_MS - 1)
    assert days.unrolled() == ["2026-11-22"]
    days.folder.roll_up(days.live, midnight + 2 * HOUR_MS)
    assert days.unrolled() == []
    days.agree()


def test_a_day_too_large_to_be_rolled_up_is_told_and_keeps_nobody_waiting(
    days: Days, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(folding_module, "MAX_ROLLED_EVENTS", 5)
    days.put(f"{HOUR}.a", HOUR, *traffic(NOON))
    days.close()
    days.now = NOON + 3 * DAY_MS
    days.fold()
    assert set(days.unrolled()) == {"2026-11-22"}, "the day before has few events"
    assert "2026-11-22 of example.org has more than 5 events, and is not rolled up" in caplog.text
    days.agree()


def test_a_writer_whose_clock_is_slow_is_heard_at_the_next_closing_for_a_day(days: Days) -> None:
    days.put(f"{HOUR}.a", HOUR, *traffic(NOON)[:3])
    days.close()
    question = Question(ALL, ("time:day",), FIRST, LAST)
    for hours in (1, 24):
        late = event("https://example.org/late", NOON, 70 + hours)
        days.put(f"{HOUR}.a", HOUR, late)
        days.put(f"{HOUR}.slow{hours}", HOUR, late)
        assert len(days.events()) == days.pageviews()[()] + 2
        days.now = NOON + hours * HOUR_MS
        days.close()
        days.agree(*QUESTIONS, question)
        days.now += DAY_MS
        days.fold()
        days.now -= DAY_MS
        assert days.unrolled() == []
        days.agree(*QUESTIONS, question)
    days.now = NOON + 40 * HOUR_MS
    days.close()
    days.put(f"{HOUR}.a", HOUR, event("https://example.org/late", NOON, 99))
    days.now = NOON + 80 * HOUR_MS
    days.close()
    assert len(days.events()) == days.pageviews()[()] + 1


def test_a_writer_whose_clock_is_slow_is_heard_after_days_without_a_closing(days: Days) -> None:
    days.put(f"{HOUR}.a", HOUR, *traffic(NOON)[:3])
    days.close()
    days.put(f"{HOUR}.a", HOUR, event("https://example.org/late", NOON, 9))
    days.now += 3 * DAY_MS
    days.close()
    days.agree()


def test_marks_of_epochs_that_are_looked_at_no_more_are_forgotten_and_those_of_others_stay(days: Days) -> None:
    for _ in range(40):
        days.put(f"{utc_hour(days.now)}.a", utc_hour(days.now), event("https://example.org/", days.now))
        days.close()
    first = utc_hour(days.now - 30 * HOUR_MS)
    assert min(days.folded()) > first
    assert len(days.folded()) >= 26
    days.agree()


# Imports.


def test_an_import_is_read_from_the_log_until_it_is_finished_and_from_segments_afterwards(days: Days) -> None:
    register(days, 10)
    events = traffic(NOON - 3 * DAY_MS)
    days.put(IMPORT, HOUR, *events[:6])
    days.agree()
    days.fold()
    assert days.folded() == {IMPORT: 3}
    days.now += 5 * HOUR_MS
    days.close()  # it was stopped, and its hour closes
    assert days.folded() == {IMPORT: 3}
    days.agree()
    days.put(IMPORT, HOUR, *events[6:])  # it is resumed
    days.agree()
    days.folder.finish(IMPORT)
    days.agree()
    days.engine.imports.finish(IMPORT)
    days.agree()
    assert days.folded() == {IMPORT: 9}
    assert not days.evaluator._tail.moment(days.site).details


def test_days_are_not_rolled_up_while_an_import_is_under_way(days: Days) -> None:
    register(days, 3)
    days.put(f"{HOUR}.a", HOUR, *traffic(NOON))
    days.close()
    days.now += 3 * DAY_MS
    days.fold()
    assert days.unrolled() == ["2026-11-21", "2026-11-22"]
    days.agree()
    days.engine.imports.finish(IMPORT)
    days.fold()
    assert days.unrolled() == []
    days.agree()


def test_days_that_an_import_has_left_alone_for_a_while_are_rolled_up_meanwhile(days: Days) -> None:
    register(days, 10)
    days.put(f"{HOUR}.a", HOUR, *traffic(NOON))
    days.close()
    days.now += 3 * DAY_MS
    days.fold()
    days.now += HOUR_MS // 8
    days.put(IMPORT, utc_hour(days.now), *(event("https://example.org/", NOON) for _ in range(4)))
    days.fold()
    days.now += HOUR_MS // 8 - 1
    days.fold()
    assert days.unrolled() == ["2026-11-21", "2026-11-22"]
    days.now += 1
    days.fold()
    assert days.unrolled() == ["2026-11-22"]
    days.now += HOUR_MS // 8
    days.fold()
    assert days.unrolled() == []
    days.agree()


# Whoever is stopped.

Step = Callable[[Days], object]


def _close(days: Days) -> None:
    days.folder.close(days.live, utc_hour(days.now))


def _close_a_late_one(days: Days) -> None:
    """Closes again what was closed before the hour was said to be closed."""
    days.folder.close(days.live, HOUR)


def _finish(days: Days) -> None:
    days.folder.finish(IMPORT)


def _roll_up(days: Days) -> None:
    days.folder.roll_up(days.live, NOON + 9 * DAY_MS)


def _roll_up_again(days: Days) -> None:
    days.folder.roll_up_again(days.live, SITE, days.site.goals, lambda done: None)


def _with_open_epochs(days: Days) -> None:
    days.put(f"{HOUR}.a", HOUR, *traffic(NOON))
    days.put(f"{HOUR}.b", HOUR, *traffic(NOON + HOUR_MS)[:5])


def _with_a_late_event(days: Days) -> None:
    _with_open_epochs(days)
    days.folder.close(days.live, HOUR)
    days.put(f"{HOUR}.a", HOUR, *traffic(NOON + 2 * HOUR_MS)[:3])


def _with_a_closed_hour(days: Days) -> None:
    _with_open_epochs(days)
    days.close()
    days.put(f"{HOUR}.c", utc_hour(days.now), *traffic(NOON + HOUR_MS)[:5])


def _with_an_import(days: Days) -> None:
    register(days, 10)
    _with_closed_days(days)
    days.put(IMPORT, HOUR, *traffic(NOON - DAY_MS))


def _with_closed_days(days: Days) -> None:
    _with_open_epochs(days)
    days.close()
    days.folder.roll_up(days.live, NOON + 9 * DAY_MS)


def _with_other_goals(days: Days) -> None:
    _with_closed_days(days)
    days.add_site(SITE, timezone=days.site.timezone, goals=(Goal("Joined", event="join"),))


def _late(days: Days, number: int) -> None:
    days.put(f"{HOUR}.late", HOUR, event("https://example.org/late", NOON, 100 + number))


@pytest.mark.parametrize(
    ("prepare", "step"),
    [
        (_with_open_epochs, Days.fold),
        (_with_open_epochs, _close),
        (_with_a_late_event, _close_a_late_one),
        (_with_a_closed_hour, Days.fold),
        (_with_a_closed_hour, _roll_up),
        (_with_an_import, _finish),
        (_with_other_goals, _roll_up_again),
    ],
)
def test_answers_are_right_wherever_a_step_is_stopped_and_when_it_is_repeated(
    days: Days, prepare: Step, step: Step
) -> None:
    prepare(days)
    days.store.stand(days.store.blobs)
    step(days)
    states = days.store.states
    assert len(states) > 3
    for state in states:
        days.store.stand(state)
        days.agree(evaluator=days.evaluator)
        days.agree()
        step(days)
        days.agree(evaluator=days.evaluator)
    assert _without_tokens(days) == _without_tokens(days, states[-1])


def test_late_events_are_in_all_reports_or_in_none_wherever_their_folding_is_stopped(days: Days) -> None:
    _with_closed_days(days)
    for number in range(3):
        _late(days, number)
        days.put(f"{HOUR}.b", HOUR, event("https://example.org/late", NOON, 200 + number))
    days.store.stand(days.store.blobs)
    _close(days)
    _roll_up(days)
    whole = Question(ALL, ("event:page",), FIRST, LAST)
    filtered = dataclasses.replace(whole, filters=Condition(CONTAINS, "event:page", ("",)))
    seen = set()
    for state in days.store.states:
        days.store.stand(state)
        answers = [days.new_evaluator().rows(days.site, question) for question in (whole, filtered)]
        from_rollups, from_events = ({group.dimensions: group.metrics for group in answer} for answer in answers)
        assert from_rollups == from_events
        seen.add(("/late",) in from_rollups)
    assert seen == {False, True}
    days.agree(whole, filtered)


def _without_tokens(days: Days, state: Any = None) -> dict[Any, bytes]:
    state = days.store.blobs if state is None else state
    return {place: blob for place, blob in state.items() if place[2] != UNROLLED}


def test_a_version_that_is_built_is_whole_wherever_its_folding_is_stopped_and_repeated(days: Days) -> None:
    _with_a_closed_hour(days)
    building = days.rebuild.build("rules", days.live.timezones, lambda events: None)
    days.store.stand(days.store.blobs)
    days.folder.complete(building, HOUR, days.now)
    *states, last = days.store.states
    for state in states:
        days.store.stand(state)
        days.agree()
        days.folder.complete(building, HOUR, days.now)
        assert _without_tokens(days) == _without_tokens(days, last)
    days.rebuild.switch(building, days.now)
    days.agree()


# Whoever else folds.


def once(days: Days, method: str, collection: str, act: Callable[[], object]) -> None:
    """Lets another process act before a call of the store."""

    def interrupt(called: str, where: str) -> None:
        if (called, where) == (method, collection):
            days.store.interrupt = lambda method, collection: None
            act()

    days.store.interrupt = interrupt


@pytest.mark.parametrize(("method", "collection"), [("read", EVENTS), ("put", "include.all"), ("replace", UNROLLED)])
def test_a_day_that_is_folded_while_it_is_rolled_up_stays_unrolled(days: Days, method: str, collection: str) -> None:
    _with_closed_days(days)
    _late(days, 1)
    days.close()
    _late(days, 2)
    once(days, method, collection, days.close)
    _roll_up(days)
    assert days.unrolled() == ["2026-11-22"]
    days.agree()
    _roll_up(days)
    assert days.unrolled() == []
    days.agree()


@pytest.mark.parametrize("collection", [UNROLLED, EVENTS, FOLDED])
def test_a_day_that_is_rolled_up_while_it_is_folded_stays_unrolled(days: Days, collection: str) -> None:
    _with_closed_days(days)
    _late(days, 1)
    once(days, "put", collection, lambda: _roll_up(days))
    days.close()
    days.agree()
    _roll_up(days)
    assert days.unrolled() == []
    days.agree()


def test_what_was_rolled_up_from_less_than_another_has_read_is_rolled_up_again(days: Days) -> None:
    _with_closed_days(days)
    _late(days, 1)
    days.close()

    def others() -> None:
        _late(days, 2)
        days.close()
        _roll_up(days)

    once(days, "put", "exclude.all", others)
    _roll_up(days)
    assert days.unrolled() == ["2026-11-22"]
    _roll_up(days)
    days.agree()


# Redrive and rebuild.


@pytest.mark.parametrize("hours", [0, 3, 60])
def test_what_leaves_quarantine_is_in_reports(days: Days, monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    events = traffic(NOON)
    days.append(*events[:2])
    days.append_bodies(OLD)
    days.append(*events[2:])
    days.project()
    for _ in range(hours):
        days.close()
    days.folder.roll_up(days.live, days.now)
    days.agree()
    monkeypatch.setitem(UPCASTERS, 0, upcast)
    redrive(days.engine, days.check, days.folder)
    assert days.pageviews(first=FIRST)[()] == sum(one.name == "pageview" for one in days.events())
    days.agree()
    days.folder.roll_up(days.live, days.now)
    days.agree()


def test_a_rebuild_gives_the_segments_and_rollups_of_live_folding(days: Days) -> None:
    for number in range(30):
        some = traffic(days.now)[: 3 + number % 8]
        days.put(f"{utc_hour(days.now)}.a", utc_hour(days.now), *some)
        days.fold()
        days.close()
    hour = utc_hour(days.now - 5 * HOUR_MS)
    days.put(f"{hour}.a", hour, event("https://example.org/late", days.now - 5 * HOUR_MS, 9))
    days.close()
    days.fold()
    days.agree()
    old = days.live
    days.rebuild.switch(days.rebuild.build("rules", old.timezones, lambda events: None), days.now)
    days.agree()
    new = days.live
    found: dict[int, dict[Any, Any]] = {old.version: {}, new.version: {}}
    for (version, site, collection, key), blob in days.store.blobs.items():
        if site == SITE and collection != UNROLLED:
            found[version][collection, key] = blob
    assert {collection for collection, _ in found[new.version]} > {EVENTS, "include.event:page"}
    assert found[new.version] == found[old.version]


def test_days_are_those_of_another_timezone_after_a_rebuild_under_it(days: Days) -> None:
    late_evening = NOON + 11 * HOUR_MS + 60_000  # the next day in Berlin, the same in UTC
    days.put(f"{HOUR}.a", HOUR, event("https://example.org/", late_evening))
    days.close()
    assert days.pageviews("time:day") == {("2026-11-23",): 1}
    building = days.rebuild.build("rules", {SITE: "UTC"}, lambda events: None)
    days.rebuild.switch(building, days.now)
    assert days.pageviews("time:day") == {("2026-11-22",): 1}
    days.put(f"{utc_hour(days.now)}.a", utc_hour(days.now), event("https://example.org/", late_evening, 2))
    assert days.pageviews("time:day") == {("2026-11-22",): 2}


def test_other_folders_make_the_same(days: Days) -> None:
    _with_open_epochs(days)
    days.fold()
    day_folder(days.engine).fold(days.live, days.now)
    days.close()
    before = _without_tokens(days)
    day_folder(days.engine).close(days.live, HOUR)
    assert _without_tokens(days) == before
