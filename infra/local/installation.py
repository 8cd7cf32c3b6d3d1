"""The installation of one machine: a data folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from infra.installation import Installation, NotAlone, Place, Still, compose
from infra.local.mail import file_mail, smtp_mail
from infra.settings import Settings
from services.projector.notify import Send
from shared.domain.rules import rule_set
from shared.engine import StorageUnavailable
from shared.engines.sqlite import open_engine
from shared.process import now_ms

#: How old what is known of sites and keys may be, in seconds; a change must be in force within one.
DIRECTORY_LIFETIME = 0.5

MAIL_FOLDER = "mail"
ADDRESS_FILE = "address"
DEFAULT_ADDRESS = "http://127.0.0.1:8080"
_LOCK_FILE = "import.lock"


def remember_address(folder: Path, address: str) -> None:
    """Keeps the address that a server is started with, for the snippets and mails of other processes.

    Raises:
        StorageUnavailable: The data folder takes no more.
    """
    try:
        (folder / ADDRESS_FILE).write_text(address + "\n")
    except OSError as error:
        raise StorageUnavailable(f"{ADDRESS_FILE}: {error}") from error


def open_installation(folder: Path, settings: Settings) -> Installation:
    """Opens a data folder, making it if need be, and destroys the salts whose dates are over.

    Raises:
        NewerData: It was written by a later release.
        StorageUnavailable: It cannot be opened.
    """
    os.umask(0o077)
    engine = open_engine(folder, rule_set())
    engine.salts.destroy(now_ms())
    address = partial(_address, folder, settings)
    place = Place(
        DIRECTORY_LIFETIME,
        address,
        address,
        _mail_path(folder, settings),
        "smtp" if settings.smtp_url else "file",
        partial(_alone, folder),
        partial(_about, folder, address),
    )
    return compose(engine, place)


def _address(folder: Path, settings: Settings) -> str:
    """Tells where browsers reach the server: as set, else as last served, else the default."""
    if settings.public_url:
        return settings.public_url
    try:
        return (folder / ADDRESS_FILE).read_text().strip()
    except FileNotFoundError:
        return DEFAULT_ADDRESS


def _mail_path(folder: Path, settings: Settings) -> Send:
    if settings.smtp_url:
        return smtp_mail(settings.smtp_url, settings.mail_from, settings.mail_to, now_ms)
    return file_mail(folder / MAIL_FOLDER, settings.mail_from, settings.mail_to, now_ms)


@contextmanager
def _alone(folder: Path) -> Iterator[Still]:
    """Holds a lock that goes with the process."""
    with (folder / _LOCK_FILE).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NotAlone("another import is under way here; start this one when it has ended") from error
        yield lambda: None


def _about(folder: Path, address: partial[str]) -> dict[str, Any]:
    size = sum(file.stat().st_size for file in folder.glob("*.db*"))
    return {"data": str(folder), "address": address(), "bytes": size}
