"""The import of exports: sites registered, milestones kept as they are, events in the log, counted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from infra.admin import add_site
from infra.exports.check import Checked, DamagedLine, Progress, check, lines_of
from infra.exports.destination import Destination
from infra.exports.export import milestones_of
from infra.exports.lines import End, EventLine, PartLine, read_line
from infra.imports.counting import HOLDER, SILENCE_MS, apply, finish
from infra.imports.lines import LogFile
from services.projector.day_folder import DayFolder
from services.projector.milestones import MilestoneCheck, check_site
from services.projector.project import Projector
from shared.domain.calendar import local_date
from shared.domain.milestones import Milestone
from shared.domain.sites import Site, check_distinct
from shared.engine import Clock, Engine, Entry, ImportPart, Mail

#: Events of one append: few enough that another process waits some milliseconds at most for the log's lock.
_PORTION = 500

#: The origin of parts that an export has brought.
EXPORT = "export"


class DamagedExport(Exception):
    """Lines of an export cannot be read. Nothing was imported."""

    def __init__(self, count: int, named: Sequence[DamagedLine]) -> None:
        """Takes the number of those lines, and the first of them."""
        super().__init__(f"{count:,} damaged lines; nothing was imported")
        self.named = named


class OtherSite(Exception):
    """Another site is registered under the name, or an alias, of one of the export. Nothing was imported."""


@dataclass(slots=True)
class Report:
    """What an import has brought.

    Attributes:
        sites: The names of the sites.
        events: Their events in the files.
        already_imported: Those that were in the log before.
        milestones: Their milestones in the files.
        kept: Of each site that was registered here before with other settings: which of its settings differ.
    """

    sites: list[str] = field(default_factory=list)
    events: int = 0
    already_imported: int = 0
    milestones: int = 0
    kept: dict[str, list[str]] = field(default_factory=dict)


class _Group:
    """The events of one epoch and one site, appended in portions."""

    def __init__(self, to: Destination, site: Site, opened: str) -> None:
        self.to = to
        self.site = site
        self.opened = opened
        self.entries: list[Entry] = []


class EventsImport:
    """One import of one or several exports."""

    def __init__(self, engine: Engine, projector: Projector, days: DayFolder, clock: Clock) -> None:
        """Puts the import together.

        Args:
            engine: The installation's engine.
            projector: Applies what is appended.
            days: Folds days.
            clock: Gives milliseconds since 1970.
        """
        self._engine = engine
        self._projector = projector
        self._days = days
        self._clock = clock
        self._sites: dict[str, Site] = {}
        self._known: dict[str, dict[tuple[str | None, int], Milestone]] = {}
        self._unfinished: set[str] = set()
        self._sizes: dict[str, int] = {}
        self._groups: dict[str, _Group] = {}
        self._epoch = ""
        self._report = Report()

    def run(self, files: Sequence[Path], progress: Progress) -> Report:
        """Checks the files, then imports them. What the log holds already is recognised, so a repeat changes nothing.

        Args:
            files: Exports, plain or gzip.
            progress: Told how many further bytes were taken in; each file is read twice.

        Raises:
            BrokenFile, DamagedExport, LaterRelease, OtherSite: Nothing was imported.
            OSError: A file cannot be opened.
            CommitConflict, StorageUnavailable, VersionTaken: What was imported stays; the same import carries on.
        """
        checked = Checked()
        for path in files:
            check(path, checked, progress)
        if checked.damaged_count:
            raise DamagedExport(checked.damaged_count, checked.damaged)
        self._take_sites(checked.sites)
        self._unfinished = set(self._engine.imports.unfinished())
        for path in files:
            with LogFile(path) as file:
                self._import_file(file, progress)
        read_models, milestones = self._engine.read_models, self._engine.milestones
        check_milestones = MilestoneCheck(read_models, milestones, lambda: self._sites, self._clock)
        for name in self._sites:
            check_site(read_models, check_milestones, name)
            milestones.end_silence(name, HOLDER)
        return self._report

    def _take_sites(self, sites: Sequence[Site]) -> None:
        """Silences the sites and looks what is known of them; they are registered behind their milestones."""
        registered = {site.name: site for site in self._engine.sites.all()}
        for site in sites:
            try:
                check_distinct(registered.get(site.name, site), registered.values())
            except ValueError as error:
                raise OtherSite(f"{site.name} cannot be registered here: {error}") from error
            here = registered.setdefault(site.name, site)
            if here.id != site.id:
                raise OtherSite(
                    f"{site.name} is registered here as another site, with events of its own. To take the exported "
                    f"one in its place, first: milepost site remove {site.name}"
                )
            if differing := [name for name, value in site.to_dict().items() if here.to_dict()[name] != value]:
                self._report.kept[site.name] = differing
            self._sites[site.name] = here
        self._report.sites = list(self._sites)
        for name in self._sites:
            self._engine.milestones.silence(name, HOLDER, self._clock() + SILENCE_MS)
            known = milestones_of(self._engine.milestones, name)
            self._known[name] = {(m.subject.page, m.threshold): m for m in known}

    def _import_file(self, file: LogFile, progress: Progress) -> None:
        for line in lines_of(file, progress):
            if line.number > 1:
                self._take(line.content)

    def _take(self, content: bytes | None) -> None:
        match read_line(content):
            case PartLine() as line:
                self._take_part(line)
            case Milestone() as milestone:
                self._take_milestone(milestone)
            case EventLine() as event:
                self._take_event(event)
            case End():
                self._finish_groups()
                self._register_sites()
                self._epoch = ""

    def _register_sites(self) -> None:
        registered = {site.name for site in self._engine.sites.all()}
        for name in self._sites.keys() - registered:
            add_site(self._engine, self._sites[name])

    def _take_part(self, line: PartLine) -> None:
        """Registers a part of an imported access log under the epoch that its events go to here."""
        site_id = self._sites[line.site].id
        for part in self._engine.imports.parts(site_id, line.part.start):
            if part.end == line.part.end:
                self._sizes[part.epoch] = part.events
                return
        epoch = Destination(self._engine.log, site_id, line.part.epoch, self._unfinished).epoch
        self._register(line.part._replace(epoch=epoch, site_id=site_id))

    def _register(self, part: ImportPart) -> None:
        self._engine.imports.register(part)
        self._unfinished.add(part.epoch)
        self._sizes[part.epoch] = part.events

    def _take_milestone(self, milestone: Milestone) -> None:
        """Stores a milestone with its times; one that is stored here stays as it is, unless it lacks its notice."""
        self._report.milestones += 1
        site, page = milestone.subject.site, milestone.subject.page
        known = self._known[site].get((page, milestone.threshold))
        if known is None:
            self._engine.milestones.reach([milestone])
        elif known.notified_at is not None or known.reached_at != milestone.reached_at:
            return
        if milestone.notified_at is not None:
            day = local_date(milestone.notified_at, self._sites[site].timezone)
            self._engine.milestones.sent(Mail(milestone.milestone_id, site, day, [milestone]), milestone.notified_at)

    def _take_event(self, event: EventLine) -> None:
        if event.epoch != self._epoch:
            self._finish_groups()
            if not self._epoch:
                self._register_sites()
            self._epoch = event.epoch
        group = self._groups.get(event.site)
        if group is None:
            group = self._groups[event.site] = self._open_group(event)
        self._report.events += 1
        if event.nonce in group.to.held:
            self._report.already_imported += 1
            return
        group.to.held.add(event.nonce)
        group.entries.append(Entry(event.nonce, event.body))
        if len(group.entries) == _PORTION:
            self._append(group)

    def _open_group(self, event: EventLine) -> _Group:
        site = self._sites[event.site]
        to = Destination(self._engine.log, site.id, event.epoch, self._unfinished)
        # An event's age goes with it. What retention has passed here already would never be looked at again.
        opened = max(event.opened, self._engine.read_models.erased(site.name))
        return _Group(to, site, opened)

    def _append(self, group: _Group) -> None:
        to = group.to
        if to.epoch not in self._unfinished:
            # Nothing that is imported from an access log begins with such a digest: it is never found by one.
            self._register(ImportPart(to.epoch, group.site.id, to.epoch, end="", lines=0, events=0, origin=EXPORT))
        self._engine.log.put(to.epoch, group.opened, to.stored, group.entries)
        to.stored += len(group.entries)
        group.entries = []

    def _finish_groups(self) -> None:
        """Appends what is left of an epoch, and applies it."""
        for group in self._groups.values():
            if group.entries:
                self._append(group)
            to = group.to
            if to.epoch in self._unfinished:
                apply(self._engine.read_models, self._projector, to.epoch, to.stored - 1)
                if to.stored >= self._sizes.get(to.epoch, 0):
                    finish(self._engine, self._days, to.epoch)
                    self._unfinished.remove(to.epoch)
        self._groups = {}
