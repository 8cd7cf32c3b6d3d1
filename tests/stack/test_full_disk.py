"""On a full disk nothing is acknowledged that is not stored, and with room again all is well."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack.load import under_load
from tests.stack.small_disk import NoDisk, fill, make_room, small_disk
from tests.stack.waiting import within
from tests.support.server import command, serving

pytestmark = pytest.mark.xdist_group("full_disk")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    try:
        with small_disk(tmp_path, megabytes=8) as mounted:
            yield mounted
    except NoDisk as reason:
        pytest.skip(str(reason))


def test_a_full_disk_refuses_and_recovers(disk: Path) -> None:
    with serving(disk) as server:
        with under_load(server, "/full") as load:
            load.wait_for(100)
            fill(disk)
            within(20, lambda: list(load.answered.values()).count(503) >= 100)
            refusal = server.beacon("https://localhost/refused")
            # Long enough for every job of the server to have met the full disk.
            time.sleep(3)
            make_room(disk)
            before = len(load.accepted)
            within(20, lambda: len(load.accepted) >= before + 100)

        assert refusal.status == 503
        assert "send it again" in refusal.json()["error"]
        assert int(refusal.headers["retry-after"]) > 0
        assert set(load.answered.values()) == {202, 503}
        within(20, lambda: load.accepted <= server.pages("localhost").keys())
        pages = server.pages("localhost")
        assert pages.keys() <= load.sent
        assert set(pages.values()) == {1}
        assert server.command("verify", check=False).returncode == 0
        assert server.process.poll() is None
        assert "Traceback" not in server.err.read_text()


def test_a_command_on_a_full_disk_says_so(disk: Path) -> None:
    command(disk, "site", "list")
    fill(disk)
    for arguments in (["serve", "--port", "0"], ["site", "add", "example.org"]):
        failed = command(disk, *arguments, check=False)
        assert failed.returncode == 1
        assert failed.stderr.startswith("Error: ")
        assert "full" in failed.stderr
        assert failed.stderr.count("\n") == 1
