"""The event log in SQLite."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager

from shared.domain.events import site_of
from shared.engine import Entry, EpochHead, Record, VersionTaken
from shared.engines.sqlite.database import Database

#: Few enough that another process waits at most some milliseconds for the write lock.
_ERASE_PORTION = 500


class SqliteEventLog:
    """See `shared.engine.EventLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def group_commit(self) -> AbstractContextManager[object]:
        """Lets the puts inside share one commit; none of them is durable before it is left."""
        return self._database.transaction()

    def put(self, epoch: str, opened: str, first: int, entries: Sequence[Entry]) -> None:
        with self._database.transaction() as connection:
            if first == 0:
                connection.execute("INSERT OR IGNORE INTO epochs VALUES (?, ?)", (epoch, opened))
            rows = [(epoch, first + i, entry.nonce, entry.body) for i, entry in enumerate(entries)]
            try:
                connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?)", rows)
            except sqlite3.IntegrityError:
                self._put_what_is_missing(connection, rows)

    @staticmethod
    def _put_what_is_missing(connection: sqlite3.Connection, rows: Sequence[tuple[str, int, str, bytes]]) -> None:
        for row in rows:
            epoch, version, nonce, _ = row
            connection.execute("INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?)", row)
            stored = connection.execute(
                "SELECT nonce FROM events WHERE epoch = ? AND version = ?", (epoch, version)
            ).fetchone()
            if stored[0] != nonce:
                raise VersionTaken(f"version {version} of epoch {epoch} is another writer's")

    def read(self, epoch: str, after: int, limit: int) -> list[Record]:
        rows = self._database.query(
            "SELECT epoch, version, nonce, body FROM events WHERE epoch = ? AND version > ? ORDER BY version LIMIT ?",
            (epoch, after, limit),
        )
        return list(map(Record._make, rows))

    def head(self, epoch: str) -> int:
        last: int | None = self._database.query("SELECT MAX(version) FROM events WHERE epoch = ?", (epoch,))[0][0]
        return -1 if last is None else last

    def epochs(self, since: str = "", before: str | None = None) -> list[EpochHead]:
        rows = self._database.query(
            "SELECT epoch, opened, (SELECT MAX(version) FROM events WHERE events.epoch = epochs.epoch) FROM epochs"
            " WHERE opened >= ? AND (? IS NULL OR opened < ?) ORDER BY opened, epoch",
            (since, before, before),
        )
        return [EpochHead(epoch, opened, head) for epoch, opened, head in rows if head is not None]

    def erase(self, site: str, opened_from: str = "", opened_before: str | None = None) -> Iterator[int]:
        for epoch in self.epochs(opened_from, opened_before):
            after = -1
            while records := self.read(epoch.epoch, after, _ERASE_PORTION):
                after = records[-1].version
                doomed = [(r.epoch, r.version) for r in records if r.body is not None and site_of(r.body) == site]
                with self._database.transaction() as connection:
                    connection.executemany("UPDATE events SET body = NULL WHERE epoch = ? AND version = ?", doomed)
                yield len(doomed)
        if opened_before is None:
            self._database.leave_no_trace()
        else:
            self._database.truncate_log()  # every hour, so that writers must not be kept waiting
