"""What a check finds, and what it is given."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from infra.aws.account import Account
from infra.aws.stacks import Stack
from shared.engine import Clock

OK, FAILED, UNKNOWN = "ok", "failed", "unknown"


class Finding(NamedTuple):
    """What was found.

    Attributes:
        check: What was looked at, such as "table log".
        state: "ok", "failed", or "unknown" if it could not be seen.
        text: What was seen.
        advice: What to do about it; "" if nothing.
    """

    check: str
    state: str
    text: str
    advice: str = ""


class Answer(NamedTuple):
    """An answer over HTTP; names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


#: Asks by a method, at an address, with headers. Raises OSError if there is no answer.
Fetch = Callable[[str, str, dict[str, str]], Answer]


@dataclass(frozen=True)
class Subject:
    """A deployed stack, and the means to look at it.

    Attributes:
        account: The account.
        stack: The stack.
        fetch: Asks over HTTP.
        clock: Gives milliseconds since 1970.
    """

    account: Account
    stack: Stack
    fetch: Fetch
    clock: Clock

    @cached_property
    def resources(self) -> list[dict[str, Any]]:
        """The stack's resources, as CloudFormation lists them."""
        return self.account.all(
            "cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=self.stack.name
        )

    def named(self, kind: str) -> list[str]:
        """Gives the names that AWS knows the resources of a type by.

        Args:
            kind: CloudFormation's name of the type, such as "AWS::Logs::LogGroup".
        """
        found = [one for one in self.resources if one["ResourceType"] == kind]
        return [one["PhysicalResourceId"] for one in found if one.get("PhysicalResourceId")]


Check = Callable[[Subject], Iterator[Finding]]


def verdict(check: str, wrong: list[str], right: str, advice: str) -> Finding:
    """Gives what was found: failed with all that is wrong, or ok with what is right."""
    return Finding(check, FAILED, "; ".join(wrong), advice) if wrong else Finding(check, OK, right)
