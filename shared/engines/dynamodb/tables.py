"""The tables, described once: the deployment makes them from this, the tests too, and the engine names them by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Tables(NamedTuple):
    """The names of an installation's tables.

    Attributes:
        log: The event log.
        views: The read models.
        milestones: Milestones and their outbox.
        registry: Sites, keys, what was imported and what was dropped.
        salts: The salts of calendar dates.
    """

    log: str
    views: str
    milestones: str
    registry: str
    salts: str


class Attribute(NamedTuple):
    """A key attribute and its DynamoDB type ("S" or "N")."""

    name: str
    type: str = "S"


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index. It is sparse: only items that have both of its keys are in it."""

    name: str
    partition: Attribute
    sort: Attribute
    keys_only: bool


@dataclass(frozen=True, slots=True)
class Table:
    """How a table is made.

    Attributes:
        partition: The partition key.
        sort: The sort key.
        index: Its index, if it has one.
        stream: Whether new images go to a stream.
        recoverable: Whether it has point-in-time recovery. What is destroyed on purpose must not come back from it.
        retained: Whether it outlives its stack and is protected from deletion: what cannot be folded again.
    """

    partition: Attribute
    sort: Attribute | None = None
    index: Index | None = None
    stream: bool = False
    recoverable: bool = True
    retained: bool = True


#: Epochs in the order of their opening, spread over `EPOCH_LANES` partition keys: every writer opens one at the hour.
EPOCHS_INDEX = Index("epochs", Attribute("lane"), Attribute("opened"), keys_only=True)
EPOCH_LANES = 8

#: A site's milestones in the order in which they were reached.
RECENT_INDEX = Index("recent", Attribute("pk"), Attribute("recent"), keys_only=False)

_PK, _SK = Attribute("pk"), Attribute("sk")

#: By the field of `Tables` that names each.
TABLES: Mapping[str, Table] = {
    "log": Table(Attribute("epoch"), Attribute("version", "N"), EPOCHS_INDEX, stream=True),
    "views": Table(_PK, _SK, recoverable=False, retained=False),
    "milestones": Table(_PK, _SK, RECENT_INDEX, stream=True),
    "registry": Table(_PK, _SK),
    "salts": Table(Attribute("day"), recoverable=False, retained=False),
}
