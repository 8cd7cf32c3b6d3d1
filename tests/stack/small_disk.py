"""A small disk of one's own, to be filled up: a tmpfs, which only root may mount."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FILLER = "filler"


class NoDisk(Exception):
    """No disk can be mounted here; says why."""


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mounts a disk of so many megabytes, and unmounts it in the end.

    Raises:
        NoDisk: This user may not, or this container.
    """
    as_root = _as_root()
    disk = folder / "disk"
    disk.mkdir()
    options = f"size={megabytes}m,mode=700,uid={os.getuid()},gid={os.getgid()}"
    mounted = subprocess.run(
        [*as_root, "mount", "-t", "tmpfs", "-o", options, "tmpfs", disk], capture_output=True, text=True
    )
    if mounted.returncode:
        raise NoDisk(f"a tmpfs cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield disk
    finally:
        subprocess.run([*as_root, "umount", "--lazy", disk], check=True)


def fill(disk: Path) -> None:
    """Writes until there is no room for another byte."""
    with (disk / _FILLER).open("ab", buffering=0) as filler:
        for size in (65_536, 4_096, 1):
            try:
                while filler.write(bytes(size)) == size:
                    pass
            except OSError:
                continue


def make_room(disk: Path) -> None:
    """Takes away what `fill` wrote."""
    (disk / _FILLER).unlink()


def _as_root() -> list[str]:
    if os.getuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    raise NoDisk("mounting a small disk needs root")
