from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from services.projector.notify import NotDelivered, Notification
from services.projector.publish import CONFIRMATION_LIFETIME, MAX_TEXT_BYTES, Announcer, Topic
from shared.engine import Mail
from shared.metrics import NOTIFICATIONS_FAILED
from tests.unit.deployed import TOPIC, FakeSns

DOWN = EndpointConnectionError(endpoint_url="https://sns.us-east-1.amazonaws.com/")


class Watch:
    """A topic over a fake client, under a clock that can be moved."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.sns = FakeSns()
        self.topic = Topic(self.sns, TOPIC, lambda: self.seconds)

    def send(self, mail_id: str, text: str = "text") -> Any:
        self.topic.send(Notification(mail_id, "subject", text))
        return self.sns.published[-1]


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_a_single_milestone_is_named_by_its_id(watch: Watch) -> None:
    message = watch.send("0123456789abcdef0123")
    assert (message["TopicArn"], message["Subject"], message["Message"]) == (TOPIC, "subject", "text")
    assert {name: one["StringValue"] for name, one in message["MessageAttributes"].items()} == {
        "mail_id": "0123456789abcdef0123",
        "milestone_id": "0123456789abcdef0123",
    }


@pytest.mark.parametrize("mail_id", ["digest-0123456789abcdef0123", "test-0123456789abcdef01234567"])
def test_what_is_no_single_milestone_is_named_as_a_mail_only(watch: Watch, mail_id: str) -> None:
    assert list(watch.send(mail_id)["MessageAttributes"]) == ["mail_id"]


def test_a_giant_digest_is_cut_to_what_sns_takes(watch: Watch) -> None:
    assert watch.send("digest-1", "ä" * (MAX_TEXT_BYTES // 2))["Message"] == "ä" * (MAX_TEXT_BYTES // 2)
    cut = watch.send("digest-1", "ä" * MAX_TEXT_BYTES)["Message"]
    assert len(cut.encode()) <= MAX_TEXT_BYTES
    assert cut.endswith("the dashboard lists all milestones)\n")


def test_a_topic_that_is_out_of_reach_has_not_taken_the_mail(watch: Watch) -> None:
    watch.sns.fails = DOWN
    with pytest.raises(NotDelivered, match="SNS, publish: Could not connect"):
        watch.send("a")
    with pytest.raises(NotDelivered, match="SNS, get_topic_attributes: "):
        watch.topic.has_subscriber()


def test_a_confirmation_is_noticed_within_a_minute(watch: Watch) -> None:
    watch.sns.confirmed = 0
    assert not watch.topic.has_subscriber()
    watch.sns.confirmed = 1
    assert not watch.topic.has_subscriber()
    assert watch.sns.asked == 1
    watch.seconds += CONFIRMATION_LIFETIME
    assert watch.topic.has_subscriber()


class Outbox:
    """An outbox with something in it, or nothing."""

    def __init__(self, waiting: int) -> None:
        self.waiting = waiting

    def pending(self) -> list[object]:
        return [object()] * self.waiting

    def planned(self) -> list[Mail]:
        return []


def announce(watch: Watch, waiting: int = 1, failed: int = 0) -> tuple[int, list[Any]]:
    """Gives how often the notifier ran, and the metrics."""
    runs = []
    emitted: list[Any] = []
    outbox: Any = Outbox(waiting)

    def notify() -> int:
        runs.append(1)
        return failed

    Announcer(outbox, watch.topic, notify, emitted.append).run()
    return len(runs), emitted


def test_mails_that_were_not_delivered_are_a_metric(watch: Watch) -> None:
    assert announce(watch, failed=2) == (1, [{NOTIFICATIONS_FAILED: 2}])
    assert announce(watch) == (1, [{NOTIFICATIONS_FAILED: 0}])


def test_without_a_subscriber_it_is_said_that_milestones_wait(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    watch.sns.confirmed = 0
    assert announce(watch, waiting=0) == (0, [])
    assert not caplog.messages
    assert announce(watch, waiting=3) == (0, [])
    assert caplog.messages[0].startswith("3 milestones wait in the outbox: no subscription of the topic is confirmed")


def test_a_topic_that_cannot_be_asked_is_a_failure(watch: Watch) -> None:
    watch.sns.fails = DOWN
    assert announce(watch) == (0, [{NOTIFICATIONS_FAILED: 1}])
