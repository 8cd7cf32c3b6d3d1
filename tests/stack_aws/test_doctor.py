"""The doctor finds nothing wrong with a deployment but what docs/tested-on-an-emulator.md says the emulator lacks."""

import pytest

from infra.aws.checks.finding import OK, Answer
from infra.aws.doctor import examine
from infra.aws.installation import API_URL
from shared.process import now_ms
from tests.stack_aws.deploying import Deployed

pytestmark = pytest.mark.xdist_group("stack_aws")

_LACKING = {
    # Point-in-time recovery.
    *("table log", "table milestones", "table registry"),
    # The functions' own metrics.
    *("sweeper", "iterator age"),
    # The static pages are not deployed, and this deployment mails to nobody.
    *("pages", "mails of alarms"),
}


def test_nothing_else_is_wrong(deployed: Deployed) -> None:
    api = deployed.stack.output(API_URL)

    def fetch(method: str, address: str, headers: dict[str, str]) -> Answer:
        if not address.startswith(api):
            raise OSError("not deployed here")
        answer = deployed.request(method, address.removeprefix(api), headers=headers)
        return Answer(answer.status, dict(answer.headers), answer.body)

    findings = list(examine(deployed.emulator.account, (deployed.stack.name,), fetch, now_ms))
    wrong = {one.check: one.text for one in findings if one.state != OK and not one.check.startswith("alarm ")}
    assert wrong.keys() <= _LACKING, wrong
    fine = {one.check.partition(" of ")[0] for one in findings if one.state == OK}
    assert fine >= {"API", "version", "CORS answers", "table salts", "table views"}
    assert fine >= {"stream mapping", "dead letters", "mails"}
