"""Least privilege: no wildcard that AWS does not force, a role for each function."""

from typing import Any

import pytest

from tests.template.synthesizing import Templates, as_list

pytestmark = pytest.mark.xdist_group("template")

#: Actions that know no resource. Lambda refuses to read a stream in the name of a role that lacks this one.
WITHOUT_RESOURCE = {"dynamodb:ListStreams"}

#: Lambda makes up the names of the dead letters that it puts into the bucket.
ANY_OBJECT = {"s3:PutObject"}


def is_wildcard(resource: Any) -> bool:
    if isinstance(resource, str):
        return "*" in resource
    joined = resource.get("Fn::Join", ["", []])[1]
    return any(isinstance(part, str) and "*" in part for part in joined)


def test_no_action_is_a_wildcard(templates: Templates) -> None:
    actions = [action for _, statement in templates.statements() for action in as_list(statement["Action"])]
    assert actions
    assert [action for action in actions if "*" in action] == []


def test_only_what_aws_forces_has_a_wildcard_for_its_resource(templates: Templates) -> None:
    wildcards = {
        (action, resource if resource == "*" else "below one resource")
        for _, statement in templates.statements()
        for resource in as_list(statement["Resource"])
        if is_wildcard(resource)
        for action in as_list(statement["Action"])
    }
    expected = {(action, "*") for action in WITHOUT_RESOURCE}
    assert wildcards == expected | {(action, "below one resource") for action in ANY_OBJECT}


def test_every_function_has_a_role_of_its_own_without_managed_policies(templates: Templates) -> None:
    functions = templates.properties("AWS::Lambda::Function")
    roles = [function["Role"]["Fn::GetAtt"][0] for function in functions]
    assert len(set(roles)) == len(functions) == 6
    assert not any("ManagedPolicyArns" in role for role in templates.properties("AWS::IAM::Role"))


def test_every_policy_belongs_to_one_role(templates: Templates) -> None:
    assert all(len(policy["Roles"]) == 1 for policy in templates.properties("AWS::IAM::Policy"))


def test_a_schedule_may_call_its_own_function_only(templates: Templates) -> None:
    for schedule in templates.properties("AWS::Scheduler::Schedule"):
        role = schedule["Target"]["RoleArn"]["Fn::GetAtt"][0]
        policies = [p for p in templates.properties("AWS::IAM::Policy") if p["Roles"] == [{"Ref": role}]]
        (statement,) = policies[0]["PolicyDocument"]["Statement"]
        assert statement["Action"] == "lambda:InvokeFunction"
        assert statement["Resource"] == schedule["Target"]["Arn"]


def test_the_front_door_may_call_ingest_and_query_only(templates: Templates) -> None:
    permissions = templates.properties("AWS::Lambda::Permission")
    called = {permission["FunctionName"]["Fn::GetAtt"][0] for permission in permissions}
    assert called == {templates.main["Outputs"][f"Function{name}"]["Value"]["Ref"] for name in ("Ingest", "Query")}
    assert {permission["Principal"] for permission in permissions} == {"apigateway.amazonaws.com"}
    assert all("SourceArn" in permission for permission in permissions)
