"""The engine's ports with the faults of a schedule in them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from services.projector.notify import NotDelivered, Notification
from shared.engine import Commit, CommitConflict, Engine, Entry, Record, VersionTaken
from tests.faults.kinds import COMMIT_KINDS, MAIL_KINDS, PUT_KINDS, Deck, Kind, Occurred
from tests.faults.stream import Stream
from tests.faults.tasks import Crash, Injected, Port, Tasks

_BEFORE = {Kind.CRASH_BEFORE_COMMIT: Crash, Kind.COMMIT_LOST: Injected}
_AFTER = {Kind.CRASH_AFTER_COMMIT: Crash, Kind.COMMIT_UNKNOWN: Injected}


class Faults:
    """Puts faults into the appends and the commits of tasks. Calls from outside of tasks go through unharmed."""

    def __init__(self, rng: Random, tasks: Tasks, stream: Stream, occurred: Occurred) -> None:
        self._tasks = tasks
        self._stream = stream
        self._puts = Deck(rng, PUT_KINDS, well=18)
        self._commits = Deck(rng, COMMIT_KINDS, well=14)
        self._mails = Deck(rng, MAIL_KINDS, well=4)
        self._occurred = occurred
        self.sent: list[Notification] = []
        self.refused: list[bytes] = []

    def into(self, engine: Engine) -> Engine:
        """Gives the engine with its ports made faulty."""
        ports: dict[str, Any] = {
            "log": Port(engine.log, self._tasks, put=self._put),
            "read_models": Port(engine.read_models, self._tasks, commit=self._commit),
            "days": Port(engine.days, self._tasks),
            "milestones": Port(engine.milestones, self._tasks),
        }
        return replace(engine, **ports)

    def _put(self, put: Callable[..., None], epoch: str, opened: str, first: int, entries: Sequence[Entry]) -> None:
        kind = self._puts.draw() if self._tasks.inside else None
        if kind is Kind.PUT_PARTLY and len(entries) == 1:
            self._puts.put_back(kind)
            kind = None
        stored = len(entries)
        if kind is Kind.PUT_LOST:
            stored = 0
        elif kind is Kind.PUT_PARTLY:
            stored //= 2
        if stored:
            try:
                put(epoch, opened, first, entries[:stored])
            except VersionTaken:
                self._occurred[Kind.CLONE] += 1
                raise
            self._stream.publish([Record(epoch, first + i, *entry) for i, entry in enumerate(entries[:stored])])
        if kind is not None:
            self._occurred[kind] += 1
            self.refused += [entry.body for entry in entries[stored:]]
            raise Injected

    def _commit(self, commit: Callable[[int, Commit], None], version: int, planned: Commit) -> None:
        kind = self._commits.draw() if self._tasks.inside else None
        if kind is None:
            commit(version, planned)
            return
        if kind in _BEFORE:
            self._occurred[kind] += 1
            raise _BEFORE[kind]
        if kind is Kind.ZOMBIE:
            self._tasks.hold()
        try:
            commit(version, planned)
        except CommitConflict:
            if kind is not Kind.ZOMBIE:
                self._commits.put_back(kind)
            else:
                self._occurred[kind] += 1
            raise
        self._occurred[kind] += 1
        if kind is Kind.LATE_CHECK:
            self._tasks.hold()
        elif kind in _AFTER:
            raise _AFTER[kind]

    def send(self, notification: Notification) -> None:
        """The mail path."""
        kind = self._mails.draw() if self._tasks.inside else None
        if kind is not None:
            self._occurred[kind] += 1
        if kind is Kind.MAIL_REFUSED:
            raise NotDelivered("an injected fault")
        self.sent.append(notification)
        if kind is Kind.MAIL_REPEATED:
            raise Crash
