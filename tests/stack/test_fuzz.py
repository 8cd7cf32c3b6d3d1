"""What the OpenAPI document allows, and much that it does not, is sent to the real server, which is true to it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
    # Another one at each run would find no more in the long run than more examples do, and fail when nobody looks.
    "--seed=1",
]

#: For each operation and phase. Without a key nearly all is refused before much is looked at, the same way each time.
EXAMPLES = {True: 40, False: 20}

pytestmark = pytest.mark.xdist_group("fuzz")


@pytest.fixture(scope="module", autouse=True)
def _unharmed(server: Server) -> Iterator[None]:
    yield
    assert_unharmed(server, set(server.pages("localhost", bots="include")))


@pytest.mark.parametrize("signed", [True, False])
def test_the_server_is_true_to_its_document(server: Server, tmp_path: Path, signed: bool) -> None:
    # The site that the document's examples name.
    server.command("site", "add", "example.org", "--counter", check=False)
    document = server.get("/openapi.json").json()
    operations = sum(map(len, document["paths"].values()))
    if signed:
        name_the_site(document)
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    headers = [f"--header=Authorization: Bearer {server.admin_key}"] if signed else []
    done = subprocess.run(
        [
            SCHEMATHESIS,
            "run",
            *OPTIONS,
            f"--max-examples={EXAMPLES[signed]}",
            *headers,
            f"--url={server.url}",
            "openapi.json",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout
    assert f"Tested: {operations}" in done.stdout


def name_the_site(document: dict[str, Any]) -> None:
    """Lets nearly every question be one about a site that there is: of any other, little is looked at."""
    parameters = [one for path in document["paths"].values() for one in path.get("get", {}).get("parameters", ())]
    schemas = [one["schema"] for one in parameters if one["name"] in ("site", "site_id")]
    schemas.append(document["components"]["schemas"]["StatsQuery"]["properties"]["site_id"])
    for schema in schemas:
        schema["enum"] = ["example.org"]
