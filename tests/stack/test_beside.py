"""Commands beside a running server, most of them under load."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.stack.leaks import forms_of, occurrences
from tests.stack.load import under_load
from tests.stack.waiting import within
from tests.support.server import Server, serving

pytestmark = pytest.mark.xdist_group("beside")


def test_what_another_process_adds_is_in_force_within_a_second(server: Server) -> None:
    url = "https://added.example/"
    assert server.beacon(url).headers["x-plausible-dropped"] == "1"
    server.command("site", "add", "added.example")
    within(1, lambda: "x-plausible-dropped" not in server.beacon(url).headers)
    added = json.loads(server.command("key", "add", "--scope", "read", "--site", "added.example", "--json").stdout)
    assert (added["scope"], added["sites"]) == ("read", ["added.example"])
    within(1, lambda: server.get("/v1/sites/added.example/counts", added["key"]).status == 200)
    assert server.get("/v1/sites/other.example/counts", added["key"]).status == 403
    server.command("key", "revoke", added["id"])
    within(1, lambda: server.get("/v1/sites/added.example/counts", added["key"]).status == 401)


def test_a_rebuild_under_load_changes_nothing(server: Server) -> None:
    with under_load(server, "/rebuilt", pause=0.02) as load:
        load.wait_for(300)
        rebuilt = json.loads(server.command("rebuild", "--json").stdout)
        load.wait_for(len(load.answered) + 100)
    assert (rebuilt["version"], rebuilt["switched"], rebuilt["differences"]) == (2, True, [])
    assert json.loads(server.command("status", "--json").stdout)["projection"] == 2
    within(10, lambda: {page for page in server.pages("localhost") if page.startswith("/rebuilt")} == load.accepted)
    assert set(server.pages("localhost").values()) == {1}
    assert server.command("verify", check=False).returncode == 0


def test_a_backup_under_load_serves_again(server: Server, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    with under_load(server, "/saved", pause=0.02) as load:
        load.wait_for(300)
        before = load.accepted
        server.command("backup", str(copy))
        after = set(load.sent)
    assert {file.name for file in copy.iterdir()} == {"milepost.db", "views.db"}
    with serving(copy) as restored:
        # The owner's keys are in the backup.
        assert restored.admin_key is None
        assert restored.get("/v1/sites", server.admin_key).status == 200
        pages = {page: views for page, views in restored.pages("localhost").items() if page.startswith("/saved")}
        assert before <= pages.keys() <= after
        assert set(pages.values()) == {1}
        assert restored.beacon("https://localhost/after").status == 202
        within(5, lambda: "/after" in restored.pages("localhost"))
        assert restored.command("verify", check=False).returncode == 0


def test_a_removed_site_leaves_nothing(server: Server) -> None:
    page = "/a-page-of-the-removed-site"
    server.command("site", "add", "removed.example", "--public")
    within(1, lambda: server.get("/v1/sites/removed.example").status == 200)
    for number in range(3):
        assert server.beacon(f"https://removed.example{page}", props={"n": number}).status == 202
    within(5, lambda: server.pages("removed.example") == {page: 3})
    with under_load(server, "/kept", pause=0.02) as load:
        load.wait_for(50)
        server.command("site", "remove", "removed.example", "--yes")
        assert occurrences([server.data], forms_of(page.encode())) == []
        # A mail that was sent stays what it is.
        assert occurrences(server.data.glob("*.db*"), forms_of(b"removed.example")) == []
    assert server.get("/v1/sites/removed.example/counts", server.admin_key).status == 404
    assert server.beacon(f"https://removed.example{page}").headers["x-plausible-dropped"] == "1"
    within(10, lambda: load.accepted <= server.pages("localhost").keys())
    assert server.command("verify", check=False).returncode == 0
    # The numbering of events has no holes: markers stand where they were.
    with closing(sqlite3.connect(server.data / "milepost.db")) as connection:
        assert connection.execute("SELECT COUNT(*) FROM events WHERE body IS NULL").fetchone() == (3,)
