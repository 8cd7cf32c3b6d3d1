from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from infra.aws.lease import LEASE_MS, import_lease
from infra.installation import NotAlone, Still
from shared.engines.dynamodb.client import Dynamo
from tests.support.dynamodb import drop_tables, make_emulated_client, make_tables


class Registry:
    def __init__(self, dynamo: Dynamo, table: str) -> None:
        self.dynamo, self.table, self.now = dynamo, table, 1_790_000_000_000
        self.stopped: list[AbstractContextManager[Still]] = []

    def hold(self, holder: str) -> AbstractContextManager[Still]:
        return import_lease(self.dynamo, self.table, holder, lambda: self.now)

    def hold_for_ever(self, holder: str) -> None:
        """As a process that is stopped by force."""
        self.stopped.append(self.hold(holder))
        self.stopped[-1].__enter__()


@pytest.fixture
def registry() -> Iterator[Registry]:
    client = make_emulated_client()
    tables = make_tables(client)
    made = Registry(Dynamo(client, lambda attempt: None), tables.registry)
    yield made
    for one in made.stopped:
        one.__exit__(None, None, None)
    drop_tables(client, tables)


def test_a_second_import_is_kept_out_until_the_first_has_ended(registry: Registry) -> None:
    with registry.hold("a"):
        with pytest.raises(NotAlone, match=r"another import .* or after 2026-09-21T"), registry.hold("b"):
            pass
        # What failed to begin has not ended the other's.
        with pytest.raises(NotAlone), registry.hold("b"):
            pass
    with registry.hold("b"):
        pass


def test_an_import_that_goes_on_keeps_others_out_for_as_long(registry: Registry) -> None:
    with registry.hold("a") as still:
        for _ in range(5):
            registry.now += LEASE_MS - 1
            still()
        with pytest.raises(NotAlone), registry.hold("b"):
            pass


def test_one_that_was_stopped_by_force_keeps_others_out_for_ten_minutes(registry: Registry) -> None:
    registry.hold_for_ever("a")
    registry.now += LEASE_MS
    with pytest.raises(NotAlone), registry.hold("b"):
        pass
    registry.now += 1
    with registry.hold("b"):
        pass


def test_one_that_was_asleep_learns_that_it_is_no_longer_alone_and_leaves_the_others_lease(registry: Registry) -> None:
    with pytest.raises(NotAlone), registry.hold("a") as still:  # noqa: PT012
        registry.now += LEASE_MS + 1
        registry.hold_for_ever("b")
        still()
    with pytest.raises(NotAlone), registry.hold("c"):
        pass


def test_another_import_that_has_come_and_gone_meanwhile_is_noticed_too(registry: Registry) -> None:
    with registry.hold("a") as still:
        registry.now += LEASE_MS + 1
        with registry.hold("b"):
            pass
        with pytest.raises(NotAlone, match="another import began while this one was asleep"):
            still()
