"""The one place where the installation of one machine is put together."""

import os
import random
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from infra.local.mail import file_mail, smtp_mail
from infra.settings import Settings
from services.projector.milestones import MilestoneCheck
from services.projector.notify import Notifier, Send
from services.projector.project import Projector
from services.projector.rebuild import Rebuild
from services.projector.sweep import Sweeper
from shared.directory import Directory
from shared.domain.bots import rule_set
from shared.domain.sites import Site
from shared.engine import Engine, StorageUnavailable
from shared.engines.sqlite import open_engine

#: How old what is known of sites and keys may be, in seconds; a change must be in force within one.
DIRECTORY_LIFETIME = 0.5

MAIL_FOLDER = "mail"
ADDRESS_FILE = "address"
DEFAULT_ADDRESS = "http://127.0.0.1:8080"


def now_ms() -> int:
    """Gives the time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def random_id() -> str:
    """Draws an id that no other process draws: 96 random bits."""
    return secrets.token_hex(12)


def back_off(attempt: int) -> None:
    """Waits a random time, longer from attempt to attempt (full jitter), one second at most."""
    time.sleep(random.uniform(0, min(1.0, 0.005 * 2**attempt)))  # noqa: S311 - not a secret


@dataclass(frozen=True, slots=True)
class Installation:
    """The services of one data folder, wired."""

    folder: Path
    settings: Settings
    engine: Engine
    directory: Directory
    check: MilestoneCheck
    projector: Projector
    sweeper: Sweeper
    rebuild: Rebuild
    notifier: Notifier
    send: Send


def address_of(folder: Path, settings: Settings) -> str:
    """Tells where browsers reach the server: as set, else as last served, else the default."""
    if settings.public_url:
        return settings.public_url
    try:
        return (folder / ADDRESS_FILE).read_text().strip()
    except FileNotFoundError:
        return DEFAULT_ADDRESS


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
    directory = Directory(engine.sites, engine.keys, DIRECTORY_LIFETIME, time.monotonic)
    check = MilestoneCheck(engine.read_models, engine.milestones, directory.sites, now_ms)
    projector = Projector(engine.log, engine.read_models, check, back_off)
    send = _mail_path(folder, settings)

    def dashboard(site: Site) -> str:
        return f"{address_of(folder, settings)}/dashboard/#site={site.name}"

    return Installation(
        folder,
        settings,
        engine,
        directory,
        check,
        projector,
        Sweeper(engine, projector, check),
        Rebuild(engine, projector, check, back_off),
        Notifier(engine.milestones, directory.sites, send, dashboard, now_ms),
        send,
    )


def _mail_path(folder: Path, settings: Settings) -> Send:
    if settings.smtp_url:
        return smtp_mail(settings.smtp_url, settings.mail_from, settings.mail_to, now_ms)
    return file_mail(folder / MAIL_FOLDER, settings.mail_from, settings.mail_to, now_ms)
