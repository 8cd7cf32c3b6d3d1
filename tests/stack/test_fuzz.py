"""What the OpenAPI document allows, and much that it does not, is sent to the real server, which is true to it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack.refusals import assert_unharmed
from tests.support.server import Server

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
OPTIONS = [
    "--no-color",
    "--checks=all",
    # The document cannot say that a cursor is an answer's `next`, or that `from` is not after `to`.
    "--exclude-checks=positive_data_acceptance",
    "--phases=examples,coverage,fuzzing",
    "--max-examples=100",
    # Another one at each run would find no more in the long run than more examples do, and fail when nobody looks.
    "--seed=1",
]

pytestmark = pytest.mark.xdist_group("fuzz")


@pytest.fixture(scope="module", autouse=True)
def _unharmed(server: Server) -> Iterator[None]:
    yield
    assert_unharmed(server, set(server.pages("localhost", bots="include")))


@pytest.mark.parametrize("signed", [True, False])
def test_the_server_is_true_to_its_document(server: Server, tmp_path: Path, signed: bool) -> None:
    # The site that the document's examples name.
    server.command("site", "add", "example.org", check=False)
    headers = [f"--header=Authorization: Bearer {server.admin_key}"] if signed else []
    done = subprocess.run(
        [SCHEMATHESIS, "run", *OPTIONS, *headers, f"{server.url}/openapi.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    assert "Tested: 6" in done.stdout
