"""Parts: what of a file has been imported before, and how the rest of it is cut.

A file is a chain of parts. Each begins where the one before it ends and is registered under the digests of the content
up to its beginning and its end, so that the same content, also grown, packed or stopped halfway, finds its parts again,
and other content does not, even if its first lines are the same.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from infra.imports.window import Window, nonce_of
from shared.domain.epochs import import_epoch
from shared.domain.events import ACCESS_LOG
from shared.engine import EventLog, ImportPart


@dataclass(frozen=True, slots=True)
class Found:
    """A part to which the first lines of a window belong.

    Attributes:
        part: The part.
        lines: How many of the window's lines belong to it.
        stored: How many of its events are in the log.
    """

    part: ImportPart
    lines: int
    stored: int


def recognise(log: EventLog, parts: Sequence[ImportPart], window: Window) -> Found | None:
    """Finds the part that a window begins with.

    Args:
        log: The event log.
        parts: The parts registered as beginning where the window begins.
        window: A window with at least one hit.

    Raises:
        StorageUnavailable: The log is out of reach.
    """
    ends = {read.digest: number for number, read in enumerate(window.lines, start=1)}
    found = [match for part in parts if (match := _match(log, part, window, ends.get(part.end)))]
    # More than one only after a stop right behind a registration; then what is wholly in the log goes first.
    return max(found, key=lambda match: (match.stored >= match.part.events, match.stored), default=None)


def _match(log: EventLog, part: ImportPart, window: Window, end: int | None) -> Found | None:
    """Holds a window against a part that ends with one of its lines (`end`), or with none."""
    stored = log.head(part.epoch) + 1
    if end is not None:
        if stored == part.events and _nonce(log, part.epoch, stored) == nonce_of(part.end):
            return Found(part, end, stored)
        return Found(part, end, stored) if _agree(log, part.epoch, stored, window, end) else None
    # An older copy may end within the part. If the part's import was stopped, it may even bring more of it than is
    # stored; should it be another file after all, which began the same, then the part's own file is cut otherwise.
    lines = len(window.lines)
    hits = len(window.hits(lines))
    if window.ended and stored and hits <= part.events and _agree(log, part.epoch, min(stored, hits), window, lines):
        return Found(part, lines, stored)
    return None


def _agree(log: EventLog, epoch: str, events: int, window: Window, lines: int) -> bool:
    """Tells whether the first events of an epoch are those of the window's first lines."""
    if not events:
        return True
    hits = window.hits(lines)
    return events <= len(hits) and _nonce(log, epoch, events) == hits[events - 1][0]


def _nonce(log: EventLog, epoch: str, events: int) -> str:
    """Gives the nonce of the last of an epoch's first events."""
    return log.read(epoch, events - 2, 1)[0].nonce


def new_part(site_id: str, taken: Sequence[ImportPart], window: Window) -> Found:
    """Cuts the next part off a window that begins with none.

    Args:
        site_id: The site's id.
        taken: The parts that begin where the window begins and hold other content.
        window: A window with at least one hit.

    Returns:
        The part up to the window's last hit, not registered yet; up to an earlier one where another file's lines are
        stored under that name.
    """
    occupied = {part.end for part in taken}
    hits = [(number, read.digest) for number, read in enumerate(window.lines, start=1) if read.hit]
    lines, end = next((hit for hit in reversed(hits) if hit[1] not in occupied), hits[-1])
    identity = hashlib.sha256(f"{window.start} {end}".encode()).hexdigest()
    return Found(
        ImportPart(
            epoch=import_epoch(site_id, identity),
            site_id=site_id,
            start=window.start,
            end=end,
            lines=window.passed + lines,
            events=len(window.hits(lines)),
            origin=ACCESS_LOG,
        ),
        lines,
        stored=0,
    )
