"""`milepost --stack NAME …` works on a stack as it does on a data folder."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.imports.importing import line
from tests.stack.waiting import within
from tests.stack_aws.beacons import send, simple_beacon
from tests.stack_aws.deploying import Deployed
from tests.stack_aws.mailbox import Mailbox
from tests.stack_aws.registered import COMMANDED, KEYS

pytestmark = pytest.mark.xdist_group("stack_aws")

#: What a function knows of sites and keys may be so old.
_IN_FORCE_SECONDS = 60


def told(deployed: Deployed, *arguments: str) -> Any:
    """Runs a command, and reads the one JSON document that it prints."""
    return json.loads(deployed.command(*arguments, "--json").stdout)


def test_sites_and_keys(deployed: Deployed) -> None:
    assert deployed.get(f"/v1/sites/{COMMANDED}").json()["timezone"] == "Europe/Berlin"
    made = told(deployed, "key", "add", "--scope", "read", "--site", "made-up.example")
    within(_IN_FORCE_SECONDS, lambda: deployed.get("/v1/sites/made-up.example", made["key"]).status == 200)
    assert deployed.get("/v1/sites/strict.example", made["key"]).status == 403
    deployed.command("key", "revoke", made["id"])
    assert len(told(deployed, "key", "list")["keys"]) == len(KEYS)


def test_an_access_log_is_imported_and_moves_on_by_an_export(deployed: Deployed, tmp_path: Path) -> None:
    log, export = tmp_path / "access.log", tmp_path / "export.ndjson.gz"
    log.write_text("".join(line(f"/log/{n % 9}", f"192.0.2.{n % 11}") for n in range(300)) + "nonsense\n")
    report = told(deployed, "import", "access-log", str(log), "--site", COMMANDED)
    assert (report["pageviews"], len(report["unreadable"]), report["already_imported"]) == (300, 1, 0)
    again = told(deployed, "import", "access-log", str(log), "--site", COMMANDED)
    assert (again["pageviews"], again["already_imported"]) == (300, 300)
    days = {"from": "2026-11-20", "to": "2026-11-20"}
    assert deployed.get(f"/v1/sites/{COMMANDED}/counts", **days).json()["totals"] == {"pageviews": 300, "visitors": 11}
    assert told(deployed, "export", "--site", COMMANDED, "--output", str(export))["events"] == 300
    imported = told(deployed, "import", "events", str(export))
    assert (imported["events"], imported["already_imported"]) == (300, 300)


def test_what_an_owner_looks_at(deployed: Deployed, mailbox: Mailbox) -> None:
    send(deployed.url, [simple_beacon(COMMANDED, number) for number in range(3)])
    verified = told(deployed, "verify")
    assert verified["events"] >= 3
    assert verified["differences"] == []
    status = told(deployed, "status")
    assert (status["stack"], status["waiting_events"], status["quarantined"]) == ("milepost", 0, 0)
    assert told(deployed, "quarantine", "list") == {"quarantined": []}
    before = len(mailbox.mails())
    deployed.command("notify", "--test")
    within(10, lambda: len(mailbox.mails()) > before)


def test_a_rebuild_changes_no_answer(deployed: Deployed) -> None:
    asked = {"by": "page,day", "bots": "include", "from": "2026-11-01", "to": "2026-11-30"}
    before = deployed.get(f"/v1/sites/{COMMANDED}/counts", **asked).body
    assert told(deployed, "rebuild")["differences"] == []
    assert deployed.get(f"/v1/sites/{COMMANDED}/counts", **asked).body == before


def test_what_does_not_work_is_one_clear_line(deployed: Deployed) -> None:
    missing = deployed.command("site", "remove", "--yes", "unknown.example", check=False)
    assert missing.returncode == 1
    assert missing.stderr.splitlines()[-1].startswith("Error: there is no site 'unknown.example' here")
    local = deployed.command("serve", check=False)
    assert local.returncode == 1
    assert "for a data folder" in local.stderr
