"""Mistakes made on purpose in the projection: the real parts, each with one thing wrong."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar
from unittest import mock

from greenlet import getcurrent  # type: ignore[import-untyped]

from services.ingest.writer import Writer
from services.projector import milestones
from services.projector.project import Projector
from services.projector.sweep import Sweeper
from shared.domain.folds import PAGE_TOTAL, TOTAL, RowKey
from shared.domain.milestones import due_thresholds
from shared.domain.sites import Site
from shared.engine import Commit, ReadModels, Record, StorageUnavailable
from shared.engines.sqlite import read_models
from tests.faults.world import Parts


@dataclass(frozen=True)
class Mutation:
    """One mistake: how it shows, the parts that make it or what is patched, and the schedules within which it shows."""

    name: str
    shows: str
    parts: Parts = field(default_factory=Parts)
    patched: Callable[[], AbstractContextManager[Any]] = nullcontext
    seeds: Sequence[int] = range(1, 6)


class Around:
    """Read models that differ in their commit only."""

    def __init__(self, port: ReadModels) -> None:
        self._port = port

    def __getattr__(self, name: str) -> Any:
        return getattr(self._port, name)


class WatermarkApart(Around):
    """Commits the counts first, and the watermarks after them."""

    def commit(self, version: int, commit: Commit) -> None:
        self._port.commit(version, replace(commit, moves={}, quarantined=()))
        self._port.commit(version, replace(commit, deltas={}, redriven=()))


class WatermarkAhead(Around):
    """Commits the watermarks first, and the counts after them."""

    def commit(self, version: int, commit: Commit) -> None:
        self._port.commit(version, replace(commit, deltas={}, redriven=()))
        self._port.commit(version, replace(commit, moves={}, quarantined=()))


class QuarantineApart(Around):
    """Steps over poison first, and puts it into quarantine after that."""

    def commit(self, version: int, commit: Commit) -> None:
        self._port.commit(version, replace(commit, quarantined=()))
        if commit.quarantined:
            self._port.commit(version, Commit(quarantined=commit.quarantined))


class Crossings(Around):
    """Remembers the totals before the first commit of each invocation."""

    before: ClassVar[dict[tuple[object, RowKey], int]] = {}

    def commit(self, version: int, commit: Commit) -> None:
        totals = [key for key in commit.deltas if key.view in (TOTAL, PAGE_TOTAL)]
        found = self._port.lookup(version, totals)
        self._port.commit(version, commit)
        for key in totals:
            self.before.setdefault((getcurrent(), key), found[key].pageviews if key in found else 0)


def _crossed(site: Site, page: str | None, pageviews: int) -> Iterator[int]:
    """Gives the thresholds that the invocation's own commits have crossed."""
    key = RowKey(site.name, TOTAL if page is None else PAGE_TOTAL, "", page or "")
    before = Crossings.before.get((getcurrent(), key), pageviews)
    return (threshold for threshold in due_thresholds(site, page, pageviews) if threshold > before)


@contextmanager
def _crossings_only() -> Iterator[None]:
    Crossings.before.clear()
    with mock.patch.object(milestones, "due_thresholds", _crossed):
        yield


class NoGapRead(Projector):
    """Takes a batch as all there is: versions that it lacks are stepped over."""

    def _run(self, epoch: str, applied: int, given: Mapping[int, Record | None]) -> list[Record]:
        if None in given.values():
            return super()._run(epoch, applied, given)  # the sweeper's, which reads the log
        return [
            given.get(version) or Record(epoch, version, "", None) for version in range(applied + 1, max(given) + 1)
        ]


class NoSweeper(Sweeper):
    """Does nothing."""

    def sweep(self, now: int) -> int:
        return 0


class MovesOnFirst(Writer):
    """Moves the version on before the append is acknowledged, and goes on from there whatever became of it."""

    def append(self, bodies: Sequence[bytes]) -> None:
        moved_on = self._current_epoch(len(bodies)), self._opened, self._next + len(bodies)
        try:
            super().append(bodies)
        except StorageUnavailable:
            self._epoch, self._opened, self._next = moved_on
            raise


def _move_unconditionally(connection: Any, version: int, epoch: str, start: int, end: int) -> None:
    connection.execute("INSERT OR REPLACE INTO watermarks VALUES (?, ?, ?)", (version, epoch, end))


#: How wrong counts are reported.
COUNTS = "rows differ|pageviews .people, bots., should be"


def _no_condition() -> AbstractContextManager[Any]:
    return mock.patch.object(read_models, "_move", _move_unconditionally)


#: Made on every engine.
MUTATIONS = (
    Mutation("watermark after the transaction", COUNTS, Parts(read_models=WatermarkApart)),
    Mutation("watermark before the transaction", COUNTS, Parts(read_models=WatermarkAhead)),
    Mutation("no gap read", COUNTS, Parts(projector=NoGapRead)),
    Mutation("no sweeper", COUNTS, Parts(sweeper=NoSweeper)),
    Mutation("quarantine outside the transaction", "in quarantine", Parts(read_models=QuarantineApart)),
    Mutation("milestones on crossing only", "milestones: missing", Parts(read_models=Crossings), _crossings_only),
    Mutation("version moved on before the acknowledgement", "has a hole", Parts(writer=MovesOnFirst)),
)

ON_SQLITE = (Mutation("no condition on the watermark", COUNTS, patched=_no_condition),)
