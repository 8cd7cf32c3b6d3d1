"""What all tests share."""

import gc
import os

from hypothesis import settings

# A slow machine is no failure; the same examples every time, so that a run that passed here passes there.
settings.register_profile("milepost", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("milepost")

# The many processes that tests start compile the product once for all of them, not each for itself.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_collection_finish() -> None:
    """Keeps thousands of tests and all their modules out of every later garbage collection."""
    gc.collect()
    gc.freeze()
