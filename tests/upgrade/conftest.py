"""The old installation, in each engine."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from shared.domain.rules import rule_set
from shared.engines import dynamodb, sqlite
from shared.engines.dynamodb.client import Dynamo
from tests.support.dynamodb import drop_tables, make_emulated_client, make_tables
from tests.support.folders import scratch_folder
from tests.upgrade.installed import Installed, Openings, Opens, fill_folder, fill_tables

ENGINES = ("sqlite", "dynamodb")

#: When it is rebuilt: while the last day is not over, and after all are.
MOMENTS = ("2026-11-21T12:40:00+00:00", "2026-11-22T12:00:00+00:00")


@pytest.fixture(params=ENGINES)
def opens(request: pytest.FixtureRequest) -> Openings:
    """Opens the installation with today's program; a further call opens it again, as another process does."""
    yield from _open(request.param)


def _open(engine: str) -> Openings:
    yield from {"sqlite": _sqlite, "dynamodb": _dynamodb}[engine]()


def _sqlite() -> Openings:
    with scratch_folder() as folder:
        fill_folder(folder / "data")
        yield lambda: sqlite.open_engine(folder / "data", rule_set(), synchronous="OFF")


def _dynamodb() -> Openings:
    client = _client()
    tables = make_tables(client)
    fill_tables(client, tables)
    yield lambda: dynamodb.open_engine(Dynamo(client, backoff=lambda _: None), tables, rule_set())
    drop_tables(client, tables)


@cache
def _client() -> Any:
    return make_emulated_client()


@pytest.fixture
def installed(opens: Opens) -> Installed:
    return Installed(opens())


@pytest.fixture(params=[(engine, moment) for engine in ENGINES for moment in MOMENTS], ids=" ".join, scope="module")
def rebuilt(request: pytest.FixtureRequest) -> Iterator[Installed]:
    """The installation after a rebuild, for tests that only ask."""
    engine, moment = request.param
    for opens in _open(engine):
        installed = Installed(opens())
        installed.sweep(moment)
        installed.rebuild()
        yield installed
