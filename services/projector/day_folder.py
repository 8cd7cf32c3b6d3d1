"""The folding of days: from the log to segments, and from the segments of a day that is over to its rollups.

What is rarely asked, and what does not add up over events, is not written per event: an epoch's events are folded a
thousand at a time, and what is left of it when its hour closes. Each step may be repeated: it makes the same again.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from shared.domain.calendar import HOUR_MS, local_date, utc_hour
from shared.domain.counts import BOTS_CHOICES
from shared.domain.epochs import hour_after, hour_start, is_import
from shared.domain.projection import Projection
from shared.domain.reports.dimensions import GOAL
from shared.domain.sites import Goal
from shared.engine import Engine, EpochHead, Record
from shared.folded_days import (
    EVENTS,
    FOLDED,
    NOBODY,
    ROLLED,
    SINCE,
    UNROLLED,
    day_range,
    details_in,
    digest_of_goals,
    encode_rollup,
    folded_since,
    folded_versions,
    full_portions,
    portion_end,
    portion_name,
    portion_start,
    rolled_question,
    rollup,
)

if TYPE_CHECKING:
    from shared.domain.reports.segments import Segment

#: A day is rolled up so long after it ended: by then no writer whose clock is right appends to an epoch of it.
_ROLL_UP_DELAY_MS = 2 * HOUR_MS

#: While an import is under way, a day is rolled up only when no segment of it came for so long.
_REST_MS = HOUR_MS // 4

#: How far before a closed hour an epoch may have been opened to which a writer with a slow clock appends.
_CLOCK_BEHIND_MS = 25 * HOUR_MS

#: The most events of a day that are rolled up: at some 570 bytes each they fit into the sweeper's memory on AWS.
MAX_ROLLED_EVENTS = 1_500_000

#: The beginning of the names of all live epochs is an hour, so that they sort by it.
_FIRST_HOUR = "0"


logger = logging.getLogger(__name__)


def _whole(head: int) -> int:
    return head


def _look_back(closed: str, hour: str) -> str:
    """Gives the first hour whose epochs are looked through when an hour is to be closed; "" for all."""
    return utc_hour(hour_start(min(hour, closed)) - _CLOCK_BEHIND_MS) if closed else ""


class DayFolder:
    """Folds epochs into segments, and rolls days up."""

    def __init__(self, engine: Engine, random_id: Callable[[], str]) -> None:
        """Puts the folder together.

        Args:
            engine: The installation's engine.
            random_id: Draws an id that nobody else draws.
        """
        self._engine = engine
        self._store = engine.days
        self._random_id = random_id
        self._seen: dict[tuple[int, str, str], tuple[bytes, int]] = {}

    def fold(self, projection: Projection, now: int) -> None:
        """Folds the full portions of the epochs of hours that are not closed, and rolls up the days that are over.

        Args:
            projection: The live projection.
            now: Milliseconds since 1970.

        Raises:
            StorageUnavailable: The log or the read models are out of reach; the next call goes on.
        """
        closed = self._engine.read_models.closed(projection.version)
        self._begin(projection, closed)
        self._fold_all(projection, self._engine.log.epochs(hour_after(closed)), full_portions)
        self.roll_up(projection, now)

    def close(self, projection: Projection, hour: str) -> None:
        """Folds what is left of the epochs of an hour that is about to be closed, and of those that may come late.

        Args:
            projection: The live projection.
            hour: The hour; every hour before it is closed or is closed with it.
        """
        closed = self._engine.read_models.closed(projection.version)
        since = max(self._begin(projection, closed), _look_back(closed, hour))
        unfinished = set(self._engine.imports.unfinished())
        heads = self._engine.log.epochs(since, hour_after(hour))
        self._fold_all(projection, (head for head in heads if head.epoch not in unfinished), _whole)
        forgotten = utc_hour(hour_start(since) - HOUR_MS) if since else ""
        if forgotten:
            self._store.delete(projection.version, NOBODY, FOLDED, _FIRST_HOUR, forgotten)

    def finish(self, epoch: str) -> None:
        """Folds an import's epoch to its end, for every projection, before the import is said to be finished."""
        for projection in self._engine.read_models.projections():
            head = EpochHead(epoch, "", self._engine.log.head(epoch))
            self._fold_all(projection, [head], _whole)

    def complete(self, projection: Projection, hour: str, now: int) -> None:
        """Folds all that the log has into a version that is being built, and rolls its days up.

        Args:
            projection: The version.
            hour: The hour up to which hours will be closed in it; "" if none will be.
            now: Milliseconds since 1970.
        """
        unfinished = set(self._engine.imports.unfinished())
        for head in self._engine.log.epochs():
            ended = head.opened <= hour or is_import(head.epoch)
            upto = _whole if ended and head.epoch not in unfinished else full_portions
            self._fold_all(projection, [head], upto)
        self.roll_up(projection, now)
        self._store.put(projection.version, NOBODY, SINCE, {SINCE: b""})

    def refold(self, projection: Projection, epoch: str, version: int) -> None:
        """Folds a portion again of which an event has left quarantine."""
        folded = folded_versions(self._store, projection.version, [epoch])[epoch]
        # Of an epoch whose hour was closed long ago nothing is said any more: it is folded to its end.
        head = folded if folded >= 0 else self._engine.log.head(epoch)
        if version <= head:
            self._fold_portions(projection, epoch, portion_start(version), min(portion_end(version), head))

    def roll_up(self, projection: Projection, now: int) -> None:
        """Rolls up every day that is over and has segments which its rollups do not have.

        While an import is under way, which adds to days again and again, those are left that do not rest yet.

        Args:
            projection: The projection.
            now: Milliseconds since 1970.
        """
        importing = bool(self._engine.imports.unfinished())
        goals = self._goals()
        for site, timezone in projection.timezones.items():
            over = local_date(now - _ROLL_UP_DELAY_MS, timezone)
            for day, token in list(self._store.read(projection.version, site, UNROLLED)):
                is_due = projection.sealed.get(site, "") < day < over
                if is_due and (not importing or self._rests((projection.version, site, day), token, now)):
                    self._roll_up_day(projection, site, day, token, goals.get(site, ()))

    def _rests(self, day: tuple[int, str, str], token: bytes, now: int) -> bool:
        """Tells whether a day has had the same token for a while, as far as this process has seen."""
        known, since = self._seen.get(day, (b"", 0))
        if known != token:
            self._seen[day] = token, now
            return False
        return now - since >= _REST_MS

    def roll_up_again(
        self, projection: Projection, site: str, goals: Sequence[Goal], progress: Callable[[int], None]
    ) -> None:
        """Rolls up a site's days again, under other goals, as far as their events are there."""
        version = projection.version
        for day, _ in list(self._store.read(version, site, rollup("include", ""))):
            if day > projection.sealed.get(site, ""):
                self._roll_up_day(projection, site, day, self._mark(projection, site, day), goals)
                progress(1)

    def roll_up_to(self, projection: Projection, site: str, last: str) -> None:
        """Rolls up a site's days up to one, whether they are over or not: their events are to leave the log."""
        goals = self._goals().get(site, ())
        for day, token in list(self._store.read(projection.version, site, UNROLLED, "", last)):
            self._roll_up_day(projection, site, day, token, goals)

    def drop_details(self, projection: Projection, site: str, last: str) -> None:
        """Takes the segments of sealed days out, up to a day. Their rollups stay."""
        self._store.delete(projection.version, site, EVENTS, *day_range("", last))

    def carry_over(self, source: Projection, target: Projection, site: str, last: str) -> None:
        """Copies the rollups of sealed days up to one from one version to another."""
        collections = [rollup(bots, dimension) for bots in BOTS_CHOICES for dimension in ROLLED]
        self._store.carry_over(source.version, target.version, site, collections, last)

    def _goals(self) -> Mapping[str, Sequence[Goal]]:
        return {site.name: site.goals for site in self._engine.sites.all()}

    def _begin(self, projection: Projection, closed: str) -> str:
        """Tells from which hour on epochs are folded: what an earlier release has closed is not, until a rebuild."""
        since = folded_since(self._store, projection.version)
        if since is None:
            since = hour_after(closed)
            self._store.put(projection.version, NOBODY, SINCE, {SINCE: since.encode()})
        return since

    def _fold_all(self, projection: Projection, heads: Iterable[EpochHead], upto: Callable[[int], int]) -> None:
        known = list(heads)
        folded = folded_versions(self._store, projection.version, [head.epoch for head in known])
        for head in known:
            end = upto(head.head)
            first = folded[head.epoch] + 1
            if end >= first:
                self._fold_portions(projection, head.epoch, portion_start(first), end)
                self._store.put(projection.version, NOBODY, FOLDED, {head.epoch: str(end).encode()})

    def _fold_portions(self, projection: Projection, epoch: str, first: int, end: int) -> None:
        """Makes the segments of an epoch's portions from the one that begins with a version."""
        from shared.domain.reports.segments import encode_segment  # brings NumPy, which few processes need

        touched: dict[tuple[str, str], None] = {}
        while first <= end:
            records = self._read(epoch, first, min(portion_end(first), end))
            for (site, day), details in details_in(projection, records).items():
                # First it is said that the rollups lack something: whoever reads in between takes the segments.
                if (site, day) not in touched:
                    self._mark(projection, site, day)
                    touched[site, day] = None
                blob = encode_segment(details)
                self._store.put(projection.version, site, EVENTS, {f"{day}|{portion_name(epoch, first)}": blob})
            first = portion_end(first) + 1
        # And said again: another process may have read a day before the segment was there, and rolled it up.
        for site, day in touched:
            self._mark(projection, site, day)

    def _mark(self, projection: Projection, site: str, day: str) -> bytes:
        """Says that a day's rollups lack something, and gives the token by which it is said."""
        token = self._random_id().encode()
        self._store.put(projection.version, site, UNROLLED, {day: token})
        return token

    def _read(self, epoch: str, first: int, last: int) -> list[Record]:
        records: list[Record] = []
        while first <= last and (found := self._engine.log.read(epoch, first - 1, last - first + 1)):
            records += found
            first = found[-1].version + 1
        return records

    def _roll_up_day(self, projection: Projection, site: str, day: str, token: bytes, goals: Sequence[Goal]) -> None:
        from shared.domain.reports.tables import Table
        from shared.domain.reports.tabulate import Day, tabulate

        version = projection.version
        segments, digest = self._segments(version, site, day)
        if sum(segment.rows for segment in segments) > MAX_ROLLED_EVENTS:
            logger.error("%s of %s has more than %d events, and is not rolled up", day, site, MAX_ROLLED_EVENTS)
            return
        table = Table(segments)
        seen = {bots: Day(table, bots, projection.timezones[site]) for bots in BOTS_CHOICES}
        if not any(table.text("bot").values):
            seen["include"] = seen["exclude"]
        for dimension in ROLLED:
            digest_of_dimension = digest_of_goals(dimension, goals)
            tabulations = {one: tabulate(one, rolled_question(dimension), goals) for one in set(seen.values())}
            for bots, one in seen.items():
                if dimension == GOAL or any(map(any, tabulations[one].values())):
                    blob = encode_rollup(tabulations[one], digest_of_dimension)
                    self._store.put(version, site, rollup(bots, dimension), {day: blob})
        done = self._store.replace(version, site, UNROLLED, day, token, None)
        if not done and self._segments(version, site, day)[1] != digest:
            self._mark(projection, site, day)  # it may have been rolled up meanwhile, from more than was read here

    def _segments(self, version: int, site: str, day: str) -> "tuple[list[Segment], bytes]":
        """Gives a day's segments, and a digest that tells whether they are still the same."""
        from shared.domain.reports.segments import Segment

        digest = sha256()
        segments = []
        for key, blob in self._store.read(version, site, EVENTS, *day_range(day, day)):
            digest.update(key.encode() + blob)
            segments.append(Segment(blob))
        return segments, digest.digest()
