"""An installation moves from one machine to a stack, and back: every answer is identical.

Named so that it comes first: no function has looked for sites yet.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.imports.importing import real_log
from tests.stack.waiting import within
from tests.stack_aws.deploying import Deployed
from tests.stack_aws.twin import portions, questions
from tests.support.server import Api, Server, serving

pytestmark = pytest.mark.xdist_group("stack_aws")

SITE = "moved.example"

#: The days of the log, and those about today, whichever that is until the test ends.
THEN = ("2015-05-01", "2015-05-31")
NOW = tuple(f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}" for days in (-2, 2))


def test_there_and_back(deployed: Deployed, tmp_path: Path) -> None:
    log = real_log("elastic_apache")
    here, back = tmp_path / "here.ndjson", tmp_path / "back.ndjson"
    with serving(tmp_path / "here") as server:
        answers = lived(server, log)
        server.command("export", "--site", SITE, "--output", str(here))
    deployed.command("import", "events", str(here))
    within(60, lambda: deployed.get(f"/v1/sites/{SITE}").status == 200)
    assert everything(deployed) == answers
    deployed.command("export", "--site", SITE, "--output", str(back))
    with serving(tmp_path / "back") as server:
        server.command("import", "events", str(back))
        within(10, lambda: server.get(f"/v1/sites/{SITE}").status == 200)
        assert everything(server) == answers


def lived(server: Server, log: Path) -> dict[str, list[bytes]]:
    """Gives a site a past, visits of today and a milestone that was announced, and tells all its answers."""
    server.command("site", "add", SITE, "--public", "--timezone", "America/New_York")
    server.command("import", "access-log", str(log), "--site", SITE, "--days", "as-written")
    server.command("site", "set", SITE, "--milestones", f"5,{pageviews(server, *THEN) + 20}")
    sent: list[int] = []

    def announced() -> bool:
        sent.append(server.beacon(f"https://{SITE}/page-{len(sent) % 7}", domain=SITE).status)
        return any(one["notified_at"] for one in server.get(f"/v1/sites/{SITE}/milestones").json()["milestones"])

    within(30, announced)
    within(20, lambda: pageviews(server, *NOW) == sent.count(202) == len(sent))
    return everything(server)


def pageviews(api: Api, first: str, last: str) -> int:
    answer = api.get(f"/v1/sites/{SITE}/counts", **{"from": first, "to": last})
    return int(answer.json()["totals"]["pageviews"])


def everything(api: Api) -> dict[str, list[bytes]]:
    """Every answer about the site, byte for byte."""
    asked = [f"/v1/sites/{SITE}/milestones?limit=1000"]
    asked += [question for span in (THEN, NOW) for question in questions(SITE, *span)]
    return {question: [answer.body for answer in portions(api.get, question)] for question in asked}
