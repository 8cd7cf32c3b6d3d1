"""What a round of the schedule takes from DynamoDB when there is nothing to do, and when there is an hour to close."""

from collections.abc import Iterator
from dataclasses import replace

from services.projector.milestones import MilestoneCheck
from services.projector.project import Projector
from services.projector.rounds import Round
from services.projector.sweep import Sweeper
from shared.domain.calendar import HOUR_MS, utc_hour
from shared.domain.costs import CLOSING, CLOSING_EPOCH, ROUND, SHARDS
from shared.engine import Clock, Entry
from shared.process import now_ms
from tests.benchmarks.emulated import Emulated, Taken, open_emulated
from tests.benchmarks.lines import Bench, Line, Quantity, Target
from tests.benchmarks.traffic import SITE, Tape, beacon_of, hits_of, make_ingest, read_traffic
from tests.support.days import day_folder

_WRITERS, _EVENTS_OF_A_WRITER = 8, 20
_WINDOW = 5.0

#: Hours whose epochs are looked through when one is closed; hours that a round at the same time leaves open.
_HOURS, _OPEN = 25, 3


def measure(bench: Bench) -> Iterator[Line]:
    """Gives the read units of a round with the epochs of some writers under way, of one without any, and of closing."""
    busy, idle = (_second_round(writers) for writers in (_WRITERS, 0))
    yield Line(
        "read units of a scheduled round, all events counted",
        Quantity(busy.reads, "units"),
        target=Target("<=", ROUND.read_units, "units"),
        note=f"the target is what the cost model takes, for {ROUND.calls:g} calls; {busy.calls} calls with {_WRITERS} "
        f"epochs under way, {idle.reads:g} units and {idle.calls} calls without any",
    )
    many, none = (_closing_round(writers) for writers in (SHARDS, 0))
    modelled = CLOSING + CLOSING_EPOCH * _HOURS * SHARDS
    yield Line(
        "read units that closing an hour adds to it",
        Quantity(many.reads, "units"),
        target=Target("<=", modelled, "units"),
        note=f"the target is what the cost model takes, also for the calls; {many.calls} calls, with {_HOURS * SHARDS} "
        f"epochs of the hours before, {none.reads:g} units and {none.calls} calls without any",
    )


def _second_round(writers: int) -> Taken:
    """Gives what a round takes that comes after one that has counted all."""
    emulated = open_emulated()
    now = now_ms()
    hits = [replace(hit, instant=now) for hit in hits_of(read_traffic())[: writers * _EVENTS_OF_A_WRITER]]
    for writer in range(writers):
        ingest = make_ingest(emulated.engine, emulated.engine.log)
        for hit in hits[writer::writers]:
            ingest(beacon_of(hit), None)
    rounds = _rounds(emulated, lambda: now)
    rounds.run()
    return emulated.taken(rounds.run)


def _closing_round(writers: int) -> Taken:
    """Gives what a round takes that closes an hour without events, beyond what the next one does."""
    emulated = open_emulated()
    now = now_ms()
    tape = Tape()
    make_ingest(emulated.engine, tape)(beacon_of(replace(hits_of(read_traffic())[0], instant=now)), None)
    (record,) = tape.records
    for hour in (utc_hour(now - (_OPEN + number) * HOUR_MS) for number in range(_HOURS)):
        for writer in range(writers):
            emulated.engine.log.put(f"{hour}.{writer}", hour, 0, [Entry(record.nonce, record.body or b"")])
    at = now
    rounds = _rounds(emulated, lambda: at)
    rounds.run()
    at += HOUR_MS
    closing, quiet = emulated.taken(rounds.run), emulated.taken(rounds.run)
    return Taken(*(more - less for more, less in zip(closing, quiet, strict=True)))


def _rounds(emulated: Emulated, clock: Clock) -> Round:
    engine = emulated.engine
    check = MilestoneCheck(engine.read_models, engine.milestones, lambda: {SITE.name: SITE}, clock)
    projector = Projector(engine.log, engine.read_models, check, lambda attempt: None)
    return Round(
        engine,
        sweep=Sweeper(engine, projector, check, day_folder(engine)).sweep,
        expire=lambda at: 0,
        notify=engine.milestones.pending,
        check_time=lambda: None,
        emit=lambda values, **properties: None,
        clock=clock,
        window=_WINDOW,
    )
