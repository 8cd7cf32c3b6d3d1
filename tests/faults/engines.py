"""The engines that schedules run on: how each is opened, and which faults are its own."""

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, cast
from unittest import mock

from shared.domain import visitors
from shared.engine import Engine, StorageUnavailable
from shared.engines import dynamodb, sqlite
from shared.engines.dynamodb import open_days, packs, totals, visitor_sets
from shared.engines.dynamodb.client import Dynamo
from tests.faults.client import FaultyClient
from tests.faults.kinds import CLIENT_KINDS, PORT_KINDS, Kind, Occurred
from tests.faults.processes import Dispatched, Processes
from tests.faults.tasks import Injected, Tasks
from tests.support.dynamodb import drop_tables, make_tables
from tests.support.folders import scratch_folder
from tests.support.lean_client import LeanClient, quick_emulator

_RULES = "rules"

#: In every so many schedules visitors are estimated early, so that sets become sketches under faults too.
_SKETCHES_EVERY = 8
_FEW = 12

#: In every so many schedules packs, levels and days are small, so that they overflow within a schedule.
_TIGHT_EVERY = 2


class Opened(NamedTuple):
    """An installation: the engine that is judged, and the one that the tasks use."""

    calm: Engine
    tasks: Engine


Installation = Callable[[random.Random, Tasks, Occurred], Opened]


@dataclass(frozen=True)
class EngineUnderTest:
    """An engine and its faults.

    Attributes:
        install: Makes an installation for a schedule, from its seed, and takes it away.
        kinds: The faults that every schedule must have.
        tolerated: What a task that a schedule repeats may end with.
        crashes: The chance of a crash at a turn. Who takes turns more often has a lower one.
        folds_every: In every so many schedules days are folded beside. Who has fewer schedules folds in more of them.
    """

    install: Callable[[int], AbstractContextManager[Installation]]
    kinds: tuple[Kind, ...]
    tolerated: type[StorageUnavailable]
    crashes: float
    folds_every: int


@contextmanager
def _sqlite(seed: int) -> Iterator[Installation]:
    def install(rng: random.Random, tasks: Tasks, occurred: Occurred) -> Opened:
        engine = sqlite.open_engine(folder, _RULES, synchronous="OFF")
        return Opened(engine, engine)

    with scratch_folder() as folder, mock.patch.object(visitors, "MAX_EXACT", exact(seed)):
        yield install


@contextmanager
def _dynamodb(seed: int) -> Iterator[Installation]:
    client = LeanClient()
    tables = make_tables(client)

    def install(rng: random.Random, tasks: Tasks, occurred: Occurred) -> Opened:
        faulty = FaultyClient(rng, tasks, occurred)
        start = partial(_open, faulty, tables, lambda attempt: tasks.turn())
        processes = Processes(rng, start)
        ports: Any = {port: Dispatched(processes, port) for port in Engine.__dataclass_fields__}
        return Opened(_open(client, tables, lambda attempt: None), Engine(**cast("dict[str, Any]", ports)))

    state = random.getstate()
    random.seed(seed)  # lanes are drawn from the module's own source
    try:
        with _sizes(seed), quick_emulator():
            yield install
    finally:
        random.setstate(state)
        drop_tables(client, tables)


def _open(client: Any, tables: Any, backoff: Callable[[int], None]) -> Engine:
    return dynamodb.open_engine(Dynamo(client, backoff), tables, _RULES)


@contextmanager
def _sizes(seed: int) -> Iterator[None]:
    changed: list[tuple[object, str, int]] = [(visitors, "MAX_EXACT", exact(seed))]
    if exact(seed) == _FEW:
        changed += [(visitor_sets, "MAX_EXACT", _FEW), (visitor_sets, "_PORTION", 1)]
    if seed % _TIGHT_EVERY == 0:
        changed += [(packs, "CAPACITY", 160), (totals, "_CROWDED", 90), (open_days, "_MAX_ITEMS", 12)]
        changed += [(visitor_sets, "_RUN", 2), (totals, "_LAST_LEVEL", 9)]
    with ExitStack() as patches:
        for module, name, value in changed:
            patches.enter_context(mock.patch.object(module, name, value))
        yield


def exact(seed: int) -> int:
    """Tells up to how many visitors the sets of a schedule are exact."""
    return _FEW if seed % _SKETCHES_EVERY == 0 else 1024


SQLITE = EngineUnderTest(_sqlite, PORT_KINDS, Injected, crashes=0.002, folds_every=4)
DYNAMODB = EngineUnderTest(_dynamodb, (*PORT_KINDS, *CLIENT_KINDS), StorageUnavailable, crashes=0.0004, folds_every=2)
ENGINES = {"sqlite": SQLITE, "dynamodb": DYNAMODB}
