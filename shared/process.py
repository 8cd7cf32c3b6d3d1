"""What a process takes from the machine that it runs on: the time, chance, and a rest between two attempts."""

import random
import secrets
import time


def now_ms() -> int:
    """Gives the time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def random_id() -> str:
    """Draws an id that no other process draws: 96 random bits."""
    return secrets.token_hex(12)


def back_off(attempt: int) -> None:
    """Waits a random time, longer from attempt to attempt (full jitter), one second at most."""
    time.sleep(random.uniform(0, min(1.0, 0.005 * 2**attempt)))  # noqa: S311 - not a secret
