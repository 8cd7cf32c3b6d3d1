"""The functions' packages, built without Docker: for each service a zip of our own modules that it reaches by imports,
and of the locked wheels that those need, for the platform that it runs on.

The same inputs give the same bytes. What was built from the same inputs before is not built again.
"""

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from infra.aws.config import Platform
from infra.aws.locked import Pin, needed, read_pins
from infra.aws.reach import ROOT, Reach, reach

SERVICES = ("ingest", "projector", "query")

#: What is shared with the others imports these on first use: ingest makes no sketch and judges no agent, and the
#: projector filters nothing.
_LEFT_OUT = {"ingest": {"crawleruseragents", "hyperloglog", "numpy"}, "projector": {"re2"}}

#: The newest GNU C library of a wheel. Source: Amazon Linux 2023, on which the runtimes are built, has 2.34.
_OLDEST_GLIBC, _NEWEST_GLIBC = 17, 34

#: The clients that functions make; botocore describes some four hundred.
_CLIENTS = ("dynamodb", "sns")
_ENDPOINTS = Path("botocore/data/endpoints.json")

_NEEDLESS_FOLDERS = {"__pycache__", "tests"}
_NEEDLESS_SUFFIXES = {".a", ".h", ".pxd", ".pyc", ".pyi", ".pyx"}
_NEEDLESS_RECORDS = {"INSTALLER", "RECORD", "REQUESTED", "WHEEL"}

_EPOCH = (1980, 1, 1, 0, 0, 0)


class PackagingFailed(Exception):
    """A package could not be built; says what pip said."""


class Package(NamedTuple):
    """A service's package: the zip, and its sizes in bytes, packed and unpacked."""

    service: str
    file: Path
    packed: int
    unpacked: int


def build_packages(platform: Platform, folder: Path, tell: Callable[[str], object] = print) -> list[Package]:
    """Builds the packages of all services, named `ingest.zip` and so on.

    Args:
        platform: What they are to run on.
        folder: Where they are put; made if it is absent.
        tell: Takes a line for each package.

    Raises:
        PackagingFailed: The wheels could not be had.
    """
    folder.mkdir(parents=True, exist_ok=True)
    packages = []
    for service in SERVICES:
        package = _build(service, platform, folder)
        tell(f"{service}: {package.packed / 1e6:.1f} MB, unpacked {package.unpacked / 1e6:.1f} MB")
        packages.append(package)
    return packages


def requirements_of(service: str, platform: Platform) -> tuple[Reach, list[Pin]]:
    """Tells what belongs into a service's package: our own modules, and locked distributions."""
    reached = reach(f"services.{service}.lambda_function")
    modules = reached.foreign - _LEFT_OUT.get(service, set())
    if "zoneinfo" in reached.standard:
        modules |= {"tzdata"}
    return reached, needed(read_pins(ROOT / "requirements" / "deploy.txt"), modules, platform)


def _build(service: str, platform: Platform, folder: Path) -> Package:
    reached, pins = requirements_of(service, platform)
    target, note = folder / f"{service}.zip", folder / f"{service}.inputs"
    inputs = _digest(platform, pins, reached.files)
    if not target.exists() or not note.exists() or note.read_text() != inputs:
        note.unlink(missing_ok=True)
        wheels = _wheels(service, platform, pins, folder)
        unfinished = folder / f"{service}.unfinished"
        _pack(unfinished, [*_own(reached.files), *_kept(wheels)])
        unfinished.replace(target)
        note.write_text(inputs)
    with zipfile.ZipFile(target) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    return Package(service, target, target.stat().st_size, unpacked)


def _digest(platform: Platform, pins: Sequence[Pin], files: Sequence[Path] = ()) -> str:
    digest = hashlib.sha256(repr(platform).encode())
    digest.update("\n".join(pin.line for pin in pins).encode())
    for file in (*files, Path(__file__)):
        digest.update(f"\n{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def _wheels(service: str, platform: Platform, pins: Sequence[Pin], folder: Path) -> Path:
    """Gives the folder with a service's wheels; what is there is not fetched again."""
    wheels = folder / f"{service}.wheels" / _digest(platform, pins)[:16]
    if not wheels.exists():
        shutil.rmtree(wheels.parent, ignore_errors=True)
        wheels.parent.mkdir()
        with tempfile.TemporaryDirectory(dir=wheels.parent) as scratch:
            _install(pins, platform, Path(scratch) / "wheels")
            (Path(scratch) / "wheels").rename(wheels)
    return wheels


def _install(pins: Sequence[Pin], platform: Platform, target: Path) -> None:
    wanted = target.with_suffix(".txt")
    wanted.write_text("".join(f"{pin.line}\n" for pin in pins))
    tags = [f"manylinux_2_{minor}_{platform.machine}" for minor in range(_NEWEST_GLIBC, _OLDEST_GLIBC - 1, -1)]
    platforms = [part for tag in (*tags, f"manylinux2014_{platform.machine}") for part in ("--platform", tag)]
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"),
        *("--no-deps", "--no-compile", "--require-hashes", "--only-binary", ":all:", "--implementation", "cp"),
        *("--python-version", platform.python, *platforms, "--target", str(target), "--requirement", str(wanted)),
    ]
    environment = {**os.environ, "PIP_USER": "0"}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if run.returncode:
        raise PackagingFailed(f"the wheels for {platform.runtime} on {platform.architecture}: {run.stderr.strip()}")


def _own(files: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    return ((file.relative_to(ROOT).as_posix(), file.read_bytes()) for file in files)


def _kept(wheels: Path) -> Iterator[tuple[str, bytes]]:
    """Gives what of the installed wheels goes into the package."""
    for file in wheels.rglob("*"):
        name = file.relative_to(wheels)
        if file.is_file() and not _is_needless(name):
            content = file.read_bytes()
            yield name.as_posix(), _trimmed(content) if name == _ENDPOINTS else content


def _trimmed(endpoints: bytes) -> bytes:
    """Leaves the other services out: reading this file whole is half of what a client's making costs."""
    described = json.loads(endpoints)
    for partition in described["partitions"]:
        partition["services"] = {name: one for name, one in partition["services"].items() if name in _CLIENTS}
    return json.dumps(described).encode()


def _is_needless(name: Path) -> bool:
    *folders, last = name.parts
    if folders[:2] == ["botocore", "data"] and len(folders) > 2:
        return folders[2] not in _CLIENTS
    if folders and folders[0].endswith(".dist-info"):
        return last in _NEEDLESS_RECORDS
    if folders[:1] == ["bin"]:
        return True
    return bool(_NEEDLESS_FOLDERS.intersection(folders)) or name.suffix in _NEEDLESS_SUFFIXES


def _pack(target: Path, contents: Sequence[tuple[str, bytes]]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(contents):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, content)
