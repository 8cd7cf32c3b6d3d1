"""Days that an import would count twice, because events of another origin have counted them already."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from infra.imports.access_log import LineReader, Unreadable
from infra.imports.lines import BrokenFile, LogFile
from shared.backlog import live_projection
from shared.domain.events import ACCESS_LOG
from shared.domain.folds import ORIGIN_DAY
from shared.domain.sites import Site
from shared.engine import ReadModels

_FIRST, _LAST = "0", "~"
_MAX_NAMED = 5


class Overlap(Exception):
    """Days of the files hold events of another origin already. Nothing was imported."""


def refuse_overlap(read_models: ReadModels, site: Site, files: Sequence[Path], as_written: bool) -> None:
    """Reads the files' days and holds them against the site's, if other origins than access logs have brought any.

    Raises:
        Overlap: They share days, or a file cannot be read twice.
        StorageUnavailable: The read models are out of reach.
    """
    counted = _days_of_others(read_models, site)
    if not counted:
        return
    shared: set[str] = set()
    for file in files:
        for day in _days(file, site, as_written):
            if day in counted:
                shared.add(day)
            if len(shared) > _MAX_NAMED:
                break
    if shared:
        named = ", ".join(sorted(shared)[:_MAX_NAMED]) + (" and more" if len(shared) > _MAX_NAMED else "")
        raise Overlap(
            f"{site.name} already has events of another origin on days of this import ({named}): visits of these days "
            "may count twice. Leave those days out of the files, or import them all the same with --overlap"
        )


def _days_of_others(read_models: ReadModels, site: Site) -> set[str]:
    version = live_projection(read_models).version
    rows = read_models.rows(version, site.name, ORIGIN_DAY, _FIRST, _LAST)
    return {key.bucket for key, _ in rows if key.page != ACCESS_LOG}


def _days(path: Path, site: Site, as_written: bool) -> Iterator[str]:
    reader = LineReader(site.timezone, as_written)
    with LogFile(path) as file:
        if not file.is_regular:
            raise Overlap(
                f"{path} can be read only once, and {site.name} has events of another origin: store it in a file, so "
                "that its days can be compared before anything is imported, or give --overlap"
            )
        try:
            for line in file.lines():
                try:
                    hit = reader.read(line)
                except Unreadable:
                    continue
                if hit:
                    yield hit.day
        except BrokenFile:
            return  # the import will tell
