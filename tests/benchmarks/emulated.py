"""The engine of AWS over tables inside this process, with what AWS would bill for it."""

from collections.abc import Callable
from typing import NamedTuple, cast

from shared.domain.sites import Site
from shared.engine import Engine, Entry, Record
from shared.engines.dynamodb import open_engine
from shared.engines.dynamodb.client import Dynamo, Item
from shared.engines.dynamodb.log import DynamoEventLog
from shared.engines.dynamodb.tables import Tables
from tests.benchmarks.billing import BilledClient, item_size
from tests.benchmarks.traffic import SITE
from tests.support.dynamodb import make_emulated_client, make_tables
from tests.support.lean_client import LeanClient

#: What AWS adds to an item's size where it bills what is stored. Source: Amazon DynamoDB Developer Guide, "Item sizes".
STORED_OVERHEAD = 100


class Taken(NamedTuple):
    """What something took: write units, read units, and calls to DynamoDB."""

    writes: float
    reads: float
    calls: float


class Emulated(NamedTuple):
    """An engine in which the benchmarks' site is registered, and its meters."""

    engine: Engine
    dynamo: Dynamo
    client: BilledClient
    tables: Tables

    def units(self, kind: str, *tables: str) -> float:
        """Adds up the "read" or "write" units so far, of some tables or of all."""
        return sum(
            units
            for (one, table), units in self.dynamo.consumed.items()
            if one == kind and table in (tables or self.tables)
        )

    def taken(self, task: Callable[[], object]) -> Taken:
        """Does something, and gives what it took."""
        before = self._meters()
        task()
        return Taken(*(after - then for after, then in zip(self._meters(), before, strict=True)))

    def _meters(self) -> tuple[float, float, float]:
        return self.units("write"), self.units("read"), self.client.calls.total()

    def stored(self, table: str) -> int:
        """Gives a table's size in bytes, as AWS bills it."""
        return sum(item_size(item) + STORED_OVERHEAD for item in self.dynamo.scan(table))


def open_emulated(*sites: Site) -> Emulated:
    """Opens an engine over new tables, with some sites or the benchmarks' own."""
    tables = make_tables(make_emulated_client())
    billed = BilledClient(LeanClient())
    dynamo = Dynamo(billed, lambda attempt: None)
    engine = open_engine(dynamo, tables, "benchmark")
    for site in sites or (SITE,):
        engine.read_models.set_timezone(site.name, site.timezone)
        engine.sites.save(site)
    dynamo.consumed.clear()
    billed.calls.clear()
    return Emulated(engine, dynamo, billed, tables)


class _Catcher:
    """A client that keeps the last item that it is given."""

    def __init__(self) -> None:
        self.item: Item = {}

    def put(self, table: str, item: Item, condition: str) -> None:
        self.item = item


def item_of(record: Record) -> Item:
    """Gives the item that the event log makes of a record."""
    catcher = _Catcher()
    log = DynamoEventLog(cast(Dynamo, catcher), "log")
    log.put(record.epoch, "", record.version, [Entry(record.nonce, record.body or b"")])
    return catcher.item
