"""What questions are answered from, what is refused, and how days, hours and minutes are told."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.projector.retention import expire
from services.query.refusals import InvalidRequest
from services.query.stats import evaluate
from shared.domain.calendar import HOUR_MS, utc_hour
from shared.domain.events import ACCESS_LOG, Event
from shared.domain.reports.question import CONTAINS, IS, All, Condition, Not, Question
from shared.domain.sites import Goal
from shared.folded_days import EVENTS, NOBODY, SINCE, UNROLLED
from tests.support import naive
from tests.support.folders import scratch_folder
from tests.unit.folding import ALL, FEW_ROLLED, FIRST, LAST, QUESTIONS, SEEN_A, Days, traffic
from tests.unit.making import NOON, PERSON, SITE, at, event

HOUR = utc_hour(NOON)
DAY_MS = 24 * HOUR_MS
PAGES = Question(ALL, ("event:page",), FIRST, LAST, bots="include")


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Iterator[Days]:
    monkeypatch.setattr("services.projector.day_folder.ROLLED", FEW_ROLLED)
    monkeypatch.setattr(evaluate, "ROLLED", FEW_ROLLED)
    with scratch_folder() as folder:
        yield Days(folder, retention_months=1)


def over(days: Days, number: int = 3) -> None:
    """Traffic on some days, closed and rolled up."""
    for day in range(number):
        days.now = NOON + day * DAY_MS
        days.put(f"{utc_hour(days.now)}.a", utc_hour(days.now), *traffic(days.now))
    days.close()
    days.folder.roll_up(days.live, days.now + 2 * DAY_MS)


def read_of(days: Days, question: Question) -> list[str]:
    """The collections that a question is answered from."""
    found: list[str] = []
    days.store.interrupt = lambda method, collection: found.append(collection)
    days.evaluator.rows(days.site, question)
    days.store.interrupt = lambda method, collection: None
    return found


@pytest.mark.parametrize(
    ("dimensions", "more", "rolled"),
    [
        ((), {}, True),
        (("event:page",), {}, True),
        (("event:page",), {"bots": "only"}, True),
        (("time:week", "event:page"), {}, True),
        (("event:goal", "time:month"), {}, True),
        (("time:day",), {}, True),
        (("time:minute",), {}, False),
        (("event:props:plan",), {}, False),
        (("visit:source", "event:page"), {}, False),
        (("time:day", "time:week"), {}, False),
        (("event:page",), {"filters": SEEN_A}, False),
        (("event:page",), {"since": NOON}, False),
        (("event:page",), {"until": NOON}, False),
    ],
)
def test_rollups_are_read_where_they_suffice(
    days: Days, dimensions: tuple[str, ...], more: dict[str, Any], rolled: bool
) -> None:
    over(days)
    question = replace(Question(ALL, dimensions, FIRST, LAST), **more)
    assert (EVENTS not in read_of(days, question)) is rolled
    days.agree(question)


# How times are told.


@pytest.mark.parametrize("closes", [False, True])
def test_weeks_and_months_are_named_by_their_first_day_though_the_question_begins_later(
    days: Days, closes: bool
) -> None:
    days.put(f"{HOUR}.a", HOUR, *(event("https://example.org/", NOON + n * DAY_MS) for n in range(-22, 10)))
    if closes:
        days.close()
        days.folder.roll_up(days.live, NOON + 20 * DAY_MS)
    some = {"first": date(2026, 11, 4), "last": date(2026, 12, 1)}
    assert days.pageviews("time:week", **some) == {
        ("2026-11-02",): 5,
        **{(f"2026-11-{day:02}",): 7 for day in (9, 16, 23)},
        ("2026-11-30",): 2,
    }
    assert days.pageviews("time:month", **some) == {("2026-11-01",): 27, ("2026-12-01",): 1}
    assert days.pageviews("time:month", "event:page", **some) == {
        ("2026-11-01", "/"): 27,
        ("2026-12-01", "/"): 1,
    }


def test_part_of_a_day(days: Days) -> None:
    minute = 60_000
    days.put(f"{HOUR}.a", HOUR, *traffic(NOON))
    for since, until, expected in (
        (NOON, None, 7),
        (NOON + 1, None, 3),
        (None, NOON, 1),
        (NOON + minute, NOON + 3 * minute, 1),
        (NOON + minute, NOON + 3 * minute + 1, 2),
    ):
        question = Question(ALL, (), FIRST, LAST, bots="include", since=since, until=until)
        days.agree(question)
        assert days.pageviews(since=since, until=until) == {(): expected}


@pytest.mark.parametrize("timezone", ["Asia/Kolkata", "America/St_Johns", "Asia/Kathmandu", "Europe/Berlin"])
def test_minutes_are_those_of_the_sites_clocks_and_as_written_those_of_utc(timezone: str) -> None:
    with scratch_folder() as folder:
        days = Days(folder, timezone=timezone)
        written = [
            event("/a", NOON + 7 * 60_000, number, origin=ACCESS_LOG, written=hour)
            for number, hour in enumerate(["2026-11-22T02", "2026-11-22T23"])
        ]
        some = [*traffic(NOON + 59_999), *written]
        days.put(f"{HOUR}.a", HOUR, *some)
        question = Question(ALL, ("time:minute",), FIRST, LAST, bots="include")
        expected = {one.dimensions: one.metrics for one in naive.rows(some, question, timezone, days.site.goals)}
        assert {one.dimensions: one.metrics for one in days.evaluator.rows(days.site, question)} == expected


def test_visitors_with_a_pageview_since_an_instant(days: Days) -> None:
    days.put(f"{HOUR}.a", HOUR, *traffic(NOON))
    ask = days.evaluator.visitors_since
    assert ask(days.site, NOON) == 3
    assert ask(days.site, NOON + 1) == 2
    assert ask(days.site, NOON + 60_001) == 2
    assert ask(days.site, NOON + 3 * 60_000 + 1) == 1
    assert ask(days.site, NOON - 2 * DAY_MS) == 4  # visitor 1 on two days
    assert ask(days.site, NOON + 2 * DAY_MS) == 0


def test_visitors_since_yesterday_are_those_of_the_sites_days(days: Days) -> None:
    days.now = at("2026-11-23T00:10:00+01:00")
    before, after = days.now - 20 * 60_000, days.now - 60_000
    days.append(event("/", before, 1), event("/", after, 2), event("/", before, 3, name="join"))
    assert days.evaluator.visitors_since(days.site, days.now - 30 * 60_000) == 2
    assert days.evaluator.visitors_since(days.site, days.now - 5 * 60_000) == 1


def test_the_first_day_is_that_of_any_event(days: Days) -> None:
    assert days.evaluator.first_day(days.site) is None
    days.put(f"{HOUR}.a", HOUR, event("/", NOON, 1), event("/", NOON - 9 * DAY_MS, 1, name="join"))
    assert days.evaluator.first_day(days.site) == date(2026, 11, 13)


def test_nothing_was_seen(days: Days) -> None:
    days.agree()
    (group,) = days.evaluator.rows(days.site, QUESTIONS[0])
    assert group.metrics["visitors"] == 0
    assert group.metrics["bounce_rate"] is None


# Goals.


def test_other_goals_are_told_of_all_days_before_and_after_they_are_rolled_up_again(days: Days) -> None:
    over(days)
    question = QUESTIONS[2]
    assert EVENTS not in read_of(days, question)
    goals = (Goal("Joined", event="join"), Goal("Home", page="/"))
    days.add_site(SITE, timezone=days.site.timezone, goals=goals)
    assert EVENTS in read_of(days, question)
    days.agree()
    done: list[int] = []
    days.folder.roll_up_again(days.live, SITE, goals, done.append)
    assert done == [1] * 4
    assert EVENTS not in read_of(days, question)
    days.agree()
    days.add_site(SITE, timezone=days.site.timezone, goals=goals[::-1])
    assert EVENTS not in read_of(days, question)


# What is refused.


def refusal(days: Days, question: Question) -> str:
    with pytest.raises(InvalidRequest) as refused:
        days.evaluator.rows(days.site, question)
    return str(refused.value)


def test_too_many_events_to_read(days: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    over(days)
    filtered = replace(PAGES, filters=SEEN_A)
    monkeypatch.setattr(evaluate, "MAX_EVENTS", 30)
    days.agree(filtered)
    monkeypatch.setattr(evaluate, "MAX_EVENTS", 29)
    assert refusal(days, filtered) == (
        "this has to be answered from 30 events, and at most 29 are read for a question; ask for fewer days, or for "
        "one dimension without filters"
    )
    days.agree(PAGES, replace(filtered, first=date(2026, 11, 23)))


def test_days_that_are_not_rolled_up_may_be_too_many_too(days: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    over(days)
    monkeypatch.setattr(evaluate, "MAX_EVENTS", 9)
    days.agree(PAGES)
    days.put(f"{utc_hour(days.now)}.a", utc_hour(days.now), *traffic(NOON)[:1])
    assert "answered from 11 events" in refusal(days, PAGES)


def upgraded(days: Days) -> None:
    """Traffic that an earlier release has closed, and some after that."""
    days.put(f"{HOUR}.a", HOUR, *traffic(NOON))
    days.engine.read_models.close(days.live.version, HOUR)
    days.now += DAY_MS


@pytest.mark.parametrize("folds", [False, True])
def test_days_that_an_earlier_release_has_folded_are_refused_until_a_rebuild(days: Days, folds: bool) -> None:
    upgraded(days)
    if folds:
        days.fold()
    hour = utc_hour(days.now)
    days.put(f"{hour}.a", hour, event("https://example.org/", days.now))
    days.agree(*(replace(question, first=date(2026, 11, 23)) for question in QUESTIONS))
    for question in QUESTIONS:
        assert refusal(days, question) == (
            "the visits of days up to 2026-11-22 were folded by an earlier release, which did not tell them apart; ask "
            "for later days, or have the owner run: milepost rebuild"
        )
    assert "earlier release" in refusal(days, replace(PAGES, last=date(2026, 11, 21)))
    days.agree(replace(PAGES, last=date(2026, 11, 20)))
    days.close()
    assert "up to 2026-11-22" in refusal(days, PAGES)
    days.rebuild.switch(days.rebuild.build("rules", days.live.timezones, lambda events: None), days.now)
    days.agree()
    assert [key for key, _ in days.store.read(days.live.version, NOBODY, SINCE)] == [SINCE]


# Retention.


def sealed(days: Days, number: int = 3) -> dict[Any, Any]:
    """Lets the events of rolled days leave the log, and gives what was answered before."""
    over(days, number)
    before = answers(days)
    days.now += 70 * DAY_MS
    days.engine.read_models.close(days.live.version, utc_hour(days.now - 3 * HOUR_MS))
    assert expire(days.engine, days.folder, days.now) == 10 * number
    assert days.segments() == days.unrolled() == []
    return before


def answers(days: Days, questions: Sequence[Question] = (*QUESTIONS[:3], PAGES)) -> dict[Any, Any]:
    evaluator = days.new_evaluator()
    return {
        question: {group.dimensions: group.metrics for group in evaluator.rows(days.site, question)}
        for question in questions
    }


def test_whole_reports_of_sealed_days_stay_as_they_are(days: Days) -> None:
    days.agree(evaluator=days.evaluator)
    before = sealed(days)
    assert answers(days) == before
    evaluator = days.evaluator
    assert {group.dimensions: group.metrics for group in evaluator.rows(days.site, PAGES)} == before[PAGES]


def test_of_sealed_days_nothing_is_read_from_events(days: Days) -> None:
    before = sealed(days)
    for question in (replace(PAGES, filters=SEEN_A), replace(PAGES, dimensions=("event:page", "visit:source"))):
        assert refusal(days, question) == (
            "the events of days up to 2026-11-24 have left the log, and of them only whole reports of one dimension "
            "are kept; ask for later days, or without filters"
        )
    later = replace(PAGES, filters=SEEN_A, first=date(2026, 11, 25), last=date(2027, 2, 28))
    assert days.evaluator.rows(days.site, later) == []
    hour = utc_hour(days.now)
    days.put(f"{hour}.a", hour, *traffic(days.now))
    days.agree(later)
    assert answers(days) == before


def test_what_comes_too_late_for_a_sealed_day_changes_nothing(days: Days) -> None:
    before = sealed(days)
    days.put(f"{utc_hour(days.now)}.a", utc_hour(days.now), *traffic(NOON))
    assert answers(days) == before
    days.close()
    days.fold()
    assert answers(days) == before
    # As by somebody who had not seen yet that it is sealed.
    days.store.put(days.live.version, SITE, UNROLLED, {"2026-11-22": b"token"})
    assert answers(days) == before
    days.fold()
    assert answers(days) == before


def test_a_rebuild_carries_whole_reports_of_sealed_days_over(days: Days) -> None:
    before = sealed(days)
    days.rebuild.switch(days.rebuild.build("rules", days.live.timezones, lambda events: None), days.now)
    assert answers(days) == before
    assert "have left the log" in refusal(days, replace(PAGES, filters=SEEN_A))


def test_goals_that_are_new_are_not_told_of_sealed_days(days: Days) -> None:
    before = sealed(days)
    days.add_site(SITE, timezone=days.site.timezone, goals=(Goal("Joined", event="join"),))
    days.folder.roll_up_again(days.live, SITE, days.site.goals, lambda done: None)
    assert answers(days, [PAGES])[PAGES] == before[PAGES]
    assert "have left the log" in refusal(days, QUESTIONS[2])


def test_days_that_were_sealed_before_visits_were_told_apart_are_refused_after_a_rebuild_too(days: Days) -> None:
    upgraded(days)
    days.now += 70 * DAY_MS
    days.engine.read_models.close(days.live.version, utc_hour(days.now - 3 * HOUR_MS))
    assert expire(days.engine, days.folder, days.now) == 10
    days.rebuild.switch(days.rebuild.build("rules", days.live.timezones, lambda events: None), days.now)
    assert refusal(days, PAGES) == (
        "the events of days up to 2026-11-22 left the log before their visits were told apart; ask for later days"
    )
    hour = utc_hour(days.now)
    days.put(f"{hour}.a", hour, *traffic(days.now))
    days.agree(replace(PAGES, first=date(2026, 11, 23), last=date(2027, 2, 28)))


# What a stored event may trip over.

BROKEN: dict[str, dict[str, Any]] = {
    "an hour that is none": {"written": "2026-11-22T1x"},
    "a day that is none": {"written": "2026-02-30T10"},
    "a separator": {"written": "2026-11-22|10"},
    "an instant beyond time": {"instant": 10**30, "written": "2026-11-22T10"},
    "half a character": {"referrer": None, "language": "\ud800"},
    "half a character as a country": {"country": "\udfff"},
    "a property that is a number": {"props": {"plan": 7}},
    "a short hash": {"visitor": "ff"},
    "a long hash": {"visitor": "f" * 32},
    "a hash that is none": {"visitor": "0x0000000000000f"},
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=list(BROKEN))
def test_an_event_that_cannot_be_told_holds_up_no_other(days: Days, broken: dict[str, Any]) -> None:
    body = {"schema_version": 2, "site": SITE, "origin": "beacon", "instant": NOON, "name": "pageview", "url": "/x"}
    body["user_agent"] = PERSON
    days.append(*traffic(NOON))
    days.append_bodies(json.dumps(body | broken).encode())
    minutes = Question(ALL, ("time:minute",), FIRST, LAST)
    plans = Question(ALL, ("event:props:plan",), FIRST, LAST, Not(Condition(IS, "event:page", ("/y",), False)))
    found = [answers(days, [*QUESTIONS, minutes, plans])]
    days.close()
    found.append(answers(days, [*QUESTIONS, minutes, plans]))
    days.folder.roll_up(days.live, NOON + 3 * DAY_MS)
    found.append(answers(days, [*QUESTIONS, minutes, plans]))
    assert found[0] == found[1] == found[2]
    assert found[0][QUESTIONS[0]][()]["pageviews"] == 7


def test_hashes_of_nothing_but_zeros_and_instants_before_1970(days: Days) -> None:
    start = -9 * DAY_MS
    first, last = date(1969, 12, 1), date(1969, 12, 31)
    some = [
        event("https://example.org/a", start, 0),
        event("https://example.org/b", start + 1, 0),
        event("https://example.org/a", start + 2, None),
        event("https://example.org/c", start + HOUR_MS, 0),
        event("https://example.org/c", start + HOUR_MS - 5, 2**64 - 1),
        event("https://example.org/c", -1, 2**63, name="engagement", extra={"scroll_depth": 0, "engagement_ms": 1}),
    ]
    days.put(f"{HOUR}.a", HOUR, *some)
    asked = [
        Question(ALL, dimensions, first, last, filters)
        for dimensions in ((), ("event:page",), ("time:minute",), ("visit:entry_page", "event:page"), ("time:week",))
        for filters in (
            None,
            All((Condition(CONTAINS, "event:page", ("/",)), Not(Condition(IS, "visit:source", ("x",))))),
        )
    ]
    days.agree(*asked)
    days.close()
    days.agree(*asked)
    days.folder.roll_up(days.live, days.now)
    days.agree(*asked)


@pytest.mark.parametrize("closes", [False, True])
def test_events_of_one_instant_stay_in_the_order_of_the_log(days: Days, closes: bool) -> None:
    pages = ["/d", "/b", "/c", "/a"]
    days.put(f"{HOUR}.a", HOUR, *(event(f"https://example.org{page}", NOON, 1) for page in pages))
    if closes:
        days.close()
    for dimension, page in (("visit:entry_page", "/d"), ("visit:exit_page", "/a")):
        assert days.pageviews(dimension) == {(page,): 4}


@pytest.mark.parametrize("counts_stay", [False, True])
def test_a_version_that_is_replaced_while_it_is_read_is_left_for_the_new_one(
    days: Days, monkeypatch: pytest.MonkeyPatch, counts_stay: bool
) -> None:
    over(days)
    if counts_stay:  # a little longer than the rest, so that it seems as if an earlier release had folded them
        monkeypatch.setattr(days.engine.read_models, "retire", lambda version: None)
    switched: list[Event] = []

    def interrupt(method: str, collection: str) -> None:
        days.store.interrupt = lambda method, collection: None
        old = days.live.version
        days.rebuild.switch(days.rebuild.build("rules", days.live.timezones, lambda events: None), days.now)
        days.store.blobs = {place: blob for place, blob in days.store.blobs.items() if place[0] != old}
        switched.extend(days.events())

    days.store.interrupt = interrupt
    days.agree(PAGES)
    assert switched
