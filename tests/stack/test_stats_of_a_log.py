"""A real log, imported beside a running server: what the Stats API tells of it, and how soon."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from infra.exports.lines import EventLine, read_line
from shared.domain.events import Event, decode_event
from shared.domain.reports.question import Question
from tests.imports.importing import real_log
from tests.imports.offline import View, Visit, views_of, visits_of
from tests.imports.test_visits import METRICS, told
from tests.stack.stats import Stats
from tests.support import naive
from tests.support.server import Server

pytestmark = pytest.mark.xdist_group("stats_of_a_log")

SITE = "log.example"
#: What a person waits for with patience.
_SECONDS = 3


class Log(NamedTuple):
    """The log's site, its pageviews and visits as counted offline, and its events as exported."""

    stats: Stats
    views: list[View]
    visits: list[Visit]
    events: list[Event]

    @property
    def days(self) -> list[str]:
        return sorted({view.day for view in self.views})

    @property
    def range(self) -> dict[str, Any]:
        """What is sent to ask version 2 about the whole log."""
        return {"date_range": [self.days[0], self.days[-1]], "bots": "include"}

    @property
    def period(self) -> dict[str, Any]:
        """What is sent to ask version 1 about the whole log."""
        return {"period": "custom", "date": f"{self.days[0]},{self.days[-1]}", "bots": "include"}


@pytest.fixture(scope="module")
def log(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Log:
    path = real_log("elastic_apache")
    server.command("site", "add", SITE)
    server.command("import", "access-log", str(path), "--site", SITE, "--days", "as-written")
    views = views_of(path)
    export = tmp_path_factory.mktemp("export") / "export.ndjson"
    server.command("export", "--site", SITE, "--output", str(export))
    assert server.admin_key
    return Log(Stats(server, SITE, server.admin_key), views, visits_of(views), exported(export))


def exported(export: Path) -> list[Event]:
    """Reads the events of an export."""
    lines = (read_line(line) for line in export.read_bytes().splitlines()[1:])
    return [decode_event(line.body) for line in lines if isinstance(line, EventLine)]


@contextmanager
def soon() -> Iterator[None]:
    """Checks that what is asked meanwhile is answered soon."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < _SECONDS


def test_an_aggregate(log: Log) -> None:
    with soon():
        results = log.stats.results("aggregate", metrics=",".join(METRICS), **log.period)
    assert tuple(results[metric]["value"] for metric in METRICS) == told(log.views, log.visits, log.visits)


def test_days(log: Log) -> None:
    with soon():
        rows = log.stats.rows(" ".join(METRICS), "time:day", **log.range)
    assert list(rows) == [(day,) for day in log.days]
    for day in log.days:
        visits = [visit for visit in log.visits if visit.began.day == day]
        assert tuple(rows[day,]) == told((view for view in log.views if view.day == day), visits, visits)


@pytest.mark.parametrize(
    ("dimension", "direct"), [("visit:source", "(Direct / None)"), ("event:page", None), ("visit:channel", None)]
)
def test_a_breakdown(log: Log, dimension: str, direct: str | None) -> None:
    """The exported events, evaluated plainly, say the same."""
    with soon():
        rows = log.stats.results("breakdown", property=dimension, metrics="visitors,visits", limit=1000, **log.period)
    first, last = (date.fromisoformat(log.days[end]) for end in (0, -1))
    question = Question(("visitors", "visits"), (dimension,), first, last, bots="include")
    name = dimension.partition(":")[2]
    expected = {
        group.dimensions[0] or direct: (group.metrics["visitors"], group.metrics["visits"])
        for group in naive.rows(log.events, question, "UTC", ())
    }
    assert {row[name]: (row["visitors"], row["visits"]) for row in rows} == expected
    assert len(rows) == len(expected)
    assert rows == sorted(rows, key=lambda row: (-row["visitors"], row[name]))


def test_pages_under_a_filter(log: Log) -> None:
    """Filters are answered from the events, not from what is added up already."""
    with soon():
        rows = log.stats.rows("pageviews", "event:page", filters=[["contains", "event:page", ["/blog/"]]], **log.range)
    counted: dict[tuple[str, ...], int] = {}
    for view in log.views:
        if "/blog/" in view.page:
            counted[view.page,] = counted.get((view.page,), 0) + 1
    assert {page: pageviews for page, (pageviews,) in rows.items()} == counted
