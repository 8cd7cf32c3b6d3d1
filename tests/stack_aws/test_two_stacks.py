"""Two stacks in one account do not touch each other."""

import time

import pytest

from infra.aws.destroy import kept_resources
from infra.aws.stacks import delete_stack, find_stack
from tests.stack_aws.beacons import send, simple_beacon, stored_bodies
from tests.stack_aws.deploying import Deployed
from tests.stack_aws.mailbox import Mailbox
from tests.stack_aws.registered import MADE_UP, READ_KEY, TWICE

pytestmark = pytest.mark.xdist_group("stack_aws")


def test_what_is_sent_to_one_is_nothing_to_the_other(deployed: Deployed, second: Deployed, mailbox: Mailbox) -> None:
    send(deployed.url, [simple_beacon(TWICE.name, number) for number in range(2)])
    send(second.url, [simple_beacon(TWICE.name, number) for number in range(3)])
    deployed.await_counts(TWICE.name, 2)
    second.await_counts(TWICE.name, 3)
    assert len(stored_bodies(deployed.engine, TWICE.name)) == 2
    deployed.invoke("Sweep")
    assert not [mail for mail in mailbox.mails() if TWICE.name in mail.text]
    assert deployed.get(f"/v1/sites/{MADE_UP.name}", READ_KEY).status == 200
    assert second.get(f"/v1/sites/{MADE_UP.name}", READ_KEY).status == 401


def test_one_goes_and_leaves_its_events_and_the_other(deployed: Deployed, second: Deployed) -> None:
    account = second.emulator.account()
    before = deployed.get(f"/v1/sites/{TWICE.name}/counts").body
    kept = {one.resource.partition("Tables")[2][:3] for one in kept_resources(account, second.stack)}
    told: list[str] = []
    delete_stack(account, second.stack, lambda seconds: time.sleep(0.1), told.append)
    assert kept >= {"Log", "Mil", "Reg"}
    assert find_stack(account, "second") is None
    assert deployed.get(f"/v1/sites/{TWICE.name}/counts").body == before
