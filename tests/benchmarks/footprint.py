"""What counting an event takes from DynamoDB, by the size of the batches that it comes in."""

from collections.abc import Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple

from services.projector.milestones import MilestoneCheck
from services.projector.project import Projector
from shared.domain.costs import Point
from shared.engine import Record
from shared.process import now_ms
from tests.benchmarks.emulated import Emulated, open_emulated
from tests.benchmarks.traffic import SITE, beacon_of, hits_of, make_ingest, read_traffic

#: Events of a batch, and how many of the log's are taken; None: all. Small batches take the emulator long.
_SIZES: Sequence[tuple[int, int | None]] = (
    (1, 1_000),
    (2, 1_000),
    (5, 1_500),
    (10, 2_000),
    (20, None),
    (50, None),
    (100, None),
    (1_000, None),
)


class Footprint(NamedTuple):
    """What was measured.

    Attributes:
        source: Whose pageviews.
        events: How many there are.
        points: By size of the batches; appending and the milestone check included.
        appended: Write units of an event for appending it.
        unchecked: By size of the batches, the write units of an event without the milestone check.
        log_bytes: Bytes stored of an event in the log, as AWS bills them.
        view_bytes: Bytes stored of an event in the read models.
    """

    source: str
    events: int
    points: Sequence[Point]
    appended: float
    unchecked: dict[int, float]
    log_bytes: float
    view_bytes: float


@cache
def footprint() -> Footprint:
    """Sends the log's pageviews as beacons through the ingest handler, and counts them for each size of batches."""
    traffic = read_traffic()
    requests = [beacon_of(hit) for hit in hits_of(traffic)]
    source = open_emulated()
    ingest = make_ingest(source.engine, source.engine.log)
    for request in requests:
        ingest(request, None)
    appended = source.units("write") / len(requests)
    records = [
        record
        for head in source.engine.log.epochs()
        for record in source.engine.log.read(head.epoch, -1, len(requests))
    ]
    if len(records) != len(requests):
        raise RuntimeError(f"{len(records)} of {len(requests)} beacons were stored")
    points, unchecked = [], {}
    views = 0
    for size, events in _SIZES:
        some = list(islice(records, events))
        counted = _count(source, some, size)
        writes = counted.units("write") / len(some)
        reads = counted.units("read") / len(some)
        calls = counted.client.calls.total() * size / len(some)
        points.append(Point(size, appended + writes, reads, calls))
        unchecked[size] = appended + counted.units("write", counted.tables.views) / len(some)
        views = counted.stored(counted.tables.views)
    log_bytes = source.stored(source.tables.log) / len(records)
    return Footprint(traffic.source, len(records), points, appended, unchecked, log_bytes, views / len(records))


def _count(source: Emulated, records: Sequence[Record], size: int) -> Emulated:
    """Projects records, in batches of a size, into read models of their own."""
    counted = open_emulated()
    check = MilestoneCheck(counted.engine.read_models, counted.engine.milestones, lambda: {SITE.name: SITE}, now_ms)
    projector = Projector(source.engine.log, counted.engine.read_models, check, lambda attempt: None)
    for start in range(0, len(records), size):
        projector.project(records[start : start + size])
    return counted
