from collections.abc import Iterator

import pytest

from tests.support.server import Server, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that the tests of a file share, with an empty data folder at first."""
    with serving(tmp_path_factory.mktemp("server") / "data") as started:
        yield started
