"""What folding days takes from DynamoDB: for an event by the size of segments, for a day, and of a real log's hours."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from infra.imports.access_log import Hit
from services.projector.day_folder import DayFolder
from shared.backlog import live_projection
from shared.domain.calendar import HOUR_MS, utc_hour
from shared.domain.epochs import hour_start
from shared.domain.projection import Projection
from shared.engine import Entry, Record
from shared.engines.dynamodb.blob_items import name_of, shelf_of
from shared.folded_days import EVENTS, PORTION, read_key
from tests.benchmarks.billing import item_size
from tests.benchmarks.emulated import STORED_OVERHEAD, Emulated, Taken, open_emulated
from tests.benchmarks.traffic import SITE, Tape, beacon_of, hits_of, make_ingest, read_traffic
from tests.support.days import day_folder

#: Events of a segment.
SIZES = (1, 5, 20, 100, 500, PORTION)

#: Closing the hours so long after the last event takes away what says that they were folded.
_FORGETTING = (30, 31)

_AFTERWARDS = 4_000_000_000_000
_APPENDED_TOGETHER = 25

_Epochs = Mapping[str, Sequence[Record]]


class Folded(NamedTuple):
    """What folding some events took.

    Attributes:
        events: How many there were.
        days: Over how many days.
        segments: How many were made.
        stored: Their bytes, with what DynamoDB adds to an item.
        making: What making them took, their marks and the removal of these included.
        quiet_hour: What closing the hour after them took, in which nothing came.
        rolling_up: What rolling the days up took.
    """

    events: int
    days: int
    segments: int
    stored: int
    making: Taken
    quiet_hour: Taken
    rolling_up: Taken


@cache
def at_real_times() -> Folded:
    """Folds the log's pageviews as if one writer had taken each in at its time: hour by hour, then day by day."""
    hits, records = _taken_in()
    epochs: defaultdict[str, list[Record]] = defaultdict(list)
    for hit, record in zip(hits, records, strict=True):
        epochs[f"{utc_hour(hit.instant)}.bench"].append(record)
    return _fold(epochs)


@cache
def in_segments_of(size: int) -> Folded:
    """Folds the log's pageviews, cut in the file's order into epochs of a size, as of one hour."""
    hits, records = _taken_in()
    hour = utc_hour(hits[-1].instant)
    starts = range(0, len(records) - size + 1, size)
    return _fold({f"{hour}.{start:05}": records[start : start + size] for start in starts})


@cache
def _taken_in() -> tuple[Sequence[Hit], Sequence[Record]]:
    """Sends the pageviews through the ingest handler; events keep their instants."""
    hits = hits_of(read_traffic())
    tape = Tape()
    ingest = make_ingest(open_emulated().engine, tape)
    for hit in hits:
        ingest(beacon_of(hit), None)
    return hits, tape.records


def _fold(epochs: _Epochs) -> Folded:
    emulated = open_emulated()
    engine = emulated.engine
    for epoch, records in epochs.items():
        _append(emulated, epoch, records)
    folder, projection = day_folder(engine), live_projection(engine.read_models)
    hours = sorted({_hour(epoch) for epoch in epochs})
    making = [_close(emulated, folder, projection, hour) for hour in hours]
    quiet = _close(emulated, folder, projection, _later(hours[-1], 1))
    forgetting = [_close(emulated, folder, projection, _later(hours[-1], hours_after)) for hours_after in _FORGETTING]
    segments = _segments(emulated, projection)
    return Folded(
        events=sum(map(len, epochs.values())),
        days=len({day for day, _ in segments}),
        segments=len(segments),
        stored=sum(size for _, size in segments),
        making=_sum([*making, *(Taken(one.writes, 0, 0) for one in forgetting)]),
        quiet_hour=quiet,
        rolling_up=emulated.taken(lambda: folder.roll_up(projection, _AFTERWARDS)),
    )


def _segments(emulated: Emulated, projection: Projection) -> Sequence[tuple[str, int]]:
    """Gives the day of each segment, and the bytes of its item."""
    shelf = shelf_of(projection.version, SITE.name, EVENTS)
    items = emulated.dynamo.partition(emulated.tables.views, shelf.blobs)
    return [(read_key(name_of(item))[0], item_size(item) + STORED_OVERHEAD) for item in items]


def _append(emulated: Emulated, epoch: str, records: Sequence[Record]) -> None:
    for start in range(0, len(records), _APPENDED_TOGETHER):
        entries = [Entry(record.nonce, record.body or b"") for record in records[start : start + _APPENDED_TOGETHER]]
        emulated.engine.log.put(epoch, _hour(epoch), start, entries)


def _close(emulated: Emulated, folder: DayFolder, projection: Projection, hour: str) -> Taken:
    taken = emulated.taken(lambda: folder.close(projection, hour))
    emulated.engine.read_models.close(projection.version, hour)
    return taken


def _hour(epoch: str) -> str:
    return epoch.partition(".")[0]


def _later(hour: str, hours: int) -> str:
    return utc_hour(hour_start(hour) + hours * HOUR_MS)


def _sum(parts: Iterable[Taken]) -> Taken:
    return Taken(*(sum(numbers) for numbers in zip(*parts, strict=True)))
