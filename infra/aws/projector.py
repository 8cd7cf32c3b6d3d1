"""What wakes the projector: the log's stream, and the clock for sweeps and the nightly audit."""

from collections.abc import Mapping

from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.aws.config import Deployment
from infra.aws.dead_letters import DeadLetters
from infra.aws.functions import Worker
from infra.aws.schedules import schedule
from infra.aws.streams import map_stream

#: Markers and retention change events; only new ones ring.
NEW_EVENTS = {"eventName": ["INSERT"]}

_FIVE_MINUTES, _HOUR = 300, 3600


class ProjectorTriggers(Construct):
    """The stream's mapping and the schedules.

    Attributes:
        mapping_id: The id of the mapping, by which it is disabled and enabled.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        deployment: Deployment,
        log: dynamodb.Table,
        workers: Mapping[str, Worker],
        dead_letters: DeadLetters,
    ) -> None:
        """Makes the mapping and the schedules."""
        super().__init__(scope, name)
        mapping = map_stream(self, log, workers["Project"], dead_letters, deployment.window, NEW_EVENTS)
        self.mapping_id = mapping.attr_id
        schedule(self, "Sweep", "rate(5 minutes)", workers["Sweep"], dead_letters, _FIVE_MINUTES)
        schedule(self, "Audit", "cron(30 3 * * ? *)", workers["Audit"], dead_letters, _HOUR)
