"""A milestone reaches whoever subscribed to the topic: once, and as soon as there is somebody."""

from typing import Any

import pytest

from infra.aws.installation import TOPIC_ARN
from tests.stack.waiting import within
from tests.stack_aws.beacons import send, simple_beacon
from tests.stack_aws.deploying import Deployed
from tests.stack_aws.mailbox import Mailbox
from tests.stack_aws.registered import REACHED

pytestmark = pytest.mark.xdist_group("stack_aws")

_SECONDS = 60


def test_a_milestone_is_announced_once(deployed: Deployed, mailbox: Mailbox) -> None:
    send(deployed.url, [simple_beacon(REACHED.name, number) for number in range(5)])
    within(_SECONDS, lambda: len(announced(deployed)) == 2)
    five, two = milestones(deployed)
    assert [five["threshold"], two["threshold"]] == [5, 2]
    assert five["notified_at"] >= five["reached_at"]

    deployed.invoke("Sweep")
    mails = {mail.milestone_id: mail for mail in mailbox.mails() if REACHED.name in mail.text}
    assert mails.keys() == {five["milestone_id"], two["milestone_id"]}
    assert len([mail for mail in mailbox.mails() if REACHED.name in mail.text]) == 2
    assert "5 pageviews" in mails[five["milestone_id"]].text
    assert "https://stats.example.org/dashboard/" in mails[five["milestone_id"]].text


def test_what_nobody_has_subscribed_to_waits(second: Deployed) -> None:
    send(second.url, [simple_beacon(REACHED.name, number) for number in range(2)])
    within(_SECONDS, lambda: len(milestones(second)) == 1)
    within(_SECONDS, lambda: any("no subscription" in line for _, line in second.log_lines()))
    assert announced(second) == []

    mailbox = Mailbox(second.emulator, second.stack.output(TOPIC_ARN), "late")
    second.invoke("Sweep")
    [milestone] = announced(second)
    assert [mail.milestone_id for mail in mailbox.mails()] == [milestone["milestone_id"]]


def milestones(deployed: Deployed) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = deployed.get(f"/v1/sites/{REACHED.name}/milestones").json()["milestones"]
    return listed


def announced(deployed: Deployed) -> list[dict[str, Any]]:
    return [one for one in milestones(deployed) if one["notified_at"]]
