"""A queue that is subscribed to a topic, as a confirmed address would be."""

import json
from typing import Any, NamedTuple

from tests.stack_aws.emulator import Emulator


class Mail(NamedTuple):
    """A message that the topic sent.

    Attributes:
        subject: Its subject.
        text: Its text.
        milestone_id: The milestone that it is about, or None.
    """

    subject: str
    text: str
    milestone_id: str | None


class Mailbox:
    """All messages that a topic has sent since the mailbox was made."""

    def __init__(self, emulator: Emulator, topic_arn: str, name: str) -> None:
        """Makes a queue of that name, and subscribes it."""
        self._sqs = emulator.client("sqs")
        self._queue = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        asked = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])
        arn = asked["Attributes"]["QueueArn"]
        self._sqs.set_queue_attributes(QueueUrl=self._queue, Attributes={"Policy": _policy(arn, topic_arn)})
        emulator.client("sns").subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn)
        #: The messages as they came, byte for byte.
        self.raw: list[str] = []

    def mails(self) -> list[Mail]:
        """Gives all that has come so far, in the order of its coming."""
        while received := self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages"):
            for message in received:
                self.raw.append(message["Body"])
                self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return [_read(json.loads(body)) for body in self.raw]


def _read(envelope: dict[str, Any]) -> Mail:
    milestone = envelope.get("MessageAttributes", {}).get("milestone_id")
    return Mail(envelope["Subject"], envelope["Message"], milestone and milestone["Value"])


def _policy(queue_arn: str, topic_arn: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
