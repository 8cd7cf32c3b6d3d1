"""Days that are written to: where this process puts their rows."""

import random
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping

from shared.engines.dynamodb.client import Dynamo
from shared.engines.dynamodb.days import COUNTERS, FIRST_LANE
from shared.engines.dynamodb.packs import Shelf
from shared.engines.dynamodb.totals import counters_of
from shared.engines.dynamodb.values import text
from shared.engines.dynamodb.visitor_sets import VisitorSets

#: Items of a day that are read to learn where its rows are. A day of more goes on in packs of this process's own.
_MAX_ITEMS = 500

#: Days that are remembered.
_MAX_DAYS = 256

#: Lanes of processes that could not read a day to its end are drawn from so many.
_PRIVATE_LANES = 2**32


class OpenDay:
    """One day's packs of counters and of visitors."""

    def __init__(self, dynamo: Dynamo, table: str, partition: str, lane: int) -> None:
        """Reads what the day's partition has, as far as that is little.

        Raises:
            StorageUnavailable: It cannot be read.
        """
        items = list(dynamo.query(table, "pk = :pk", {":pk": text(partition)}, limit=_MAX_ITEMS, ConsistentRead=False))
        own = str(lane) if lane else FIRST_LANE
        if len(items) == _MAX_ITEMS:
            own = f"{random.randrange(_PRIVATE_LANES):x}p"  # noqa: S311 - not a secret
        self._prefix = f"{COUNTERS}{own}|"
        self._shelf = Shelf()
        self.visitors = VisitorSets(dynamo, table, partition, own)
        for item in items:
            sk = item["sk"]["S"]
            if sk.startswith(self._prefix):
                self._shelf.learn(int(sk.removeprefix(self._prefix)), dict.fromkeys(dict(counters_of(item)), 0))
            self.visitors.learn(item)

    def place(self, names: Iterable[str]) -> Mapping[str, list[str]]:
        """Tells which rows' counters go to which packs: the names by sort key."""
        placed: defaultdict[str, list[str]] = defaultdict(list)
        for name in names:
            placed[f"{self._prefix}{self._shelf.place(name):04d}"].append(name)
        return placed


class OpenDays:
    """The days that this process wrote to most recently."""

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        """Knows of none yet; `table` is the table of views."""
        self._dynamo = dynamo
        self._table = table
        self._days: OrderedDict[tuple[str, int], OpenDay] = OrderedDict()

    def get(self, partition: str, lane: int) -> OpenDay:
        """Gives a day; reads it first if this process does not know it. Raises as `OpenDay` does."""
        known = self._days.get((partition, lane))
        if known is None:
            known = self._days[partition, lane] = OpenDay(self._dynamo, self._table, partition, lane)
            if len(self._days) > _MAX_DAYS:
                self._days.popitem(last=False)
        else:
            self._days.move_to_end((partition, lane))
        return known
