"""Mistakes made on purpose in the folding of days and in what is read of them."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any
from unittest import mock

from services.projector.day_folder import DayFolder
from shared.domain.projection import Projection
from shared.engine import DayStore
from shared.folded_days import UNROLLED
from tests.faults.mutations import Mutation
from tests.faults.verdict import REPORTS_EVERY

REPORTS = "reports differ"

#: Schedules in which reports are asked for.
_ASKED = range(0, 5 * REPORTS_EVERY, REPORTS_EVERY)

_fold_portions = DayFolder._fold_portions


class _Unmarking:
    """A store that is told nothing of days whose rollups lack something."""

    def __init__(self, store: DayStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def put(self, version: int, site: str, collection: str, blobs: Mapping[str, bytes]) -> None:
        if collection != UNROLLED:
            self._store.put(version, site, collection, blobs)


def _unmarked(folder: DayFolder, *arguments: Any) -> None:
    with mock.patch.object(folder, "_store", _Unmarking(folder._store)):
        _fold_portions(folder, *arguments)


def _never(folder: DayFolder, projection: Projection, *_: object) -> None:
    """Does nothing."""


def _without(method: str) -> AbstractContextManager[Any]:
    return mock.patch.object(DayFolder, method, _never)


ON_DAYS = (
    Mutation(
        "days not marked when segments come",
        REPORTS,
        patched=lambda: mock.patch.object(DayFolder, "_fold_portions", _unmarked),
        seeds=_ASKED,
    ),
    Mutation("hours closed without being folded", REPORTS, patched=lambda: _without("close"), seeds=_ASKED),
    Mutation("what was redriven not folded again", REPORTS, patched=lambda: _without("refold"), seeds=_ASKED),
)
