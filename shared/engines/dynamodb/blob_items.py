"""The items of blobs. What is too large for one is cut into chunks, items of a partition beside that of the blobs.

So a range of blobs is one query, which reads no chunk. A chunk belongs to one revision of its blob and is never written
over: a new revision stands whole beside the one before when the blob's own item comes to name it.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from shared.engines.dynamodb.client import Dynamo, Item
from shared.engines.dynamodb.row_names import blobs_partition, chunks_partition
from shared.engines.dynamodb.values import blob, key, text

#: In bytes. DynamoDB takes items of up to 400 KB, with their names.
MAX_WHOLE = 300_000

#: Before a blob's key: a sort key must not be empty.
_PREFIX = "="

#: Between a blob's key and what follows in the sort keys of its chunks. It sorts before all that keys are made of.
_END = "\0"

#: Sorts behind all that follows there.
_BEHIND = "~"


class Shelf(NamedTuple):
    """The partitions of a collection: of its blobs, and of their chunks."""

    blobs: str
    chunks: str

    def where(self, name: str) -> Item:
        """Gives the key of a blob's own item, by the blob's key."""
        return key(self.blobs, _PREFIX + name)


def shelf_of(version: int, site: str, collection: str) -> Shelf:
    """Gives the partitions of a collection."""
    return Shelf(blobs_partition(version, site, collection), chunks_partition(version, site, collection))


def name_of(item: Item) -> str:
    """Gives a blob's key by its own item."""
    sk: str = item["sk"]["S"]
    return sk.removeprefix(_PREFIX)


class BlobItems:
    """Reads the items of blobs, and writes their chunks."""

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        self._dynamo = dynamo
        self._table = table

    def blobs(self, shelf: Shelf, first: str, last: str | None, keys_only: bool = False) -> Iterator[Item]:
        """Reads the blobs' own items in the order of their keys, from `first` to `last`; None: to the end."""
        return self._between(shelf.blobs, first, last, keys_only)

    def chunks(self, shelf: Shelf, first: str, last: str | None) -> Iterator[Item]:
        """Lists the keys of the chunks of blobs from `first` to `last`, also of those that no item names."""
        return self._between(shelf.chunks, first, None if last is None else last + _END + _BEHIND, keys_only=True)

    def write_chunks(self, shelf: Shelf, name: str, revision: str, body: bytes) -> int:
        """Writes the chunks of a revision, and gives their number."""
        starts = range(0, len(body), MAX_WHOLE)
        for i, start in enumerate(starts):
            where = key(shelf.chunks, f"{_chunks_of(name, revision)}{i:05d}")
            self._dynamo.put(self._table, {**where, "body": blob(body[start : start + MAX_WHOLE])})
        return len(starts)

    def read_chunks(self, shelf: Shelf, name: str, revision: str) -> list[bytes]:
        """Reads the chunks of a revision that are there."""
        items = self._dynamo.partition(self._table, shelf.chunks, _chunks_of(name, revision))
        return [item["body"]["B"] for item in items]

    def remove_chunks(self, shelf: Shelf, name: str, revisions: Iterable[str]) -> None:
        """Deletes the chunks of revisions."""
        for revision in revisions:
            prefix = _chunks_of(name, revision)
            doomed = self._dynamo.partition(self._table, shelf.chunks, prefix, ProjectionExpression="pk, sk")
            self._dynamo.batch_delete(self._table, doomed)

    def _between(self, partition: str, first: str, last: str | None, keys_only: bool) -> Iterator[Item]:
        if last is not None and last < first:
            return iter(())  # DynamoDB refuses such a range
        condition, values = "pk = :pk AND sk >= :first", {":pk": text(partition), ":first": text(_PREFIX + first)}
        if last is not None:
            condition = "pk = :pk AND sk BETWEEN :first AND :last"
            values = {**values, ":last": text(_PREFIX + last)}
        projection: dict[str, Any] = {"ProjectionExpression": "pk, sk"} if keys_only else {}
        return self._dynamo.query(self._table, condition, values, ConsistentRead=True, **projection)


def _chunks_of(name: str, revision: str) -> str:
    return f"{_PREFIX}{name}{_END}{revision}"
