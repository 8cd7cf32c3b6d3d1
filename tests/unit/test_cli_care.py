import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from services.projector.rebuild import NotCaughtUp, Rebuild
from shared import VERSION
from shared.domain.events import UPCASTERS
from shared.engine import CommitConflict
from tests.unit.commanding import Folder, counted, folder
from tests.unit.making import SITE
from tests.unit.projecting import POISON

__all__ = ["counted", "folder"]

WRONG_TOTAL = "UPDATE counts SET pageviews = pageviews + 1 WHERE view = 'total'"
DIFFERENCE = {
    "site": SITE,
    "view": "total",
    "bucket": "",
    "page": "",
    "stored": {"pageviews": 4, "bot_pageviews": 0, "visitors": 0, "bot_visitors": 0, "all_visitors": 0},
    "expected": {"pageviews": 3, "bot_pageviews": 0, "visitors": 0, "bot_visitors": 0, "all_visitors": 0},
}


def test_verify_counts_what_waits_and_agrees(folder: Folder) -> None:
    folder.run("site", "add", SITE)
    folder.visit("/", "/a", "/a")
    assert folder.json("verify") == {"events": 3, "differences": []}
    assert folder.out("verify") == "3 events recounted, 0 differences\n"


def test_verify_shows_a_difference_and_fails(counted: Folder) -> None:
    counted.tamper(WRONG_TOTAL)
    assert counted.json("verify", code=1) == {"events": 3, "differences": [DIFFERENCE]}
    assert counted.out("verify", code=1) == (
        "example.org total: stored 4/0/0/0/0, expected 3/0/0/0/0\n3 events recounted, 1 differences\n"
    )


@pytest.mark.parametrize(
    ("sql", "stored", "expected"),
    [
        ("DELETE FROM counts WHERE view = 'total'", False, True),
        ("UPDATE counts SET site = 'a.org' WHERE view = 'total'", True, False),
        ("UPDATE visitor_sets SET visitors = X'00' || X'0102030405060708' WHERE view = 'day'", True, True),
    ],
)
def test_verify_sees_a_row_that_is_missing_one_too_many_and_a_set_with_another_visitor(
    counted: Folder, sql: str, stored: bool, expected: bool
) -> None:
    counted.tamper(sql)
    found = counted.json("verify", code=1)["differences"]
    assert (bool(found[0]["stored"]), bool(found[0]["expected"])) == (stored, expected)


def test_rebuild_puts_the_counts_right_says_what_it_changed_and_announces_nothing(counted: Folder) -> None:
    counted.tamper(WRONG_TOTAL)
    milestones = counted.engine.milestones.page(SITE, 10, None)
    rebuilt = counted.json("rebuild")
    assert rebuilt == {"version": 2, "switched": True, "carried_over": {}, "differences": [DIFFERENCE]}
    assert counted.json("verify")["differences"] == []
    assert counted.out("rebuild") == "0 rows differ; version 3 is live\n"
    assert counted.engine.milestones.page(SITE, 10, None) == milestones


def test_rebuild_can_only_compare(counted: Folder) -> None:
    counted.tamper(WRONG_TOTAL)
    compared = counted.json("rebuild", "--compare-only")
    assert (compared["switched"], compared["differences"]) == (False, [DIFFERENCE])
    assert "1 rows differ; compared only\n" in counted.out("rebuild", "--compare-only")
    assert [(one.version, one.state) for one in counted.engine.read_models.projections()] == [(1, "live")]
    counted.run("verify", code=1)


def test_rebuild_folds_under_the_rules_that_are_installed(counted: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert counted.json("status")["rules_current"]
    counted.tamper("UPDATE projections SET rules = 'of an earlier release'")
    assert not counted.json("status")["rules_current"]
    assert "The rules have changed since the counts were folded: milepost rebuild" in counted.out("status")
    counted.run("rebuild")
    assert counted.json("status")["rules_current"]


@pytest.mark.parametrize("failing", ["build", "compare", "switch"])
def test_others_at_the_counts_are_a_clear_error_and_nothing_is_changed(
    counted: Folder, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def conflict(*_: object) -> None:
        raise CommitConflict("another rebuild has deleted it")

    with monkeypatch.context() as patched:
        patched.setattr(Rebuild, failing, conflict)
        message = counted.error("rebuild")
    assert "another rebuild has deleted it" in message
    assert "again" in message
    counted.run("verify")


def test_live_traffic_that_never_pauses_is_a_clear_error(counted: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise NotCaughtUp("live traffic never let both versions stand at the same events")

    with monkeypatch.context() as patched:
        patched.setattr(Rebuild, "compare", never)
        assert counted.error("rebuild") == (
            "live traffic never let both versions stand at the same events; nothing was changed, try again"
        )
    assert len(counted.engine.read_models.projections()) == 1


def test_a_backup_is_a_folder_that_a_server_can_be_started_on(counted: Folder, tmp_path: Path) -> None:
    target = tmp_path / "new" / "backup"
    made = counted.json("backup", str(target))
    assert made == {"folder": str(target), "bytes": sum(path.stat().st_size for path in target.iterdir())}
    assert sorted(path.name for path in target.iterdir()) == ["milepost.db", "views.db"]
    restored = Folder(target)
    assert restored.json("verify") == {"events": 3, "differences": []}
    assert restored.json("site", "list") == counted.json("site", "list")


def test_a_backup_holds_no_salt(counted: Folder, tmp_path: Path) -> None:
    with closing(sqlite3.connect(counted.path / "salts.db")) as salts, salts:
        salts.execute("INSERT INTO salts VALUES ('2099-01-01', 'SALTY-BYTES')")
    counted.run("backup", str(tmp_path / "backup"))
    assert not any(b"SALTY-BYTES" in path.read_bytes() for path in (tmp_path / "backup").iterdir())


def test_a_backup_overwrites_nothing(counted: Folder, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    target.mkdir()
    counted.run("backup", str(target))
    before = {path.name: path.read_bytes() for path in target.iterdir()}
    assert counted.error("backup", str(target)) == f"{target} is not empty; give a new folder"
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before


def test_there_is_no_backup_of_nothing(folder: Folder, tmp_path: Path) -> None:
    assert folder.error("backup", str(tmp_path / "backup")) == f"there is no data folder {folder.path}"
    assert not folder.path.exists()


def upcast(body: dict[str, Any]) -> dict[str, Any]:
    return {"site": SITE, "origin": "beacon", "instant": 0, "name": "pageview", "url": "/old"}


def test_quarantine_is_listed_and_redriven(counted: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert counted.json("quarantine", "list") == {"quarantined": []}
    counted.append(POISON, b'{"schema_version":0}')
    counted.run("verify")
    entries = counted.json("quarantine", "list")["quarantined"]
    reason = "schema_version {} is not known to this release, which reads up to 2"
    assert [(list(entry), entry["version"], entry["reason"]) for entry in entries] == [
        (["epoch", "version", "reason"], version, reason.format(schema)) for version, schema in ((0, 99), (1, 0))
    ]
    assert counted.out("quarantine", "list").endswith("2 in quarantine\n")
    assert counted.json("quarantine", "redrive", code=1) == {"folded": 0, "remaining": 2}
    monkeypatch.setitem(UPCASTERS, 0, upcast)
    assert counted.out("quarantine", "redrive", code=1) == "1 folded, 1 still in quarantine\n"
    assert [entry["version"] for entry in counted.json("quarantine", "list")["quarantined"]] == [0]


def test_redrive_of_nothing_is_done(folder: Folder) -> None:
    assert folder.json("quarantine", "redrive") == {"folded": 0, "remaining": 0}


def test_notify_sends_a_test_mail_over_the_path_of_milestones(folder: Folder) -> None:
    sent = folder.json("notify", "--test")
    assert sent == {"mail_id": sent["mail_id"], "way": "file", "sent": True}
    (mail,) = (folder.path / "mail").iterdir()
    assert mail.name == f"{sent['mail_id']}.eml"
    assert "http://127.0.0.1:8080/dashboard/" in mail.read_text()
    assert folder.out("notify", "--test").startswith("sent test-")
    assert "Missing option '--test'" in folder.error("notify", code=2)


def test_a_mail_that_is_not_taken_is_a_clear_error(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILEPOST_SMTP_URL", "smtp://user:SECRET@127.0.0.1:1")
    monkeypatch.setenv("MILEPOST_MAIL_TO", "me@example.org")
    message = folder.error("notify", "--test")
    assert message.startswith("the mail was not delivered: 127.0.0.1: ")
    assert "SECRET" not in message


def test_status_tells_how_things_are(counted: Folder) -> None:
    counted.append(POISON)
    counted.run("verify")
    counted.visit("/")
    counted.engine.drops.add({("2026-11-22", "", "unknown_site"): 5})
    status = counted.json("status")
    assert 0 <= status.pop("lag_seconds") < 60
    assert status.pop("bytes") > 0
    assert status == {
        "version": VERSION,
        "data": str(counted.path),
        "address": "http://127.0.0.1:8080",
        "sites": [SITE],
        "projection": 1,
        "rules_current": True,
        "waiting_events": 1,
        "quarantined": 1,
        "unsent_milestones": 1,
        "unsent_mails": 0,
        "dropped": [{"day": "2026-11-22", "site": "", "reason": "unknown_site", "events": 5}],
    }
    text = counted.out("status")
    assert f"version                  {VERSION}\n" in text
    assert "dropped                  2026-11-22 unknown_site 5\n" in text


def test_a_bad_setting_is_a_clear_error(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILEPOST_TRUSTED_PROXIES", "localhost")
    assert folder.error("status").startswith("MILEPOST_TRUSTED_PROXIES: ")
    assert not folder.path.exists()


def test_data_of_a_later_release_is_refused_in_clear_words(counted: Folder) -> None:
    counted.tamper("DELETE FROM counts WHERE view = 'hour'")
    with closing(sqlite3.connect(counted.path / "views.db")) as views:
        views.execute("PRAGMA user_version = 999")
    assert "was written by a later release" in counted.error("status")


def test_a_file_that_is_no_database_is_a_clear_error(folder: Folder) -> None:
    folder.path.mkdir()
    (folder.path / "milepost.db").write_bytes(b"no database " * 100)
    assert folder.error("status").startswith("the storage is not to be had: ")


@pytest.mark.parametrize("place", ["/dev/null/data", "/proc/data"])
def test_a_place_where_no_folder_can_be_is_a_clear_error(folder: Folder, place: str) -> None:
    assert Folder(Path(place)).error("status").startswith("the data folder cannot be used: ")


def test_a_file_in_place_of_the_folder_is_refused(folder: Folder) -> None:
    folder.path.write_text("")
    assert "is a file" in folder.error("status", code=2)


def test_a_bad_target_of_a_backup_is_a_clear_error(counted: Folder) -> None:
    assert "/dev/null/backup" in counted.error("backup", "/dev/null/backup")


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["site", "-h"], ["import", "--help"]])
def test_help_opens_no_folder(folder: Folder, arguments: list[str]) -> None:
    assert folder.out(*arguments)
    assert not folder.path.exists()


def test_an_unknown_command_is_a_usage_error(folder: Folder) -> None:
    assert "No such command 'sites'" in folder.error("sites", code=2)


def test_json_is_one_document_of_plain_text(folder: Folder) -> None:
    text = folder.out("status", "--json")
    assert text.count("\n") == 1
    assert json.loads(text)["sites"] == []
