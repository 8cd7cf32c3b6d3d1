"""The tail: the events that are in no segment yet, read from the log and remembered."""

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.backlog import live_projection
from shared.domain.epochs import hour_after
from shared.domain.projection import Projection
from shared.domain.reports.details import Detail
from shared.domain.sites import Site
from shared.engine import Engine, Record
from shared.folded_days import details_in, folded_versions, full_portions, portion_name, read_key

#: Records that are read from the log at a time.
_PORTION = 1_000


@dataclass(slots=True)
class _Remembered:
    """An epoch's details by version, from the one after `after` to the last one that was read."""

    after: int
    read: int
    details: dict[int, tuple[str, Detail]] = field(default_factory=dict)

    def has(self, site: str) -> bool:
        """Tells whether any of them is a site's."""
        return any(name == site for name, _ in self.details.values())


class Moment(NamedTuple):
    """What is to be added to the segments, and which of them count, as of one moment.

    Attributes:
        projection: The live projection.
        closed: The last hour that is closed in it; "" if none is.
        folded: Of each epoch that is still open, the last version that is taken from segments.
        details: The details of what is in none, by site and day, by epoch and portion.
    """

    projection: Projection
    closed: str
    folded: Mapping[str, int]
    details: Mapping[tuple[str, str], Mapping[str, list[Detail]]]

    def counts(self, key: str) -> bool:
        """Tells whether a segment counts, by its key: one that is being made does not, its events are in the tail."""
        _, epoch, start = read_key(key)
        return epoch not in self.folded or start <= self.folded[epoch]


class Tail:
    """Reads the tail. Any number of threads may ask at a time."""

    def __init__(self, engine: Engine) -> None:
        """Remembers nothing yet."""
        self._engine = engine
        self._lock = threading.Lock()
        self._state: object = None
        self._ids: dict[str, str] = {}
        self._remembered: dict[str, _Remembered] = {}

    def moment(self, site: Site) -> Moment:
        """Reads what there is now.

        Args:
            site: The site that is asked for. What is remembered of one that was removed and added again is forgotten.

        Raises:
            StorageUnavailable: The log or the read models are out of reach.
        """
        projection = live_projection(self._engine.read_models)
        closed = self._engine.read_models.closed(projection.version)
        # In this order: what is folded while this reads is in the tail, in segments that count, but never in both.
        epochs = dict.fromkeys(self._engine.imports.unfinished())
        epochs |= dict.fromkeys(head.epoch for head in self._engine.log.epochs(hour_after(closed)))
        folded = folded_versions(self._engine.days, projection.version, epochs)
        with self._lock:
            self._forget(projection, site, folded)
            folded = {epoch: self._read(projection, epoch, last) for epoch, last in folded.items()}
            return Moment(projection, closed, folded, self._by_day(folded))

    def _forget(self, projection: Projection, site: Site, folded: Mapping[str, int]) -> None:
        state = projection.version, projection.timezones, projection.sealed
        if state != self._state:
            self._remembered, self._state = {}, state
        if self._ids.get(site.name) != site.id:
            # Also on the first question: another site may have had the name when events were read for others.
            self._ids[site.name] = site.id
            self._remembered = {epoch: known for epoch, known in self._remembered.items() if not known.has(site.name)}
        self._remembered = {epoch: known for epoch, known in self._remembered.items() if epoch in folded}

    def _read(self, projection: Projection, epoch: str, folded: int) -> int:
        """Reads an epoch to its end, and gives the version after which it is to be taken from what was read."""
        known = self._remembered.get(epoch)
        if known is None or known.read < folded:
            known = _Remembered(folded, folded)
        self._read_on(projection, epoch, known)
        if known.read > folded:
            # A portion that is folded in part, though there is more of it: its segment may be made again any moment.
            folded = full_portions(folded)
            if folded < known.after:  # or another thread has seen more of it folded
                known = _Remembered(folded, folded)
                self._read_on(projection, epoch, known)
        known.after = folded
        known.details = {version: detail for version, detail in known.details.items() if version > folded}
        self._remembered[epoch] = known
        return folded

    def _read_on(self, projection: Projection, epoch: str, known: _Remembered) -> None:
        for record in self._records(epoch, known.read):
            for (site, _), details in details_in(projection, [record]).items():
                known.details[record.version] = site, details[0]
            known.read = record.version

    def _records(self, epoch: str, after: int) -> Iterator[Record]:
        while records := self._engine.log.read(epoch, after, _PORTION):
            yield from records
            after = records[-1].version

    def _by_day(self, folded: Mapping[str, int]) -> Mapping[tuple[str, str], Mapping[str, list[Detail]]]:
        found: defaultdict[tuple[str, str], defaultdict[str, list[Detail]]] = defaultdict(lambda: defaultdict(list))
        for epoch in folded:
            for version, (site, detail) in self._remembered[epoch].details.items():
                found[site, detail.day][portion_name(epoch, version)].append(detail)
        return found
