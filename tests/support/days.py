"""What folds days in tests, over any engine."""

import itertools

from services.projector.day_folder import DayFolder
from shared.engine import Engine

_NUMBERS = itertools.count()


def day_folder(engine: Engine) -> DayFolder:
    """Makes a folder whose ids are drawn by counting."""
    return DayFolder(engine, lambda: f"{next(_NUMBERS):024}")
