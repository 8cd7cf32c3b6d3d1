"""Folders for data that a test throws away."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = Path("/dev/shm")


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Gives an empty folder, in memory where the machine offers that, and deletes it afterwards."""
    with tempfile.TemporaryDirectory(prefix="milepost-test-", dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        yield Path(folder)
