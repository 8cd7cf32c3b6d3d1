"""From a question about visits to its groups: from rollups where they suffice, else from segments and the tail."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from heapq import merge
from itertools import groupby
from operator import itemgetter

from services.query.refusals import InvalidRequest
from services.query.stats.since import visitors_question
from services.query.stats.tail import Moment, Tail
from shared.backlog import live_projection
from shared.domain.calendar import FIRST_DAY, LAST_DAY, local_date
from shared.domain.epochs import hour_after, hour_start
from shared.domain.folds import ORIGIN_DAY
from shared.domain.reports.dimensions import GOAL, OF_DAYS, UNKNOWN, time_label
from shared.domain.reports.measures import METRICS, Measures, Tabulation, add_up
from shared.domain.reports.question import Group, Question
from shared.domain.sites import Goal, Site
from shared.engine import Clock, Engine
from shared.folded_days import (
    EVENTS,
    ROLLED,
    UNROLLED,
    day_range,
    decode_rollup,
    digest_of_goals,
    folded_since,
    read_key,
    rollup,
)

#: The most events that a question is answered from one by one.
MAX_EVENTS = 2_000_000


class StatsEvaluator:
    """Answers questions. Any number of threads may ask at a time."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        """Puts the evaluator together.

        Args:
            engine: The installation's engine.
            clock: Gives milliseconds since 1970.
        """
        self._engine = engine
        self._tail = Tail(engine)
        self._clock = clock

    def rows(self, site: Site, question: Question) -> list[Group]:
        """Answers a question with all its groups, in any order.

        Args:
            site: The site.
            question: The question.

        Raises:
            InvalidRequest: It would have to be answered from too many events, or from some that are not there.
            StorageUnavailable: The storage is out of reach.
        """
        sums = self._settled(site, question)
        return [
            Group(group, {metric: METRICS[metric](measures) for metric in question.metrics})
            for group, measures in sums.items()
        ]

    def visitors_since(self, site: Site, since: int) -> int:
        """Counts the people with a pageview since an instant (milliseconds since 1970). Raises as `rows` does."""
        groups = self.rows(site, visitors_question(self._timezone(site), since, self._clock()))
        return int(groups[0].metrics["visitors"] or 0)

    def first_day(self, site: Site) -> date | None:
        """Gives the first day of the site that has an event, if there is one."""
        version = live_projection(self._engine.read_models).version
        days = _events_by_day(self._engine, version, site.name, FIRST_DAY, LAST_DAY)
        return date.fromisoformat(min(days)) if days else None

    def _timezone(self, site: Site) -> str:
        return live_projection(self._engine.read_models).timezones.get(site.name, site.timezone)

    def _settled(self, site: Site, question: Question) -> Tabulation:
        while True:
            moment = self._tail.moment(site)
            sums: Tabulation = {}
            refused: InvalidRequest | None = None
            try:
                sums = add_up(_Asking(self._engine, moment, site, question).by_day())
            except InvalidRequest as error:
                refused = error
            # A projection that is no longer live may have lost what it had while it was read.
            if live_projection(self._engine.read_models).version == moment.projection.version:
                if refused is not None:
                    raise refused
                return sums if question.dimensions else {(): Measures(), **sums}


class _Asking:
    """One question at one moment."""

    def __init__(self, engine: Engine, moment: Moment, site: Site, question: Question) -> None:
        self._engine = engine
        self._moment = moment
        self._version = moment.projection.version
        self._site = site.name
        self._goals: Sequence[Goal] = site.goals
        self._timezone = moment.projection.timezones.get(site.name, site.timezone)
        self._question = question
        self._first, self._last = question.first.isoformat(), question.last.isoformat()
        self._sealed = moment.projection.sealed.get(site.name, "")

    def by_day(self) -> Iterator[Tabulation]:
        """Gives the measures of each day that has any."""
        self._refuse_unfolded()
        rolled = _rolled_dimension(self._question)
        if rolled is None:
            yield from self._from_events(None)
            return
        self._refuse_lost()
        days = self._open_days()
        found: dict[str, Tabulation] = {}
        digest = digest_of_goals(rolled, self._goals)
        collection = rollup(self._question.bots, rolled)
        for day, blob in self._read(collection, self._first, self._last):
            tabulation = decode_rollup(blob, digest)
            if tabulation is None:
                days.add(day)
            elif day not in days:
                found[day] = tabulation
        for day, tabulation in found.items():
            yield self._labelled(day, tabulation)
        yield from self._from_events(days)

    def _open_days(self) -> set[str]:
        """Gives the days whose rollups do not have all of their events."""
        unrolled = {day for day, _ in self._read(UNROLLED, self._first, self._last)}
        tail = {day for site, day in self._moment.details if site == self._site}
        # Of a sealed day there is nothing but its rollups.
        return {day for day in unrolled | tail if self._first <= day <= self._last and day > self._sealed}

    def _from_events(self, days: set[str] | None) -> Iterator[Tabulation]:
        """Tabulates some days, or (None) all, from their events."""
        if days is not None and not days:
            return
        self._refuse_too_many(days)
        first, last = (self._first, self._last) if days is None else (min(days), max(days))
        for day, segments in self._segments(first, last):
            if days is None or day in days:
                yield self._tabulated(segments)

    def _segments(self, first: str, last: str) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Gives the segments of each day, those of the tail among them, in the order of their epochs."""
        from shared.domain.reports.segments import encode_segment  # brings NumPy, which counts do without

        stored = (one for one in self._read(EVENTS, *day_range(first, last)) if self._moment.counts(one[0]))
        tail = sorted(
            (f"{day}|{portion}", encode_segment(details))
            for (site, day), portions in self._moment.details.items()
            if site == self._site and first <= day <= last
            for portion, details in portions.items()
        )
        by_key = itemgetter(0)
        for day, some in groupby(merge(stored, tail, key=by_key), lambda one: read_key(one[0])[0]):
            yield day, (blob for _, blob in some)

    def _tabulated(self, segments: Iterable[bytes]) -> Tabulation:
        from shared.domain.reports.segments import Segment
        from shared.domain.reports.tables import Table
        from shared.domain.reports.tabulate import Day, tabulate

        day = Day(Table(map(Segment, segments)), self._question.bots, self._timezone)
        return tabulate(day, self._question, self._goals)

    def _labelled(self, day: str, tabulation: Tabulation) -> Tabulation:
        """Puts the labels of days, weeks or months where the question has them, and "" for what is never known."""
        if len(self._question.dimensions) == len(next(iter(tabulation), ())):
            return tabulation

        def labelled(group: tuple[str, ...]) -> Iterator[str]:
            given = iter(group)
            for name in self._question.dimensions:
                yield time_label(name, day) if name in OF_DAYS else "" if name in UNKNOWN else next(given)

        return {tuple(labelled(group)): measures for group, measures in tabulation.items()}

    def _refuse_unfolded(self) -> None:
        since = folded_since(self._engine.days, self._version)
        since = hour_after(self._moment.closed) if since is None else since
        if not since:
            return
        day = local_date(hour_start(since), self._timezone)
        if self._first <= day and self._events(self._first, min(day, self._last)):
            raise InvalidRequest(
                f"the visits of days up to {day} were folded by an earlier release, which did not tell them apart; ask "
                "for later days, or have the owner run: milepost rebuild"
            )

    def _refuse_lost(self) -> None:
        last = min(self._last, self._sealed)
        if self._first > last:
            return
        rolled = {
            day for day, _ in self._read(rollup(self._question.bots, GOAL), self._first, last)
        }  # every day has it
        if lost := self._events(self._first, last).keys() - rolled:
            raise InvalidRequest(
                f"the events of days up to {max(lost)} left the log before their visits were told apart; ask for later "
                "days"
            )

    def _refuse_too_many(self, days: set[str] | None) -> None:
        first, last = (self._first, self._last) if days is None else (min(days), max(days))
        events = self._events(first, last)
        if any(day <= self._sealed for day in events if days is None or day in days):
            raise InvalidRequest(
                f"the events of days up to {self._sealed} have left the log, and of them only whole reports of one "
                "dimension are kept; ask for later days, or without filters"
            )
        number = sum(count for day, count in events.items() if days is None or day in days)
        if number > MAX_EVENTS:
            raise InvalidRequest(
                f"this has to be answered from {number:,} events, and at most {MAX_EVENTS:,} are read for a question; "
                "ask for fewer days, or for one dimension without filters"
            )

    def _events(self, first: str, last: str) -> Mapping[str, int]:
        return _events_by_day(self._engine, self._version, self._site, first, last)

    def _read(self, collection: str, first: str, last: str) -> Iterator[tuple[str, bytes]]:
        return self._engine.days.read(self._version, self._site, collection, first, last)


def _rolled_dimension(question: Question) -> str | None:
    """Gives the dimension by whose rollups a question is answered, "" for the whole; None: from the events alone."""
    if question.filters is not None or question.since is not None or question.until is not None:
        return None
    others = [name for name in question.dimensions if name not in (*OF_DAYS, *UNKNOWN)]
    if len(others) > 1 or sum(name in OF_DAYS for name in question.dimensions) > 1:
        return None
    dimension = others[0] if others else ""
    return dimension if dimension in ROLLED else None


def _events_by_day(engine: Engine, version: int, site: str, first: str, last: str) -> Mapping[str, int]:
    """Counts the events of each day that has any, bots and custom events included."""
    found: Counter[str] = Counter()
    for key, counts in engine.read_models.rows(version, site, ORIGIN_DAY, first, last):
        found[key.bucket] += counts.pageviews + counts.bot_pageviews
    return found
