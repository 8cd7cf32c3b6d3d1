"""What only the SQLite engine promises: its files, its migrations, the shared commit, the secure deletion."""

import sqlite3
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import cast

import pytest

from shared.domain.calendar import millis
from shared.domain.folds import PAGE_DAY, RowKey
from shared.engine import Commit, Engine, Entry, Quarantined, StorageUnavailable, VersionTaken
from shared.engines.sqlite import MILEPOST_FILE, SALTS_FILE, VIEWS_FILE, open_engine
from shared.engines.sqlite.database import Database, NewerData
from shared.engines.sqlite.log import SqliteEventLog
from shared.engines.sqlite.read_models import SqliteReadModels
from shared.engines.sqlite.schema import MILEPOST, SALTS, VIEWS
from tests.contract.making import DAY_KEY, SITE, add, counts_of, entries, member, records, views
from tests.support.folders import scratch_folder

EPOCH, HOUR = "2026-11-22T17.a", "2026-11-22T17"
SECOND_EPOCH, SECOND_HOUR = "2026-11-22T18.b", "2026-11-22T18"


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch_folder() as scratch:
        yield scratch / "data"


@pytest.fixture
def engine(folder: Path) -> Engine:
    return opened(folder)


def opened(folder: Path) -> Engine:
    return open_engine(folder, "rules of the test", synchronous="OFF")


def holding(folder: Path, *secrets: bytes) -> set[tuple[str, bytes]]:
    """Gives which files hold which secrets, anywhere in their bytes."""
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    return {(name, secret) for name, content in found.items() for secret in secrets if secret in content}


class TestFiles:
    def test_the_folder_is_its_owners_only(self, engine: Engine, folder: Path) -> None:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {MILEPOST_FILE, VIEWS_FILE, SALTS_FILE} <= {path.name for path in folder.iterdir()}

    def test_what_is_acknowledged_is_durable_by_default(self, folder: Path) -> None:
        open_engine(folder, "rules")
        connection = Database(folder / MILEPOST_FILE, MILEPOST).connect()
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,), "2 is FULL"
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)

    def test_a_folder_that_cannot_be_opened_is_reported(self, folder: Path) -> None:
        folder.mkdir()
        (folder / VIEWS_FILE).write_bytes(b"this is no database, and long enough to be told from one" * 100)
        with pytest.raises(StorageUnavailable, match=VIEWS_FILE):
            opened(folder)


class TestMigrations:
    @pytest.mark.parametrize("file", [MILEPOST_FILE, VIEWS_FILE, SALTS_FILE])
    def test_a_newer_schema_is_refused_in_clear_words(self, folder: Path, file: str) -> None:
        opened(folder)
        newer = sqlite3.connect(folder / file)
        newer.execute("PRAGMA user_version = 99")
        newer.close()
        with pytest.raises(NewerData, match=rf"{file} was written by a later release .*install that release"):
            opened(folder)

    @pytest.mark.parametrize(
        ("file", "schema"),
        [(MILEPOST_FILE, MILEPOST), (VIEWS_FILE, VIEWS), (SALTS_FILE, SALTS)],
        ids=lambda x: str(x)[:8],
    )
    def test_an_older_one_is_migrated_with_what_it_holds(self, folder: Path, file: str, schema: Sequence[str]) -> None:
        engine = opened(folder)
        engine.log.put(EPOCH, HOUR, 0, entries("a"))
        engine.read_models.commit(1, Commit({EPOCH: (-1, 0)}, {DAY_KEY: views(1, member(1))}))
        salt = engine.salts.get("2026-11-22", millis(datetime(2026, 11, 22, tzinfo=UTC)))
        later = [
            *schema,
            "CREATE TABLE later (x INTEGER); INSERT INTO later VALUES (7)",
            "ALTER TABLE later ADD y INTEGER",
        ]
        for _ in range(2):
            migrated = Database(folder / file, later, synchronous="OFF")
            assert migrated.query("SELECT x, y FROM later") == [(7, None)]
            assert migrated.query("PRAGMA user_version") == [(len(later),)]
        assert engine.log.read(EPOCH, -1, 9) == records(EPOCH, 0, entries("a"))
        assert counts_of(engine.read_models, DAY_KEY).visitors == 1
        assert engine.salts.get("2026-11-22", millis(datetime(2026, 11, 22, tzinfo=UTC))) == salt

    def test_one_that_fails_leaves_the_file_as_it_was(self, engine: Engine, folder: Path) -> None:
        engine.log.put(EPOCH, HOUR, 0, entries("a"))
        with pytest.raises(StorageUnavailable):
            Database(
                folder / MILEPOST_FILE, [*MILEPOST, "CREATE TABLE later (x INTEGER); CREATE TABLE events (x INTEGER)"]
            )
        again = opened(folder)
        assert again.log.read(EPOCH, -1, 9) == records(EPOCH, 0, entries("a"))

    def test_the_file_of_an_earlier_release_keeps_its_counts_and_takes_blobs(self, folder: Path) -> None:
        folder.mkdir()
        old = SqliteReadModels(Database(folder / VIEWS_FILE, VIEWS[:1], synchronous="OFF"), "rules")
        add(old, {DAY_KEY: views(3, member(1))})
        engine = opened(folder)
        assert counts_of(engine.read_models, DAY_KEY)[:3] == (3, 0, 1)
        engine.days.put(1, SITE, "events", {"a": b"1"})
        assert list(engine.days.read(1, SITE, "events")) == [("a", b"1")]


class Full:
    """A log whose file takes so many pages more, as a disk that is nearly full does."""

    def __init__(self, path: Path) -> None:
        self.database = Database(path, MILEPOST, synchronous="OFF")
        self.log = SqliteEventLog(self.database)

    def leave(self, pages: int) -> None:
        used = self.database.query("PRAGMA page_count")[0][0]
        self.database.query(f"PRAGMA max_page_count = {used + pages}")


UNSTORABLE = [Entry("unstorable", cast(bytes, object()))]
BIG = [Entry(f"big {number}", b"x" * 16_000) for number in range(40)]


class TestGroupCommit:
    @pytest.fixture
    def full(self, engine: Engine, folder: Path) -> Full:
        engine.log.put(EPOCH, HOUR, 0, entries("before"))
        return Full(folder / MILEPOST_FILE)

    def test_nothing_is_stored_before_it_is_left(self, engine: Engine, full: Full) -> None:
        with full.log.group_commit():
            full.log.put(SECOND_EPOCH, SECOND_HOUR, 0, entries("a"))
            full.log.put(SECOND_EPOCH, SECOND_HOUR, 1, entries("b"))
            assert engine.log.head(SECOND_EPOCH) == -1
        assert engine.log.read(SECOND_EPOCH, -1, 9) == records(SECOND_EPOCH, 0, entries("a", "b"))

    @pytest.mark.parametrize("failing", [BIG, UNSTORABLE], ids=["too much", "a fault that SQLite does not roll back"])
    def test_a_failed_put_fails_all_that_share_the_commit(
        self, engine: Engine, full: Full, failing: list[Entry]
    ) -> None:
        full.leave(pages=10)
        with pytest.raises(StorageUnavailable), full.log.group_commit():  # noqa: PT012 - each step is under test
            full.log.put(EPOCH, HOUR, 1, entries("told that it was stored"))
            with pytest.raises(StorageUnavailable):
                full.log.put(SECOND_EPOCH, SECOND_HOUR, 0, failing)
            with pytest.raises(StorageUnavailable):
                full.log.put(EPOCH, HOUR, 2, entries("after the failure"))
        assert engine.log.read(EPOCH, -1, 9) == records(EPOCH, 0, entries("before"))
        assert engine.log.head(SECOND_EPOCH) == -1
        full.log.put(EPOCH, HOUR, 1, entries("the next"))
        assert engine.log.head(EPOCH) == 1

    def test_all_is_well_again_when_there_is_room(self, engine: Engine, full: Full) -> None:
        full.leave(pages=10)
        with pytest.raises(StorageUnavailable), full.log.group_commit():
            full.log.put(SECOND_EPOCH, SECOND_HOUR, 0, BIG)
        full.leave(pages=10_000)
        with full.log.group_commit():
            full.log.put(SECOND_EPOCH, SECOND_HOUR, 0, BIG)
        full.log.put(EPOCH, HOUR, 1, entries("a"))
        assert engine.log.head(SECOND_EPOCH) == len(BIG) - 1
        assert engine.log.head(EPOCH) == 1

    def test_a_taken_version_fails_its_own_put_only(self, engine: Engine, full: Full) -> None:
        with full.log.group_commit():
            full.log.put(SECOND_EPOCH, SECOND_HOUR, 0, entries("a"))
            with pytest.raises(VersionTaken):
                full.log.put(EPOCH, HOUR, 0, entries("clone's"))
            full.log.put(SECOND_EPOCH, SECOND_HOUR, 1, entries("b"))
        assert engine.log.read(EPOCH, -1, 9) == records(EPOCH, 0, entries("before"))
        assert engine.log.read(SECOND_EPOCH, -1, 9) == records(SECOND_EPOCH, 0, entries("a", "b"))

    def test_a_fault_of_the_caller_keeps_nothing(self, engine: Engine, full: Full) -> None:
        with pytest.raises(KeyError), full.log.group_commit():  # noqa: PT012 - each step is under test
            full.log.put(EPOCH, HOUR, 1, entries("a"))
            raise KeyError
        assert engine.log.head(EPOCH) == 0
        full.log.put(EPOCH, HOUR, 1, entries("b"))
        assert engine.log.head(EPOCH) == 1


class TestSecureDeletion:
    def test_a_destroyed_salt_is_in_no_file(self, engine: Engine, folder: Path) -> None:
        first = datetime(2026, 1, 1, tzinfo=UTC)
        days = [first + timedelta(days=number) for number in range(300)]
        salts = [engine.salts.get(day.date().isoformat(), millis(day)) for day in days]
        assert {secret for _, secret in holding(folder, *salts)} == set(salts), "or the search finds nothing"
        kept = salts[-1]
        for day in (days[100], days[200], days[-1]):
            engine.salts.destroy(millis(day))
        assert {secret for _, secret in holding(folder, *salts)} == set(salts[-2:])
        engine.salts.destroy(millis(days[-1] + timedelta(days=9)))
        assert holding(folder, kept, *salts) == set()

    def test_also_after_a_call_that_was_stopped_half_way(
        self, engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = millis(datetime(2026, 11, 22, tzinfo=UTC))
        salt = engine.salts.get("2026-11-22", now)
        with monkeypatch.context() as stopped:
            stopped.setattr(Database, "truncate_log", _stop)
            with pytest.raises(KeyboardInterrupt):
                engine.salts.destroy(now + 9 * 86_400_000)
        assert holding(folder, salt), "or the next call would have nothing to do"
        assert opened(folder).salts.destroy(now + 9 * 86_400_000) == []
        assert holding(folder, salt) == set()

    def test_a_log_in_use_by_a_reader_is_reported(
        self, engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("shared.engines.sqlite.database.BUSY_TIMEOUT_MS", 10)
        impatient = opened(folder)
        now = millis(datetime(2026, 11, 22, tzinfo=UTC))
        impatient.salts.get("2026-11-22", now)
        reader = sqlite3.connect(folder / SALTS_FILE, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM salts").fetchall()
        with pytest.raises(StorageUnavailable, match=SALTS_FILE):
            impatient.salts.destroy(now + 9 * 86_400_000)
        reader.close()
        impatient.salts.destroy(now + 9 * 86_400_000)

    @pytest.mark.parametrize("before", [None, SECOND_HOUR], ids=["all", "by age"])
    def test_an_erased_event_is_in_no_file(self, engine: Engine, folder: Path, before: str | None) -> None:
        rng = Random(1)
        secrets = [rng.randbytes(8).hex() for _ in range(1_200)]
        bodies = [
            f'{{"site":"{SITE}","visitor":"{secret}","pad":"{"x" * rng.randrange(3_000)}"}}' for secret in secrets
        ]
        for number, body in enumerate(bodies):
            engine.log.put(EPOCH, HOUR, number, [Entry(f"nonce {number}", body.encode())])
        engine.log.put(SECOND_EPOCH, SECOND_HOUR, 0, entries("a"))
        bytes_of = [secret.encode() for secret in secrets]
        assert {secret for _, secret in holding(folder, *bytes_of)} == set(bytes_of), "or the search finds nothing"
        assert sum(engine.log.erase(SITE, "", before)) == 1_200 + (before is None)
        assert holding(folder, *bytes_of) == set()

    def test_a_forgotten_site_is_in_no_file_of_the_read_models(self, engine: Engine, folder: Path) -> None:
        for number in range(800):
            add(
                engine.read_models,
                {RowKey("secret.example", PAGE_DAY, "2026-11-22", f"/{number}"): views(1, member(1))},
            )
            engine.days.put(1, "secret.example", "events", {f"{number}": b"of secret.example" * (number % 400)})
        add(engine.read_models, {DAY_KEY: views(1)})
        assert holding(folder, b"secret.example"), "or the search finds nothing"
        engine.read_models.forget("secret.example")
        assert holding(folder, b"secret.example") == set()
        assert counts_of(engine.read_models, DAY_KEY).pageviews == 1

    def test_copies_of_moved_rows_go_too(self, folder: Path) -> None:
        """SQLite leaves some where it splits a page, and overwrites only the row itself; here it does for sure."""
        rng = Random(85)
        engine = opened(folder)
        days = [f"2026-11-{day:02d}" for day in range(1, 29)]
        for number in range(60):
            for site in ("kept.example", "secret.example", "zebra.example"):
                key = RowKey(site, PAGE_DAY, rng.choice(days), f"/{rng.randrange(10**6)}{'x' * rng.randrange(200)}")
                add(engine.read_models, {key: views(1, *map(member, range(rng.randrange(1, 9))))})
            secret = f'{{"site":"secret.example","pad":"{"x" * rng.randrange(900)}"}}'.encode()
            for epoch in rng.sample("bcdefgh", 2):
                head = engine.log.head(epoch)
                engine.log.put(epoch, HOUR, head + 1, [Entry(f"{number}", secret if epoch == "d" else b"{}")])
        engine.read_models.forget("secret.example")
        sum(engine.log.erase("secret.example"))
        assert holding(folder, b"secret.example") == set()

    def test_copies_of_a_moved_salt_go_too(self, folder: Path) -> None:
        engine = opened(folder)
        salts = []
        begin = now = millis(datetime(2026, 1, 1, tzinfo=UTC))
        for day in range(400):
            now = begin + day * 86_400_000
            salts.append(
                engine.salts.get((datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)).date().isoformat(), now)
            )
            engine.salts.destroy(now)
        engine.salts.destroy(now + 3 * 86_400_000)
        assert holding(folder, *salts) == set()


def _stop(database: Database) -> None:
    raise KeyboardInterrupt


#: Some large ones, and many small ones.
BLOBS = {f"{number:04}": b"x" * (200_000 if number < 12 else number % 90) for number in range(2_500)}


class TestPortions:
    """The write lock is given back after a bounded number of rows, so that others wait some milliseconds at most."""

    @pytest.fixture
    def changes(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        """The rows that each outermost transaction has changed from here on."""
        changed: list[int] = []
        transaction = Database.transaction

        @contextmanager
        def counted(database: Database) -> Iterator[sqlite3.Connection]:
            inner: AbstractContextManager[sqlite3.Connection] = transaction(database)
            with inner as connection:
                before = connection.total_changes
                yield connection
                changed.append(connection.total_changes - before)

        self.fill(engine)
        monkeypatch.setattr(Database, "transaction", counted)
        return changed

    @staticmethod
    def fill(engine: Engine) -> None:
        engine.log.put(EPOCH, HOUR, 0, entries(*map(str, range(3_500))))
        for version in (1, engine.read_models.start("rules", {}).version):
            for portion in range(4):
                pages = [RowKey(SITE, PAGE_DAY, "2026-11-22", f"/{portion}/{number}") for number in range(900)]
                poison = [Quarantined(EPOCH, portion * 900 + number, "why") for number in range(900)]
                moves = {f"{EPOCH}{portion * 900 + number}": (-1, 0) for number in range(900)}
                commit = Commit(moves, {page: views(1, member(1)) for page in pages}, poison)
                engine.read_models.commit(version, commit)

    def test_erasing(self, engine: Engine, changes: list[int]) -> None:
        assert sum(engine.log.erase(SITE)) == 3_500
        assert sum(changes) == 3_500
        assert max(changes) <= 1_000

    def test_retiring(self, engine: Engine, changes: list[int]) -> None:
        engine.read_models.retire(2)
        assert sum(changes) >= 4 * 3_600
        assert max(changes) <= 1_000
        with engine.read_models.dump(2) as (watermarks, rows):
            assert (watermarks, list(rows), engine.read_models.quarantine(2)) == ({}, [], [])

    def test_forgetting(self, engine: Engine, changes: list[int]) -> None:
        engine.read_models.forget(SITE)
        assert sum(changes) >= 4 * 3_600
        assert max(changes) <= 1_000

    @pytest.mark.parametrize(
        "work",
        [
            lambda engine: engine.days.put(2, SITE, "new", BLOBS),
            lambda engine: engine.days.delete(1, SITE, "events"),
            lambda engine: engine.days.carry_over(1, 2, SITE, ["events"], "~"),
            lambda engine: engine.read_models.retire(2),
            lambda engine: engine.read_models.forget("blobs.example"),
        ],
        ids=["putting", "deleting", "carrying over", "retiring", "forgetting"],
    )
    def test_blobs(self, engine: Engine, written: list[tuple[int, int]], work: Callable[[Engine], None]) -> None:
        engine.read_models.start("rules", {})
        for version, site in ((1, SITE), (2, SITE), (1, "blobs.example")):
            engine.days.put(version, site, "events", BLOBS)
        written.clear()
        work(engine)
        assert sum(rows for rows, _ in written) >= len(BLOBS)
        assert max(rows for rows, _ in written) <= 1_000
        assert max(size for _, size in written) <= 1_500_000
        assert len(written) < 20

    @pytest.fixture
    def written(self, engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
        """The rows that each outermost transaction has changed, and the bytes that it has added to the log."""
        found: list[tuple[int, int]] = []
        transaction = Database.transaction
        log = folder / f"{VIEWS_FILE}-wal"

        @contextmanager
        def measured(database: Database) -> Iterator[sqlite3.Connection]:
            database.truncate_log()
            inner: AbstractContextManager[sqlite3.Connection] = transaction(database)
            with inner as connection:
                before = connection.total_changes
                yield connection
                rows = connection.total_changes - before
            found.append((rows, log.stat().st_size))

        monkeypatch.setattr(Database, "transaction", measured)
        return found

    def test_what_an_interrupted_retirement_has_left_goes_with_the_next(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.fill(engine)
        with monkeypatch.context() as stopped:
            stopped.setattr(type(engine.read_models), "_delete_in_portions", lambda *_: _stop)
            engine.read_models.retire(2)
        with engine.read_models.dump(2) as (_, rows):
            assert list(rows), "or the next call would have nothing to do"
        engine.read_models.retire(engine.read_models.start("rules", {}).version)
        with engine.read_models.dump(2) as (watermarks, rows):
            assert (watermarks, list(rows)) == ({}, [])
