"""The engine of one machine: SQLite files in a data folder.

`milepost.db` holds what is true (events, sites, keys, milestones), `views.db` what can be folded again from it, and
`salts.db` what must be in no backup. Log and read models lock apart, so that appending never waits for a projection.
"""

from pathlib import Path

from shared.engine import Engine
from shared.engines.sqlite.backup import copy_database
from shared.engines.sqlite.database import Database
from shared.engines.sqlite.day_store import SqliteDayStore
from shared.engines.sqlite.log import SqliteEventLog
from shared.engines.sqlite.milestones import SqliteMilestones
from shared.engines.sqlite.read_models import SqliteReadModels
from shared.engines.sqlite.registry import SqliteDrops, SqliteImports, SqliteKeys, SqliteSites
from shared.engines.sqlite.salts import SqliteSalts
from shared.engines.sqlite.schema import MILEPOST, SALTS, VIEWS

MILEPOST_FILE, VIEWS_FILE, SALTS_FILE = "milepost.db", "views.db", "salts.db"


def open_engine(folder: Path, rules: str, synchronous: str = "FULL") -> Engine:
    """Opens the data folder, and makes or migrates what is not there yet.

    Args:
        folder: The data folder; made if it is absent, readable by its owner only.
        rules: The rule set that a first projection is folded under.
        synchronous: SQLite's setting of that name. Only tests weaken it.

    Raises:
        NewerData: The folder was written by a later release.
        StorageUnavailable: It cannot be opened.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    truth = Database(folder / MILEPOST_FILE, MILEPOST, synchronous)
    views = Database(folder / VIEWS_FILE, VIEWS, synchronous)
    return Engine(
        log=SqliteEventLog(truth),
        read_models=SqliteReadModels(views, rules),
        days=SqliteDayStore(views),
        milestones=SqliteMilestones(truth),
        salts=SqliteSalts(Database(folder / SALTS_FILE, SALTS, synchronous)),
        sites=SqliteSites(truth),
        keys=SqliteKeys(truth),
        imports=SqliteImports(truth),
        drops=SqliteDrops(truth),
    )


def backup(folder: Path, target: Path) -> None:
    """Copies a data folder while it is in use; without the salts, which must be in no backup.

    The read models are copied before the log, so that the log has every event that they count.

    Args:
        folder: The data folder.
        target: An empty folder.

    Raises:
        StorageUnavailable: It could not be read or written.
    """
    for name in (VIEWS_FILE, MILEPOST_FILE):
        copy_database(folder / name, target / name)
