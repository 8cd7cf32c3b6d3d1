"""The engines under contract. A further engine joins by a further parameter of `storage`."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from shared.engine import Engine
from shared.engines import dynamodb, sqlite
from shared.engines.dynamodb.client import Dynamo
from shared.engines.dynamodb.tables import Tables
from tests.support.dynamodb import drop_tables, make_emulated_client, make_tables
from tests.support.faulty_client import Faults, retry_at_once
from tests.support.folders import scratch_folder
from tests.support.lean_client import quick_emulator

Storage = Callable[[], Engine]

RULES = "rules of the test"


@pytest.fixture(autouse=True, scope="session")
def _quick() -> Iterator[None]:
    with quick_emulator():
        yield


@pytest.fixture(params=["sqlite", "dynamodb"])
def storage(request: pytest.FixtureRequest) -> Iterator[Storage]:
    """Opens an engine; a further call opens the same installation again, as another process does."""
    yield from {"sqlite": _sqlite, "dynamodb": _dynamodb}[request.param]()


def _sqlite() -> Iterator[Storage]:
    with scratch_folder() as folder:
        yield lambda: sqlite.open_engine(folder / "data", RULES, synchronous="OFF")


def _dynamodb() -> Iterator[Storage]:
    client = _client()
    tables = make_tables(client)
    yield lambda: dynamodb.open_engine(Dynamo(client, backoff=lambda _: None), tables, RULES)
    drop_tables(client, tables)


@cache
def _client() -> Any:
    return make_emulated_client()


@pytest.fixture
def engine(storage: Storage) -> Engine:
    return storage()


@pytest.fixture
def other(storage: Storage, engine: Engine) -> Engine:
    """Another process's engine on the same installation."""
    return storage()


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Any:
    retry_at_once(monkeypatch)
    return make_emulated_client()


@pytest.fixture
def tables(client: Any) -> Iterator[Tables]:
    names = make_tables(client)
    yield names
    drop_tables(client, names)


@pytest.fixture
def faults(client: Any) -> Faults:
    return Faults(client)


@pytest.fixture
def waits() -> list[int]:
    """The retries for which the engine has waited."""
    return []


@pytest.fixture
def dynamo(client: Any, waits: list[int]) -> Dynamo:
    return Dynamo(client, waits.append)
