"""The numbers of a counter: pageviews and visitors without bots, of a site or of one of its pages."""

from typing import NamedTuple

from shared.backlog import live_projection
from shared.domain.calendar import FIRST_DAY, LAST_DAY
from shared.domain.folds import DAY, PAGE_DAY, PAGE_TOTAL, TOTAL, RowKey
from shared.domain.sites import Site
from shared.engine import Clock, ReadModels

#: Visitors are the sum of all days' visitors. From so many on, where one more makes no difference to anyone, that sum
#: is remembered for so long: whoever asks for it again and again shall not have all days read each time.
_MANY = 1_000
_REMEMBERED_MS = 60_000
_MOST_REMEMBERED = 1_000


class Subject(NamedTuple):
    """What is counted.

    Attributes:
        site: The site.
        page: One of its pages; None: the site as a whole.
        first: The first day that counts, such as "2026-11-01"; None: from the beginning.
        last: The last day that counts; None: to the present.
    """

    site: Site
    page: str | None
    first: str | None = None
    last: str | None = None


class Numbers(NamedTuple):
    """How often it was viewed, and by how many; None where that was not asked for."""

    pageviews: int
    visitors: int | None


class Counter:
    """Reads the numbers from the live projection."""

    def __init__(self, read_models: ReadModels, clock: Clock) -> None:
        """Remembers nothing yet.

        Args:
            read_models: The read models.
            clock: Gives milliseconds since 1970.
        """
        self._read_models = read_models
        self._clock = clock
        self._remembered: dict[tuple[Subject, int], tuple[int, int]] = {}

    def count(self, subject: Subject, visitors: bool) -> Numbers:
        """Counts a subject.

        Without days and visitors this reads one lifetime total, else a row for each day.

        Args:
            subject: What is counted.
            visitors: Whether visitors are asked for.

        Raises:
            StorageUnavailable: The read models are out of reach.
        """
        while True:
            version = live_projection(self._read_models).version
            counted = self._count(version, subject, visitors)
            # A projection that is no longer live may have lost rows while they were read.
            if live_projection(self._read_models).version == version:
                return counted

    def _count(self, version: int, subject: Subject, visitors: bool) -> Numbers:
        if subject.first or subject.last:
            return self._sum(version, subject)
        return Numbers(self._lifetime(version, subject), self._visitors(version, subject) if visitors else None)

    def _lifetime(self, version: int, subject: Subject) -> int:
        site, page, *_ = subject
        key = RowKey(site.name, TOTAL, "", "") if page is None else RowKey(site.name, PAGE_TOTAL, "", page)
        found = self._read_models.lookup(version, [key]).get(key)
        return found.pageviews if found else 0

    def _visitors(self, version: int, subject: Subject) -> int:
        now = self._clock()
        known, until = self._remembered.get((subject, version), (0, 0))
        if now < until:
            return known
        counted = self._sum(version, subject).visitors or 0
        if counted >= _MANY:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[subject, version] = counted, now + _REMEMBERED_MS
        return counted

    def _sum(self, version: int, subject: Subject) -> Numbers:
        site, page, first, last = subject
        view = DAY if page is None else PAGE_DAY
        rows = self._read_models.rows(version, site.name, view, first or FIRST_DAY, last or LAST_DAY, page)
        seen = [counts.seen("exclude") for _, counts in rows]
        return Numbers(sum(pageviews for pageviews, _ in seen), sum(visitors for _, visitors in seen))
