"""What is remembered of the log's tail: by threads that read at different moments, and of sites that are gone."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from services.query.stats.tail import Tail
from shared import folded_days
from shared.domain.calendar import utc_hour
from shared.domain.reports.question import Question
from shared.domain.sites import Site
from shared.engine import Record
from shared.folded_days import folded_versions
from tests.support.folders import scratch_folder
from tests.unit.folding import ALL, FIRST, LAST, SEEN_A, Days, traffic
from tests.unit.making import NOON, SITE, event

HOUR = utc_hour(NOON)
OTHER = "other.example"
PAGES = Question(ALL, ("event:page",), FIRST, LAST, SEEN_A, "include")


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Iterator[Days]:
    monkeypatch.setattr(folded_days, "PORTION", 4)
    with scratch_folder() as folder:
        yield Days(folder)


def versions(tail: Tail) -> list[int]:
    return sorted(version for known in tail._remembered.values() for version in known.details)


def test_what_is_read_is_not_read_again(days: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    tail = Tail(days.engine)
    read, found = days.engine.log.read, list[Record]()

    def record(*arguments: Any) -> list[Record]:
        records = read(*arguments)
        found.extend(records)
        return records

    monkeypatch.setattr(days.engine.log, "read", record)
    days.writer_of(f"{HOUR}.a", HOUR, *traffic(NOON)[:6])
    for _ in range(3):
        tail.moment(days.site)
    days.writer_of(f"{HOUR}.a", HOUR, *traffic(NOON)[6:])
    tail.moment(days.site)
    assert [one.version for one in found] == list(range(10))


def test_what_is_in_segments_is_remembered_no_more(days: Days) -> None:
    tail = Tail(days.engine)
    days.put(f"{HOUR}.a", HOUR, *traffic(NOON))
    tail.moment(days.site)
    assert versions(tail) == list(range(10))
    days.fold()
    moment = tail.moment(days.site)
    assert versions(tail) == [8, 9]
    assert {day: list(portions) for (_, day), portions in moment.details.items()} == {
        "2026-11-21": [f"{HOUR}.a|00008"],
        "2026-11-22": [f"{HOUR}.a|00008"],
    }
    days.close()
    assert tail.moment(days.site).details == {}
    assert tail._remembered == {}


def test_a_segment_of_which_there_is_more_in_the_log_does_not_count(days: Days) -> None:
    """It may be made again at any moment: its portion is taken from the log as a whole."""
    tail = Tail(days.engine)
    days.put(f"{HOUR}.a", HOUR, *traffic(NOON)[:6])
    days.folder.close(days.live, HOUR)
    moment = tail.moment(days.site)
    assert moment.details == {}
    assert moment.folded == {f"{HOUR}.a": 5}
    days.put(f"{HOUR}.a", HOUR, event("https://example.org/late", NOON, 9))
    for one in (tail, Tail(days.engine), tail):
        moment = one.moment(days.site)
        assert moment.folded == {f"{HOUR}.a": 3}
        assert versions(one) == [4, 5, 6]
        assert moment.counts(f"2026-11-22|{HOUR}.a|00000")
        assert not moment.counts(f"2026-11-22|{HOUR}.a|00004")
    days.folder.close(days.live, HOUR)
    assert tail.moment(days.site).folded == {f"{HOUR}.a": 6}
    days.agree(PAGES)


@pytest.mark.parametrize("begun", [False, True])
def test_a_thread_that_was_overtaken_by_folding_and_another_thread_lacks_nothing(
    days: Days, monkeypatch: pytest.MonkeyPatch, begun: bool
) -> None:
    days.put(f"{HOUR}.a", HOUR, *traffic(NOON))
    if begun:
        days.agree(PAGES, evaluator=days.evaluator)
    first = itertools.count()

    def overtaken(*arguments: Any) -> dict[str, int]:
        found = folded_versions(*arguments)
        if next(first) == 0:
            days.fold()
            days.agree(PAGES, evaluator=days.evaluator)
        return found

    monkeypatch.setattr("services.query.stats.tail.folded_versions", overtaken)
    days.agree(PAGES, evaluator=days.evaluator)
    days.agree(PAGES, evaluator=days.evaluator)


def test_a_thread_that_was_overtaken_by_a_closing_lacks_nothing(days: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    days.put(f"{HOUR}.a", HOUR, *traffic(NOON))
    closed = days.engine.read_models.closed

    def overtaken(version: int) -> str:
        found = closed(version)
        monkeypatch.setattr(days.engine.read_models, "closed", closed)
        days.close()
        days.agree(PAGES, evaluator=days.evaluator)
        return found

    monkeypatch.setattr(days.engine.read_models, "closed", overtaken)
    days.agree(PAGES, evaluator=days.evaluator)


def remove(days: Days, name: str) -> None:
    """As `milepost site remove` does."""
    days.engine.sites.remove(name)
    days.engine.read_models.set_timezone(name, None)
    list(days.engine.log.erase(name))
    days.engine.read_models.forget(name)


def seen(days: Days, site: Site) -> int:
    question = Question(("pageviews",), (), FIRST, LAST, bots="include")
    filtered = Question(("pageviews",), ("event:page",), FIRST, LAST, SEEN_A, "include")
    found = [group.metrics["pageviews"] or 0 for group in days.evaluator.rows(site, question)]
    found += [group.metrics["pageviews"] or 0 for group in days.evaluator.rows(site, filtered)]
    return int(sum(found))


@pytest.mark.parametrize("folds", ["nothing", "portions", "everything"])
@pytest.mark.parametrize("asked", ["it", "another", "nobody"])
def test_a_site_that_is_removed_and_added_again_has_nothing_of_before(
    monkeypatch: pytest.MonkeyPatch, folds: str, asked: str
) -> None:
    monkeypatch.setattr(folded_days, "PORTION", 4)
    with scratch_folder() as folder:
        days = Days(folder, in_memory=False)
        days.add_site(OTHER)
        days.put(f"{HOUR}.a", HOUR, *traffic(NOON), event("https://other.example/", NOON, 1, site=OTHER))
        if folds != "nothing":
            days.fold()
        if folds == "everything":
            days.close()
            days.folder.roll_up(days.live, days.now + 200 * 3_600_000)
        if asked != "nobody":
            seen(days, days.sites[SITE if asked == "it" else OTHER])
        remove(days, SITE)
        again = Site(SITE, "another id", days.site.timezone)
        days.engine.sites.save(again)
        days.engine.read_models.set_timezone(SITE, again.timezone)
        assert seen(days, again) == 0
        assert days.evaluator.first_day(again) is None
        assert seen(days, days.sites[OTHER]) == 1
        days.put(f"{utc_hour(days.now)}.b", utc_hour(days.now), event("https://example.org/a", NOON, 1))
        assert seen(days, again) == 2
        assert days.segments() == days.unrolled() == []


def test_a_site_that_moves_to_another_timezone_is_read_again(days: Days) -> None:
    late_evening = NOON + 11 * 3_600_000 + 60_000
    days.put(f"{HOUR}.a", HOUR, event("https://example.org/", late_evening))
    assert days.pageviews("time:day") == {("2026-11-23",): 1}
    days.engine.read_models.set_timezone(SITE, "UTC")
    assert days.pageviews("time:day") == {("2026-11-22",): 1}
