"""The import of access logs: lines in, events in the log, counted, milestones checked."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from infra.imports.access_log import Hit, LineReader, Unreadable, event_of
from infra.imports.counting import HOLDER, SILENCE_MS, apply, finish
from infra.imports.lines import BrokenFile, LogFile
from infra.imports.overlap import refuse_overlap
from infra.imports.parts import Found, new_part, recognise
from infra.imports.report import Report
from infra.imports.visitors import ImportVisitors
from infra.imports.window import Read, Window
from services.projector.day_folder import DayFolder
from services.projector.milestones import Check, check_site
from services.projector.project import Projector
from shared.backlog import live_projection
from shared.domain.calendar import utc_hour
from shared.domain.events import Unfoldable, decode_event, encode_event
from shared.domain.sites import Site
from shared.engine import Clock, Engine, Entry

#: Events of one append: few enough that another process waits some milliseconds at most for the log's lock.
_PORTION = 500

#: Lines between two reports of progress.
_PROGRESS_LINES = 1_000

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What the owner may ask for.

    Attributes:
        as_written: Days are the dates in the stamps, whatever their offset.
        overlap: Days that hold events of another origin are imported all the same.
        notify: Milestones that the import reaches are announced.
    """

    as_written: bool = False
    overlap: bool = False
    notify: bool = False


class AccessLogImport:
    """One import of one or several files into one site."""

    def __init__(
        self,
        engine: Engine,
        projector: Projector,
        check: Check,
        days: DayFolder,
        clock: Clock,
        site: Site,
        options: Options,
        own_salt: bytes,
    ) -> None:
        """Puts the import together.

        Args:
            engine: The installation's engine.
            projector: Applies what is appended.
            check: Checks the milestones of subjects.
            days: Folds days.
            clock: Gives milliseconds since 1970.
            site: The site to import into.
            options: What the owner asked for.
            own_salt: At least 32 random bytes, drawn for this import and kept nowhere.
        """
        self._engine = engine
        self._projector = projector
        self._check = check
        self._days = days
        self._clock = clock
        self._site = site
        self._options = options
        self._visitors = ImportVisitors(site.name, engine.salts, clock, own_salt)
        self._sealed_to = live_projection(engine.read_models).sealed.get(site.name, "")
        self._unfinished: set[str] = set()
        self._report = Report()

    def run(self, files: Sequence[Path], progress: Progress) -> Report:
        """Imports the files. What was imported before counts once, and a stopped import is carried on.

        Args:
            files: Access logs in Combined or Common Log Format, plain or gzip.
            progress: Told how many further bytes of the files were taken in.

        Raises:
            Overlap: Days hold events of another origin, and the options don't allow that. Nothing was imported.
            OSError: A file cannot be opened.
            CommitConflict, StorageUnavailable: What was imported stays; the same import carries on.
        """
        if not self._options.overlap:
            refuse_overlap(self._engine.read_models, self._site, files, self._options.as_written)
        milestones = self._engine.milestones
        if self._options.notify:
            milestones.end_silence(self._site.name, HOLDER)
        else:
            milestones.silence(self._site.name, HOLDER, self._clock() + SILENCE_MS)
        self._unfinished = set(self._engine.imports.unfinished())
        try:
            for path in files:
                with LogFile(path) as file:
                    self._import_file(file, progress)
        finally:
            self._visitors.close()
        check_site(self._engine.read_models, self._check, self._site.name)
        milestones.end_silence(self._site.name, HOLDER)
        return self._report

    def _import_file(self, file: LogFile, progress: Progress) -> None:
        window = Window(self._read(file, progress))
        while window.fill():
            lines = len(window.lines)
            if not window.hits(lines):
                window.drop(lines, is_part=False)
                continue
            parts = self._engine.imports.parts(self._site.id, window.start)
            found = recognise(self._engine.log, parts, window)
            if found is None:
                found = new_part(self._site.id, parts, window)
                self._engine.imports.register(found.part)
                self._unfinished.add(found.part.epoch)
            self._import_part(found, window.hits(found.lines))
            window.drop(found.lines, is_part=True)

    def _read(self, file: LogFile, progress: Progress) -> Iterator[Read]:
        """Reads a file's lines, counts them, and tells of progress."""
        reader = LineReader(self._site.timezone, self._options.as_written)
        report = self._report
        told = 0
        try:
            for line in file.lines():
                hit = None
                report.lines += 1
                try:
                    hit = reader.read(line)
                except Unreadable as error:
                    report.add_unreadable(file.path, line.number, str(error))
                else:
                    report.pageviews += hit is not None
                    report.skipped += hit is None
                    report.sealed += hit is not None and hit.day <= self._sealed_to
                yield Read(line.digest, hit, len(line.content or b""))
                if line.number % _PROGRESS_LINES == 0:
                    told, before = file.position, told
                    progress(told - before)
        except BrokenFile as error:
            report.broken.append(str(error))
        progress(file.position - told)

    def _import_part(self, found: Found, hits: Sequence[tuple[str, Hit]]) -> None:
        """Appends what of a part is not in the log yet, and applies it."""
        epoch = found.part.epoch
        if found.stored:
            self._learn(epoch, dict(hits))
            self._report.already_imported += min(found.stored, len(hits))
        opened = utc_hour(self._clock())
        for first in range(found.stored, len(hits), _PORTION):
            entries = [
                Entry(nonce, encode_event(event_of(hit, self._site, self._visitors.hash(hit))))
                for nonce, hit in hits[first : first + _PORTION]
            ]
            self._engine.log.put(epoch, opened, first, entries)
        if epoch in self._unfinished:
            head = max(found.stored, len(hits)) - 1
            apply(self._engine.read_models, self._projector, epoch, head)
            if head + 1 == found.part.events:
                finish(self._engine, self._days, epoch)
                self._unfinished.remove(epoch)

    def _learn(self, epoch: str, hits: Mapping[str, Hit]) -> None:
        """Learns the visitors of the stored events from the lines that they came from."""
        after = -1
        while records := self._engine.log.read(epoch, after, _PORTION):
            after = records[-1].version
            for record in records:
                hit = hits.get(record.nonce)
                if hit is not None and record.body is not None:
                    with suppress(Unfoldable):  # it is in quarantine
                        self._visitors.learn(hit, decode_event(record.body).visitor)
