"""An installation, whatever it is made of: the services over one engine, wired."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from services.projector.day_folder import DayFolder
from services.projector.milestones import MilestoneCheck
from services.projector.notify import Notifier, Send
from services.projector.project import Projector
from services.projector.rebuild import Rebuild
from services.projector.sweep import Sweeper
from shared.directory import Directory
from shared.domain.sites import Site
from shared.engine import Engine
from shared.process import back_off, now_ms, random_id


class NotAlone(Exception):
    """Another import is under way, here or elsewhere."""


#: To be called now and then while one is alone. Raises `NotAlone` if that is no longer so.
Still = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Place:
    """What differs between a data folder and a stack, beside the engine.

    Attributes:
        directory_lifetime: Seconds that a process of the installation may remember its sites and keys for.
        address: Gives where browsers find the pages and the tracker.
        api: Gives where browsers find the API.
        send: The mail path.
        mail_way: How mails leave: "smtp", "file" or "sns".
        alone: Keeps a second import out, since neither could tell what of the other's is new. Raises `NotAlone`.
        about: Gives what `milepost status` says of the place.
    """

    directory_lifetime: float
    address: Callable[[], str]
    api: Callable[[], str]
    send: Send
    mail_way: str
    alone: Callable[[], AbstractContextManager[Still]]
    about: Callable[[], dict[str, Any]]

    def dashboard(self, site: Site) -> str:
        """Gives the address of a site's dashboard."""
        return f"{self.address()}/dashboard/#site={site.name}"


@dataclass(frozen=True, slots=True)
class Installation:
    """The services of one installation."""

    place: Place
    engine: Engine
    directory: Directory
    check: MilestoneCheck
    projector: Projector
    days: DayFolder
    sweeper: Sweeper
    rebuild: Rebuild
    notifier: Notifier


def compose(engine: Engine, place: Place) -> Installation:
    """Wires the services of an engine."""
    directory = Directory(engine.sites, engine.keys, place.directory_lifetime, time.monotonic)
    check = MilestoneCheck(engine.read_models, engine.milestones, directory.sites, now_ms)
    projector = Projector(engine.log, engine.read_models, check, back_off)
    days = DayFolder(engine, random_id)

    return Installation(
        place,
        engine,
        directory,
        check,
        projector,
        days,
        Sweeper(engine, projector, check, days),
        Rebuild(engine, projector, check, days, back_off),
        Notifier(engine.milestones, directory.sites, place.send, place.dashboard, now_ms),
    )
