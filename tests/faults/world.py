"""One schedule: three writers, a bad stream and the real projector over nine simulated days, on a real engine."""

import copy
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from unittest import mock

from services.ingest.writer import Writer
from services.projector.handler import make_handler
from services.projector.milestones import MilestoneCheck
from services.projector.notify import Notifier
from services.projector.project import Projector
from services.projector.rebuild import NotCaughtUp, Rebuild
from services.projector.redrive import redrive
from services.projector.sweep import Sweeper
from shared.backlog import live_projection
from shared.domain.calendar import millis
from shared.domain.events import UPCASTERS
from shared.domain.milestones import Subject
from shared.domain.sites import Site
from shared.engine import CommitConflict, Engine, ReadModels, StorageUnavailable
from shared.stream import to_stream_event
from tests.faults.engines import EngineUnderTest, Installation
from tests.faults.faulty import Faults
from tests.faults.kinds import Kind, Occurred
from tests.faults.stream import Stream
from tests.faults.tasks import Tasks
from tests.faults.traffic import BEGINNINGS, OLD_SCHEMA, SITES, TIMEZONES, Traffic, upcast
from tests.support.days import day_folder

EVENTS = 200
WRITERS = 3

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_DAY_MS = 24 * _HOUR_MS

#: Between two bursts of traffic: seconds, so that epochs go on, or hours, so that hours close meanwhile.
_PAUSES = (5_000, 5_000, 7 * _MINUTE_MS, 50 * _MINUTE_MS, 3 * _HOUR_MS, 9 * _HOUR_MS)
_BURSTS_BEFORE, _BURSTS_DOWN, _BURSTS_AFTER = 4, 3, 5
_MAX_INVOCATIONS = 4

#: A schedule has some hundred invocations. One that has so many gets no further.
_STALLED = 3_000

#: What lacks a kind of fault after so many more never gets it: what is broken may send no mail, say.
_MAX_BURSTS = 300

#: So many that some of them can be redriven.
_POISONS = 4


@dataclass(frozen=True)
class Parts:
    """What a schedule is made of: the real parts, unless a mutation puts another in the place of one."""

    writer: type[Writer] = Writer
    projector: type[Projector] = Projector
    sweeper: type[Sweeper] = Sweeper
    read_models: Callable[[ReadModels], ReadModels] = lambda port: port


class Stalled(AssertionError):
    """The stream delivers the same again and again, and nothing of it is applied."""


class _InOrder(MilestoneCheck):
    """Takes subjects in the order of their names: a set's order differs from run to run, and a seed's must not."""

    def __call__(self, subjects: Iterable[Subject]) -> None:
        super().__call__(sorted(subjects, key=lambda subject: (subject.site, subject.page or "")))


class World:
    """The installation, its traffic and its faults."""

    def __init__(
        self, seed: int, under_test: EngineUnderTest, install: Installation, parts: Parts, rebuilds: bool
    ) -> None:
        """Makes an installation, and draws everything else from a seed.

        Args:
            seed: The same seed gives the same schedule.
            under_test: The engine.
            install: Makes the installation.
            parts: What it is made of.
            rebuilds: Whether rebuilds run beside the traffic.
        """
        self.seed = seed
        self.rng = random.Random(seed)
        self.start = self.now = millis(self.rng.choice(BEGINNINGS))
        self.occurred: Occurred = Counter()
        self.traffic = Traffic(self.rng)
        self.under_test = under_test
        self.tasks = Tasks(self.rng, under_test.crashes)
        self.stream = Stream(self.rng, self.clock, self.occurred)
        self.acknowledged: list[bytes] = []
        self.last_append = self.now
        self.rebuilds = rebuilds
        self.engine, of_tasks = install(self.rng, self.tasks, self.occurred)
        self.faults = Faults(self.rng, self.tasks, self.stream, self.occurred)
        self._make(self.faults.into(of_tasks), parts)
        for site in SITES.values():
            self.engine.sites.save(site)
            self.engine.read_models.set_timezone(site.name, site.timezone)

    def _make(self, faulty: Engine, parts: Parts) -> None:
        self.faulty = Engine(
            faulty.log,
            parts.read_models(faulty.read_models),
            faulty.days,
            *(faulty.milestones, faulty.salts, faulty.sites, faulty.keys, faulty.imports, faulty.drops),
        )
        read_models = self.faulty.read_models
        self.check = _InOrder(read_models, faulty.milestones, lambda: SITES, self.clock)
        self.projector = parts.projector(faulty.log, read_models, self.check, self._backoff)
        self.handler = make_handler(self.projector)
        self.days = day_folder(self.faulty)
        self.sweeper = parts.sweeper(self.faulty, self.projector, self.check, self.days)
        self.rebuild = Rebuild(self.faulty, self.projector, self.check, self.days, self._backoff)
        self.notifier = Notifier(faulty.milestones, lambda: SITES, self.faults.send, _no_dashboard, self.clock)
        self.notifying = False
        self.invocations = 0
        self._new_writer = lambda: parts.writer(faulty.log, self.clock, lambda: f"{self.rng.getrandbits(64):016x}")
        self.writers = [self._new_writer() for _ in range(WRITERS)]

    def clock(self) -> int:
        """The simulated time."""
        return self.now

    def run(self) -> None:
        """Runs the schedule up to day ten, with what the stream has lost swept up, but nothing redriven."""
        for _ in range(_BURSTS_BEFORE):
            self._burst(self._invoke_or_sweep)
            self.now += self.rng.choice(_PAUSES)
        self._outage()
        for _ in range(_BURSTS_AFTER):
            self._burst(self._invoke_or_sweep)
            self.now += self.rng.choice(_PAUSES)
        for _ in range(_MAX_BURSTS):
            if self._is_full():
                break
            self._burst(self._invoke_or_sweep)
        self._drain()
        # Nothing comes after these that would make good what a crash in them leaves undone.
        for _ in range(3):
            self.now += 2 * _HOUR_MS
            self.tasks.spawn(self._tolerant(self._sweep))
            self.tasks.finish()

    def _is_full(self) -> bool:
        """Tells whether the schedule has all that can be had by going on."""
        had = all(self.occurred[kind] for kind in self.under_test.kinds if kind is not Kind.REDRIVE)
        return had and len(self.acknowledged) >= EVENTS and self.occurred[Kind.POISON] >= _POISONS

    def _outage(self) -> None:
        self.occurred[Kind.DOWN] += 1
        end = self.now + 5 * _DAY_MS
        for _ in range(_BURSTS_DOWN):
            self._burst(None)
            self.now += 5 * _DAY_MS // _BURSTS_DOWN
        self.now = max(self.now, end)
        self.stream.expire()

    def sweep_up(self) -> None:
        """Sweeps to the end, and closes the hours that were open."""
        for _ in range(2):
            self.now += 4 * _HOUR_MS
            self.sweeper.sweep(self.now)

    @contextmanager
    def day_ten(self) -> Iterator[None]:
        """Redrives what the release of an upcaster has made foldable, with crashes, twice at once, zombies about."""
        self.now = self.start + 10 * _DAY_MS
        with mock.patch.dict(UPCASTERS, {OLD_SCHEMA: upcast}):
            before = self._quarantined()
            for _ in range(2):
                self.tasks.spawn(self._tolerant(self._redrive))
            self.tasks.release(chance=0.7)
            self.tasks.finish()
            self.tasks.release(chance=1)
            self.tasks.finish()
            self._redrive()
            self.occurred[Kind.REDRIVE] += before - self._quarantined()
            yield

    def _sweep(self) -> None:
        self.sweeper.sweep(self.now)

    def _redrive(self) -> None:
        redrive(self.faulty, self.check, self.days)

    def _quarantined(self) -> int:
        read_models = self.engine.read_models
        return len(read_models.quarantine(live_projection(read_models).version))

    def _burst(self, work: Callable[[], None] | None) -> None:
        """Lets every writer append some events, while the projector works, if it does."""
        self.tasks.release(chance=0.5)
        for number in range(WRITERS):
            self.tasks.spawn(partial(self._write, number), crashed=partial(self._renew, number))
        while self.tasks.ready or (work and self.rng.random() < 0.97 and self.stream):
            if work and (not self.tasks.ready or self.rng.random() < 0.04):
                work()
            if self.tasks.ready:
                self.tasks.step()

    def _write(self, number: int) -> None:
        writer = self.writers[number]
        for _ in range(self.rng.randint(2, 4)):
            self._append(writer)
            if self.rng.random() < 0.15:
                # A snapshot of the process is restored, and goes on beside it.
                self.tasks.spawn(partial(self._append, copy.copy(writer)))

    def _renew(self, number: int) -> None:
        self.writers[number] = self._new_writer()

    def _append(self, writer: Writer) -> None:
        bodies = []
        poisons = 0
        for _ in range(self.rng.randint(1, 3)):
            self.now += self.rng.randrange(3_000)
            poisoned = self.rng.random() < 0.04
            poisons += poisoned
            bodies.append(self.traffic.poison(self.now) if poisoned else self.traffic.body(self.now))
        self.last_append = self.now
        try:
            writer.append(bodies)
        except StorageUnavailable:
            return
        self.acknowledged += bodies
        self.occurred[Kind.POISON] += poisons

    def _invoke_or_sweep(self) -> None:
        if self.rng.random() < 0.1:
            self.tasks.spawn(self._tolerant(self._sweep))
        elif self.rng.random() < 0.1:
            self._notify()
        elif self.rebuilds and self.rng.random() < 0.03:
            self.tasks.spawn(self._tolerant(self._rebuild))
        elif self.stream and len(self.tasks.ready) < WRITERS + _MAX_INVOCATIONS:
            self._invoke()

    def _invoke(self) -> None:
        self.invocations += 1
        if self.invocations > _STALLED:
            raise Stalled(f"{len(self.stream)} records still wait after {_STALLED} invocations")
        batch = self.stream.take()
        event = to_stream_event(batch)
        if self.tasks.ready:
            self.occurred[Kind.PARALLEL] += 1

        def run() -> None:
            failures = self.handler(event, None)["batchItemFailures"]
            if failures:
                self.stream.give_back(batch[min(int(failure["itemIdentifier"]) for failure in failures) :])

        def again() -> None:
            self.stream.give_back(batch)

        self.tasks.spawn(run, crashed=again, timed_out=again)

    def _rebuild(self) -> None:
        building = self.rebuild.build("rules", TIMEZONES, _ignore)
        self.rebuild.compare(building, 1)
        self.rebuild.switch(building, self.now)

    def _notify(self) -> None:
        """Starts the notifier, of which only one runs at a time."""

        def run() -> None:
            self._tolerant(self.notifier.run)()
            ended()

        def ended() -> None:
            self.notifying = False

        if not self.notifying:
            self.notifying = True
            self.tasks.spawn(run, crashed=ended)

    def announce(self) -> None:
        """Sends what is to be sent, day by day: a site has only so many mails on one."""
        for _ in range(3):
            self.now += _DAY_MS
            self.notifier.run()

    def _drain(self) -> None:
        """Lets the stream run dry, by delivery or by age, but keeps some zombies for later."""
        while self.tasks.ready or self.stream:
            if self.stream:
                self._invoke()
            self.tasks.finish()
            self.now += 10 * _MINUTE_MS
            self.stream.expire()
            self.tasks.release(chance=0.3)

    def _backoff(self, attempt: int) -> None:
        self.tasks.turn()

    def _tolerant(self, work: Callable[[], Any]) -> Callable[[], None]:
        """Makes a task of work that a schedule repeats when it has failed."""

        def run() -> None:
            with suppress(CommitConflict, self.under_test.tolerated, NotCaughtUp):
                work()

        return run


def _ignore(events: int) -> None:
    pass


def _no_dashboard(site: Site) -> str:
    return "https://counts.example/"
