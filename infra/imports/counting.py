"""What every import does with what it has appended: it is applied, its days are folded, the milestones checked."""

from services.projector.day_folder import DayFolder
from services.projector.project import Projector
from shared.domain.calendar import HOUR_MS
from shared.engine import CommitConflict, Engine, ReadModels

#: Under this name, and at the longest for so many milliseconds, an import keeps its site silent: one that is stopped
#: and never started again must not do so for ever.
HOLDER = "import"
SILENCE_MS = 48 * HOUR_MS

#: How often the projections may change under an import, as when a rebuild switches.
_MAX_APPLICATIONS = 3


def apply(read_models: ReadModels, projector: Projector, epoch: str, head: int) -> None:
    """Applies an epoch up to a version, in every projection.

    Raises:
        CommitConflict, StorageUnavailable: As for `Projector.catch_up`.
    """
    for attempt in range(1, _MAX_APPLICATIONS + 1):
        try:
            for projection in read_models.projections():
                projector.catch_up(projection, epoch, head)
            return
        except CommitConflict:
            if attempt == _MAX_APPLICATIONS:
                raise


def finish(engine: Engine, days: DayFolder, epoch: str) -> None:
    """Folds an epoch that is applied to its end, and marks it as finished.

    Raises:
        StorageUnavailable: The log or the read models are out of reach; do it again.
    """
    days.finish(epoch)
    engine.imports.finish(epoch)
