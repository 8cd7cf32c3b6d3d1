"""How fast days are folded: events to segments, and a day's segments to its rollups, the storage left out."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from infra.imports.access_log import event_of
from shared.domain.counts import BOTS_CHOICES
from shared.domain.events import decode_event, encode_event
from shared.domain.projection import LIVE, Projection
from shared.domain.reports.details import Detail
from shared.domain.reports.segments import Segment, encode_segment
from shared.domain.reports.tables import Table
from shared.domain.reports.tabulate import Day, tabulate
from shared.domain.visitors import visitor_hash
from shared.engine import Record
from shared.folded_days import PORTION, ROLLED, details_in, encode_rollup, rolled_question
from tests.benchmarks.lines import Bench, Line, Quantity
from tests.benchmarks.logged_details import logged_details
from tests.benchmarks.timing import least_cpu
from tests.benchmarks.traffic import RULES, SITE, hits_of, read_traffic

_EVENTS_OF_A_DAY = 100_000
_DAY = "2026-11-22"
_ROUNDS = 3
_PROJECTION = Projection(1, LIVE, RULES, {SITE.name: SITE.timezone})


def measure(bench: Bench) -> Iterator[Line]:
    """Gives the rate of folding with agents known and without, and the time for the rollups of a day."""
    traffic = read_traffic()
    records = _records()
    _fold(records)
    ours, decoding = least_cpu(_ROUNDS, lambda: _fold(records), lambda: _decode(records))
    strangers = _records(each_agent_new=True)
    (cold,) = least_cpu(1, lambda: _fold(strangers))
    yield Line(
        "folding to segments, events",
        Quantity(len(records) / ours, "/CPU s"),
        Quantity(len(records) / decoding, "/CPU s"),
        "decoding the log's records alone",
        note=f"of {traffic.source}, agents known; {len(records) / cold:,.0f} where every agent is a new one",
    )
    segments = [encode_segment(some) for some in _portions()]
    (rolling,) = least_cpu(_ROUNDS, lambda: _roll_up(segments))
    yield Line(
        f"rolling up a day of {_EVENTS_OF_A_DAY:,} events",
        Quantity(rolling, "CPU s"),
        note=f"{len(ROLLED)} rollups each of people, of bots, and of both; {len(segments)} segments",
    )


def _records(each_agent_new: bool = False) -> Sequence[Record]:
    salt = bytes(32)
    hits = hits_of(read_traffic())
    if each_agent_new:
        hits = [replace(hit, agent=f"{hit.agent} n{number}") for number, hit in enumerate(hits)]
    events = [event_of(hit, SITE, visitor_hash(salt, SITE.name, hit.address, hit.agent)) for hit in hits]
    return [Record("epoch", version, "", encode_event(event)) for version, event in enumerate(events)]


def _fold(records: Sequence[Record]) -> None:
    for start in range(0, len(records), PORTION):
        for details in details_in(_PROJECTION, records[start : start + PORTION]).values():
            encode_segment(details)


def _decode(records: Sequence[Record]) -> None:
    for record in records:
        decode_event(record.body or b"")


def _portions() -> Iterator[Sequence[Detail]]:
    details = logged_details(_DAY, _EVENTS_OF_A_DAY)
    while some := list(islice(details, PORTION)):
        yield some


def _roll_up(segments: Sequence[bytes]) -> None:
    table = Table(map(Segment, segments))
    for bots in BOTS_CHOICES:
        day = Day(table, bots, SITE.timezone)
        for dimension in ROLLED:
            encode_rollup(tabulate(day, rolled_question(dimension), ()), "")
