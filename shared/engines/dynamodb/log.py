"""The event log in DynamoDB: one item for each event, written once, under a condition.

An event's item has `epoch`, `version`, `nonce` and `body`; the first of an epoch has `lane` and `opened` too, by which
the index of epochs knows it. A marker is an item whose `body` was taken out.
"""

from collections.abc import Iterator, Sequence
from zlib import crc32

from shared.domain.events import site_of
from shared.engine import Entry, EpochHead, Record, VersionTaken
from shared.engines.dynamodb.client import MAX_TRANSACTION, ConditionFailed, Dynamo, Item
from shared.engines.dynamodb.tables import EPOCH_LANES, EPOCHS_INDEX
from shared.engines.dynamodb.values import Value, blob, number, text

_ERASE_PORTION = 500

_NEW = "attribute_not_exists(epoch)"

#: So many entries at once are an import's. One after the other, a million of them would take hours.
_MANY = 25

#: What sorts before and after every hour: an hour begins with a digit.
_BEFORE_ALL, _AFTER_ALL = "0", ":"


class DynamoEventLog:
    """See `shared.engine.EventLog`."""

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        self._dynamo = dynamo
        self._table = table

    def put(self, epoch: str, opened: str, first: int, entries: Sequence[Entry]) -> None:
        items = [_item(epoch, opened, version, entry) for version, entry in enumerate(entries, first)]
        # An item is never stored without those before it: one by one, or many in a transaction, which costs twice.
        size = MAX_TRANSACTION if len(items) >= _MANY else 1
        for start in range(0, len(items), size):
            portion = items[start : start + size]
            if size == 1 or not self._put_together(portion):
                for item in portion:
                    self._put_one(item)

    def read(self, epoch: str, after: int, limit: int) -> list[Record]:
        values = {":epoch": text(epoch), ":after": number(after)}
        items = self._dynamo.query(
            self._table, "epoch = :epoch AND version > :after", values, limit, ConsistentRead=True
        )
        return list(map(_record, items))

    def head(self, epoch: str) -> int:
        last = self._dynamo.query(
            self._table,
            "epoch = :epoch",
            {":epoch": text(epoch)},
            limit=1,
            ScanIndexForward=False,
            ConsistentRead=True,
            ProjectionExpression="version",
        )
        return next((int(item["version"]["N"]) for item in last), -1)

    def epochs(self, since: str = "", before: str | None = None) -> list[EpochHead]:
        return [EpochHead(epoch, opened, self.head(epoch)) for opened, epoch in self._opened(since, before)]

    def erase(self, site: str, opened_from: str = "", opened_before: str | None = None) -> Iterator[int]:
        for _, epoch in self._opened(opened_from, opened_before):
            after = -1
            while records := self.read(epoch, after, _ERASE_PORTION):
                after = records[-1].version
                doomed = [record for record in records if record.body is not None and site_of(record.body) == site]
                yield sum(map(self._erase, doomed))

    def _put_together(self, items: Sequence[Item]) -> bool:
        """Stores all of some items; tells whether none of them was there."""
        actions = [{"Put": {"TableName": self._table, "Item": item, "ConditionExpression": _NEW}} for item in items]
        try:
            self._dynamo.transact_patiently(actions)
        except ConditionFailed:
            return False
        return True

    def _put_one(self, item: Item) -> None:
        try:
            self._dynamo.put(self._table, item, _NEW)
        except ConditionFailed as error:
            # Also after an answer that was lost: the client tries again by itself, and meets its own item.
            if (error.item or {}).get("nonce") != item["nonce"]:
                version, epoch = item["version"]["N"], item["epoch"]["S"]
                raise VersionTaken(f"version {version} of epoch {epoch} is another writer's") from error

    def _opened(self, since: str, before: str | None = None) -> list[tuple[str, str]]:
        """Lists (hour, epoch) of the epochs opened from one hour to before another, in this order.

        An index lags behind its table, by moments as a rule. So who needs every epoch asks again until its hour is
        closed, which is hours later; an event is taken out only when its site's writers have long stopped, or by age.
        """
        first, last = since or _BEFORE_ALL, _AFTER_ALL if before is None else before
        if first >= last:
            return []
        found = []
        for lane in range(EPOCH_LANES):
            values = {":lane": text(str(lane)), ":first": text(first), ":last": text(last)}
            items = self._dynamo.query(
                self._table, "lane = :lane AND opened BETWEEN :first AND :last", values, IndexName=EPOCHS_INDEX.name
            )
            found += [(item["opened"]["S"].partition("|")[0], item["epoch"]["S"]) for item in items]
        return sorted(found)

    def _erase(self, record: Record) -> bool:
        event = {"epoch": text(record.epoch), "version": number(record.version)}
        try:
            self._dynamo.update(self._table, event, "REMOVE body", "attribute_exists(body)")
        except ConditionFailed:  # somebody else was erasing too
            return False
        return True


def _item(epoch: str, opened: str, version: int, entry: Entry) -> Item:
    item = {"epoch": text(epoch), "version": number(version), "nonce": text(entry.nonce)}
    item["body"] = _body_value(entry.body)
    if version == 0:
        item |= {"lane": text(_lane(epoch)), "opened": text(f"{opened}|{epoch}")}
    return item


def _lane(epoch: str) -> str:
    return str(crc32(epoch.encode()) % EPOCH_LANES)


def _body_value(body: bytes) -> Value:
    """Text can be read in the console and needs no decoding in the stream. Bytes that are none stay what they are."""
    try:
        return text(body.decode())
    except UnicodeDecodeError:
        return blob(body)


def _record(item: Item) -> Record:
    value = item.get("body")
    body = None if value is None else value["S"].encode() if "S" in value else bytes(value["B"])
    return Record(item["epoch"]["S"], int(item["version"]["N"]), item["nonce"]["S"], body)
