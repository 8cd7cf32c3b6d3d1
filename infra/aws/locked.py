"""The locked requirements, as `uv pip compile` writes them: which of them a package of functions needs."""

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import NamedTuple

from infra.aws.config import Platform

_PIN = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>\S+?)(?: ; (?P<marker>.+?))? \\\n")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
_PYTHON = re.compile(r"python_full_version (?P<relation><|>=) '(?P<bound>\d+\.\d+)'")
_VIA = re.compile(r"#\s+(?:via\s+)?([a-z0-9-]+)\n")


class Pin(NamedTuple):
    """A locked distribution: its version, the hashes of its files, and what it was locked for."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    via: frozenset[str]

    @property
    def line(self) -> str:
        """The requirement as pip takes it."""
        return f"{self.name}=={self.version} {' '.join(self.hashes)}"

    def fits(self, platform: Platform) -> bool:
        """Tells whether it is meant for a platform. pip itself would ask the interpreter that it runs on.

        Raises:
            ValueError: Its marker asks for something else than the version of Python.
        """
        if not self.marker:
            return True
        asked = _PYTHON.fullmatch(self.marker)
        if not asked:
            raise ValueError(f"{self.name} is locked for {self.marker}: teach infra/aws/locked.py to judge that")
        version, bound = (tuple(map(int, each.split("."))) for each in (platform.python, asked["bound"]))
        return version < bound if asked["relation"] == "<" else version >= bound


def read_pins(file: Path) -> list[Pin]:
    """Reads a file of locked requirements."""
    text = file.read_text()
    starts = [*_PIN.finditer(text)]
    ends = [start.start() for start in starts[1:]] + [len(text)]
    return [
        Pin(
            start["name"],
            start["version"],
            start["marker"] or "",
            tuple(_HASH.findall(text, start.end(), end)),
            frozenset(_VIA.findall(text, start.end(), end)),
        )
        for start, end in zip(starts, ends, strict=True)
    ]


def needed(pins: Iterable[Pin], modules: Iterable[str], platform: Platform) -> list[Pin]:
    """Picks the distributions of some top-level modules, and those that these were locked with, for a platform.

    Raises:
        LookupError: A module is in no locked distribution that is installed here.
    """
    fitting = [pin for pin in pins if pin.fits(platform)]
    names = _distributions(modules, {pin.name for pin in fitting})
    while more := {pin.name for pin in fitting if pin.via & names} - names:
        names |= more
    return [pin for pin in fitting if pin.name in names]


def _distributions(modules: Iterable[str], locked: set[str]) -> set[str]:
    installed: Mapping[str, list[str]] = packages_distributions()
    names = set()
    for module in modules:
        found = {re.sub(r"[-_.]+", "-", name).lower() for name in installed.get(module, ())} & locked
        if not found:
            raise LookupError(f"{module} is imported, and in none of the locked distributions")
        names |= found
    return names
