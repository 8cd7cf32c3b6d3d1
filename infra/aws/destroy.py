"""The end of a deployment: its stacks go, its events stay unless their deletion is asked for in so many words."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from infra.aws.account import Account
from infra.aws.problems import AwsProblem
from infra.aws.stacks import Stack, Wait

_TABLES = {"AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"}
_BUCKET = "AWS::S3::Bucket"
_RETAINED = {"Retain", "RetainExceptOnCreate"}

_POLL_SECONDS = 3.0
_PATIENCE_SECONDS = 300.0


class Kept(NamedTuple):
    """A resource that outlives its stack: its name in the template, its type, and its name in AWS."""

    resource: str
    kind: str
    name: str


def kept_resources(account: Account, stack: Stack) -> list[Kept]:
    """Lists what stays when a stack is deleted.

    Raises:
        AwsProblem: As for `Account.call`.
    """
    body = account.call("cloudformation", "get_template", StackName=stack.name)["TemplateBody"]
    template: Mapping[str, Any] = json.loads(body) if isinstance(body, str) else body
    retained = {name for name, one in template.get("Resources", {}).items() if one.get("DeletionPolicy") in _RETAINED}
    resources = account.all("cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=stack.name)
    return [
        Kept(one["LogicalResourceId"], one["ResourceType"], one["PhysicalResourceId"])
        for one in resources
        if one["LogicalResourceId"] in retained and one.get("PhysicalResourceId")
    ]


def delete_kept(account: Account, kept: Kept, wait: Wait) -> None:
    """Deletes a table or a bucket that has outlived its stack, with all that is in it, for good.

    Raises:
        AwsProblem: It could not be deleted.
    """
    if kept.kind in _TABLES:
        _delete_table(account, kept.name, wait)
    elif kept.kind == _BUCKET:
        _delete_bucket(account, kept.name)
    else:
        raise AwsProblem(f"{kept.name} ({kept.kind}) was kept; delete it in the console")


def _delete_table(account: Account, table: str, wait: Wait) -> None:
    account.call("dynamodb", "update_table", TableName=table, DeletionProtectionEnabled=False)
    waited = 0.0
    while account.call("dynamodb", "describe_table", TableName=table)["Table"]["TableStatus"] != "ACTIVE":
        if waited >= _PATIENCE_SECONDS:
            raise AwsProblem(f"the table {table} takes no change; delete it in the console")
        wait(_POLL_SECONDS)
        waited += _POLL_SECONDS
    account.call("dynamodb", "delete_table", TableName=table)


def _delete_bucket(account: Account, bucket: str) -> None:
    while contents := account.call("s3", "list_objects_v2", Bucket=bucket).get("Contents"):
        doomed = {"Objects": [{"Key": one["Key"]} for one in contents], "Quiet": True}
        if errors := account.call("s3", "delete_objects", Bucket=bucket, Delete=doomed).get("Errors"):
            raise AwsProblem(f"{bucket} could not be emptied: {errors[0].get('Message', errors[0].get('Code'))}")
    account.call("s3", "delete_bucket", Bucket=bucket)
