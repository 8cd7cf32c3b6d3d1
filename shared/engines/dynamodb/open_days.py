"""Days that are written to: where this process puts their rows."""

import random
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping

from shared.engines.dynamodb.client import Dynamo, Item
from shared.engines.dynamodb.days import COUNTERS
from shared.engines.dynamodb.packs import Shelf
from shared.engines.dynamodb.row_names import Where, day_partition, days_partition, is_paged
from shared.engines.dynamodb.totals import counters_of
from shared.engines.dynamodb.values import key, text
from shared.engines.dynamodb.visitor_sets import VisitorSets

#: Items of a day that are read to learn where its rows are. A day of more goes on in packs of this process's own.
_MAX_ITEMS = 500

#: Days that are remembered.
_MAX_DAYS = 256

#: Lanes of processes that could not read a day to its end are drawn from so many.
_PRIVATE_LANES = 2**32

#: Bytes of small rows in the item of a day that every commit writes; what is left of it has the pages seen first.
_SMALL_ROWS = 240

#: The number of the pack that is the day's item of small rows.
_HOME = 0


class OpenDay:
    """One day's packs of counters and of visitors. The first pack of counters is the day's item of small rows."""

    def __init__(self, dynamo: Dynamo, table: str, partition: str, home: Where, lane: int) -> None:
        """Reads what the day's partition has, as far as that is little.

        Args:
            dynamo: The client.
            table: The table of views.
            partition: The day's partition.
            home: The day's item of small rows, which every commit to the day writes.
            lane: The lane of this process.

        Raises:
            StorageUnavailable: It cannot be read.
        """
        items = list(dynamo.query(table, "pk = :pk", {":pk": text(partition)}, limit=_MAX_ITEMS, ConsistentRead=False))
        own = str(lane)
        if len(items) == _MAX_ITEMS:
            own = f"{random.randrange(_PRIVATE_LANES):x}p"  # noqa: S311 - not a secret
        self._prefix = f"{COUNTERS}{own}|"
        self._partition = partition
        self._home = home
        self._shelf = Shelf()
        self._shelf.learn(_HOME, _contents(dynamo.get(table, key(*home), consistent=False) or {}), _SMALL_ROWS)
        self.visitors = VisitorSets(dynamo, table, partition, own)
        for item in items:
            sk = item["sk"]["S"]
            if sk.startswith(self._prefix):
                self._shelf.learn(int(sk.removeprefix(self._prefix)), _contents(item))
            self.visitors.learn(item)

    def place(self, names: Iterable[str]) -> Mapping[Where, list[str]]:
        """Tells which rows' counters go to which items."""
        placed: defaultdict[Where, list[str]] = defaultdict(list)
        for name in names:
            pack = self._shelf.place(name)
            where = self._home if pack == _HOME else (self._partition, f"{self._prefix}{pack:04d}")
            placed[where].append(name)
        return placed


def _contents(item: Item) -> dict[str, int]:
    """Gives what a shelf learns of an item: the rows that might be elsewhere."""
    return {name: 0 for name, _ in counters_of(item) if is_paged(name)}


def home_of(version: int, site: str, day: str, lane: int) -> Where:
    """Names a day's item of small rows."""
    return days_partition(version, site), f"{day}|{lane}"


class OpenDays:
    """The days that this process wrote to most recently."""

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        """Knows of none yet; `table` is the table of views."""
        self._dynamo = dynamo
        self._table = table
        self._days: OrderedDict[tuple[str, int], OpenDay] = OrderedDict()

    def get(self, version: int, site: str, day: str, lane: int) -> OpenDay:
        """Gives a day; reads it first if this process does not know it. Raises as `OpenDay` does."""
        partition = day_partition(version, site, day)
        known = self._days.get((partition, lane))
        if known is None:
            home = home_of(version, site, day, lane)
            known = self._days[partition, lane] = OpenDay(self._dynamo, self._table, partition, home, lane)
            if len(self._days) > _MAX_DAYS:
                self._days.popitem(last=False)
        else:
            self._days.move_to_end((partition, lane))
        return known
