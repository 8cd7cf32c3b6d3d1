"""Every client against a server as `make run` starts it."""

from collections.abc import Iterator

import pytest

from infra.admin import add_site
from shared.domain.rules import rule_set
from shared.engines.sqlite import open_engine
from tests.clients.catalogue import CLIENT_SITES
from tests.clients.crowd import Target
from tests.clients.suite import EveryClient
from tests.support.server import serving

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


class TestOneMachine(EveryClient):
    @pytest.fixture(scope="class")
    @classmethod
    def target(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
        data = tmp_path_factory.mktemp("clients") / "data"
        engine = open_engine(data, rule_set())
        for site in CLIENT_SITES:
            add_site(engine, site)
        with serving(data) as server:
            assert server.admin_key
            yield Target(server, server.admin_key, "http://stats.example", "http://stats.example", seconds=20)
