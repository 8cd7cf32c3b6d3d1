"""Stopped, killed and started again: everything is as it was."""

import json
import os
import signal
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.stack.processes import children, runs
from tests.stack.waiting import within
from tests.support.server import Server, command, serving

pytestmark = pytest.mark.xdist_group("restart")
needs_proc = pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="needs Linux's /proc to find the projector's process"
)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_restart_keeps_everything(tmp_path: Path, number: int) -> None:
    data = tmp_path / "data"
    with serving(data) as server:
        key = server.admin_key
        assert key
        assert server.beacon("https://localhost/kept").status == 202
        assert server.beacon("https://unknown.example/").headers["x-plausible-dropped"] == "1"
        within(5, lambda: server.pages("localhost") == {"/kept": 1})
        before = server.get("/v1/sites/localhost/counts", by="page,day").json()
        assert server.signal(number) == 0
        assert server.err.read_text() == ""
    with serving(data) as server:
        assert server.admin_key is None
        assert server.get("/v1/sites", key).json()["sites"] == [
            {"site": "localhost", "timezone": "UTC", "public": True, "milestones": None}
        ]
        assert server.get("/v1/sites/localhost/counts", by="page,day").json() == before
        # What was dropped is counted also if the server ends a moment later.
        assert [one["events"] for one in json.loads(server.command("status", "--json").stdout)["dropped"]] == [1]


def test_the_environment_s_key_is_good_while_it_is_there(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data, {"MILEPOST_ADMIN_KEY": "from-the-environment"}) as server:
        assert server.admin_key is None
        assert server.get("/v1/sites", "from-the-environment").status == 200
        assert server.get("/v1/sites", "another").status == 401
        server.stop()
    with serving(data) as server:
        assert server.get("/v1/sites", "from-the-environment").status == 401
        assert server.get("/v1/sites", server.admin_key).status == 200


@needs_proc
def test_a_projector_that_dies_is_started_again(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        [projector] = children(server.process.pid)
        os.kill(projector, signal.SIGKILL)
        for number in range(5):
            assert server.beacon(f"https://localhost/{number}").status == 202
        within(15, lambda: server.pages("localhost") == {f"/{number}": 1 for number in range(5)})
        within(10, lambda: children(server.process.pid))
        [another] = children(server.process.pid)
        assert another != projector
        assert server.stop() == 0
        assert not runs(another)


@needs_proc
def test_the_projector_ends_with_a_server_that_was_killed(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        [projector] = children(server.process.pid)
        server.kill()
        within(10, lambda: not runs(projector))


@pytest.mark.parametrize("file", ["milepost.db", "views.db", "salts.db"])
def test_data_of_a_later_release_is_refused(tmp_path: Path, file: str) -> None:
    data = tmp_path / "data"
    command(data, "site", "list")
    with closing(sqlite3.connect(data / file)) as connection:
        connection.execute("PRAGMA user_version = 99")
    for arguments in (["serve", "--port", "0"], ["status"]):
        refused = command(data, *arguments, check=False)
        assert refused.returncode == 1
        assert refused.stderr.startswith("Error: ")
        assert f"{file} was written by a later release" in refused.stderr
        assert refused.stderr.count("\n") == 1


def test_a_taken_port_is_named(server: Server, tmp_path: Path) -> None:
    refused = command(tmp_path / "data", "serve", "--port", str(server.port), check=False)
    assert refused.returncode == 1
    assert f"cannot listen on 127.0.0.1:{server.port}" in refused.stderr


def test_an_ipv6_address_is_served(tmp_path: Path) -> None:
    if not has_ipv6():
        pytest.skip("this machine has no IPv6 loopback address")
    with serving(tmp_path / "data", host="::1") as server:
        assert server.url.startswith("http://[::1]:")
        assert server.beacon("https://localhost/six").status == 202
        within(5, lambda: server.pages("localhost") == {"/six": 1})


def has_ipv6() -> bool:
    """Tells whether the loopback interface has an IPv6 address."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
