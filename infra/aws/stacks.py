"""CloudFormation stacks: found, changed by change sets, deleted, and followed while that goes on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from infra.aws.account import Account
from infra.aws.problems import AwsProblem

#: A stack that is made has this name for the moment: only a change set of it exists.
_IN_REVIEW = "REVIEW_IN_PROGRESS"
#: What is left of a stack whose first deployment failed: it can only be deleted.
_STILLBORN = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED"}
_DONE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE", "IMPORT_COMPLETE"}

_NOTHING_TO_CHANGE = ("didn't contain changes", "No updates are to be performed")

_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
_POLL_SECONDS = 3.0
_SETTLING_POLLS = 3

Wait = Callable[[float], None]
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack as it stands.

    Attributes:
        name: Its name.
        id: Its ARN; it names the stack also when it is deleted.
        status: CloudFormation's word for its state.
        outputs: What it gives away, such as the names of its tables.
        parameters: What it was told when it was deployed; what is empty is left out.
    """

    name: str
    id: str
    status: str
    outputs: Mapping[str, str]
    parameters: Mapping[str, str]

    def output(self, key: str) -> str:
        """Gives an output.

        Raises:
            AwsProblem: It has none of that name.
        """
        try:
            return self.outputs[key]
        except KeyError:
            raise AwsProblem(
                f"the stack {self.name} tells no {key}: it is not a complete deployment of Milepost, or of an earlier "
                "release; run make deploy"
            ) from None


class Change(NamedTuple):
    """What would happen to one resource: Add, Modify or Remove; whether another takes its place; which properties."""

    action: str
    resource: str
    kind: str
    replacement: str
    properties: tuple[str, ...]


class Proposal(NamedTuple):
    """A change set that waits to be executed."""

    stack: str
    change_set: str
    new: bool
    changes: tuple[Change, ...]


def find_stack(account: Account, name: str) -> Stack | None:
    """Finds a stack by its name or id; None if there is none, or only a change set of one.

    Raises:
        AwsProblem: As for `Account.call`.
    """
    stack = _describe(account, name)
    return None if stack is None or stack.status in (_IN_REVIEW, "DELETE_COMPLETE") else stack


def existing_stack(account: Account, name: str) -> Stack:
    """Finds a stack by its name.

    Raises:
        AwsProblem: There is none here, or as for `Account.call`.
    """
    stack = find_stack(account, name)
    if stack is None:
        raise AwsProblem(
            f"there is no stack {name} in {account.region} of this AWS account: check --stack, AWS_REGION and "
            "AWS_PROFILE, or make it with make deploy"
        )
    return stack


def propose(
    account: Account, name: str, template_url: str, parameters: Mapping[str, str], wait: Wait, change_set: str
) -> Proposal | None:
    """Makes a change set and waits until it is there.

    Args:
        account: The account.
        name: The stack's name.
        template_url: Where CloudFormation finds the template.
        parameters: Values of the template's parameters.
        wait: Waits so many seconds.
        change_set: A name for the change set.

    Returns:
        The change set; None if it would change nothing.

    Raises:
        AwsProblem: The stack cannot be changed now, or the template is refused.
    """
    stack = _describe(account, name)
    new = stack is None or stack.status == _IN_REVIEW
    if stack is not None and stack.status in _STILLBORN:
        raise AwsProblem(
            f"the first deployment of {name} failed: remove what is left with make destroy, then deploy again"
        )
    if stack is not None and not new and not stack.status.endswith("_COMPLETE"):
        raise AwsProblem(
            f"the stack {name} cannot be changed now: its status is {stack.status}. Try again when that has ended"
        )
    account.call(
        "cloudformation",
        "create_change_set",
        StackName=name,
        ChangeSetName=change_set,
        ChangeSetType="CREATE" if new else "UPDATE",
        TemplateURL=template_url,
        Capabilities=_CAPABILITIES,
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    )
    return _proposal(account, name, change_set, new, wait)


def propose_import(
    account: Account, name: str, template: str, resources: Sequence[Mapping[str, Any]], wait: Wait, change_set: str
) -> Proposal:
    """Makes a change set of a new stack that takes over resources which are there.

    Args:
        account: The account.
        name: The stack's name.
        template: A template with these resources and nothing else.
        resources: Which they are, as CloudFormation's `ResourcesToImport`.
        wait: Waits so many seconds.
        change_set: A name for the change set.

    Raises:
        AwsProblem: It is refused.
    """
    account.call(
        "cloudformation",
        "create_change_set",
        StackName=name,
        ChangeSetName=change_set,
        ChangeSetType="IMPORT",
        TemplateBody=template,
        ResourcesToImport=resources,
    )
    proposal = _proposal(account, name, change_set, True, wait)
    if proposal is None:
        raise AwsProblem(f"CloudFormation takes nothing over into {name}")
    return proposal


def discard(account: Account, proposal: Proposal) -> None:
    """Deletes a change set, and the empty shell of a stack that was only proposed. Raises as `Account.call` does."""
    account.call("cloudformation", "delete_change_set", StackName=proposal.stack, ChangeSetName=proposal.change_set)
    if proposal.new:
        account.call("cloudformation", "delete_stack", StackName=proposal.stack)


def execute(account: Account, proposal: Proposal, wait: Wait, tell: Tell) -> Stack:
    """Executes a change set, and tells each step until it is done.

    Returns:
        The stack afterwards.

    Raises:
        AwsProblem: It failed; CloudFormation has rolled back. Says which resource failed first, and why.
    """
    last = _last_event(account, proposal.stack)
    account.call("cloudformation", "execute_change_set", StackName=proposal.stack, ChangeSetName=proposal.change_set)
    return follow(account, proposal.stack, last, wait, tell)


def delete_stack(account: Account, stack: Stack, wait: Wait, tell: Tell) -> None:
    """Deletes a stack, and tells each step until it is done. What is to be retained stays.

    Raises:
        AwsProblem: Something of it could not be deleted.
    """
    last = _last_event(account, stack.id)
    account.call("cloudformation", "delete_stack", StackName=stack.name)
    follow(account, stack.id, last, wait, tell)


def follow(account: Account, name: str, last: str, wait: Wait, tell: Tell) -> Stack:
    """Tells the events of a stack after the event `last`, until nothing is in progress any more.

    Raises:
        AwsProblem: It ended otherwise than it should.
    """
    failure = ""
    polls = 0
    while True:
        polls += 1
        stack = _describe(account, name)
        if stack is None:
            raise AwsProblem(f"the stack {name} has gone")
        before = last
        for event in _events(account, stack.id, last):
            last = event["EventId"]
            tell(_event_line(event))
            if event["ResourceStatus"].endswith("_FAILED") and not failure:
                failure = f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
        # An operation may take a moment to show in the status.
        if not stack.status.endswith("_IN_PROGRESS") and (last != before or polls > _SETTLING_POLLS):
            break
        wait(_POLL_SECONDS)
    if stack.status not in _DONE:
        raise AwsProblem(
            f"the stack {stack.name} ended as {stack.status}; {failure or 'see its events in the console'}"
        )
    return stack


def _describe(account: Account, name: str) -> Stack | None:
    try:
        (found,) = account.call("cloudformation", "describe_stacks", StackName=name)["Stacks"]
    except AwsProblem as problem:
        if problem.code == "ValidationError" and "does not exist" in str(problem):
            return None
        raise
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())}
    given = [(one["ParameterKey"], one.get("ParameterValue")) for one in found.get("Parameters", ())]
    parameters = {name: value for name, value in given if value}
    return Stack(found["StackName"], found["StackId"], found["StackStatus"], outputs, parameters)


def _proposal(account: Account, name: str, change_set: str, new: bool, wait: Wait) -> Proposal | None:
    changes: list[Change] = []
    more: dict[str, str] = {}
    while True:
        answer = account.call("cloudformation", "describe_change_set", StackName=name, ChangeSetName=change_set, **more)
        if answer["Status"] in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
            wait(_POLL_SECONDS)
            continue
        changes += [_change(one["ResourceChange"]) for one in answer.get("Changes", ()) if "ResourceChange" in one]
        if "NextToken" not in answer:
            break
        more = {"NextToken": answer["NextToken"]}
    proposal = Proposal(name, change_set, new, tuple(changes))
    if answer["Status"] == "FAILED":
        discard(account, proposal)
        reason = answer.get("StatusReason", "no reason given")
        if any(text in reason for text in _NOTHING_TO_CHANGE):
            return None
        raise AwsProblem(f"CloudFormation refuses the template of {name}: {reason}")
    return proposal


def _change(change: Mapping[str, Any]) -> Change:
    targets = [detail.get("Target", {}) for detail in change.get("Details", ())]
    properties = sorted({target.get("Name") or target.get("Attribute", "") for target in targets} - {""})
    return Change(
        change["Action"],
        change["LogicalResourceId"],
        change["ResourceType"],
        change.get("Replacement", "False"),
        tuple(properties),
    )


def _last_event(account: Account, name: str) -> str:
    events = account.call("cloudformation", "describe_stack_events", StackName=name)["StackEvents"]
    return events[0]["EventId"] if events else ""


def _events(account: Account, name: str, last: str) -> list[Mapping[str, Any]]:
    """Gives the events after one, oldest first; CloudFormation gives the newest first."""
    found: list[Mapping[str, Any]] = []
    more: dict[str, str] = {}
    while True:
        answer = account.call("cloudformation", "describe_stack_events", StackName=name, **more)
        for event in answer["StackEvents"]:
            if event["EventId"] == last:
                return found[::-1]
            found.append(event)
        if "NextToken" not in answer:
            return found[::-1]
        more = {"NextToken": answer["NextToken"]}


def _event_line(event: Mapping[str, Any]) -> str:
    at: datetime = event["Timestamp"]
    reason = f"  {event['ResourceStatusReason']}" if event.get("ResourceStatusReason") else ""
    return (
        f"{at:%H:%M:%S}  {event['ResourceStatus']:28}  {event['LogicalResourceId']} ({event['ResourceType']}){reason}"
    )
