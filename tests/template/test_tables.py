"""The tables' protections, in the template as the engine describes them."""

from collections.abc import Mapping
from typing import Any

import pytest

from shared.engines.dynamodb.tables import TABLES
from tests.template.synthesizing import Templates

pytestmark = pytest.mark.xdist_group("template")


def table(templates: Templates, role: str) -> Mapping[str, Any]:
    reference = templates.main["Outputs"][f"Table{role.capitalize()}"]["Value"]["Ref"]
    found: Mapping[str, Any] = templates.main["Resources"][reference]
    return found


def test_there_is_each_table_and_no_other(templates: Templates) -> None:
    assert len(templates.resources("AWS::DynamoDB::Table")) == len(TABLES) == 5


@pytest.mark.parametrize("role", ["log", "milestones", "registry"])
def test_what_cannot_be_folded_again_is_protected(templates: Templates, role: str) -> None:
    resource = table(templates, role)
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"
    assert resource["Properties"]["DeletionProtectionEnabled"] is True
    assert resource["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_salts_leave_no_copy(templates: Templates) -> None:
    resource = table(templates, "salts")
    assert resource["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": False}
    assert "StreamSpecification" not in resource["Properties"]
    assert "TimeToLiveSpecification" not in resource["Properties"]
    assert resource["DeletionPolicy"] == "Delete"


def test_only_the_log_and_the_milestones_have_a_stream(templates: Templates) -> None:
    streams = {role: table(templates, role)["Properties"].get("StreamSpecification") for role in TABLES}
    new_image = {"StreamViewType": "NEW_IMAGE"}
    assert streams == {"log": new_image, "milestones": new_image, "views": None, "registry": None, "salts": None}


@pytest.mark.parametrize("role", TABLES)
def test_tables_are_on_demand_nameless_and_without_a_key_of_ours(templates: Templates, role: str) -> None:
    properties = table(templates, role)["Properties"]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert not {"TableName", "SSESpecification", "LocalSecondaryIndexes"} & set(properties)


@pytest.mark.parametrize("role", TABLES)
def test_keys_and_index_are_the_engines(templates: Templates, role: str) -> None:
    properties, described = table(templates, role)["Properties"], TABLES[role]
    keys = [key.name for key in (described.partition, described.sort) if key]
    assert [key["AttributeName"] for key in properties["KeySchema"]] == keys
    indexes = [(index["IndexName"], index["Projection"]) for index in properties.get("GlobalSecondaryIndexes", ())]
    index = described.index
    projection = {"ProjectionType": "KEYS_ONLY" if index and index.keys_only else "ALL"}
    assert indexes == ([(index.name, projection)] if index else [])


def test_no_key_of_our_own_costs_a_dollar_a_month(templates: Templates) -> None:
    assert not templates.resources("AWS::KMS::Key")
