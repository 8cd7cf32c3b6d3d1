"""The functions: lean, each with its own log group and its own role, which holds what its duty says and no more."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.aws.config import Deployment
from infra.aws.duties import DUTIES, Duty
from infra.aws.log_groups import make_log_group
from shared.engines.dynamodb.tables import TABLES
from shared.environment import (
    COUNTRY_HEADER,
    DASHBOARD_URL,
    STACK,
    TOPIC_ARN,
    TRUSTED_PROXIES,
    WINDOW,
    table_variable,
    variable,
)


class Worker(NamedTuple):
    """A function, the role that it runs as, and the log that it writes."""

    function: lambda_.Function
    role: iam.Role
    log: logs.LogGroup


class Mails(NamedTuple):
    """Where milestones are announced, and the dashboard's address that their mails name."""

    topic: sns.Topic
    dashboard: str


class Functions(Construct):
    """The functions of `DUTIES`.

    None has reserved concurrency: a new account has ten executions at a time in all, and AWS keeps what it reserves
    from everything else. The front door's throttle limits what a flood can cost.

    Attributes:
        by_name: The functions by their names in `DUTIES`.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        deployment: Deployment,
        packages: Path,
        tables: Mapping[str, dynamodb.Table],
        mails: Mails,
    ) -> None:
        """Makes the functions.

        Args:
            scope: What they belong to.
            name: Of the construct.
            deployment: Settings.
            packages: The folder with a package (`ingest.zip` …) of each service.
            tables: The tables by their roles.
            mails: Where milestones are announced.
        """
        super().__init__(scope, name)
        self._deployment = deployment
        self._packages = packages
        self._tables = tables
        self._mails = mails
        self.by_name = {one: self._make(one, duty) for one, duty in DUTIES.items()}

    def _make(self, name: str, duty: Duty) -> Worker:
        platform = self._deployment.platform
        log = make_log_group(self, f"{name}Log", self._deployment)
        role = iam.Role(self, f"{name}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        function = lambda_.Function(
            self,
            name,
            description=duty.description,
            code=lambda_.Code.from_asset(str(self._packages / f"{duty.service}.zip")),
            handler=f"services.{duty.service}.lambda_function.{duty.handler}",
            runtime=lambda_.Runtime(platform.runtime, lambda_.RuntimeFamily.PYTHON),
            architecture=lambda_.Architecture.custom(platform.architecture),
            memory_size=duty.memory,
            timeout=Duration.seconds(duty.timeout),
            role=role,
            log_group=log,
            logging_format=lambda_.LoggingFormat.JSON,
            application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
            system_log_level_v2=lambda_.SystemLogLevel.WARN,
            environment=self._environment(duty),
        )
        self._allow(role, duty, log)
        return Worker(function, role, log)

    def _environment(self, duty: Duty) -> dict[str, str]:
        variables = {variable(STACK): self._deployment.stack}
        variables |= {table_variable(table): self._tables[table].table_name for table in duty.tables}
        if duty.announces:
            variables[variable(TOPIC_ARN)] = self._mails.topic.topic_arn
            variables[variable(DASHBOARD_URL)] = self._mails.dashboard
        if duty.handler == "sweep":
            variables[variable(WINDOW)] = str(self._deployment.window)
        if duty.service == "ingest":
            variables[variable(TRUSTED_PROXIES)] = self._deployment.trusted_proxies
            variables[variable(COUNTRY_HEADER)] = self._deployment.country_header
        return variables

    def _allow(self, role: iam.Role, duty: Duty, log: logs.LogGroup) -> None:
        writing = ["logs:CreateLogStream", "logs:PutLogEvents"]
        role.add_to_policy(iam.PolicyStatement(actions=writing, resources=[log.log_group_arn]))
        for table, actions in duty.tables.items():
            arn = self._tables[table].table_arn
            if actions:
                named = [f"dynamodb:{action}" for action in actions]
                role.add_to_policy(iam.PolicyStatement(actions=named, resources=[arn]))
            index = TABLES[table].index
            if index and table in duty.indexes:
                resources = [f"{arn}/index/{index.name}"]
                role.add_to_policy(iam.PolicyStatement(actions=["dynamodb:Query"], resources=resources))
        if duty.announces:
            publishing = ["sns:Publish", "sns:GetTopicAttributes"]
            role.add_to_policy(iam.PolicyStatement(actions=publishing, resources=[self._mails.topic.topic_arn]))
