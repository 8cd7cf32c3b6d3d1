"""The installation of an AWS account: a deployed stack, opened with the caller's credentials."""

import time
from functools import partial

from infra.aws.account import Account, open_account
from infra.aws.config import SITE_ADDRESS
from infra.aws.lease import import_lease
from infra.aws.problems import AwsProblem
from infra.aws.stacks import Stack, existing_stack
from infra.installation import Installation, Place, compose
from services.projector.notify import NotDelivered, Notification
from services.projector.publish import Topic
from shared.domain.rules import rule_set
from shared.engines.dynamodb import open_engine
from shared.engines.dynamodb.client import Dynamo, make_client
from shared.engines.dynamodb.tables import Tables
from shared.environment import DIRECTORY_LIFETIME
from shared.process import back_off, now_ms, random_id

#: Outputs of the stack, as the CDK app names them.
API_URL, WATCH_URL, TOPIC_ARN, ALARM_TOPIC_ARN = "ApiUrl", "WatchUrl", "TopicArn", "AlarmTopicArn"


def open_stack(name: str) -> Installation:
    """Opens a deployed stack with the credentials of the environment.

    Args:
        name: The stack's name.

    Raises:
        AwsProblem: There are no credentials, or there is no such stack.
    """
    account = open_account()
    return installation_of(account, existing_stack(account, name), dynamo_of(account))


def dynamo_of(account: Account) -> Dynamo:
    """Makes the client of an account's tables."""
    return Dynamo(make_client(account.session), back_off)


def installation_of(account: Account, stack: Stack, dynamo: Dynamo) -> Installation:
    """Puts the services of a stack together.

    Args:
        account: The account that it is in.
        stack: The stack.
        dynamo: The client of its tables.

    Raises:
        AwsProblem: The stack lacks an output.
    """
    tables = tables_of(stack)
    topic = Topic(account.client("sns"), stack.output(TOPIC_ARN), time.monotonic)
    address, api = site_address(stack), stack.output(API_URL)
    place = Place(
        DIRECTORY_LIFETIME,
        lambda: address,
        lambda: api,
        partial(_send, topic),
        "sns",
        lambda: import_lease(dynamo, tables.registry, random_id(), now_ms),
        lambda: {"stack": stack.name, "address": address, "api": api},
    )
    return compose(open_engine(dynamo, tables, rule_set()), place)


def tables_of(stack: Stack) -> Tables:
    """Gives the names of a stack's tables. Raises `AwsProblem` if it does not tell one."""
    return Tables(**{role: stack.output(f"Table{role.capitalize()}") for role in Tables._fields})


def site_address(stack: Stack) -> str:
    """Tells where browsers find the static pages: as the stack was told. Raises `AwsProblem` if it was not."""
    try:
        return stack.parameters[SITE_ADDRESS]
    except KeyError:
        raise AwsProblem(f"the stack {stack.name} was not told where its static pages are: run make deploy") from None


def _send(topic: Topic, notification: Notification) -> None:
    if not topic.has_subscriber():
        raise NotDelivered(
            "nobody has confirmed the subscription to the mails yet; follow the link in the mail from AWS Notifications"
        )
    topic.send(notification)
