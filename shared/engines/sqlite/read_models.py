"""The read models in SQLite."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from shared.domain.counts import Counts
from shared.domain.folds import DAY, PAGE_DAY, PAGE_TOTAL, TOTAL, Delta, RowKey
from shared.domain.projection import BUILDING, LIVE, Projection
from shared.domain.visitors import VisitorSet
from shared.engine import Commit, CommitConflict, Quarantined, Row
from shared.engines.sqlite.database import Database
from shared.engines.sqlite.day_store import delete_blobs

#: Rows of one commit, so that other processes wait some milliseconds at most for the write lock.
_MAX_ROWS = 1_000

#: SQLite takes at least this many parameters in one statement.
_MAX_PARAMETERS = 500

#: The primary keys, for deleting in portions.
_TABLES = {
    "counts": "version, site, view, bucket, page",
    "visitor_sets": "version, site, view, bucket, page",
    "watermarks": "version, epoch",
    "quarantine": "version, epoch, event",
}
_KEY = "version = ? AND site = ? AND view = ? AND bucket = ? AND page = ?"
_COUNTS = "pageviews, bot_pageviews, visitors, bot_visitors, all_visitors"
_ADD = "pageviews = pageviews + excluded.pageviews, bot_pageviews = bot_pageviews + excluded.bot_pageviews"
_VIEW = "version = ?1 AND site = ?2 AND view = ?3"
_ROWS = f"SELECT bucket, page, {_COUNTS} FROM counts WHERE {_VIEW} AND bucket BETWEEN ?4 AND ?5 ORDER BY bucket, page"

#: From bucket to bucket by the primary key: a site may have thousands of other pages in each.
_ROWS_OF_A_PAGE = f"""
WITH RECURSIVE buckets(bucket) AS (
    SELECT MIN(bucket) FROM counts WHERE {_VIEW} AND bucket >= ?4
    UNION ALL
    SELECT (SELECT MIN(bucket) FROM counts WHERE {_VIEW} AND bucket > buckets.bucket)
    FROM buckets WHERE buckets.bucket < ?5
)
SELECT bucket, page, {_COUNTS} FROM buckets CROSS JOIN counts USING (bucket)
WHERE {_VIEW} AND page = ?6 AND bucket <= ?5 ORDER BY bucket
"""
_SEALED = "bucket != '' AND SUBSTR(bucket, 1, 10) <= seals.day"
_RETIRED = "retired"


class SqliteReadModels:
    """See `shared.engine.ReadModels`."""

    def __init__(self, database: Database, rules: str) -> None:
        """Opens the read models.

        Args:
            database: Their file.
            rules: The rule set of the first projection, where there is none yet.
        """
        self._database = database
        with database.transaction() as connection:
            connection.execute(
                "INSERT INTO projections SELECT 1, ?, ?, '{}', '' WHERE NOT EXISTS (SELECT 1 FROM projections)",
                (LIVE, rules),
            )

    def projections(self) -> list[Projection]:
        rows = self._database.query(
            "SELECT version, state, rules, timezones FROM projections WHERE state != ? ORDER BY version", (_RETIRED,)
        )
        sealed = dict(self._database.query("SELECT site, day FROM seals WHERE day != ''"))
        return [Projection(version, state, rules, json.loads(zones), sealed) for version, state, rules, zones in rows]

    def start(self, rules: str, timezones: Mapping[str, str]) -> Projection:
        with self._database.transaction() as connection:
            version = connection.execute("SELECT MAX(version) + 1 FROM projections").fetchone()[0]
            connection.execute(
                "INSERT INTO projections VALUES (?, ?, ?, ?, '')", (version, BUILDING, rules, json.dumps(timezones))
            )
        return next(projection for projection in self.projections() if projection.version == version)

    def switch(self, version: int) -> None:
        with self._database.transaction() as connection:
            connection.execute("UPDATE projections SET state = ? WHERE state = ?", (_RETIRED, LIVE))
            switched = connection.execute(
                "UPDATE projections SET state = ? WHERE version = ? AND state = ?", (LIVE, version, BUILDING)
            )
            if not switched.rowcount:
                raise CommitConflict(f"projection {version} is not building: another rebuild has deleted it")

    def retire(self, version: int) -> None:
        # First of all it takes no further commit. Its number stays, so that it is never given again.
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE projections SET state = ? WHERE version = ? AND state != ?", (_RETIRED, version, LIVE)
            )
        # Also what an earlier call, stopped half-way, has left.
        retired = "version IN (SELECT version FROM projections WHERE state = ?)"
        for table in _TABLES:
            self._delete_in_portions(table, retired, (_RETIRED,))
        delete_blobs(self._database, retired, (_RETIRED,))

    def set_timezone(self, site: str, timezone: str | None) -> None:
        with self._database.transaction() as connection:
            for version, stored in connection.execute("SELECT version, timezones FROM projections").fetchall():
                timezones = json.loads(stored)
                timezones.pop(site, None)
                if timezone is not None:
                    timezones[site] = timezone
                connection.execute(
                    "UPDATE projections SET timezones = ? WHERE version = ?", (json.dumps(timezones), version)
                )

    def seal(self, site: str, day: str, erased: str) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO seals VALUES (?, ?, ?) ON CONFLICT DO UPDATE"
                " SET day = MAX(day, excluded.day), erased = MAX(erased, excluded.erased)",
                (site, day, erased),
            )

    def erased(self, site: str) -> str:
        rows = self._database.query("SELECT erased FROM seals WHERE site = ?", (site,))
        return rows[0][0] if rows else ""

    def carry_over(self, source: int, target: int) -> None:
        with self._database.transaction() as connection:
            for table, columns in (("counts", _COUNTS), ("visitor_sets", "visitors, bot_visitors")):
                connection.execute(
                    f"INSERT INTO {table} SELECT ?, site, view, bucket, page, {columns} FROM {table} JOIN seals"
                    f" USING (site) WHERE version = ? AND {_SEALED}",
                    (target, source),
                )
            for total, view in ((TOTAL, DAY), (PAGE_TOTAL, PAGE_DAY)):
                # Events may have come into the new version meanwhile: only what is carried over is added, and added.
                connection.execute(
                    "INSERT INTO counts SELECT version, site, ?, '', page, SUM(pageviews), SUM(bot_pageviews), 0, 0, 0"
                    f" FROM counts JOIN seals USING (site) WHERE version = ? AND view = ? AND {_SEALED}"
                    f" GROUP BY site, page ON CONFLICT DO UPDATE SET {_ADD}",
                    (total, target, view),
                )

    def watermarks(self, version: int, epochs: Iterable[str]) -> dict[str, int]:
        wanted = list(epochs)
        found = dict.fromkeys(wanted, -1)
        for i in range(0, len(wanted), _MAX_PARAMETERS):
            some = wanted[i : i + _MAX_PARAMETERS]
            marks = ",".join("?" * len(some))
            found.update(
                self._database.query(
                    f"SELECT epoch, applied FROM watermarks WHERE version = ? AND epoch IN ({marks})", (version, *some)
                )
            )
        return found

    def fits(self, version: int, commit: Commit) -> bool:
        return len(commit.deltas) <= _MAX_ROWS or sum(end - start for start, end in commit.moves.values()) <= 1

    def commit(self, version: int, commit: Commit) -> None:
        with self._database.transaction() as connection:
            if not connection.execute(
                "SELECT 1 FROM projections WHERE version = ? AND state != ?", (version, _RETIRED)
            ).fetchone():
                raise CommitConflict(f"projection {version} takes no more commits")
            for epoch, (start, end) in commit.moves.items():
                _move(connection, version, epoch, start, end)
            for epoch, event in commit.redriven:
                gone = connection.execute(
                    "DELETE FROM quarantine WHERE version = ? AND epoch = ? AND event = ?", (version, epoch, event)
                )
                if not gone.rowcount:
                    raise CommitConflict(f"version {event} of epoch {epoch} is not in quarantine")
            connection.executemany(
                "INSERT INTO quarantine VALUES (?, ?, ?, ?)", [(version, *entry) for entry in commit.quarantined]
            )
            for key, delta in commit.deltas.items():
                _add(connection, version, key, delta)

    def rows(
        self, version: int, site: str, view: str, first: str, last: str, page: str | None = None
    ) -> Iterator[tuple[RowKey, Counts]]:
        question = (version, site, view, first, last)
        if page is None:
            found = self._database.query(_ROWS, question)
        else:
            found = self._database.query(_ROWS_OF_A_PAGE, (*question, page))
        return ((RowKey(site, view, row[0], row[1]), Counts._make(row[2:])) for row in found)

    def lookup(self, version: int, keys: Sequence[RowKey]) -> dict[RowKey, Counts]:
        found = {}
        for key in keys:
            rows = self._database.query(f"SELECT {_COUNTS} FROM counts WHERE {_KEY}", (version, *key))
            if rows:
                found[key] = Counts._make(rows[0])
        return found

    def quarantine(self, version: int) -> list[Quarantined]:
        rows = self._database.query(
            "SELECT epoch, event, reason FROM quarantine WHERE version = ? ORDER BY epoch, event", (version,)
        )
        return list(map(Quarantined._make, rows))

    @contextmanager
    def dump(self, version: int) -> Iterator[tuple[dict[str, int], Iterator[Row]]]:
        # A connection of its own, so that its snapshot does not hold this thread's writes up.
        connection = self._database.connect()
        try:
            connection.execute("BEGIN")
            watermarks = dict(connection.execute("SELECT epoch, applied FROM watermarks WHERE version = ?", (version,)))
            columns = ", ".join(f"c.{name}" for name in _COUNTS.split(", "))
            rows = connection.execute(
                f"SELECT site, view, bucket, page, {columns}, s.visitors, s.bot_visitors FROM counts c"
                " LEFT JOIN visitor_sets s USING (version, site, view, bucket, page) WHERE version = ?"
                " ORDER BY site, view, bucket, page",
                (version,),
            )
            yield watermarks, map(_row, rows)
        finally:
            connection.close()

    def forget(self, site: str) -> None:
        for table in ("counts", "visitor_sets"):
            self._delete_in_portions(table, "site = ?", (site,))
        delete_blobs(self._database, "version IN (SELECT version FROM projections) AND site = ?", (site,))
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM seals WHERE site = ?", (site,))
        self._database.leave_no_trace()

    def closed(self, version: int) -> str:
        rows = self._database.query("SELECT closed FROM projections WHERE version = ?", (version,))
        return rows[0][0] if rows else ""

    def close(self, version: int, hour: str) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE projections SET closed = ? WHERE version = ? AND closed < ?", (hour, version, hour)
            )

    def _delete_in_portions(self, table: str, where: str, parameters: Sequence[Any]) -> None:
        columns = _TABLES[table]
        sql = (
            f"DELETE FROM {table} WHERE ({columns}) IN (SELECT {columns} FROM {table} WHERE {where} LIMIT {_MAX_ROWS})"
        )
        deleted = _MAX_ROWS
        while deleted == _MAX_ROWS:
            with self._database.transaction() as connection:
                deleted = connection.execute(sql, parameters).rowcount


def _move(connection: sqlite3.Connection, version: int, epoch: str, start: int, end: int) -> None:
    """Moves a watermark, on the condition that it stands where the plan found it."""
    if start == -1:
        moved = connection.execute("INSERT OR IGNORE INTO watermarks VALUES (?, ?, ?)", (version, epoch, end))
    else:
        moved = connection.execute(
            "UPDATE watermarks SET applied = ? WHERE version = ? AND epoch = ? AND applied = ?",
            (end, version, epoch, start),
        )
    if not moved.rowcount:
        raise CommitConflict(f"the watermark of epoch {epoch} no longer stands at {start}")


def _add(connection: sqlite3.Connection, version: int, key: RowKey, delta: Delta) -> None:
    visitors = _add_visitors(connection, version, key, delta) if delta.visitors or delta.bot_visitors else None
    row = (version, *key, delta.pageviews, delta.bot_pageviews, *(visitors or (0, 0, 0)))
    update = _ADD
    if visitors:
        update += ", visitors = excluded.visitors, bot_visitors = excluded.bot_visitors"
        update += ", all_visitors = excluded.all_visitors"
    connection.execute(
        f"INSERT INTO counts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET {update}", row
    )


def _add_visitors(
    connection: sqlite3.Connection, version: int, key: RowKey, delta: Delta
) -> tuple[int, int, int] | None:
    """Adds the hashes to the row's sets, and counts the sets anew if they have changed."""
    stored = connection.execute(
        f"SELECT visitors, bot_visitors FROM visitor_sets WHERE {_KEY}", (version, *key)
    ).fetchone()
    people, bots = (VisitorSet.from_bytes(part) for part in stored or (b"", b""))
    # Both are added to before either is asked for.
    if not any([people.add(delta.visitors), bots.add(delta.bot_visitors)]):
        return None
    connection.execute(
        "INSERT OR REPLACE INTO visitor_sets VALUES (?, ?, ?, ?, ?, ?, ?)",
        (version, *key, people.to_bytes(), bots.to_bytes()),
    )
    return len(people), len(bots), people.union(bots)


def _row(row: Sequence[Any]) -> Row:
    return Row(RowKey(*row[:4]), Counts._make(row[4:9]), row[9] or b"", row[10] or b"")
