"""The projection under randomised faults, on every engine.

A schedule that fails names its engine and its seed: MILEPOST_FAULTS_SEED runs that one again, on SQLite, or on the
engine that MILEPOST_FAULTS_ENGINE names.
"""

import logging
import os

import pytest

from tests.faults.engines import ENGINES
from tests.faults.verdict import run_schedule

REPLAY = os.environ.get("MILEPOST_FAULTS_SEED")
REPLAY_ENGINE = os.environ.get("MILEPOST_FAULTS_ENGINE", "sqlite")

#: Schedules in one test, so that they spread over the test processes. The emulator takes ten times as long as SQLite.
_PORTIONS = {"sqlite": 50, "dynamodb": 5}
_NORMAL = {"sqlite": range(1_000), "dynamodb": range(50)}
_SOAK = {"sqlite": range(1_000, 11_000), "dynamodb": range(50, 1_050)}


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Faults make the product say a lot, and a million lines of that help nobody."""
    if REPLAY is None:
        caplog.set_level(logging.CRITICAL)


def portions(seeds: dict[str, range]) -> list[tuple[str, int]]:
    """Gives the engine and the first seed of each test."""
    return [(name, first) for name, some in seeds.items() for first in some[:: _PORTIONS[name]]]


def run_portion(engine: str, first: int) -> None:
    seeds = range(first, first + _PORTIONS[engine])
    violations = [found for seed in seeds if (found := run_schedule(seed, ENGINES[engine])) is not None]
    replay = f"replay with MILEPOST_FAULTS_ENGINE={engine} MILEPOST_FAULTS_SEED=…"
    assert not violations, "\n".join([f"{len(violations)} of {len(seeds)} schedules; {replay}", *violations])


@pytest.mark.skipif(REPLAY is not None, reason="one schedule is replayed")
@pytest.mark.parametrize(("engine", "first"), portions(_NORMAL))
def test_every_event_counts_once(engine: str, first: int) -> None:
    run_portion(engine, first)


@pytest.mark.soak
@pytest.mark.parametrize(("engine", "first"), portions(_SOAK))
def test_every_event_counts_once_at_length(engine: str, first: int) -> None:
    run_portion(engine, first)


@pytest.mark.skipif(REPLAY is None, reason="MILEPOST_FAULTS_SEED names no schedule to replay")
def test_replay() -> None:
    assert run_schedule(int(REPLAY or 0), ENGINES[REPLAY_ENGINE]) is None
