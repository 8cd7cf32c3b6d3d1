"""Waiting for what happens soon."""

import time
from collections.abc import Callable


def within(seconds: float, happened: Callable[[], object]) -> None:
    """Waits until something has happened.

    Raises:
        AssertionError: It has not, after so many seconds.
    """
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)
