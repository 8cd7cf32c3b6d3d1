"""The ports: what the services need of an engine, whatever it is made of.

Every engine passes the same contract suite (`tests/contract/`). Instants are milliseconds since 1970 in UTC; hours of
epochs are UTC hours such as "2026-11-22T17"; versions of an epoch count from 0, and -1 stands for none.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from shared.domain.counts import Counts
from shared.domain.folds import Delta, RowKey
from shared.domain.keys import Key
from shared.domain.milestones import Milestone, Subject
from shared.domain.projection import Projection
from shared.domain.sites import Site

Clock = Callable[[], int]


class StorageUnavailable(Exception):
    """The storage did not take or give what was asked, or nobody knows: full, throttled, locked or out of reach."""


class NoMoment(StorageUnavailable):
    """Commits left no moment in which a version could be read as it stands."""


class VersionTaken(Exception):
    """Another writer's event is stored under this epoch and version: the epoch was cloned."""


class CommitConflict(Exception):
    """A commit's condition did not hold: somebody else was there. Read again and plan again."""


class SaltGone(Exception):
    """The date's salt was destroyed, or the date is not current: no visitor of it can be told any more."""


class Entry(NamedTuple):
    """What is appended: the stored form of an event, and a nonce by which its writer knows it again."""

    nonce: str
    body: bytes


class Record(NamedTuple):
    """What the log holds under an epoch and a version. A removed event leaves a marker: `body` is None."""

    epoch: str
    version: int
    nonce: str
    body: bytes | None


class EpochHead(NamedTuple):
    """An epoch, the hour in which it was opened, and the last version in it."""

    epoch: str
    opened: str
    head: int


class Appender(Protocol):
    """The part of the event log that a writer needs."""

    def put(self, epoch: str, opened: str, first: int, entries: Sequence[Entry]) -> None:
        """Appends entries as the versions `first`, `first` + 1 …, in order; durable when it returns.

        What is stored already with the same nonce is success. The first version of an epoch registers it as opened in
        the hour `opened`.

        Raises:
            VersionTaken: A version holds another nonce. Earlier ones of the call may have been stored.
            StorageUnavailable: Nobody knows which of them were stored; never one without those before it.
        """


class EventLog(Appender, Protocol):
    """The append-only log: the truth."""

    def read(self, epoch: str, after: int, limit: int) -> list[Record]:
        """Reads up to `limit` records with versions above `after`, in order, strongly consistent."""

    def head(self, epoch: str) -> int:
        """Gives the last version of an epoch."""

    def epochs(self, since: str = "", before: str | None = None) -> list[EpochHead]:
        """Lists the epochs opened in the hour `since` or later and before the hour `before`, in the order of opening.

        By default those are all.
        """

    def erase(self, site: str, opened_from: str = "", opened_before: str | None = None) -> Iterator[int]:
        """Takes a site's events out for good, in portions, and leaves markers.

        Args:
            site: The site's name.
            opened_from: Only events of epochs opened in this hour or later.
            opened_before: Only events of epochs opened before this hour; None: all.

        Yields:
            How many events each portion took out.
        """


class Quarantined(NamedTuple):
    """An event that could not be folded, and why. It holds nothing of the event itself."""

    epoch: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class Commit:
    """What is committed in one transaction, all of it or nothing.

    Attributes:
        moves: For each epoch, the watermark that must stand and the one that takes its place.
        deltas: What is added to each row.
        quarantined: Events that the moves step over.
        redriven: Events (epoch, version) that leave quarantine; they must be in it.
    """

    moves: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    deltas: Mapping[RowKey, Delta] = field(default_factory=dict)
    quarantined: Sequence[Quarantined] = ()
    redriven: Sequence[tuple[str, int]] = ()


class Row(NamedTuple):
    """A row as stored: its key, its counts, and the stored forms of its visitor sets (people, bots)."""

    key: RowKey
    counts: Counts
    visitors: bytes
    bot_visitors: bytes


class ReadModels(Protocol):
    """The counts, by projection version, with the watermarks that say which events are in them."""

    def projections(self) -> list[Projection]:
        """Lists the building and the live projection, by version. There is always one that is live."""

    def start(self, rules: str, timezones: Mapping[str, str]) -> Projection:
        """Begins the next version, building."""

    def switch(self, version: int) -> None:
        """Makes a building version the live one. The one that was live takes no further commit and is to be retired.

        Raises:
            CommitConflict: It is not building.
        """

    def retire(self, version: int) -> None:
        """Deletes a version that is not live, with all its rows, watermarks and quarantine."""

    def set_timezone(self, site: str, timezone: str | None) -> None:
        """Says under which timezone every version counts a site; None: no longer at all."""

    def seal(self, site: str, day: str, erased: str) -> None:
        """Seals a site's days up to one, in every version, before events are taken out of the log.

        Args:
            site: The site's name.
            day: The last day that loses events. A day that is sealed stays so.
            erased: The hour before which epochs were opened that lose the site's events.
        """

    def erased(self, site: str) -> str:
        """Gives the hour before which opened epochs have lost a site's events; "" if none have."""

    def carry_over(self, source: int, target: int) -> None:
        """Copies the rows of sealed days from one version to a new one, and adds them up to its lifetime totals."""

    def watermarks(self, version: int, epochs: Iterable[str]) -> dict[str, int]:
        """Gives the last version applied of each epoch, strongly consistent."""

    def fits(self, version: int, commit: Commit) -> bool:
        """Tells whether a commit to a version is small enough for one transaction. One event's always is."""

    def commit(self, version: int, commit: Commit) -> None:
        """Commits, atomically; visitors alone may be seen before all else, also of a commit that fails.

        That is no harm: they are those of events in the log, and a set does not mind a member that is added twice.

        Raises:
            CommitConflict: A watermark stands elsewhere, a redriven event is not in quarantine, or the version is
                neither building nor live. Nothing was counted.
            StorageUnavailable: Nobody knows whether it was done.
        """

    def rows(
        self, version: int, site: str, view: str, first: str, last: str, page: str | None = None
    ) -> Iterator[tuple[RowKey, Counts]]:
        """Reads the rows of a view whose bucket is from `first` to `last`, in the order of bucket and page (bytes).

        With `page`, that page's only.
        """

    def lookup(self, version: int, keys: Sequence[RowKey]) -> dict[RowKey, Counts]:
        """Reads single rows; what is not there is left out."""

    def quarantine(self, version: int) -> list[Quarantined]:
        """Lists the quarantined events of a version, in the order of epoch and version."""

    def dump(self, version: int) -> AbstractContextManager[tuple[dict[str, int], Iterator[Row]]]:
        """Reads a version whole: the watermarks, and every row in the order of its key, both of one moment.

        Raises:
            NoMoment: Commits came in between all the time.
            StorageUnavailable: It is out of reach.
        """

    def forget(self, site: str) -> None:
        """Deletes a site's rows in every version."""

    def closed(self, version: int) -> str:
        """Gives the last closed hour; "" if none is."""

    def close(self, version: int, hour: str) -> None:
        """Closes an hour, and every hour before it, durably."""


class DayStore(Protocol):
    """What days were folded to, beside the counts: blobs by projection version, site, collection and key.

    It knows nothing of what they hold. The site "" is nobody's: it has what is told of a version as a whole. A version
    that is retired loses its blobs with its rows, and a site that is forgotten in every version (`ReadModels.retire`,
    `ReadModels.forget`).
    """

    def put(self, version: int, site: str, collection: str, blobs: Mapping[str, bytes]) -> None:
        """Stores blobs by their keys, in the place of those that are there; each is durable when it returns.

        A reader sees a blob as it was or as it is, whatever its size; of several, some may be seen before others.

        Args:
            version: The projection's version.
            site: The site's name, or "".
            collection: A name such as "events"; of at most 200 characters, without "|".
            blobs: Of any size, also empty, by keys of at most 500 bytes without NUL.
        """

    def read(
        self, version: int, site: str, collection: str, first: str = "", last: str | None = None
    ) -> Iterator[tuple[str, bytes]]:
        """Reads the blobs with keys from `first` to `last`, both included, in the order of their keys (bytes).

        Without `last`, all from `first` on. Strongly consistent.
        """

    def delete(self, version: int, site: str, collection: str, first: str = "", last: str | None = None) -> None:
        """Deletes the blobs that `read` would give."""

    def replace(
        self, version: int, site: str, collection: str, key: str, expected: bytes | None, blob: bytes | None
    ) -> bool:
        """Stores or (None) deletes a blob of at most 100 KB, if what stands there is what is expected (None: nothing).

        Returns:
            Whether it was. If not, nothing was changed.
        """

    def carry_over(self, source: int, target: int, site: str, collections: Collection[str], last: str) -> None:
        """Copies the blobs of some collections with keys up to `last` from one version to another."""


class Mail(NamedTuple):
    """A planned mail: one milestone's, or a digest of several."""

    mail_id: str
    site: str
    day: str
    milestones: Sequence[Milestone]


class Milestones(Protocol):
    """Reached milestones, and the outbox of those to be announced. Their keys hold no projection version."""

    def reached(self, subject: Subject) -> set[int]:
        """Gives the thresholds that a subject has reached."""

    def reach(self, milestones: Sequence[Milestone]) -> None:
        """Stores each milestone that is not there yet, with its entry in the outbox unless its site is silent.

        Each milestone is one transaction, in which the silence is read.
        """

    def page(self, site: str, limit: int, after: tuple[int, int, str] | None) -> list[Milestone]:
        """Lists a site's milestones by (reached_at, threshold, id), falling; `after`: only what follows that one."""

    def silence(self, site: str, holder: str, until: int) -> None:
        """Lets a site's milestones be reached unannounced until the holder ends it, at the longest until an instant."""

    def end_silence(self, site: str, holder: str) -> None:
        """Takes a holder's silence back."""

    def pending(self) -> list[Milestone]:
        """Lists what is to be announced and belongs to no planned mail, oldest first."""

    def plan(self, mail: Mail) -> None:
        """Records, durably and before it is sent, which milestones a mail announces."""

    def planned(self) -> list[Mail]:
        """Lists the planned mails that are not sent, oldest first."""

    def mails(self, site: str, day: str) -> int:
        """Counts a site's mails that were planned on a day, or sent on it."""

    def sent(self, mail: Mail, at: int) -> None:
        """Marks a mail's milestones as announced, and the mail as one of `mail.day`, the day on which it was sent."""

    def forget(self, site: str) -> None:
        """Deletes a site's milestones, its outbox and its silences."""


class Salts(Protocol):
    """The random salts of calendar dates."""

    def get(self, day: str, now: int) -> bytes:
        """Gives a date's salt, and makes it first if the date is current somewhere on earth.

        Raises:
            SaltGone: The date is not current, or its salt was destroyed.
            StorageUnavailable: It could not be read or made.
        """

    def destroy(self, now: int) -> list[str]:
        """Destroys the salts of dates that are over everywhere, leaves tombstones, and gives those dates."""


class Sites(Protocol):
    """The registry of sites."""

    def all(self) -> list[Site]:
        """Lists the sites by name."""

    def save(self, site: Site) -> None:
        """Adds a site, or replaces what was registered under its name."""

    def remove(self, name: str) -> None:
        """Takes a site out of the registry."""


class Keys(Protocol):
    """The registry of API keys."""

    def all(self) -> list[Key]:
        """Lists the keys by id."""

    def save(self, key: Key) -> None:
        """Adds a key, or replaces the one of the same id."""

    def revoke(self, key_id: str) -> bool:
        """Takes a key out; tells whether it was there."""


class ImportPart(NamedTuple):
    """A part of an imported file, as registered before its first event is appended.

    Attributes:
        epoch: The epoch of its events.
        site_id: The site that it was imported for.
        start: The digest of the file's content before the part; "" at its beginning.
        end: The digest of the content up to the part's end.
        lines: How many lines it has.
        events: How many of them are events.
        origin: The file's log format or kind, such as "access-log".
    """

    epoch: str
    site_id: str
    start: str
    end: str
    lines: int
    events: int
    origin: str


class Imports(Protocol):
    """The registry of what was imported."""

    def parts(self, site_id: str, start: str) -> list[ImportPart]:
        """Lists the parts that begin after the content with the digest `start`."""

    def register(self, part: ImportPart) -> None:
        """Registers a part, unfinished; if it is registered, nothing changes."""

    def finish(self, epoch: str) -> None:
        """Marks a part as appended and applied to its last event."""

    def unfinished(self) -> list[str]:
        """Lists the epochs of the parts that are not finished."""

    def forget(self, site_id: str) -> None:
        """Deletes a site's parts."""


class Drops(Protocol):
    """How many events were dropped, by day, site and reason."""

    def add(self, counts: Mapping[tuple[str, str, str], int]) -> None:
        """Adds numbers of dropped events, keyed by (day, site, reason)."""

    def all(self) -> dict[tuple[str, str, str], int]:
        """Gives all numbers."""


@dataclass(frozen=True, slots=True)
class Engine:
    """The ports of one installation together."""

    log: EventLog
    read_models: ReadModels
    days: DayStore
    milestones: Milestones
    salts: Salts
    sites: Sites
    keys: Keys
    imports: Imports
    drops: Drops
