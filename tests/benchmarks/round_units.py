"""What a round of the schedule takes from DynamoDB when there is nothing to do: an idle month is made of those."""

from collections.abc import Iterator
from dataclasses import replace

from services.projector.milestones import MilestoneCheck
from services.projector.project import Projector
from services.projector.rounds import Round
from services.projector.sweep import Sweeper
from shared.domain.costs import ROUND
from shared.process import now_ms
from tests.benchmarks.emulated import Emulated, open_emulated
from tests.benchmarks.lines import Bench, Line, Quantity, Target
from tests.benchmarks.traffic import SITE, beacon_of, hits_of, make_ingest, read_traffic

_WRITERS, _EVENTS_OF_A_WRITER = 8, 20
_WINDOW = 5.0


def measure(bench: Bench) -> Iterator[Line]:
    """Gives the read units of a round with the epochs of some writers under way, and of one without any."""
    busy, idle = (_second_round(writers) for writers in (_WRITERS, 0))
    yield Line(
        "read units of a scheduled round, all events counted",
        Quantity(busy[0], "units"),
        target=Target("<=", ROUND.read_units, "units"),
        note=f"the target is what the cost model takes, for {ROUND.calls:g} calls; {busy[1]} calls with {_WRITERS} "
        f"epochs under way, {idle[0]:g} units and {idle[1]} calls without any",
    )


def _second_round(writers: int) -> tuple[float, int]:
    """Gives the read units and the calls of a round that comes after one that has counted all."""
    emulated = open_emulated()
    now = now_ms()
    hits = [replace(hit, instant=now) for hit in hits_of(read_traffic())[: writers * _EVENTS_OF_A_WRITER]]
    for writer in range(writers):
        ingest = make_ingest(emulated.engine, emulated.engine.log)
        for hit in hits[writer::writers]:
            ingest(beacon_of(hit), None)
    rounds = _rounds(emulated, now)
    rounds.run()
    units, calls = emulated.units("read"), emulated.client.calls.total()
    rounds.run()
    return emulated.units("read") - units, emulated.client.calls.total() - calls


def _rounds(emulated: Emulated, now: int) -> Round:
    engine = emulated.engine
    check = MilestoneCheck(engine.read_models, engine.milestones, lambda: {SITE.name: SITE}, lambda: now)
    projector = Projector(engine.log, engine.read_models, check, lambda attempt: None)
    return Round(
        engine,
        sweep=Sweeper(engine, projector, check).sweep,
        expire=lambda at: 0,
        notify=engine.milestones.pending,
        check_time=lambda: None,
        emit=lambda values, **properties: None,
        clock=lambda: now,
        window=_WINDOW,
    )
