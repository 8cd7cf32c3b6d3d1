"""Redrive: events in quarantine, folded at last, exactly once."""

from collections.abc import Callable
from typing import NamedTuple

from services.projector.project import fold_one, subjects_of
from shared.domain.folds import Fold
from shared.domain.milestones import Subject
from shared.domain.projection import Projection
from shared.engine import Commit, CommitConflict, Engine


class Redriven(NamedTuple):
    """How many events left quarantine, and how many are still in it."""

    folded: int
    remaining: int


def redrive(engine: Engine, check: Callable[[set[Subject]], None]) -> Redriven:
    """Folds what can be folded of the quarantine of every projection.

    Args:
        engine: The installation's engine.
        check: Checks the milestones of subjects.

    Raises:
        StorageUnavailable: As for `Projector.project`; what was committed stays.
    """
    folded = remaining = 0
    for projection in engine.read_models.projections():
        for entry in engine.read_models.quarantine(projection.version):
            if _redrive_one(engine, projection, entry.epoch, entry.version, check):
                folded += 1
            else:
                remaining += 1
    return Redriven(folded, remaining)


def _redrive_one(
    engine: Engine, projection: Projection, epoch: str, version: int, check: Callable[[set[Subject]], None]
) -> bool:
    """Tells whether the event has left quarantine, by this call or another's."""
    fold = Fold(projection.timezones)
    for record in engine.log.read(epoch, version - 1, 1):
        if record.body is not None and fold_one(fold, record.body) is not None:
            return False
    try:
        engine.read_models.commit(projection.version, Commit(deltas=fold.deltas, redriven=[(epoch, version)]))
    except CommitConflict:
        return True
    check(subjects_of(fold.deltas))
    return True
