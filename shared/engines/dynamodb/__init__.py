"""The engine of AWS: DynamoDB tables, as `tables.py` describes them."""

from typing import TYPE_CHECKING

from shared.engine import Engine

if TYPE_CHECKING:
    from shared.engines.dynamodb.client import Dynamo
    from shared.engines.dynamodb.tables import Tables


def open_engine(dynamo: "Dynamo", tables: "Tables", rules: str) -> Engine:
    """Puts the engine of an installation together. Nothing is read or written yet.

    Args:
        dynamo: The client.
        tables: The names of its tables. Those of ports that are not used may be "".
        rules: The rule set that a first projection is folded under.
    """
    # Ingest uses modules of this package, and must not load what only the read models need.
    from shared.engines.dynamodb.day_store import DynamoDayStore
    from shared.engines.dynamodb.log import DynamoEventLog
    from shared.engines.dynamodb.milestones import DynamoMilestones
    from shared.engines.dynamodb.read_models import DynamoReadModels
    from shared.engines.dynamodb.registry import DynamoDrops, DynamoImports, DynamoKeys, DynamoSites
    from shared.engines.dynamodb.salts import DynamoSalts

    return Engine(
        log=DynamoEventLog(dynamo, tables.log),
        read_models=DynamoReadModels(dynamo, tables.views, rules),
        days=DynamoDayStore(dynamo, tables.views),
        milestones=DynamoMilestones(dynamo, tables.milestones),
        salts=DynamoSalts(dynamo, tables.salts),
        sites=DynamoSites(dynamo, tables.registry),
        keys=DynamoKeys(dynamo, tables.registry),
        imports=DynamoImports(dynamo, tables.registry),
        drops=DynamoDrops(dynamo, tables.registry),
    )
