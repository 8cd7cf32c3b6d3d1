"""The kinds of faults, dealt like cards: in a random order, and each of them in every round."""

import random
from collections import Counter
from collections.abc import Sequence
from enum import Enum


class Kind(Enum):
    """What every schedule has to survive."""

    REPEAT = "a record delivered twice"
    RECUT = "a failed batch cut elsewhere when it is tried again"
    REORDER = "records out of order"
    PARALLEL = "two invocations side by side"
    ZOMBIE = "a commit of an invocation that had timed out, after its batch was tried again"
    LATE_CHECK = "an invocation that timed out after its commit, and went on later"
    CRASH_BEFORE_COMMIT = "a crash before a commit"
    CRASH_AFTER_COMMIT = "a crash after a commit"
    COMMIT_LOST = "a commit that failed for the storage"
    COMMIT_UNKNOWN = "a commit that was done, and reported as failed"
    NOT_DELIVERED = "a record that the stream never delivers"
    EXPIRED = "a record that the stream dropped after a day"
    POISON = "an event that cannot be folded"
    DOWN = "the projector down for five days"
    PUT_STORED = "an append that was done, and reported as failed"
    PUT_PARTLY = "an append that was done in part, and reported as failed"
    PUT_LOST = "an append that was not done"
    CLONE = "two writers that go on from the same epoch"
    MAIL_REFUSED = "a mail path that takes nothing"
    MAIL_REPEATED = "a crash after a mail was sent and before that was marked"
    REDRIVE = "an event folded from quarantine on day ten"
    THROTTLED = "a call of the client that was throttled to the end"
    CALL_LOST = "a call that timed out, and was not done"
    CALL_UNKNOWN = "a call that timed out, and was done"
    CALL_TWICE = "a call that was done and sent again, since its answer was lost"
    CONFLICT = "a call that met another's transaction"


COMMIT_KINDS = (
    *(Kind.ZOMBIE, Kind.LATE_CHECK, Kind.CRASH_BEFORE_COMMIT, Kind.CRASH_AFTER_COMMIT),
    *(Kind.COMMIT_LOST, Kind.COMMIT_UNKNOWN),
)
PUT_KINDS = (Kind.PUT_STORED, Kind.PUT_PARTLY, Kind.PUT_LOST)
MAIL_KINDS = (Kind.MAIL_REFUSED, Kind.MAIL_REPEATED)

#: What only the client of an engine meets that has one.
CLIENT_KINDS = (Kind.THROTTLED, Kind.CALL_LOST, Kind.CALL_UNKNOWN, Kind.CALL_TWICE, Kind.CONFLICT)

#: What every engine meets.
PORT_KINDS = tuple(kind for kind in Kind if kind not in CLIENT_KINDS)


class Deck:
    """Deals faults, and between them calls that go well."""

    def __init__(self, rng: random.Random, kinds: Sequence[Kind], well: int) -> None:
        """Makes a deck; `well` is the number of calls in a round that go well."""
        self._rng = rng
        self._round: list[Kind | None] = [*kinds, *[None] * well]
        self._cards: list[Kind | None] = []

    def draw(self) -> Kind | None:
        """Deals the fault of the next call, or None."""
        if not self._cards:
            self._cards = list(self._round)
            self._rng.shuffle(self._cards)
        return self._cards.pop()

    def put_back(self, kind: Kind) -> None:
        """Takes a fault back that could not happen, to deal it next."""
        self._cards.append(kind)


Occurred = Counter[Kind]
