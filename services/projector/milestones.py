"""The milestone check: level-triggered, so that whoever comes next catches what a crash left undone."""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain, islice

from shared.backlog import live_projection
from shared.domain.folds import PAGE_TOTAL, TOTAL, RowKey
from shared.domain.milestones import Milestone, Subject, due_thresholds, milestone_id
from shared.domain.sites import Site
from shared.engine import Clock, Milestones, ReadModels

#: Subjects of one check.
_PORTION = 500

#: Subjects of which it is remembered what they have reached.
_MAX_KNOWN = 10_000


#: Checks the milestones of subjects.
Check = Callable[[set[Subject]], None]


class MilestoneCheck:
    """Compares lifetime totals with all thresholds at or below them."""

    def __init__(
        self,
        read_models: ReadModels,
        milestones: Milestones,
        sites: Callable[[], Mapping[str, Site]],
        clock: Clock,
    ) -> None:
        """Puts the check together.

        Args:
            read_models: Where the totals stand.
            milestones: Where reached milestones are stored.
            sites: Gives the registered sites by name.
            clock: Gives milliseconds since 1970.
        """
        self._read_models = read_models
        self._milestones = milestones
        self._sites = sites
        self._clock = clock
        self._known: dict[tuple[str, Subject], set[int]] = {}

    def __call__(self, subjects: Iterable[Subject]) -> None:
        """Stores each milestone of the subjects that is due and not stored yet.

        Raises:
            StorageUnavailable: The totals or the milestones are out of reach; some may have been stored.
        """
        sites = self._sites()
        keys = {_total(subject): subject for subject in subjects if subject.site in sites}
        if not keys:
            return
        live = live_projection(self._read_models).version
        for key, counts in self._read_models.lookup(live, list(keys)).items():
            subject = keys[key]
            site = sites[subject.site]
            due = set(due_thresholds(site, subject.page, counts.pageviews))
            missing = due - self._reached(site, subject) if due - self._known.get((site.id, subject), set()) else ()
            if missing:
                now = self._clock()
                self._milestones.reach(
                    [
                        Milestone(milestone_id(site, subject.page, threshold), subject, threshold, now)
                        for threshold in sorted(missing)
                    ]
                )

    def _reached(self, site: Site, subject: Subject) -> set[int]:
        """Reads what a subject has reached, and remembers it: what is reached stays so for the life of the site."""
        if len(self._known) >= _MAX_KNOWN:
            self._known.clear()
        known = self._known[site.id, subject] = self._milestones.reached(subject)
        return known


def check_site(read_models: ReadModels, check: Check, site: str) -> None:
    """Checks all of a site: whoever was stopped may have left milestones of pages that nobody touches any more.

    Raises:
        StorageUnavailable: As for `MilestoneCheck`.
    """
    rows = read_models.rows(live_projection(read_models).version, site, PAGE_TOTAL, "", "")
    subjects = chain([Subject(site, None)], (Subject(site, key.page) for key, _ in rows))
    while some := set(islice(subjects, _PORTION)):
        check(some)


def _total(subject: Subject) -> RowKey:
    view = TOTAL if subject.page is None else PAGE_TOTAL
    return RowKey(subject.site, view, "", subject.page or "")
