"""What days were folded to, in SQLite: blobs beside the counts."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from shared.engines.sqlite.database import Database

#: Blobs of one transaction, by number and bytes, so that others wait some milliseconds at most for the write lock.
_MAX_ROWS, _MAX_BYTES = 1_000, 1_000_000

#: Blobs that are read at once.
_PAGE = 20

_COLLECTION = "version = ? AND site = ? AND collection = ?"
_PUT = "INSERT INTO day_blobs VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET blob = excluded.blob"


class SqliteDayStore:
    """See `shared.engine.DayStore`."""

    def __init__(self, database: Database) -> None:
        """Opens the store; `database` is the file of the read models."""
        self._database = database

    def put(self, version: int, site: str, collection: str, blobs: Mapping[str, bytes]) -> None:
        self._put(version, site, collection, blobs.items())

    def read(
        self, version: int, site: str, collection: str, first: str = "", last: str | None = None
    ) -> Iterator[tuple[str, bytes]]:
        # Page by page: an open cursor would keep the write-ahead log from being emptied, and all at once may be much.
        comparison, since = ">=", first
        while True:
            where, parameters = _between(since, last, comparison)
            page = self._database.query(
                f"SELECT key, blob FROM day_blobs WHERE {_COLLECTION} AND {where} ORDER BY key LIMIT {_PAGE}",
                (version, site, collection, *parameters),
            )
            yield from page
            if len(page) < _PAGE:
                return
            comparison, since = ">", page[-1][0]

    def delete(self, version: int, site: str, collection: str, first: str = "", last: str | None = None) -> None:
        where, parameters = _between(first, last)
        delete_blobs(self._database, f"{_COLLECTION} AND {where}", (version, site, collection, *parameters))
        self._database.truncate_log()

    def replace(
        self, version: int, site: str, collection: str, key: str, expected: bytes | None, blob: bytes | None
    ) -> bool:
        where = (version, site, collection, key)
        with self._database.transaction() as connection:
            found = connection.execute(f"SELECT blob FROM day_blobs WHERE {_COLLECTION} AND key = ?", where).fetchone()
            if (found and found[0]) != expected:
                return False
            if blob is None:
                connection.execute(f"DELETE FROM day_blobs WHERE {_COLLECTION} AND key = ?", where)
            else:
                connection.execute(_PUT, (*where, blob))
        return True

    def carry_over(self, source: int, target: int, site: str, collections: Collection[str], last: str) -> None:
        for collection in collections:
            self._put(target, site, collection, self.read(source, site, collection, last=last))

    def _put(self, version: int, site: str, collection: str, blobs: Iterable[tuple[str, bytes]]) -> None:
        for portion in _portions(blobs):
            with self._database.transaction() as connection:
                connection.executemany(_PUT, [(version, site, collection, key, blob) for key, blob in portion])


def delete_blobs(database: Database, where: str, parameters: Sequence[Any]) -> None:
    """Deletes blobs, in portions that are short of time: what is deleted is overwritten.

    Args:
        database: The file of the read models.
        where: The condition on the columns of their table, in SQL.
        parameters: Its parameters.

    Raises:
        StorageUnavailable: Some may have been deleted; call again.
    """
    more = True
    while more:
        with database.transaction() as connection:
            more = _delete_some(connection, where, parameters)


def _delete_some(connection: sqlite3.Connection, where: str, parameters: Sequence[Any]) -> bool:
    """Deletes as many as one transaction may; tells whether there was any."""
    doomed: list[tuple[int]] = []
    size = 0
    # The length is read without the blob.
    found = connection.execute(f"SELECT rowid, LENGTH(blob) FROM day_blobs WHERE {where} LIMIT {_MAX_ROWS}", parameters)
    for row, length in found.fetchall():
        if doomed and size + length > _MAX_BYTES:
            break
        doomed.append((row,))
        size += length
    connection.executemany("DELETE FROM day_blobs WHERE rowid = ?", doomed)
    return bool(doomed)


def _between(first: str, last: str | None, comparison: str = ">=") -> tuple[str, tuple[str, ...]]:
    """Gives the condition on the keys, and its parameters."""
    if last is None:
        return f"key {comparison} ?", (first,)
    return f"key {comparison} ? AND key <= ?", (first, last)


def _portions(blobs: Iterable[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    portion: list[tuple[str, bytes]] = []
    size = 0
    for key, blob in blobs:
        if portion and (size + len(blob) > _MAX_BYTES or len(portion) == _MAX_ROWS):
            yield portion
            portion, size = [], 0
        portion.append((key, blob))
        size += len(blob)
    if portion:
        yield portion
