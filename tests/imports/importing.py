"""A site to import into, the logs to import, and what is counted afterwards."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from infra.imports.report import Report
from infra.imports.run import AccessLogImport, Options
from services.projector.milestones import MilestoneCheck
from services.projector.project import Projector
from shared.backlog import live_projection
from shared.domain.calendar import millis, utc_hour
from shared.domain.counts import Counts
from shared.domain.epochs import live_epoch
from shared.domain.events import Event, encode_event
from shared.domain.folds import DAY, HOUR, ORIGIN_DAY, PAGE_DAY, PAGE_TOTAL, TOTAL, RowKey
from shared.domain.sites import Site, new_site
from shared.engine import Engine, Entry
from shared.engines.sqlite import open_engine
from tests.support.days import day_folder

DATA = Path(__file__).parents[3] / "shared" / "data"
NOW = millis(datetime(2026, 11, 22, 12, tzinfo=UTC))
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

_VIEWS = (HOUR, DAY, PAGE_DAY, TOTAL, PAGE_TOTAL, ORIGIN_DAY)


def real_log(name: str) -> Path:
    """The path of a real log; where there is none the test is skipped."""
    path = DATA / "logs" / f"{name}.log.gz"
    if not path.exists():
        pytest.skip(f"needs the real log {path.name} in ../shared/data, which is not part of the project")
    return path


def line(
    path: str = "/",
    address: str = "192.0.2.1",
    agent: str = FIREFOX,
    stamp: str = "20/Nov/2026:10:00:00 +0000",
    referrer: str = "-",
    status: int = 200,
) -> str:
    """One line in Combined Log Format."""
    return f'{address} - - [{stamp}] "GET {path} HTTP/1.1" {status} 512 "{referrer}" "{agent}"\n'


def common_line(path: str = "/", address: str = "192.0.2.1", size: int = 512) -> str:
    """One line in Common Log Format."""
    return f'{address} - - [20/Nov/2026:10:00:00 +0000] "GET {path} HTTP/1.1" 200 {size}\n'


class Crash(BaseException):
    """A process that ends here."""


class Crashing:
    """A port behind which the process ends at its nth write: right before it (even n) or right after it (odd n)."""

    def __init__(self, port: Any, countdown: "Countdown") -> None:
        self._port = port
        self._countdown = countdown

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)
        return partial(self._countdown.call, method) if name in ("put", "commit", "register", "finish") else method


class Countdown:
    def __init__(self, crash_at: int) -> None:
        self._left = crash_at

    def call(self, method: Callable[..., Any], *arguments: Any) -> Any:
        self._tick()
        result = method(*arguments)
        self._tick()
        return result

    def _tick(self) -> None:
        if self._left == 0:
            raise Crash
        self._left -= 1


class Place:
    """A data folder with one site, and imports into it by processes of which each draws a salt of its own."""

    def __init__(self, folder: Path, timezone: str = "UTC", **site: Any) -> None:
        self.folder = folder
        self.engine = open_engine(folder, "rules", synchronous="OFF")
        self.site: Site = new_site("example.org", "id", timezone, **site)
        self.engine.sites.save(self.site)
        self.engine.read_models.set_timezone(self.site.name, timezone)
        self._processes = 0

    def imports(self, *files: Path, now: int = NOW, crash_at: int | None = None, **options: bool) -> Report:
        """Imports files; `crash_at` lets the process end at a write, and raises `Crash` then."""
        self._processes += 1
        engine = self.engine if crash_at is None else self._crashing(Countdown(crash_at))
        check = self.checks(engine, now)
        projector = Projector(engine.log, engine.read_models, check, lambda attempt: None)
        salt = self._processes.to_bytes(32, "big")
        job = AccessLogImport(
            engine, projector, check, day_folder(engine), lambda: now, self.site, Options(**options), salt
        )
        return job.run(files, lambda size: None)

    def import_text(self, text: str, name: str = "access.log", **options: Any) -> Report:
        """Writes a file and imports it."""
        file = self.folder / name
        file.write_text(text)
        return self.imports(file, **options)

    def checks(self, engine: Engine, now: int = NOW) -> MilestoneCheck:
        return MilestoneCheck(engine.read_models, engine.milestones, lambda: {self.site.name: self.site}, lambda: now)

    def stored(self) -> int:
        """How many events the log holds, counted already or not."""
        return sum(head.head + 1 for head in self.engine.log.epochs())

    def counts(self) -> dict[RowKey, Counts]:
        """Everything that is counted."""
        live = live_projection(self.engine.read_models).version
        return {
            key: counts
            for view in _VIEWS
            for key, counts in self.engine.read_models.rows(live, self.site.name, view, "", "~")
        }

    def seen(self, view: str, bots: str = "include") -> dict[tuple[str, str], tuple[int, int]]:
        """Pageviews and visitors of a view by bucket and page."""
        return {(key.bucket, key.page): c.seen(bots) for key, c in self.counts().items() if key.view == view}

    def beacon(self, stamp: datetime) -> None:
        """Stores and counts a pageview that a beacon brought."""
        instant = millis(stamp)
        event = Event(self.site.name, "beacon", instant, "pageview", "https://example.org/", user_agent=FIREFOX)
        epoch = live_epoch(NOW, str(instant))
        self.engine.log.put(epoch, utc_hour(NOW), 0, [Entry("nonce", encode_event(event))])
        projector = Projector(self.engine.log, self.engine.read_models, lambda subjects: None, lambda attempt: None)
        projector.catch_up(live_projection(self.engine.read_models), epoch, 0)

    def _crashing(self, countdown: Countdown) -> Engine:
        engine = self.engine
        return replace(
            engine,
            log=Crashing(engine.log, countdown),
            read_models=Crashing(engine.read_models, countdown),
            imports=Crashing(engine.imports, countdown),
        )
