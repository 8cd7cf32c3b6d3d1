"""The doorbell: what DynamoDB Streams is on AWS. It tells the projector's process which events were appended."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from shared.engine import Entry, StorageUnavailable, VersionTaken
from shared.engines.sqlite.log import SqliteEventLog

_PIPE_READ = 1 << 16


class Ring(NamedTuple):
    """Events that are durable: the versions of an epoch from the first to the last."""

    epoch: str
    first: int
    last: int


class GroupLog:
    """The event log for a server's writer: a group of appends is one commit, and the doorbell rings after it."""

    def __init__(self, log: SqliteEventLog, ring: Callable[[Sequence[Ring]], None]) -> None:
        """Puts the log together; `ring` is told what each group appended, once that is durable."""
        self._log = log
        self._ring = ring
        self._runs: list[_Run] = []

    @contextmanager
    def group_commit(self) -> Iterator[None]:
        """Collects the puts inside; leaving it appends them in one commit, which makes them durable.

        Raises:
            StorageUnavailable: None of them is certain to be in the log.
        """
        self._runs = []
        yield
        if not self._runs:
            return
        try:
            with self._log.group_commit():
                for run in self._runs:
                    self._log.put(*run)
        except VersionTaken as error:
            raise StorageUnavailable(str(error)) from error
        self._ring(merge(Ring(run.epoch, run.first, run.first + len(run.entries) - 1) for run in self._runs))

    def put(self, epoch: str, opened: str, first: int, entries: Sequence[Entry]) -> None:
        """Takes what `EventLog.put` would append; to be called within `group_commit`, which does it."""
        last = self._runs[-1] if self._runs else None
        if last is not None and last.epoch == epoch and last.first + len(last.entries) == first:
            last.entries.extend(entries)
        else:
            self._runs.append(_Run(epoch, opened, first, list(entries)))


class _Run(NamedTuple):
    """Entries for one epoch, one version after the other."""

    epoch: str
    opened: str
    first: int
    entries: list[Entry]


def merge(rings: Iterable[Ring]) -> list[Ring]:
    """Makes one ring of all that name the same epoch."""
    merged: dict[str, Ring] = {}
    for ring in rings:
        known = merged.get(ring.epoch, ring)
        merged[ring.epoch] = Ring(ring.epoch, min(known.first, ring.first), max(known.last, ring.last))
    return list(merged.values())


def to_line(ring: Ring) -> bytes:
    """Writes a ring as a line for a pipe."""
    return f"{ring.epoch} {ring.first} {ring.last}\n".encode()


def read_rings(pipe: int) -> Iterator[list[Ring]]:
    """Reads rings from a pipe (a file descriptor), all that are there at a time, until its other end is closed."""
    rest = b""
    while chunk := os.read(pipe, _PIPE_READ):
        *lines, rest = (rest + chunk).split(b"\n")
        yield merge(_read_line(line) for line in lines)


def _read_line(line: bytes) -> Ring:
    epoch, first, last = line.decode().split(" ")
    return Ring(epoch, int(first), int(last))
