"""Milestones become mails: files, or SMTP, also after an outage, and never at the cost of counting."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack.mails import read_mails, text_of
from tests.stack.smtp import SmtpServer
from tests.stack.waiting import within
from tests.support.server import Server, serving

pytestmark = pytest.mark.xdist_group("mails")


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    server = SmtpServer()
    yield server
    server.close()


def milestones(server: Server) -> list[dict[str, object]]:
    """Reads the sample site's milestones."""
    found: list[dict[str, object]] = server.get("/v1/sites/localhost/milestones").json()["milestones"]
    return found


def test_the_first_milestone_is_one_file(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data, {"MILEPOST_PUBLIC_URL": "https://stats.example.org"}) as server:
        assert server.beacon("https://localhost/").status == 202
        within(5, lambda: [one["notified_at"] for one in milestones(server)] not in ([], [None]))
        [milestone] = milestones(server)
        assert (milestone["subject"], milestone["page"], milestone["threshold"]) == ("site", None, 1)
        [mail] = read_mails(data)
        assert [file.stem for file in (data / "mail").iterdir()] == [milestone["milestone_id"]]
        assert mail["message-id"] == f"<{milestone['milestone_id']}@milepost>"
        assert "https://stats.example.org/dashboard/" in text_of(mail)
        server.kill()
    [file] = (data / "mail").iterdir()
    written = file.stat().st_mtime_ns
    with serving(data) as server:
        assert server.beacon("https://localhost/").status == 202
        within(5, lambda: server.pages("localhost") == {"/": 2})
        server.command("rebuild")
        assert milestones(server) == [milestone]
        server.stop()
    assert [file.stat().st_mtime_ns for file in (data / "mail").iterdir()] == [written]


def test_smtp_gets_the_mail_after_an_outage(tmp_path: Path, smtp: SmtpServer) -> None:
    settings = {
        "MILEPOST_SMTP_URL": smtp.url,
        "MILEPOST_MAIL_FROM": "milepost@example.org",
        "MILEPOST_MAIL_TO": "owner@example.org, second@example.org",
    }
    with serving(tmp_path / "data", settings) as server:
        assert server.beacon("https://localhost/").status == 202
        within(5, lambda: "will be tried again" in server.err.read_text())
        assert json.loads(server.command("status", "--json").stdout)["unsent_mails"] == 1
        # Counting goes on meanwhile.
        assert server.beacon("https://localhost/").status == 202
        within(5, lambda: server.pages("localhost") == {"/": 2})
        smtp.open()
        within(30, lambda: smtp.mails)
        within(5, lambda: milestones(server)[0]["notified_at"])
        [milestone] = milestones(server)
        [mail] = smtp.mails
        assert mail["message-id"] == f"<{milestone['milestone_id']}@milepost>"
        assert mail["from"] == "milepost@example.org"
        assert smtp.recipients == ["owner@example.org", "second@example.org"]
        assert server.stop() == 0
        assert not (tmp_path / "data" / "mail").exists()


def test_an_smtp_server_that_hangs_holds_nothing_up(tmp_path: Path, smtp: SmtpServer) -> None:
    smtp.hang()
    settings = {"MILEPOST_SMTP_URL": smtp.url, "MILEPOST_MAIL_TO": "owner@example.org"}
    with serving(tmp_path / "data", settings) as server:
        for number in range(1, 4):
            assert server.beacon("https://localhost/").status == 202
            within(5, lambda number=number: server.pages("localhost") == {"/": number})  # type: ignore[misc]
        assert milestones(server)[0]["notified_at"] is None
