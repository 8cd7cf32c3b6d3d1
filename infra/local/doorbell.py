"""The doorbell: what DynamoDB Streams is on AWS. It tells the projector's process which events were appended."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from shared.engine import Entry
from shared.engines.sqlite.log import SqliteEventLog

_PIPE_READ = 1 << 16


class Ring(NamedTuple):
    """Events that are durable: the versions of an epoch from the first to the last."""

    epoch: str
    first: int
    last: int


class GroupLog:
    """The event log for a server's writer: appends share a commit, and the doorbell rings after it."""

    def __init__(self, log: SqliteEventLog, ring: Callable[[Sequence[Ring]], None]) -> None:
        """Puts the log together; `ring` is told what each group appended, once that is durable."""
        self._log = log
        self._ring = ring
        self._appended: list[Ring] = []

    @contextmanager
    def group_commit(self) -> Iterator[None]:
        """Lets the puts inside share one commit; leaving it makes them durable.

        Raises:
            StorageUnavailable: None of them is certain to be in the log.
        """
        self._appended = []
        with self._log.group_commit():
            yield
        if self._appended:
            self._ring(merge(self._appended))

    def put(self, epoch: str, opened: str, first: int, entries: Sequence[Entry]) -> None:
        """Appends as `EventLog.put` does; to be called within `group_commit`."""
        self._log.put(epoch, opened, first, entries)
        self._appended.append(Ring(epoch, first, first + len(entries) - 1))


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
