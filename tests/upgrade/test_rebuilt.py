"""After a rebuild the visits of before are told. All numbers were counted by hand, from `beacons.txt` and the logs.

Visits of shop.example (Europe/Berlin): three on the 18th, four on the 19th, three on the 20th, four on the 21st.

| day | visitor | source | pages | seconds |
|---|---|---|---|---|
| 18 | Anna, Chrome | Google | / /pricing, signup | 600 |
| 18 | Anna | | / | bounce |
| 18 | Ben, Firefox | Twitter | /blog, engagement | bounce |
| 19 | Cleo, Safari | newsletter | /pricing / | 300 |
| 19 | Anna | Google | / | bounce |
| 19 | Dan, iPhone | | / /pricing (30 minutes later) | 1800 |
| 19 | Dan (30 minutes and a second later) | | / | bounce |
| 20 | Ben | Google (paid) | /, download | 60 |
| 20 | Eve, Chrome | Google | /pricing, signup | 120 |
| 20 | Anna | | / | bounce |
| 21 | Anna (after midnight) | | /blog | bounce |
| 21 | Dan | Twitter | / /pricing | 60 |
| 21 | Cleo | newsletter | /blog | bounce |
| 21 | Ben (counted after the upgrade) | Google | / /pricing | 60 |
"""

import json

import pytest

from services.query.refusals import InvalidRequest
from shared.domain.folds import RowKey
from shared.domain.reports.question import IS, Condition, Filter
from shared.domain.sites import Goal
from tests.unit.making import at
from tests.upgrade.installed import BLOG, EVERY, OLD, SHOP, Installed, old_answers, pageview

pytestmark = pytest.mark.xdist_group("upgrade")

#: The rows that have the visit with a spam referrer, and the pageviews and visitors that it was counted for.
SPAM_ROWS = {
    RowKey(BLOG, "day", "2026-11-19", ""),
    RowKey(BLOG, "hour", "2026-11-19T15", ""),
    RowKey(BLOG, "origin_day", "2026-11-19", "beacon"),
    RowKey(BLOG, "page_day", "2026-11-19", "/offers"),
    RowKey(BLOG, "page_total", "", "/offers"),
    RowKey(BLOG, "total", "", ""),
}


@pytest.fixture(params=[None, EVERY], ids=["rollups", "events"])
def filters(request: pytest.FixtureRequest) -> Filter | None:
    """Nothing, or what holds for every event, so that all is answered from the events."""
    chosen: Filter | None = request.param
    return chosen


def test_nothing_differs_but_what_todays_rules_see_otherwise(installed: Installed) -> None:
    installed.sweep()
    before = installed.answers()
    differences = installed.rebuild()
    assert {difference.key for difference in differences} == SPAM_ROWS
    for _, stored, expected in differences:
        assert stored is not None
        assert expected is not None
        assert stored.pageviews - expected.pageviews == expected.bot_pageviews - stored.bot_pageviews == 1
    after = installed.answers()
    changed = [path for path in before if before[path] != after[path]]
    assert changed
    assert all(BLOG in path for path in changed)
    assert all(_without_offers(before[path]) == _without_offers(after[path]) for path in changed)
    assert installed.verified() == []
    assert installed.version == 3


def _without_offers(answer: str) -> object:
    """An answer's rows but for those that the visit to /offers is in."""
    rows = json.loads(answer)["rows"]
    return [row for row in rows if row.get("page") != "/offers" and row.get("day") != "2026-11-19"]


def test_answers_after_a_rebuild_are_the_old_ones(rebuilt: Installed) -> None:
    """But for /offers, and for what waited: of the days before neither changes the shop."""
    for path, answer in old_answers().items():
        if "counts" in path and OLD in path:
            assert rebuilt.get(path) == answer
    for day, pageviews in {"2026-11-18": 4, "2026-11-19": 6, "2026-11-20": 3, "2026-11-21": 6}.items():
        assert rebuilt.pageviews(SHOP, day) == pageviews
    for day, pageviews in {"2026-11-14": 4, "2026-11-15": 3, "2026-11-16": 4, "2026-11-19": 6}.items():
        assert rebuilt.pageviews(BLOG, day) == pageviews
    assert rebuilt.verified() == []


def test_writing_goes_on_after_a_rebuild(installed: Installed) -> None:
    """One epoch goes on across the rebuild, another follows on the next day: each event is told once, always."""
    installed.now = at("2026-11-21T12:40:00+00:00")
    installed.append(pageview("2026-11-21T12:40:00+00:00"))
    installed.sweep()
    installed.rebuild()
    installed.now = at("2026-11-21T12:50:00+00:00")
    (record,) = installed.append(pageview("2026-11-21T12:50:00+00:00"))
    assert record.version == 1
    installed.projector.project([record])
    installed.now = at("2026-11-22T09:00:00+00:00")
    installed.append(pageview("2026-11-22T08:59:00+00:00"))
    for moment in ("2026-11-22T09:00:00+00:00", "2026-11-22T13:00:00+00:00", "2026-11-23T12:00:00+00:00"):
        installed.sweep(moment)
        for filters in (None, EVERY):
            found = installed.ask(SHOP, "visits pageviews", "visit:country", "2026-11-18 2026-11-22", filters)
            assert found == {"": (14, 19), "DE": (2, 3)}
    assert installed.verified() == []


def test_the_shop_as_a_whole(rebuilt: Installed, filters: Filter | None) -> None:
    metrics = "visitors visits pageviews events bounce_rate visit_duration views_per_visit scroll_depth"
    found = rebuilt.ask(SHOP, metrics, filters=filters)
    assert found == {"": (12, 14, 19, 22, 50, 214, 1.36, 60)}
    assert rebuilt.ask(SHOP, "visitors visits pageviews", filters=filters, bots="only") == {"": (2, 2, 3)}


def test_the_shop_by_day(rebuilt: Installed, filters: Filter | None) -> None:
    found = rebuilt.ask(SHOP, "visitors visits bounce_rate", "time:day", filters=filters)
    assert found == {
        "2026-11-18": (2, 3, 67),
        "2026-11-19": (3, 4, 50),
        "2026-11-20": (3, 3, 33),
        "2026-11-21": (4, 4, 50),
    }


def test_where_the_shops_visits_came_from(rebuilt: Installed, filters: Filter | None) -> None:
    found = rebuilt.ask(SHOP, "visitors visits bounce_rate", "visit:source", filters=filters)
    assert found == {"Google": (5, 5, 20), "": (4, 5, 80), "Twitter": (2, 2, 50), "newsletter": (2, 2, 50)}
    assert rebuilt.ask(SHOP, "visits", "visit:channel", filters=filters) == {
        "Organic Search": 4,
        "Paid Search": 1,
        "Organic Social": 2,
        "Email": 2,
        "Direct": 5,
    }
    assert rebuilt.ask(SHOP, "visits", "visit:utm_campaign", filters=filters) == {"": 12, "autumn": 2}
    assert rebuilt.ask(SHOP, "visits", "visit:click_id", filters=filters) == {"": 13, "gclid": 1}


def test_with_what_the_shop_was_seen(rebuilt: Installed, filters: Filter | None) -> None:
    browsers = {"Chrome": 6, "Firefox": 3, "Safari": 5}
    assert rebuilt.ask(SHOP, "visits", "visit:browser", filters=filters) == browsers
    assert rebuilt.ask(SHOP, "visits", "visit:device", filters=filters) == {"Desktop": 11, "Mobile": 3}
    assert rebuilt.ask(SHOP, "visits", "visit:language", filters=filters) == {"de-DE": 14}


def test_the_country_of_old_visits_is_not_known(rebuilt: Installed, filters: Filter | None) -> None:
    assert rebuilt.ask(SHOP, "visits visitors", "visit:country", filters=filters) == {"": (14, 12)}
    assert rebuilt.ask(BLOG, "visits visitors", "visit:country", filters=filters) == {"": (28, 26)}


def test_pages_and_events_of_the_shop(rebuilt: Installed, filters: Filter | None) -> None:
    assert rebuilt.ask(SHOP, "visits", "visit:entry_page", filters=filters) == {"/": 9, "/pricing": 2, "/blog": 3}
    pages = {"/": (10, 10), "/pricing": (6, 6), "/blog": (3, 3)}
    found = rebuilt.ask(SHOP, "pageviews visits", "event:page", filters=filters)
    assert found == pages
    names = rebuilt.ask(SHOP, "events", "event:name", filters=filters)
    assert names == {"pageview": 19, "signup": 2, "download": 1}
    signups = Condition(IS, "event:name", ("signup",))
    assert rebuilt.ask(SHOP, "events", "event:props:plan", filters=signups) == {"free": 1, "pro": 1}


def test_goals_look_back(rebuilt: Installed, filters: Filter | None) -> None:
    """Also while the days are still rolled up under the goals of before, of which there were none."""
    goals = (Goal("Signup", event="signup"), Goal("Prices", page="/pri*"))
    found = rebuilt.ask(SHOP, "visitors events", "event:goal", filters=filters, goals=goals)
    assert found == {"Signup": (2, 2), "Prices": (6, 6)}


def test_the_blog(rebuilt: Installed, filters: Filter | None) -> None:
    """Its beacons of four days, and what was imported: three visits, two, and three by the stamps."""
    found = rebuilt.ask(BLOG, "visitors visits pageviews bounce_rate visit_duration", filters=filters)
    assert found == {"": (26, 28, 35, 75, 129)}
    by_day = rebuilt.ask(BLOG, "visits pageviews", "time:day", "2026-11-14 2026-11-19", filters)
    assert by_day == {
        "2026-11-14": (3, 4),
        "2026-11-15": (2, 3),
        "2026-11-16": (3, 4),
        "2026-11-18": (5, 6),
        "2026-11-19": (5, 6),
    }
    hours = rebuilt.ask(BLOG, "pageviews", "time:hour", "2026-11-16 2026-11-16", filters)
    assert hours == {"2026-11-16 00:00:00": 2, "2026-11-16 08:00:00": 2}


def test_where_the_blogs_visits_came_from(rebuilt: Installed, filters: Filter | None) -> None:
    """A referrer of the site itself is no source, in an imported line neither, whose URL is a path."""
    found = rebuilt.ask(BLOG, "visits", "visit:source", filters=filters)
    assert found == {"Google": 10, "Twitter": 5, "news.example.net": 4, "newsletter": 1, "": 8}


def test_sealed_days_of_before_are_refused(rebuilt: Installed, filters: Filter | None) -> None:
    """Their events had left the log before visits were told apart: nothing is known of them, which is not nothing."""
    assert rebuilt.ask(OLD, "visits", "visit:source", "2026-09-21 2026-10-25", filters) == {"": 1}
    with pytest.raises(InvalidRequest, match="2026-09-20"):
        rebuilt.ask(OLD, "visits", "visit:source", "2026-09-20 2026-10-25", filters)
