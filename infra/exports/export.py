"""The export: what belongs to some sites, as of one moment, as lines."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from infra.exports.lines import end_line, event_line, header_line, milestone_line, part_line, site_line
from shared.backlog import live_projection
from shared.domain.milestones import Milestone
from shared.domain.sites import Site
from shared.engine import Engine, EpochHead, EventLog, ImportPart, Imports, Milestones

#: Records read from the log at a time.
_PORTION = 1_000

#: Milestones read at a time.
_PAGE = 1_000

Write = Callable[[bytes], object]
Progress = Callable[[int], None]


class Sealed(Exception):
    """Days of a site are sealed: their events have left the log, and counts alone cannot be exported."""


class Exported(NamedTuple):
    """How much was written; `unannounced` of the milestones are still to be announced, by this installation."""

    events: int
    milestones: int
    unannounced: int


class Export:
    """One export. What is appended after it was made is not in it."""

    def __init__(self, engine: Engine, sites: Sequence[Site]) -> None:
        """Looks where the log ends.

        Args:
            engine: The installation's engine.
            sites: The sites to export.

        Raises:
            Sealed: Days of a site have lost their events.
            StorageUnavailable: The log or the read models are out of reach.
        """
        self._engine = engine
        self._sites = {site.name: site for site in sites}
        sealed = live_projection(engine.read_models).sealed
        for name in self._sites.keys() & sealed.keys():
            raise Sealed(
                f"days of {name} up to {sealed[name]} are sealed: their events have left the log, and an export "
                "cannot carry their counts"
            )
        self._heads = engine.log.epochs()

    @property
    def length(self) -> int:
        """How many events of all sites there are to read."""
        return sum(head.head + 1 for head in self._heads)

    def write(self, write: Write, progress: Progress) -> Exported:
        """Writes the lines.

        Args:
            write: Takes a line with its ending.
            progress: Told how many further events were read.

        Raises:
            StorageUnavailable: The engine is out of reach. What was written has no last line then.
        """
        milestones = [milestone for name in self._sites for milestone in milestones_of(self._engine.milestones, name)]
        lines = 0
        for line in chain([header_line()], self._registered(), map(milestone_line, milestones)):
            write(line)
            lines += 1
        events = 0
        for line in self._events(progress):
            write(line)
            events += 1
        write(end_line(lines + events))
        return Exported(events, len(milestones), self._unannounced())

    def _registered(self) -> Iterator[bytes]:
        for site in self._sites.values():
            yield site_line(site)
            for part in _parts(self._engine.imports, site.id):
                yield part_line(site.name, part)

    def _events(self, progress: Progress) -> Iterator[bytes]:
        for head in self._heads:
            yield from _epoch(self._engine.log, head, self._sites, progress)

    def _unannounced(self) -> int:
        planned = (milestone for mail in self._engine.milestones.planned() for milestone in mail.milestones)
        return sum(m.subject.site in self._sites for m in chain(self._engine.milestones.pending(), planned))


def milestones_of(milestones: Milestones, site: str) -> list[Milestone]:
    """Gives all of a site's milestones, newest first."""
    found: list[Milestone] = []
    after = None
    while portion := milestones.page(site, _PAGE, after):
        found += portion
        after = (portion[-1].reached_at, portion[-1].threshold, portion[-1].milestone_id)
    return found


def _parts(imports: Imports, site_id: str) -> Iterator[ImportPart]:
    """Gives the parts of the access logs that were imported: each chain begins at nothing and goes on where it ends."""
    starts = [""]
    seen = set(starts)
    while starts:
        for part in imports.parts(site_id, starts.pop()):
            yield part
            if part.end not in seen:
                seen.add(part.end)
                starts.append(part.end)


def _epoch(log: EventLog, head: EpochHead, sites: dict[str, Site], progress: Progress) -> Iterator[bytes]:
    after = -1
    while after < head.head and (records := log.read(head.epoch, after, min(_PORTION, head.head - after))):
        after = records[-1].version
        for record in records:
            if (line := event_line(record, head.opened, sites)) is not None:
                yield line
        progress(len(records))
