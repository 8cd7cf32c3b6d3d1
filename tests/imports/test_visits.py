"""Visits, visitors, pages and referrers of real logs, held against an offline sessionisation and the truth files."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from services.projector.day_folder import DayFolder
from services.query.stats.evaluate import StatsEvaluator
from shared.backlog import live_projection
from shared.domain.reports.question import Question
from tests.imports.importing import DATA, NOW, Place, real_log
from tests.imports.offline import (
    View,
    Visit,
    truth_of_days,
    truth_of_pages,
    truth_of_referrer_hosts,
    views_of,
    visits_of,
)

NAMES = ("elastic_apache", "hackers_nielsbasjes")
METRICS = ("visitors", "visits", "pageviews", "bounce_rate", "visit_duration", "views_per_visit")

Told = Mapping[tuple[str, ...], tuple[float | None, ...]]


class Log(NamedTuple):
    """A real log, its pageviews and visits as counted offline, and what the product tells of it by dimensions."""

    name: str
    views: list[View]
    visits: list[Visit]
    ask: Callable[..., Told]

    @property
    def days(self) -> list[str]:
        return sorted({view.day for view in self.views})


@pytest.fixture(scope="module", params=[(name, rolls) for name in NAMES for rolls in (False, True)], ids=str)
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Log:
    """Imports a log; its days are rolled up or are not."""
    name, rolls = request.param
    path = real_log(name)
    place = Place(tmp_path_factory.mktemp("place") / "data")
    place.imports(path, as_written=True)
    if rolls:
        DayFolder(place.engine, lambda: "id").fold(live_projection(place.engine.read_models), NOW)
    views = views_of(path)
    first, last = (date.fromisoformat(edge(view.day for view in views)) for edge in (min, max))
    evaluator = StatsEvaluator(place.engine, lambda: NOW)

    def ask(*dimensions: str, metrics: tuple[str, ...] = METRICS) -> Told:
        question = Question(metrics, dimensions, first, last, bots="include")
        groups = evaluator.rows(place.site, question)
        return {group.dimensions: tuple(group.metrics[metric] for metric in metrics) for group in groups}

    return Log(name, views, visits_of(views), ask)


def truth(name: str, kind: str) -> Path:
    return DATA / "truth" / f"{name}.{kind}"


def told(views: Iterable[View], visits: Iterable[Visit], began: Iterable[Visit]) -> tuple[float | None, ...]:
    """Gives what `METRICS` ask of pageviews, of the visits that they belong to, and of those that count as a whole."""
    views, own = list(views), list(began)
    visitors = len({(view.day, view.visitor) for view in views})
    counts = visitors, len(list(visits)), len(views)
    if not own:
        return (*counts, None, None, None)
    bounces = sum(len(visit.views) == 1 for visit in own)
    seconds = sum(visit.seconds for visit in own)
    seen = sum(len(visit.views) for visit in own)
    return (
        *counts,
        _half_up(100 * bounces, len(own)),
        _half_up(seconds, len(own)),
        _half_up(100 * seen, len(own)) / 100,
    )


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


@pytest.mark.parametrize("name", NAMES)
def test_the_offline_count_is_the_truth(name: str) -> None:
    views = views_of(real_log(name))
    days, pages = defaultdict(list), defaultdict(list)
    for view in views:
        days[view.day].append(view)
        pages[view.page, view.day].append(view)
    assert {day: _counted(some) for day, some in days.items()} == truth_of_days(truth(name, "days.tsv"))
    assert {key: _counted(some) for key, some in pages.items()} == truth_of_pages(truth(name, "page_day.tsv.gz"))
    hosts = Counter(view.referrer_host for view in views if view.referrer_host)
    assert hosts == truth_of_referrer_hosts(truth(name, "referrer_hosts.tsv"))


def _counted(views: list[View]) -> tuple[int, int]:
    return len(views), len({view.visitor for view in views})


def test_visits_of_the_whole_time(log: Log) -> None:
    assert log.ask() == {(): told(log.views, log.visits, log.visits)}


def test_visits_by_day(log: Log) -> None:
    expected = {}
    for day in log.days:
        visits = [visit for visit in log.visits if visit.began.day == day]
        expected[day,] = told((view for view in log.views if view.day == day), visits, visits)
    assert log.ask("time:day") == expected


def test_visits_by_hour_are_whole_where_they_began(log: Log) -> None:
    expected = {}
    for hour in {view.hour for view in log.views}:
        visits = [visit for visit in log.visits if any(view.hour == hour for view in visit.views)]
        began = [visit for visit in visits if visit.began.hour == hour]
        expected[hour,] = told((view for view in log.views if view.hour == hour), visits, began)
    assert log.ask("time:hour") == expected


def test_visitors_and_pageviews_by_page_and_day_are_the_truth(log: Log) -> None:
    asked = log.ask("event:page", "time:day", metrics=("pageviews", "visitors"))
    assert asked == truth_of_pages(truth(log.name, "page_day.tsv.gz"))


def test_visitors_and_visits_by_page(log: Log) -> None:
    """Over several days, visitors are the sum of the days' visitors."""
    visitors: defaultdict[str, set[tuple[str, tuple[str, str]]]] = defaultdict(set)
    visits: Counter[str] = Counter()
    for visit in log.visits:
        for page in {view.page for view in visit.views}:
            visitors[page].add((visit.began.day, visit.began.visitor))
            visits[page] += 1
    expected = {(page,): (len(visitors[page]), visits[page]) for page in visits}
    assert log.ask("event:page", metrics=("visitors", "visits")) == expected


def test_pageviews_by_referrer_host_are_the_truth(log: Log) -> None:
    """Of events, not of visits: every pageview counts for its own referrer, one's own pages among them."""
    asked = {
        host: pageviews for (host,), (pageviews,) in log.ask("event:referrer_host", metrics=("pageviews",)).items()
    }
    assert asked.pop("") == sum(not view.referrer_host for view in log.views)
    assert asked == truth_of_referrer_hosts(truth(log.name, "referrer_hosts.tsv"))


def test_visits_by_referrer_are_those_that_came_from_there(log: Log) -> None:
    """A visit counts for the referrer of its first pageview; in one second a log may have several that are first."""
    asked: Counter[str] = Counter()
    for (referrer,), (visits,) in log.ask("visit:referrer", metrics=("visits",)).items():
        asked[referrer.partition("/")[0]] += int(visits or 0)
    least: Counter[str] = Counter()
    most: Counter[str] = Counter()
    for visit in log.visits:
        firsts = {view.referrer_host.removeprefix("www.") for view in visit.views if view.second == visit.began.second}
        most.update(firsts)
        least.update(firsts if len(firsts) == 1 else ())
    assert sum(asked.values()) == len(log.visits)
    assert sum(most.values()) - sum(least.values()) <= 4
    assert all(least[host] <= asked[host] <= most[host] for host in asked | most), asked
