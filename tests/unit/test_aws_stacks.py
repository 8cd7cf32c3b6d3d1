from datetime import UTC, datetime
from typing import Any

import pytest

from infra.aws.problems import AwsProblem
from infra.aws.stacks import Change, Proposal, delete_stack, discard, execute, existing_stack, find_stack, propose
from tests.unit.aws_stubs import STACK_ID, Stubs, main_stack, stack_answer

CF = "cloudformation"


@pytest.fixture
def stubs() -> Any:
    made = Stubs()
    yield made
    made.assert_all_asked()


def no_wait(seconds: float) -> None:
    assert seconds > 0


def proposed(stubs: Stubs, **answer: Any) -> None:
    stubs.expect(CF, "describe_change_set", {"Status": "CREATE_IN_PROGRESS"}, StackName="milepost", ChangeSetName="c")
    stubs.expect(CF, "describe_change_set", {"Status": "CREATE_COMPLETE", **answer})


def propose_it(stubs: Stubs) -> Proposal | None:
    return propose(stubs.account, "milepost", "https://bucket/t.json", {"SiteAddress": "x"}, no_wait, "c")


def expect_change_set(stubs: Stubs, kind: str) -> None:
    stubs.expect(
        CF,
        "create_change_set",
        StackName="milepost",
        ChangeSetName="c",
        ChangeSetType=kind,
        TemplateURL="https://bucket/t.json",
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": "SiteAddress", "ParameterValue": "x"}],
    )


def event(number: int, status: str, resource: str = "TablesLog", reason: str | None = None) -> dict[str, Any]:
    told = {"ResourceStatusReason": reason} if reason else {}
    return {
        "StackId": STACK_ID,
        "StackName": "milepost",
        "EventId": str(number),
        "LogicalResourceId": resource,
        "ResourceType": "AWS::DynamoDB::Table",
        "ResourceStatus": status,
        "Timestamp": datetime(2026, 11, 22, 20, 30, tzinfo=UTC),
        **told,
    }


def test_a_stack_is_found_with_its_outputs_and_parameters(stubs: Stubs) -> None:
    stubs.expect(CF, "describe_stacks", stack_answer(outputs={"ApiUrl": "a"}, parameters={"S": "p", "E": ""}))
    stack = existing_stack(stubs.account, "milepost")
    assert (stack.output("ApiUrl"), stack.parameters) == ("a", {"S": "p"})
    with pytest.raises(AwsProblem, match=r"tells no TopicArn: .*run make deploy"):
        stack.output("TopicArn")


def test_a_stack_that_is_not_there_is_told_with_where_it_was_looked_for(stubs: Stubs) -> None:
    stubs.refuse(CF, "describe_stacks", "ValidationError", "Stack with id milepost does not exist")
    with pytest.raises(AwsProblem, match="there is no stack milepost in eu-central-1 of this AWS account"):
        existing_stack(stubs.account, "milepost")


@pytest.mark.parametrize("status", ["REVIEW_IN_PROGRESS", "DELETE_COMPLETE"])
def test_a_stack_that_is_only_proposed_or_gone_is_none(stubs: Stubs, status: str) -> None:
    stubs.expect(CF, "describe_stacks", stack_answer(status))
    assert find_stack(stubs.account, "milepost") is None


def test_a_refusal_is_not_taken_for_a_missing_stack(stubs: Stubs) -> None:
    stubs.refuse(CF, "describe_stacks", "AccessDenied", "not authorized")
    with pytest.raises(AwsProblem, match="may not do DescribeStacks"):
        find_stack(stubs.account, "milepost")


def test_a_new_stack_is_proposed(stubs: Stubs) -> None:
    stubs.refuse(CF, "describe_stacks", "ValidationError", "Stack with id milepost does not exist")
    expect_change_set(stubs, "CREATE")
    change = {"Action": "Add", "LogicalResourceId": "TablesLog", "ResourceType": "AWS::DynamoDB::Table"}
    proposed(stubs, Changes=[{"Type": "Resource", "ResourceChange": change}], NextToken="2")
    more: dict[str, Any] = {**change, "Action": "Modify", "Replacement": "True", "LogicalResourceId": "B"}
    more["Details"] = [{"Target": {"Attribute": "Properties", "Name": "KeySchema"}}, {"Target": {"Attribute": "Tags"}}]
    answer = {"Status": "CREATE_COMPLETE", "Changes": [{"Type": "Resource", "ResourceChange": more}]}
    stubs.expect(CF, "describe_change_set", answer, StackName="milepost", ChangeSetName="c", NextToken="2")
    table = "AWS::DynamoDB::Table"
    assert propose_it(stubs) == Proposal(
        "milepost",
        "c",
        True,
        (
            Change("Add", "TablesLog", table, "False", ()),
            Change("Modify", "B", table, "True", ("KeySchema", "Tags")),
        ),
    )


@pytest.mark.parametrize(
    "reason", ["The submitted information didn't contain changes.", "No updates are to be performed."]
)
def test_nothing_to_change_is_no_proposal_and_leaves_none_behind(stubs: Stubs, reason: str) -> None:
    stubs.expect(CF, "describe_stacks", stack_answer())
    expect_change_set(stubs, "UPDATE")
    proposed(stubs, Status="FAILED", StatusReason=reason)
    stubs.expect(CF, "delete_change_set", StackName="milepost", ChangeSetName="c")
    assert propose_it(stubs) is None


def test_a_refused_template_is_told(stubs: Stubs) -> None:
    stubs.expect(CF, "describe_stacks", stack_answer("UPDATE_ROLLBACK_COMPLETE"))
    expect_change_set(stubs, "UPDATE")
    proposed(stubs, Status="FAILED", StatusReason="Template error")
    stubs.expect(CF, "delete_change_set", StackName="milepost", ChangeSetName="c")
    with pytest.raises(AwsProblem, match="CloudFormation refuses the template of milepost: Template error"):
        propose_it(stubs)


@pytest.mark.parametrize(
    ("status", "words"),
    [("UPDATE_IN_PROGRESS", "cannot be changed now"), ("ROLLBACK_COMPLETE", "make destroy, then deploy again")],
)
def test_a_stack_that_takes_no_change_is_left_alone(stubs: Stubs, status: str, words: str) -> None:
    stubs.expect(CF, "describe_stacks", stack_answer(status))
    with pytest.raises(AwsProblem, match=words):
        propose_it(stubs)


def test_discarding_the_proposal_of_a_new_stack_leaves_no_shell(stubs: Stubs) -> None:
    stubs.expect(CF, "delete_change_set", StackName="milepost", ChangeSetName="c")
    stubs.expect(CF, "delete_stack", StackName="milepost")
    discard(stubs.account, Proposal("milepost", "c", True, ()))


def expect_execution(stubs: Stubs) -> Proposal:
    stubs.expect(CF, "describe_stack_events", {"StackEvents": [event(1, "UPDATE_COMPLETE")]})
    stubs.expect(CF, "execute_change_set", StackName="milepost", ChangeSetName="c")
    return Proposal("milepost", "c", False, ())


def test_an_execution_is_told_step_by_step_until_it_is_done(stubs: Stubs) -> None:
    proposal = expect_execution(stubs)
    # The status of before is no sign of the end: nothing has happened yet.
    stubs.expect(CF, "describe_stacks", stack_answer("UPDATE_COMPLETE"))
    stubs.expect(CF, "describe_stack_events", {"StackEvents": [event(1, "UPDATE_COMPLETE")]})
    stubs.expect(CF, "describe_stacks", stack_answer("UPDATE_IN_PROGRESS"))
    stubs.expect(CF, "describe_stack_events", {"StackEvents": [event(3, "UPDATE_IN_PROGRESS", "B")], "NextToken": "m"})
    older = {"StackEvents": [event(2, "UPDATE_IN_PROGRESS", "A"), event(1, "UPDATE_COMPLETE")]}
    stubs.expect(CF, "describe_stack_events", older, StackName=STACK_ID, NextToken="m")
    stubs.expect(CF, "describe_stacks", stack_answer("UPDATE_COMPLETE", {"ApiUrl": "new"}))
    stubs.expect(CF, "describe_stack_events", {"StackEvents": [event(4, "UPDATE_COMPLETE"), event(3, "X", "B")]})
    told: list[str] = []
    stack = execute(stubs.account, proposal, no_wait, told.append)
    assert stack.outputs == {"ApiUrl": "new"}
    assert told == [
        "20:30:00  UPDATE_IN_PROGRESS            A (AWS::DynamoDB::Table)",
        "20:30:00  UPDATE_IN_PROGRESS            B (AWS::DynamoDB::Table)",
        "20:30:00  UPDATE_COMPLETE               TablesLog (AWS::DynamoDB::Table)",
    ]


def test_a_failure_names_what_failed_first_and_why(stubs: Stubs) -> None:
    proposal = expect_execution(stubs)
    stubs.expect(CF, "describe_stacks", stack_answer("UPDATE_ROLLBACK_COMPLETE"))
    events = [event(3, "UPDATE_FAILED", "B", "cancelled"), event(2, "UPDATE_FAILED", "A", "no such key")]
    stubs.expect(CF, "describe_stack_events", {"StackEvents": [*events, event(1, "UPDATE_COMPLETE")]})
    with pytest.raises(AwsProblem, match="milepost ended as UPDATE_ROLLBACK_COMPLETE; A: no such key"):
        execute(stubs.account, proposal, no_wait, lambda line: None)


def test_a_deletion_is_followed_by_the_id_since_the_name_is_gone_at_the_end(stubs: Stubs) -> None:
    stubs.expect(CF, "describe_stack_events", {"StackEvents": [event(1, "CREATE_COMPLETE")]}, StackName=STACK_ID)
    stubs.expect(CF, "delete_stack", StackName="milepost")
    stubs.expect(CF, "describe_stacks", stack_answer("DELETE_COMPLETE"), StackName=STACK_ID)
    stubs.expect(CF, "describe_stack_events", {"StackEvents": [event(2, "DELETE_COMPLETE"), event(1, "X")]})
    delete_stack(stubs.account, main_stack(), no_wait, lambda line: None)
