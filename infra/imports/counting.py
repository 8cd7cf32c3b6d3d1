"""What every import does with what it has appended: it is applied, and the milestones are checked."""

from collections.abc import Callable
from itertools import chain, islice

from services.projector.project import Projector
from shared.backlog import live_projection
from shared.domain.calendar import HOUR_MS
from shared.domain.folds import PAGE_TOTAL
from shared.domain.milestones import Subject
from shared.engine import CommitConflict, ReadModels

#: Under this name, and at the longest for so many milliseconds, an import keeps its site silent: one that is stopped
#: and never started again must not do so for ever.
HOLDER = "import"
SILENCE_MS = 48 * HOUR_MS

#: How often the projections may change under an import, as when a rebuild switches.
_MAX_APPLICATIONS = 3

#: Subjects of one check.
_PORTION = 500

Check = Callable[[set[Subject]], None]


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


def check_site(read_models: ReadModels, check: Check, site: str) -> None:
    """Checks all of a site: a stopped run may have left milestones of pages that this one did not touch."""
    rows = read_models.rows(live_projection(read_models).version, site, PAGE_TOTAL, "", "")
    subjects = chain([Subject(site, None)], (Subject(site, key.page) for key, _ in rows))
    while some := set(islice(subjects, _PORTION)):
        check(some)
