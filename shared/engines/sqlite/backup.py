"""A consistent copy of a data folder while it is in use."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from shared.engine import StorageUnavailable


def copy_database(source: Path, target: Path) -> None:
    """Copies a SQLite file as of one moment, through SQLite's backup API, onto the disk.

    Args:
        source: The file, which may be in use.
        target: The copy; must not exist.

    Raises:
        StorageUnavailable: It could not be read or written.
    """
    try:
        with closing(sqlite3.connect(source)) as reader, closing(sqlite3.connect(target)) as writer:
            reader.backup(writer)
        with target.open("rb+") as file:
            os.fsync(file.fileno())
    except (sqlite3.Error, OSError) as error:
        raise StorageUnavailable(f"{source.name} could not be copied: {error}") from error
