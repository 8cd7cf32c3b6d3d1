"""The mail path on AWS: an SNS topic that the owner's email address is subscribed to.

Source: Amazon Simple Notification Service API Reference, `Publish` and `GetTopicAttributes`.
"""

import logging
import re
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from services.projector.notify import NotDelivered, Notification
from shared.directory import Monotonic, Remembered
from shared.domain.text import cut_utf8
from shared.engine import Milestones
from shared.metrics import NOTIFICATIONS_FAILED, Emit

logger = logging.getLogger(__name__)

#: Seconds that what is known of the subscription may be old.
CONFIRMATION_LIFETIME = 60.0

#: What SNS takes of a message, 256 KB with its attributes, less room for those. Only a giant digest is longer.
MAX_TEXT_BYTES = 250_000
_CUT = "\n(cut here; the dashboard lists all milestones)\n"

#: A single milestone's mail goes by the milestone's id.
_MILESTONE_ID = re.compile(r"[0-9a-f]{20}")


class Topic:
    """A topic for notifications."""

    def __init__(self, client: Any, arn: str, monotonic: Monotonic) -> None:
        """Puts the topic together.

        Args:
            client: A low-level SNS client.
            arn: The topic's ARN.
            monotonic: Gives seconds that never go back.
        """
        self._client = client
        self._arn = arn
        self._subscriptions = Remembered(self._count_subscriptions, CONFIRMATION_LIFETIME, monotonic)

    def has_subscriber(self) -> bool:
        """Tells whether any subscription is confirmed. What is published before is lost.

        Raises:
            NotDelivered: The topic is out of reach.
        """
        return self._subscriptions() > 0

    def send(self, notification: Notification) -> None:
        """Publishes a notification, with `mail_id` and, of a single milestone, `milestone_id` as message attributes.

        Raises:
            NotDelivered: The topic did not take it.
        """
        names = ["mail_id"]
        if _MILESTONE_ID.fullmatch(notification.mail_id):
            names.append("milestone_id")
        self._call(
            "publish",
            Subject=notification.subject,
            Message=cut_utf8(notification.text, MAX_TEXT_BYTES, _CUT),
            MessageAttributes={name: {"DataType": "String", "StringValue": notification.mail_id} for name in names},
        )

    def _count_subscriptions(self) -> int:
        attributes = self._call("get_topic_attributes")["Attributes"]
        return int(attributes.get("SubscriptionsConfirmed", 0))

    def _call(self, operation: str, **parameters: Any) -> Any:
        try:
            return getattr(self._client, operation)(TopicArn=self._arn, **parameters)
        except (BotoCoreError, ClientError) as error:
            raise NotDelivered(f"SNS, {operation}: {error}") from error


class Announcer:
    """Runs the notifier, but only when somebody would learn of what it sends."""

    def __init__(self, outbox: Milestones, topic: Topic, notify: Callable[[], int], emit: Emit) -> None:
        """Puts the announcer together.

        Args:
            outbox: Where milestones wait.
            topic: Where they are sent.
            notify: Announces what waits, and tells how many mails were not delivered.
            emit: Writes metrics.
        """
        self._outbox = outbox
        self._topic = topic
        self._notify = notify
        self._emit = emit

    def run(self) -> None:
        """Announces what is in the outbox; all of it stays there while no subscription is confirmed.

        Raises:
            StorageUnavailable: The outbox is out of reach.
        """
        try:
            if not self._topic.has_subscriber():
                self._say_what_waits()
                return
            failed = self._notify()
        except NotDelivered as error:
            logger.error("nobody knows whether the topic has a confirmed subscription: %s", error)
            failed = 1
        self._emit({NOTIFICATIONS_FAILED: failed})

    def _say_what_waits(self) -> None:
        waiting = len(self._outbox.pending()) + sum(len(mail.milestones) for mail in self._outbox.planned())
        if waiting:
            logger.warning(
                "%d milestones wait in the outbox: no subscription of the topic is confirmed; follow the link in the "
                "mail from AWS Notifications",
                waiting,
            )
