"""What days were folded to, in DynamoDB: blobs in the table of views.

A blob is one item, its `body` in it. One that is too large has an item that names its `revision`, and of how many
`chunks` that is. While a revision is written, the item says so (`pending`). Whoever writes, replaces or deletes the
blob meanwhile takes that away, and a revision that is not pending never comes to be named: then its chunks may go.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import uuid4

from shared.engine import StorageUnavailable
from shared.engines.dynamodb.blob_items import MAX_WHOLE, BlobItems, Shelf, name_of, shelf_of
from shared.engines.dynamodb.client import ConditionFailed, Dynamo, Item
from shared.engines.dynamodb.values import blob as binary
from shared.engines.dynamodb.values import number, text

#: How often a blob is tried again because others were at it in between.
_MAX_TRIES = 20

_REVISIONS = ("revision", "pending")


class _Condition(NamedTuple):
    expression: str
    values: Item

    def parameters(self) -> dict[str, Any]:
        """Gives the parameters of a call besides the expression; DynamoDB refuses values that are empty."""
        return {"ExpressionAttributeValues": self.values} if self.values else {}


class DynamoDayStore:
    """See `shared.engine.DayStore`."""

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        """Opens the store.

        Args:
            dynamo: The client.
            table: The table of views.
        """
        self._dynamo = dynamo
        self._table = table
        self._items = BlobItems(dynamo, table)

    def put(self, version: int, site: str, collection: str, blobs: Mapping[str, bytes]) -> None:
        shelf = shelf_of(version, site, collection)
        for name, body in blobs.items():
            put = self._put_whole if len(body) <= MAX_WHOLE else self._put_in_chunks
            self._items.remove_chunks(shelf, name, put(shelf, name, body))

    def read(
        self, version: int, site: str, collection: str, first: str = "", last: str | None = None
    ) -> Iterator[tuple[str, bytes]]:
        shelf = shelf_of(version, site, collection)
        for item in self._items.blobs(shelf, first, last):
            body = self._body(shelf, item)
            if body is not None:
                yield name_of(item), body

    def delete(self, version: int, site: str, collection: str, first: str = "", last: str | None = None) -> None:
        shelf = shelf_of(version, site, collection)
        # The chunks are listed first: whoever is writing one of these has its revision pending in an item, and cannot
        # name it any more when that has gone.
        chunks = list(self._items.chunks(shelf, first, last))
        self._dynamo.batch_delete(self._table, self._items.blobs(shelf, first, last, keys_only=True))
        self._dynamo.batch_delete(self._table, chunks)

    def replace(
        self, version: int, site: str, collection: str, key: str, expected: bytes | None, blob: bytes | None
    ) -> bool:
        shelf = shelf_of(version, site, collection)
        dead: set[str] = set()
        if expected is None:
            condition = _Condition("attribute_not_exists(body) AND attribute_not_exists(revision)", {})
        elif len(expected) <= MAX_WHOLE:
            condition = _Condition("body = :expected", {":expected": binary(expected)})
        else:
            item = self._dynamo.get(self._table, shelf.where(key))
            if item is None or "revision" not in item or self._body(shelf, item) != expected:
                return False
            condition = _Condition("revision = :revision", {":revision": item["revision"]})
            dead = _revisions(item)
        try:
            self._swap(shelf.where(key), blob, condition)
        except ConditionFailed:
            return False
        self._items.remove_chunks(shelf, key, dead)
        return True

    def carry_over(self, source: int, target: int, site: str, collections: Collection[str], last: str) -> None:
        for collection in collections:
            for name, body in self.read(source, site, collection, last=last):
                self.put(target, site, collection, {name: body})

    def _put_whole(self, shelf: Shelf, name: str, body: bytes) -> set[str]:
        """Puts a blob as one item, and gives the revisions whose chunks are to go."""
        item = {**shelf.where(name), "body": binary(body)}
        seen: Item = {}
        dead: set[str] = set()
        for _ in range(_MAX_TRIES):
            condition = _with_revisions_of(seen)
            try:
                self._dynamo.put(self._table, item, condition.expression, **condition.parameters())
            except ConditionFailed as failed:
                seen = failed.item or {}
                dead |= _revisions(seen)
            else:
                return dead
        raise _busy("written")

    def _put_in_chunks(self, shelf: Shelf, name: str, body: bytes) -> set[str]:
        """Puts a blob in chunks, and gives the revisions whose chunks are to go."""
        dead: set[str] = set()
        for attempt in range(1, _MAX_TRIES + 1):
            seen = self._dynamo.get(self._table, shelf.where(name)) or {}
            dead |= _revisions(seen)
            revision = uuid4().hex
            try:
                self._announce(shelf.where(name), seen, revision)
                chunks = self._items.write_chunks(shelf, name, revision, body)
                self._publish(shelf.where(name), revision, chunks)
            except ConditionFailed as failed:
                # An answer may have been lost: then it is there.
                if failed.item is None or failed.item.get("revision") != text(revision):
                    dead.add(revision)
                    self._dynamo.wait(attempt)  # or two would take it from each other again and again
                    continue
            return dead
        raise _busy("written")

    def _announce(self, where: Item, seen: Item, revision: str) -> None:
        """Makes a revision the pending one, on the condition that the item has the revisions that were seen."""
        condition = _with_revisions_of(seen)
        values = {**condition.values, ":mine": text(revision)}
        self._dynamo.update(
            self._table, where, "SET pending = :mine", condition.expression, ExpressionAttributeValues=values
        )

    def _publish(self, where: Item, revision: str, chunks: int) -> None:
        """Makes the pending revision the one that is read."""
        item = {**where, "revision": text(revision), "chunks": number(chunks)}
        self._dynamo.put(self._table, item, "pending = :mine", ExpressionAttributeValues={":mine": item["revision"]})

    def _swap(self, where: Item, body: bytes | None, condition: _Condition) -> None:
        """Writes or deletes an item on a condition.

        It is a transaction for the token that goes with it: repeated because its answer was lost, it is still known for
        what it was, also when another has replaced the blob meanwhile.
        """
        what = {"Delete": {"Key": where}} if body is None else {"Put": {"Item": {**where, "body": binary(body)}}}
        options = {"TableName": self._table, "ConditionExpression": condition.expression, **condition.parameters()}
        self._dynamo.transact_patiently([{action: {**target, **options} for action, target in what.items()}])

    def _body(self, shelf: Shelf, item: Item) -> bytes | None:
        """Gives the blob of an item as it was read, or as it is by now; None if none stands there."""
        found: Item | None = item
        for _ in range(_MAX_TRIES):
            if found is None or not found.keys() & {"body", "revision"}:
                return None
            if "body" in found:
                body: bytes = found["body"]["B"]
                return body
            chunks = self._items.read_chunks(shelf, name_of(item), found["revision"]["S"])
            if len(chunks) == int(found["chunks"]["N"]):
                return b"".join(chunks)
            # Another has taken its place meanwhile.
            found = self._dynamo.get(self._table, shelf.where(name_of(item)))
        raise _busy("read")


def _revisions(item: Item) -> set[str]:
    """Gives the revisions that an item names: when it has been written over, neither comes to be named again."""
    return {item[name]["S"] for name in _REVISIONS if name in item}


def _with_revisions_of(item: Item) -> _Condition:
    """Gives the condition that an item names the revisions that this one names."""
    names = [f"{name} = :{name}" if name in item else f"attribute_not_exists({name})" for name in _REVISIONS]
    return _Condition(" AND ".join(names), {f":{name}": item[name] for name in _REVISIONS if name in item})


def _busy(done: str) -> StorageUnavailable:
    return StorageUnavailable(f"others changed a blob {_MAX_TRIES} times while it was {done}")
