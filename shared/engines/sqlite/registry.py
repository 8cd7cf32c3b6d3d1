"""Sites, keys, what was imported and what was dropped, in SQLite."""

import json
from collections.abc import Mapping

from shared.domain.keys import Key
from shared.domain.sites import Site
from shared.engine import ImportPart
from shared.engines.sqlite.database import Database


class SqliteSites:
    """See `shared.engine.Sites`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Site]:
        rows = self._database.query("SELECT site FROM sites ORDER BY name")
        return [Site.from_dict(json.loads(stored)) for (stored,) in rows]

    def save(self, site: Site) -> None:
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO sites VALUES (?, ?)", (site.name, json.dumps(site.to_dict())))

    def remove(self, name: str) -> None:
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM sites WHERE name = ?", (name,))


class SqliteKeys:
    """See `shared.engine.Keys`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Key]:
        rows = self._database.query("SELECT id, digest, scope, sites FROM keys ORDER BY id")
        return [Key(key_id, digest, scope, tuple(json.loads(sites))) for key_id, digest, scope, sites in rows]

    def save(self, key: Key) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?)",
                (key.id, key.digest, key.scope, json.dumps(key.sites)),
            )

    def revoke(self, key_id: str) -> bool:
        with self._database.transaction() as connection:
            return connection.execute("DELETE FROM keys WHERE id = ?", (key_id,)).rowcount > 0


class SqliteImports:
    """See `shared.engine.Imports`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def parts(self, site_id: str, start: str) -> list[ImportPart]:
        rows = self._database.query(
            'SELECT epoch, site_id, start, "end", lines, events, origin FROM imports WHERE site_id = ? AND start = ?'
            " ORDER BY epoch",
            (site_id, start),
        )
        return list(map(ImportPart._make, rows))

    def register(self, part: ImportPart) -> None:
        with self._database.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO imports VALUES (?, ?, ?, ?, ?, ?, ?, 0)", part)

    def finish(self, epoch: str) -> None:
        with self._database.transaction() as connection:
            connection.execute("UPDATE imports SET finished = 1 WHERE epoch = ?", (epoch,))

    def unfinished(self) -> list[str]:
        return [epoch for (epoch,) in self._database.query("SELECT epoch FROM imports WHERE finished = 0")]

    def forget(self, site_id: str) -> None:
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM imports WHERE site_id = ?", (site_id,))


class SqliteDrops:
    """See `shared.engine.Drops`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, counts: Mapping[tuple[str, str, str], int]) -> None:
        with self._database.transaction() as connection:
            connection.executemany(
                "INSERT INTO drops VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET events = events + excluded.events",
                [(*key, events) for key, events in counts.items()],
            )

    def all(self) -> dict[tuple[str, str, str], int]:
        rows = self._database.query("SELECT day, site, reason, events FROM drops ORDER BY day, site, reason")
        return {(day, site, reason): events for day, site, reason, events in rows}
