"""A stream as bad as it may be: it repeats, reorders, cuts batches elsewhere, and never delivers some records."""

import random
from collections.abc import Sequence

from shared.engine import Clock, Record
from tests.faults.kinds import Kind, Occurred

_DAY_MS = 24 * 3_600_000
_MAX_BATCH = 12

Name = tuple[str, int]


class Stream:
    """What waits to be delivered."""

    def __init__(self, rng: random.Random, clock: Clock, occurred: Occurred) -> None:
        self._rng = rng
        self._clock = clock
        self._occurred = occurred
        self._waiting: list[Record] = []
        self._written: dict[Name, int] = {}
        self._failed: dict[Name, frozenset[Name]] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def publish(self, records: Sequence[Record]) -> None:
        """Takes the records of an append; loses some of them, or the end of them, or repeats some."""
        fate = self._rng.random()
        for record in records:
            if fate < 0.08 or self._rng.random() < 0.04:
                self._occurred[Kind.NOT_DELIVERED] += 1
                continue
            self._written[_name(record)] = self._clock()
            self._waiting.append(record)
            if self._rng.random() < 0.1:
                self._occurred[Kind.REPEAT] += 1
                self._waiting.append(record)

    def expire(self) -> None:
        """Drops what is older than a day."""
        oldest = self._clock() - _DAY_MS
        kept = [record for record in self._waiting if self._written[_name(record)] > oldest]
        self._occurred[Kind.EXPIRED] += len(self._waiting) - len(kept)
        self._waiting = kept

    def take(self) -> list[Record]:
        """Cuts the next batch."""
        rng = self._rng
        size = rng.randint(1, _MAX_BATCH)
        start = rng.randrange(len(self._waiting)) if rng.random() < 0.4 else 0
        batch = self._waiting[start : start + size]
        del self._waiting[start : start + size]
        if start or rng.random() < 0.3:
            rng.shuffle(batch)
            self._occurred[Kind.REORDER] += 1
        names = frozenset(map(_name, batch))
        earlier = [self._failed.pop(name, names) for name in names]
        if any(cut != names for cut in earlier):
            self._occurred[Kind.RECUT] += 1
        return batch

    def give_back(self, batch: Sequence[Record]) -> None:
        """Takes a batch back that failed, timed out, or was being worked on when its invocation crashed."""
        names = frozenset(map(_name, batch))
        self._failed.update(dict.fromkeys(names, names))
        at = self._rng.randint(0, len(self._waiting))
        self._waiting[at:at] = batch


def _name(record: Record) -> Name:
    return record.epoch, record.version
