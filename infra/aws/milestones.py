"""From the outbox to the owner's mail: the milestones table's stream, the notifier, and a topic with subscriptions."""

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.aws.config import Deployment
from infra.aws.dead_letters import DeadLetters
from infra.aws.functions import Worker
from infra.aws.streams import map_stream
from shared.engines.dynamodb.milestones import OUTBOX

#: Milestones reached at the same time go into one call.
_WINDOW = 5

#: Only new entries of the outbox ring.
OUTBOX_ENTRIES = {"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": [OUTBOX]}}}}


def make_topic(scope: Construct, name: str, deployment: Deployment, display_name: str) -> sns.Topic:
    """Makes a topic that speaks TLS only, with a subscription for everyone who gets mail."""
    topic = sns.Topic(scope, name, display_name=display_name, enforce_ssl=True)
    for number, recipient in enumerate(deployment.mail_to, start=1):
        sns.Subscription(
            scope,
            f"{name}Mail{number}",
            topic=topic,
            protocol=sns.SubscriptionProtocol.EMAIL,
            endpoint=recipient,
        )
    return topic


class MilestoneMails(Construct):
    """What wakes the notifier."""

    def __init__(
        self, scope: Construct, name: str, milestones: dynamodb.Table, notify: Worker, dead_letters: DeadLetters
    ) -> None:
        """Makes the mapping."""
        super().__init__(scope, name)
        map_stream(self, milestones, notify, dead_letters, _WINDOW, OUTBOX_ENTRIES)
