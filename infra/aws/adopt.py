"""A new stack over tables that are there: kept from a destroyed one, or restored to an earlier second.

Source: AWS CloudFormation User Guide, "Import AWS resources into a CloudFormation stack".
"""

import json
from collections.abc import Mapping
from typing import Any

from infra.aws.account import Account
from infra.aws.assembly import Template
from infra.aws.problems import AwsProblem
from infra.aws.stacks import Tell, Wait, execute, find_stack, propose_import
from infra.installation import Installation
from services.projector.recount import Progress
from shared.backlog import live_projection
from shared.domain.rules import rule_set
from shared.engines.dynamodb.tables import TABLES
from shared.process import now_ms

#: What cannot be folded again, and so may be worth adopting.
ADOPTABLE = tuple(role for role, table in TABLES.items() if table.retained)

#: What a table cannot do without. All else is switched on by the update that follows, since a restored table lacks it.
_BARE = ("KeySchema", "AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes")


def adopt(
    account: Account, template: Template, tables: Mapping[str, str], change_set: str, wait: Wait, tell: Tell
) -> None:
    """Makes a stack that has some tables and nothing else yet.

    Args:
        account: The account.
        template: The stack as it is to be deployed afterwards.
        tables: The tables' names by their roles, of `ADOPTABLE`.
        change_set: A name for the change set.
        wait: Waits so many seconds.
        tell: Is told each step.

    Raises:
        AwsProblem: The stack is there already, a table is not, or CloudFormation does not take it.
    """
    if find_stack(account, template.stack):
        raise AwsProblem(f"the stack {template.stack} has tables already; adopt into a new one, with STACK=")
    bare: dict[str, Any] = {}
    imported = []
    for role, name in tables.items():
        resource = template.content["Outputs"][f"Table{role.capitalize()}"]["Value"]["Ref"]
        bare[resource] = _bare(account, template.content["Resources"][resource], name)
        imported.append(
            {
                "ResourceType": bare[resource]["Type"],
                "LogicalResourceId": resource,
                "ResourceIdentifier": {"TableName": name},
            }
        )
    body = json.dumps({"Resources": bare})
    execute(account, propose_import(account, template.stack, body, imported, wait, change_set), wait, tell)


def count_again(installation: Installation, progress: Progress) -> None:
    """Folds adopted tables into the read models of a new stack, which know nothing yet. Announces nothing.

    Args:
        installation: The stack.
        progress: Told how many events each epoch had.

    Raises:
        CommitConflict, StorageUnavailable: The tables are out of reach; `milepost rebuild` does it too.
    """
    engine = installation.engine
    for site in engine.sites.all():
        engine.read_models.set_timezone(site.name, site.timezone)
    building = installation.rebuild.build(rule_set(), live_projection(engine.read_models).timezones, progress)
    installation.rebuild.switch(building, now_ms())


def _bare(account: Account, resource: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Gives a table's template with what the table has by now."""
    wanted = resource["Properties"]
    properties = {key: wanted[key] for key in _BARE if key in wanted}
    found = account.call("dynamodb", "describe_table", TableName=name)["Table"]
    if found.get("StreamSpecification", {}).get("StreamEnabled"):
        properties |= {key: wanted[key] for key in ("StreamSpecification",) if key in wanted}
    kept = {key: resource[key] for key in ("Type", "DeletionPolicy", "UpdateReplacePolicy")}
    return {**kept, "Properties": properties}
