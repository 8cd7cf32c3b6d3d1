"""The engines under contract. A further engine joins by a further parameter of `storage`."""

from collections.abc import Callable, Iterator

import pytest

from shared.engine import Engine
from shared.engines.sqlite import open_engine
from tests.support.folders import scratch_folder

Storage = Callable[[], Engine]


@pytest.fixture(params=["sqlite"])
def storage() -> Iterator[Storage]:
    """Opens an engine; a further call opens the same installation again, as another process does."""
    with scratch_folder() as folder:
        yield lambda: open_engine(folder / "data", "rules of the test", synchronous="OFF")


@pytest.fixture
def engine(storage: Storage) -> Engine:
    return storage()


@pytest.fixture
def other(storage: Storage, engine: Engine) -> Engine:
    """Another process's engine on the same installation."""
    return storage()
