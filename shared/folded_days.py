"""What is in the day store: how its collections are named, and how events become what they hold.

| site | collection | key | blob |
|---|---|---|---|
| a site | `EVENTS` | day, epoch, portion of the epoch | a segment: the details of the portion's events of that day |
| a site | of `rollup` | day | the measures of the whole day by one dimension |
| a site | `UNROLLED` | day | a random token: the day's rollups do not have all that its segments have |
| none | `FOLDED` | epoch | the last version that is in segments |
| none | `SINCE` | `SINCE` | the first hour of opening whose epochs are in segments |
"""

import json
import logging
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256

from shared.domain.events import Event, Unfoldable, decode_event
from shared.domain.projection import Projection
from shared.domain.reports.details import Detail, detail_of
from shared.domain.reports.dimensions import DIMENSIONS, GOAL, MINUTE, OF_DAYS, UNKNOWN
from shared.domain.reports.measures import METRICS, Measures, Tabulation
from shared.domain.reports.question import Question
from shared.domain.sites import Goal
from shared.engine import DayStore, Record

logger = logging.getLogger(__name__)

EVENTS, UNROLLED, FOLDED, SINCE = "events", "unrolled", "folded", "since"

#: The site of what is told of a version as a whole.
NOBODY = ""

#: Events of an epoch that are folded together. A portion is folded early only when it is full, so that whoever folds it
#: makes the same segments of it.
PORTION = 1_000

#: What sorts after every epoch and every day.
_AFTER_ALL = "~"

#: The dimensions of which each day has a rollup; "" is the day as a whole. Of minutes there would be too many.
ROLLED = ("", *sorted(DIMENSIONS - {MINUTE, "event:currency", *OF_DAYS, *UNKNOWN}))


def portion_start(version: int) -> int:
    """Gives the first version of the portion that a version is in."""
    return version - version % PORTION


def portion_end(version: int) -> int:
    """Gives the last version of the portion that a version is in."""
    return portion_start(version) + PORTION - 1


def full_portions(head: int) -> int:
    """Gives the last version of an epoch's last portion that is full; -1 without one."""
    return portion_start(head + 1) - 1


def portion_name(epoch: str, version: int) -> str:
    """Names the portion of an epoch that a version is in."""
    return f"{epoch}|{portion_start(version):05d}"


def read_key(key: str) -> tuple[str, str, int]:
    """Gives day, epoch and first version of a segment's key, which is day, "|" and the name of its portion."""
    day, epoch, start = key.split("|")
    return day, epoch, int(start)


def day_range(first: str, last: str) -> tuple[str, str]:
    """Gives the range of keys of the segments of some days, both included."""
    return first, f"{last}|{_AFTER_ALL}"


def rollup(bots: str, dimension: str) -> str:
    """Names the collection of rollups by a dimension, with bots "exclude"d, "include"d, or "only" them."""
    return f"{bots}.{dimension or 'all'}"


def rolled_question(dimension: str) -> Question:
    """Gives the question that a rollup answers for each of its days."""
    return Question(tuple(METRICS), (dimension,) if dimension else (), date.min, date.max)


def encode_rollup(tabulation: Tabulation, goals: str) -> bytes:
    """Gives the stored form of a day's rollup; `goals` is the digest of the site's goals, where they are its groups."""
    rows = [[*group, *measures] for group, measures in sorted(tabulation.items())]
    return zlib.compress(json.dumps([goals, rows], ensure_ascii=False, separators=(",", ":")).encode())


def decode_rollup(stored: bytes, goals: str) -> Tabulation | None:
    """Reads what `encode_rollup` gave; None if it is of other goals."""
    known, rows = json.loads(zlib.decompress(stored))
    if known != goals:
        return None
    size = len(Measures._fields)
    return {tuple(row[:-size]): Measures(*row[-size:]) for row in rows}


def digest_of_goals(dimension: str, goals: Sequence[Goal]) -> str:
    """Gives the digest by which a rollup's goals are known; "" for a dimension that has nothing to do with them."""
    return sha256(repr(sorted(goals, key=repr)).encode()).hexdigest()[:16] if dimension == GOAL else ""


def folded_versions(store: DayStore, version: int, epochs: Iterable[str]) -> dict[str, int]:
    """Gives of each epoch the last version that is in segments; -1 if none is."""
    found = dict.fromkeys(epochs, -1)
    if found:
        for epoch, blob in store.read(version, NOBODY, FOLDED, min(found), max(found)):
            if epoch in found:
                found[epoch] = int(blob)
    return found


def folded_since(store: DayStore, version: int) -> str | None:
    """Gives the first hour of opening whose epochs are in segments, "" if all are; None if nobody has said."""
    return next((blob.decode() for _, blob in store.read(version, NOBODY, SINCE, SINCE, SINCE)), None)


Details = Mapping[tuple[str, str], Sequence[Detail]]


def details_in(projection: Projection, records: Iterable[Record]) -> Details:
    """Gives the details of stored events by site and day; events that do not count are left out."""
    found: defaultdict[tuple[str, str], list[Detail]] = defaultdict(list)
    for record in records:
        if record.body is None:
            continue
        try:
            event = decode_event(record.body)
            detail = _detail(projection, event)
        except Unfoldable:
            continue  # it is in quarantine
        except Exception:  # whatever a stored event trips over, it must not stall the others
            logger.exception("an event has no details")
            continue
        if detail is not None:
            found[event.site, detail.day].append(detail)
    return found


def _detail(projection: Projection, event: Event) -> Detail | None:
    timezone = projection.timezones.get(event.site)
    if timezone is None:
        return None
    detail = detail_of(event, timezone)
    return None if detail.day <= projection.sealed.get(event.site, "") else detail
