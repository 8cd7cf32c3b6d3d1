from collections.abc import Iterator

import pytest

# Before they are imported: their assertions say what they saw.
pytest.register_assert_rewrite("tests.stack.refusals", "tests.stack.waiting")

from tests.support.server import Server, serving  # noqa: E402


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that the tests of a file share, with an empty data folder at first."""
    with serving(tmp_path_factory.mktemp("server") / "data") as started:
        yield started
