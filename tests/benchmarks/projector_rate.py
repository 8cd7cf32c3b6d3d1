"""How many events a projector decodes, folds and commits in a second of CPU, the storage left out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import cycle, islice
from typing import Any, cast

from infra.imports.access_log import event_of
from services.projector.handler import make_handler
from services.projector.milestones import MilestoneCheck
from services.projector.project import Projector
from shared.domain.bots import bot_reason
from shared.domain.counts import Counts
from shared.domain.events import Event, decode_event, encode_event
from shared.domain.folds import RowKey
from shared.domain.projection import LIVE, Projection
from shared.domain.visitors import visitor_hash
from shared.engine import Commit, EventLog, Milestones, ReadModels, Record
from shared.stream import read_stream_record, to_stream_event
from tests.benchmarks.lines import Bench, Line, Quantity, Target
from tests.benchmarks.timing import least_cpu
from tests.benchmarks.traffic import RULES, SITE, hits_of, read_traffic

BATCH = 1_000

_BATCHES = 12
_COLD_BATCHES = 2
_ROUNDS = 5
_SALT = bytes(32)

_Batches = Sequence[Mapping[str, Any]]


class AcceptingReadModels:
    """Read models that take every commit and remember nothing but the watermarks."""

    def __init__(self) -> None:
        self.applied: dict[str, int] = {}

    def projections(self) -> list[Projection]:
        """Gives the one projection."""
        return [Projection(1, LIVE, RULES, {SITE.name: SITE.timezone})]

    def watermarks(self, version: int, epochs: Iterable[str]) -> dict[str, int]:
        """Gives the last version committed of each epoch."""
        return {epoch: self.applied.get(epoch, -1) for epoch in epochs}

    def fits(self, version: int, commit: Commit) -> bool:
        """Takes commits of any size."""
        return True

    def commit(self, version: int, commit: Commit) -> None:
        """Moves the watermarks."""
        self.applied.update((epoch, end) for epoch, (_, end) in commit.moves.items())

    def lookup(self, version: int, keys: Sequence[RowKey]) -> dict[RowKey, Counts]:
        """Finds no row."""
        return {}


def measure(bench: Bench) -> Iterator[Line]:
    """Gives the rate with the agents' classes cached, and the rate where every agent is a new one."""
    traffic = read_traffic()
    events = [event_of(hit, SITE, visitor_hash(_SALT, SITE.name, hit.address, hit.agent)) for hit in hits_of(traffic)]
    batches = _batches(islice(cycle(events), _BATCHES * BATCH))
    _project(batches)
    ours, decoding = least_cpu(_ROUNDS, lambda: _project(batches), lambda: _decode(batches))
    decoded = Quantity(_BATCHES * BATCH / decoding, "/CPU s")
    yield Line(
        "projector, events, agents known",
        Quantity(_BATCHES * BATCH / ours, "/CPU s"),
        decoded,
        "decoding the stream's records alone",
        Target(">=", 20_000, "/CPU s"),
        f"batches of {BATCH:,} pageviews of {traffic.source}, over read models that take every commit",
    )
    strangers = _batches(
        replace(event, user_agent=f"{event.user_agent} n{number}")
        for number, event in enumerate(islice(cycle(events), _COLD_BATCHES * BATCH))
    )
    (cold,) = least_cpu(2, lambda: _project_cold(strangers))
    yield Line(
        "projector, events, every agent a new one",
        Quantity(_COLD_BATCHES * BATCH / cold, "/CPU s"),
        decoded,
        "decoding the stream's records alone",
    )


def _batches(events: Iterable[Event]) -> _Batches:
    """Makes stream events of one epoch."""
    bodies = list(map(encode_event, events))
    records = [Record("2026-11-22T17.0", version, "0" * 24, body) for version, body in enumerate(bodies)]
    return [to_stream_event(records[at : at + BATCH]) for at in range(0, len(records), BATCH)]


def _project(batches: _Batches) -> None:
    stub = AcceptingReadModels()
    read_models = cast(ReadModels, stub)
    # Neither a log nor milestones are asked: there is no gap, and no total is found.
    check = MilestoneCheck(read_models, cast(Milestones, None), lambda: {SITE.name: SITE}, lambda: 0)
    handle = make_handler(Projector(cast(EventLog, None), read_models, check, lambda _: None))
    for batch in batches:
        handle(batch, None)
    if [end + 1 for end in stub.applied.values()] != [len(batches) * BATCH]:
        raise RuntimeError(f"the projector stopped at {stub.applied}")


def _project_cold(batches: _Batches) -> None:
    bot_reason.cache_clear()
    _project(batches)


def _decode(batches: _Batches) -> None:
    for batch in batches:
        for stream_record in batch["Records"]:
            decode_event(read_stream_record(stream_record).body or b"")
