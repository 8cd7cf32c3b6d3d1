"""The check of an export before anything of it is imported: it is whole and every line can be read, or nothing is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from infra.exports.lines import Damaged, End, Item, check_header, read_line
from infra.imports.lines import BrokenFile, Line, LogFile
from shared.domain.milestones import Milestone
from shared.domain.sites import Site

#: So many damaged lines are named; the others are only counted.
MAX_NAMED = 1_000

_PROGRESS_LINES = 1_000


Progress = Callable[[int], None]


class DamagedLine(NamedTuple):
    """A line that could not be read: its number in its file, and why."""

    file: Path
    line: int
    reason: str


@dataclass(slots=True)
class Checked:
    """What a check has found.

    Attributes:
        sites: The sites of the export.
        damaged_count: How many lines cannot be read.
        damaged: The first of them.
    """

    sites: list[Site] = field(default_factory=list)
    damaged_count: int = 0
    damaged: list[DamagedLine] = field(default_factory=list)


def lines_of(file: LogFile, progress: Progress) -> Iterator[Line]:
    """Gives a file's lines, and tells of progress: how many further bytes were taken in. Raises as its `lines`."""
    told = 0
    for line in file.lines():
        yield line
        if line.number % _PROGRESS_LINES == 0:
            told, before = file.position, told
            progress(told - before)
    progress(file.position - told)


def check(path: Path, checked: Checked, progress: Progress) -> None:
    """Reads a whole file and adds what it finds.

    Args:
        path: An export, plain or gzip.
        checked: Takes the sites and the damaged lines.
        progress: As for `lines_of`.

    Raises:
        BrokenFile: It is cut off, or can be read only once.
        LaterRelease: It is of a later release.
        OSError: It cannot be opened.
    """
    names: set[str] = set()
    number, last = 0, None
    with LogFile(path) as file:
        if not file.is_regular:
            raise BrokenFile(f"{path} can be read only once, and an export is checked first: store it in a file")
        for line in lines_of(file, progress):
            number = line.number
            try:
                last = _check_line(line, names)
            except Damaged as error:
                last = None
                checked.damaged_count += 1
                if len(checked.damaged) < MAX_NAMED:
                    checked.damaged.append(DamagedLine(path, number, str(error)))
                if number == 1:
                    return  # whatever this is, its other lines would only be said to be damaged too
            if isinstance(last, Site):
                names.add(last.name)
                checked.sites.append(last)
    if not checked.damaged_count and (not isinstance(last, End) or last.lines != number - 1):
        raise BrokenFile(f"{path} is not a whole export: it ends before its last line, or lines were taken out of it")


def _check_line(line: Line, names: set[str]) -> Item | None:
    """Reads a line; every site that it names must be known from a line before it."""
    if line.number == 1:
        check_header(line.content)
        return None
    item = read_line(line.content)
    site = site_of(item)
    if site is not None and site not in names and not isinstance(item, Site):
        raise Damaged("its site has no line before it")
    return item


def site_of(item: Item) -> str | None:
    """Gives the name of the site that an item belongs to; None of the last line."""
    match item:
        case Site():
            return item.name
        case Milestone():
            return item.subject.site
        case End():
            return None
    return item.site
