import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.schedule import Repeating
from shared.engine import CommitConflict, StorageUnavailable


class Waits:
    """Stands in for the event that ends a job: writes down how long it would wait, and ends after so many waits."""

    def __init__(self, runs: int) -> None:
        self.seconds: list[float] = []
        self._runs = runs

    def is_set(self) -> bool:
        return len(self.seconds) >= self._runs

    def wait(self, seconds: float) -> None:
        self.seconds.append(seconds)


def waits(outcomes: list[Any], interval: float = 5.0) -> list[float]:
    """How long a job with these outcomes waits after each run."""
    left: Iterator[Any] = iter(outcomes)

    def job() -> bool:
        outcome = next(left)
        if isinstance(outcome, Exception):
            raise outcome
        return bool(outcome)

    repeating = Repeating("job", interval, job)
    ending = Waits(len(outcomes))
    repeating._stopping = ending  # type: ignore[assignment]
    repeating._run()
    return ending.seconds


def test_a_job_runs_at_its_interval() -> None:
    assert waits([True, True, True]) == [5.0] * 3


@pytest.mark.parametrize("failure", [False, StorageUnavailable("x"), CommitConflict("x"), KeyError("x")])
def test_a_job_that_fails_backs_off_goes_on_and_is_back_at_once(failure: object) -> None:
    assert waits([failure] * 5 + [True, failure]) == [10.0, 20.0, 30.0, 30.0, 30.0, 5.0, 10.0]


def test_a_job_with_a_long_interval_is_not_sped_up_by_failing() -> None:
    assert waits([False, False], interval=3_600.0) == [3_600.0, 3_600.0]


def test_a_failure_is_logged_by_the_jobs_name(caplog: pytest.LogCaptureFixture) -> None:
    waits([StorageUnavailable("no room")])
    assert "job will be tried again: no room" in caplog.text
    waits([KeyError("surprise")])
    assert "job failed" in caplog.text
    assert "surprise" in caplog.text


def test_the_first_run_is_at_once_and_stop_ends_it_in_the_middle_of_a_wait() -> None:
    ran = threading.Event()

    def job() -> bool:
        ran.set()
        return True

    repeating = Repeating("job", 3_600.0, job)
    repeating.start()
    assert ran.wait(10)
    repeating.stop()
    assert not any(thread.name == "job" for thread in threading.enumerate())


def test_stop_waits_for_the_run_that_is_under_way() -> None:
    started, finish, done = threading.Event(), threading.Event(), threading.Event()

    def job() -> bool:
        started.set()
        finish.wait(10)
        done.set()
        return True

    repeating = Repeating("job", 0.0, job)
    repeating.start()
    assert started.wait(10)
    stopper = threading.Thread(target=repeating.stop)
    stopper.start()
    time.sleep(0.02)
    assert stopper.is_alive()
    finish.set()
    stopper.join(10)
    assert done.is_set()
