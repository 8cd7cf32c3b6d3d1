"""Redrive: events in quarantine, folded at last, exactly once."""

from contextlib import suppress
from typing import NamedTuple

from services.projector.day_folder import DayFolder
from services.projector.milestones import Check, check_site
from services.projector.project import fold_one
from shared.backlog import live_projection
from shared.domain.folds import Fold
from shared.domain.projection import Projection
from shared.engine import Commit, CommitConflict, Engine


class Redriven(NamedTuple):
    """How many events left quarantine, and how many are still in it."""

    folded: int
    remaining: int


def redrive(engine: Engine, check: Check, days: DayFolder) -> Redriven:
    """Folds what can be folded of the quarantine of every projection.

    Args:
        engine: The installation's engine.
        check: Checks the milestones of subjects.
        days: Folds days.

    Raises:
        StorageUnavailable: As for `Projector.project`; what was committed stays.
    """
    folded = remaining = 0
    for projection in engine.read_models.projections():
        for entry in engine.read_models.quarantine(projection.version):
            if _redrive_one(engine, days, projection, entry.epoch, entry.version):
                folded += 1
            else:
                remaining += 1
    # Every subject: what an earlier redrive folded before it was stopped is in no quarantine any more.
    for site in live_projection(engine.read_models).timezones:
        check_site(engine.read_models, check, site)
    return Redriven(folded, remaining)


def _redrive_one(engine: Engine, days: DayFolder, projection: Projection, epoch: str, version: int) -> bool:
    """Tells whether the event has left quarantine, by this call or another's."""
    fold = Fold(projection.timezones, projection.sealed)
    for record in engine.log.read(epoch, version - 1, 1):
        if record.body is not None and fold_one(fold, record.body) is not None:
            return False
    # Before it leaves quarantine: whoever is stopped in between comes to it again.
    days.refold(projection, epoch, version)
    with suppress(CommitConflict):  # another redrive was here
        engine.read_models.commit(projection.version, Commit(deltas=fold.deltas, redriven=[(epoch, version)]))
    return True
