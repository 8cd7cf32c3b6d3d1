"""Waiting for what happens soon."""

import time
from collections.abc import Callable

#: Seconds between two looks: few at first, more the longer it takes, since a look is work for those who are waited for.
_FIRST_PAUSE, _LONGER, _LONGEST_PAUSE = 0.02, 1.2, 0.25


def within(seconds: float, happened: Callable[[], object]) -> None:
    """Waits until something has happened.

    Raises:
        AssertionError: It has not, after so many seconds.
    """
    deadline = time.monotonic() + seconds
    pause = _FIRST_PAUSE
    while not happened():
        left = deadline - time.monotonic()
        assert left > 0, f"not within {seconds} s"
        time.sleep(min(pause, left))
        pause = min(pause * _LONGER, _LONGEST_PAUSE)
