"""The projection under randomised faults. A schedule that fails names its seed; MILEPOST_FAULTS_SEED runs that one."""

import logging
import os

import pytest

from tests.faults.verdict import run_schedule

REPLAY = os.environ.get("MILEPOST_FAULTS_SEED")

#: Schedules in one test, so that they spread over the test processes.
_PORTION = 50
_NORMAL = range(0, 1_000, _PORTION)
_SOAK = range(1_000, 11_000, _PORTION)


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Faults make the product say a lot, and a million lines of that help nobody."""
    if REPLAY is None:
        caplog.set_level(logging.CRITICAL)


def run_portion(first: int) -> None:
    violations = [found for seed in range(first, first + _PORTION) if (found := run_schedule(seed)) is not None]
    assert not violations, "\n".join(
        [f"{len(violations)} of {_PORTION} schedules; replay with MILEPOST_FAULTS_SEED=…", *violations]
    )


@pytest.mark.skipif(REPLAY is not None, reason="one schedule is replayed")
@pytest.mark.parametrize("first", _NORMAL)
def test_every_event_counts_once(first: int) -> None:
    run_portion(first)


@pytest.mark.soak
@pytest.mark.parametrize("first", _SOAK)
def test_every_event_counts_once_at_length(first: int) -> None:
    run_portion(first)


@pytest.mark.skipif(REPLAY is None, reason="MILEPOST_FAULTS_SEED names no schedule to replay")
def test_replay() -> None:
    assert run_schedule(int(REPLAY or 0)) is None
