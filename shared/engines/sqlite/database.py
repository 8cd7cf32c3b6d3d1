"""One SQLite file: a connection for each thread, transactions that can be grouped, migrations."""

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from shared.engine import StorageUnavailable

#: How long a statement waits for another process's lock, in milliseconds, before it is reported.
BUSY_TIMEOUT_MS = 5_000

#: How long others' writes may be held up for what can be tried again, in milliseconds.
_MOMENT_MS = 30


class NewerData(Exception):
    """The file was written by a later release than this one."""


class _Connection(sqlite3.Connection):
    """Closes itself with the thread or the `Database` that it belongs to; Python would warn of that from 3.13 on."""

    def __del__(self) -> None:
        with suppress(sqlite3.ProgrammingError):  # it was never opened
            self.close()


class _PerThread(threading.local):
    connection: sqlite3.Connection | None = None
    depth = 0
    broken: StorageUnavailable | None = None


class Database:
    """A SQLite file in write-ahead mode. What is committed is on the disk when `transaction` returns."""

    def __init__(self, path: Path, migrations: Sequence[str], synchronous: str = "FULL") -> None:
        """Opens the file and brings its schema up to date.

        Args:
            path: The file; made if it is absent.
            migrations: The scripts that lead from an empty file to today's schema. Their number is its version.
            synchronous: SQLite's setting of that name.

        Raises:
            NewerData: The file's version is above the number of migrations.
            StorageUnavailable: It cannot be opened.
        """
        self.path = path
        self._synchronous = synchronous
        self._local = _PerThread()
        try:
            self._migrate(migrations)
        except sqlite3.Error as error:
            raise StorageUnavailable(f"{path}: {error}") from error

    def connect(self) -> sqlite3.Connection:
        """Opens a further connection with the same settings."""
        connection = sqlite3.connect(
            self.path,
            timeout=BUSY_TIMEOUT_MS / 1000,
            isolation_level=None,
            check_same_thread=False,  # only for the garbage collector, which may run in any thread
            factory=_Connection,
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {self._synchronous}")
        connection.execute("PRAGMA secure_delete = ON")
        return connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Runs what is inside in one write transaction of this thread, durable on leaving.

        Inside another one it joins that one: then nothing is durable before the outermost is left, and a failure of
        storage within any of them fails them all.

        Raises:
            StorageUnavailable: The storage failed; nothing was kept, or (a failed commit) nobody knows.
        """
        state = self._local
        if state.broken is not None:
            raise state.broken
        try:
            connection = self._connection()
            if state.depth == 0:
                connection.execute("BEGIN IMMEDIATE")
            state.depth += 1
            try:
                yield connection
            finally:
                state.depth -= 1
            if state.depth == 0:
                self._finish(connection)
        except sqlite3.Error as error:
            raise self._fail(StorageUnavailable(f"{self.path.name}: {error}")) from error
        except BaseException:
            if state.depth == 0:
                self._roll_back()
            raise

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Reads rows.

        Raises:
            StorageUnavailable: The storage failed.
        """
        try:
            return self._connection().execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise StorageUnavailable(f"{self.path.name}: {error}") from error

    def leave_no_trace(self) -> None:
        """Writes the file anew, without the copies of moved rows that SQLite leaves in unused parts of its pages.

        `secure_delete` overwrites a row where it stands, not where it stood before its page was split. Meanwhile others
        read, but none can write: some seconds for a gigabyte.

        Raises:
            StorageUnavailable: Another process was writing for too long, or the disk is full; call again.
        """
        try:
            self._connection().execute("VACUUM")
        except sqlite3.Error as error:
            raise StorageUnavailable(f"{self.path.name}: {error}") from error
        self.truncate_log()

    def truncate_log(self) -> None:
        """Empties the write-ahead log into the file, so that what was deleted is in neither.

        Raises:
            StorageUnavailable: A reader or writer of another process held it for too long; call again.
        """
        deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
        while self._log_is_in_use():
            if time.monotonic() >= deadline:
                raise StorageUnavailable(f"{self.path.name}: its write-ahead log is in use and could not be emptied")
            time.sleep(_MOMENT_MS / 1000)

    def _log_is_in_use(self) -> bool:
        """Tries to empty the write-ahead log, for a moment only: while SQLite waits for readers, nobody can write."""
        try:
            connection = self._connection()
            connection.execute(f"PRAGMA busy_timeout = {_MOMENT_MS}")
            try:
                busy: int = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        except sqlite3.Error as error:
            raise StorageUnavailable(f"{self.path.name}: {error}") from error
        return bool(busy)

    def _connection(self) -> sqlite3.Connection:
        if self._local.connection is None:
            self._local.connection = self.connect()
        return self._local.connection

    def _finish(self, connection: sqlite3.Connection) -> None:
        """Commits, unless a joined transaction failed: its caller was told so, and the others must be told too."""
        broken, self._local.broken = self._local.broken, None
        if broken is not None:
            self._roll_back()
            raise broken
        connection.execute("COMMIT")

    def _fail(self, error: StorageUnavailable) -> StorageUnavailable:
        # A full disk makes SQLite roll the whole transaction back by itself, with what earlier calls put into it.
        self._local.broken = error if self._local.depth else None
        if not self._local.depth:
            self._roll_back()
        return error

    def _roll_back(self) -> None:
        connection = self._local.connection
        self._local.broken = None
        if connection is not None and connection.in_transaction:
            connection.execute("ROLLBACK")

    def _migrate(self, migrations: Sequence[str]) -> None:
        connection = self._connection()
        if self._version(connection) == len(migrations):
            return
        connection.execute("BEGIN IMMEDIATE")
        version = self._version(connection)
        if version > len(migrations):
            connection.execute("ROLLBACK")
            raise NewerData(
                f"{self.path} was written by a later release (its schema is {version}, this release reads up to "
                f"{len(migrations)}): install that release, or restore a backup made by this one"
            )
        for script in migrations[version:]:
            for statement in filter(str.strip, script.split(";")):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")

    @staticmethod
    def _version(connection: sqlite3.Connection) -> int:
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        return version
