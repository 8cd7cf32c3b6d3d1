"""The CDK app: it composes the constructs, one for each concern, and does nothing else."""

from pathlib import Path

from aws_cdk import App, CfnOutput, CfnParameter, Stack
from constructs import Construct

from infra.aws.alarms import Alarms
from infra.aws.config import SITE_ADDRESS, Deployment
from infra.aws.dead_letters import DeadLetters
from infra.aws.front_door import FrontDoor
from infra.aws.functions import Functions, Mails
from infra.aws.metrics import Metrics
from infra.aws.milestones import MilestoneMails, make_topic
from infra.aws.projector import ProjectorTriggers
from infra.aws.site_hosting import SiteStack
from infra.aws.tables import EngineTables
from infra.aws.watch import Watch


class MilepostStack(Stack):
    """Everything but the static pages."""

    def __init__(self, scope: Construct, deployment: Deployment, packages: Path) -> None:
        """Composes the stack.

        Args:
            scope: The app.
            deployment: Names and settings.
            packages: The folder with a package of each service.
        """
        super().__init__(scope, deployment.stack, description="Milepost: visitor analytics that keeps the events")
        site = CfnParameter(
            self,
            SITE_ADDRESS,
            type="String",
            default=deployment.public_url or "",
            description="Where the static pages are, for the links in mails",
        ).value_as_string
        tables = EngineTables(self, "Tables").by_role
        dead_letters = DeadLetters(self, "DeadLetters", deployment)
        topic = make_topic(self, "MilestonesTopic", deployment, "Milepost")
        alarm_topic = make_topic(self, "AlarmsTopic", deployment, "Milepost alarms")
        mails = Mails(topic, f"{site}/dashboard/")
        workers = Functions(self, "Functions", deployment, packages, tables, mails).by_name
        door = FrontDoor(self, "FrontDoor", deployment, workers["Ingest"].function, workers["Query"].function)
        triggers = ProjectorTriggers(self, "Projector", deployment, tables["log"], workers, dead_letters)
        MilestoneMails(self, "Milestones", tables["milestones"], workers["Notify"], dead_letters)
        metrics = Metrics(deployment.stack, door.api_id, workers["Project"].function.function_name)
        function_logs = {name: worker.log for name, worker in workers.items()}
        alarms = Alarms(self, "Alarms", deployment, metrics, alarm_topic, function_logs, dead_letters.log)
        watch = Watch(self, "Watch", deployment, metrics, alarms.alarms)
        self._put_out(
            {
                "ApiUrl": door.address,
                "WatchUrl": watch.address,
                "TopicArn": topic.topic_arn,
                "AlarmTopicArn": alarm_topic.topic_arn,
                "DeadLetterBucket": dead_letters.bucket.bucket_name,
                "MappingId": triggers.mapping_id,
                **{f"Table{role.capitalize()}": table.table_name for role, table in tables.items()},
                **{f"Function{name}": worker.function.function_name for name, worker in workers.items()},
            }
        )

    def _put_out(self, outputs: dict[str, str]) -> None:
        for name, value in outputs.items():
            CfnOutput(self, f"Out{name}", value=value).override_logical_id(name)


def make_app(deployment: Deployment, packages: Path, folder: Path) -> App:
    """Makes the app with its two stacks: `deployment.stack` and `deployment.site_stack`.

    Args:
        deployment: Names and settings.
        packages: The folder with `ingest.zip`, `projector.zip` and `query.zip`.
        folder: Where the templates are written.
    """
    app = App(outdir=str(folder), analytics_reporting=False, tree_metadata=False)
    SiteStack(app, deployment)
    MilepostStack(app, deployment, packages)
    return app
