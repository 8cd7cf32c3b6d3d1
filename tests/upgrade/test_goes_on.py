"""After the upgrade writing goes on, each event counts once, and visits of before are refused and not guessed."""

import itertools
import json

import pytest

from services.query.refusals import InvalidRequest
from shared.domain.events import Event
from tests.unit.making import at
from tests.upgrade.installed import BLOG, EVERY, SHOP, Installed, old_answers, pageview

DAYS_BEFORE = ("2026-11-14 2026-11-21", "2026-11-21 2026-11-21", "2026-11-20 2026-11-22")


def visits(*times: str) -> list[Event]:
    """One visitor's pageviews on the day after the upgrade, at times of day in UTC."""
    return [pageview(f"2026-11-22T{time}:00+00:00") for time in times]


def test_what_waited_counts_once(installed: Installed) -> None:
    for _ in range(3):
        installed.sweep()
    assert installed.pageviews(SHOP, "2026-11-21") == 4 + 2
    blog = {path: answer for path, answer in old_answers().items() if BLOG in path}
    assert {path: installed.get(path) for path in blog} == blog
    reached = json.loads(installed.get(f"/v1/sites/{SHOP}/milestones"))["milestones"]
    assert [milestone["threshold"] for milestone in reached] == [18, 15, 5]


def test_new_events_count_once_however_often_they_come(installed: Installed) -> None:
    installed.sweep()
    installed.now = at("2026-11-22T09:00:00+00:00")
    records = installed.append(*visits("08:00", "08:10"))
    for _ in range(2):
        installed.projector.project(records)
        installed.sweep()
    installed.append(*visits("09:00"))
    # Long after: its hour is closed, and the day is over.
    for moment in ("2026-11-22T10:00:00+00:00", "2026-11-22T23:00:00+00:00", "2026-11-23T12:00:00+00:00"):
        installed.sweep(moment)
    assert installed.pageviews(SHOP, "2026-11-22") == 3
    assert installed.pageviews(SHOP, "2026-11-21") == 6
    assert installed.pageviews(BLOG, "2026-11-19") == 7


def test_visits_of_before_are_refused(installed: Installed) -> None:
    """At once, and after sweeps have closed further hours and days."""
    for moment in (None, "2026-11-21T12:40:00+00:00", "2026-11-23T12:00:00+00:00"):
        if moment:
            installed.sweep(moment)
        for site, days, filters in itertools.product((SHOP, BLOG), DAYS_BEFORE, (None, EVERY)):
            with pytest.raises(InvalidRequest, match=r"earlier release.* milepost rebuild"):
                installed.ask(site, "visits", "visit:source", days, filters)


def test_visits_of_later_days_are_told(installed: Installed) -> None:
    """At once from the log, then from the folded hours, then from the day's rollup."""
    installed.now = at("2026-11-22T09:00:00+00:00")
    installed.append(*visits("08:00", "08:10", "09:00"))
    for moment in ("2026-11-22T09:30:00+00:00", "2026-11-22T14:00:00+00:00", "2026-11-23T12:00:00+00:00"):
        for filters in (None, EVERY):
            found = installed.ask(SHOP, "visits visitors pageviews", "visit:country", "2026-11-22 2026-11-22", filters)
            assert found == {"DE": (2, 1, 3)}
        installed.sweep(moment)


def test_days_without_events_are_no_reason_to_refuse(installed: Installed) -> None:
    assert installed.ask(SHOP, "visits", "", "2026-11-10 2026-11-17") == {"": 0}
    assert installed.ask(SHOP, "visits", "visit:source", "2026-11-10 2026-11-17") == {}
