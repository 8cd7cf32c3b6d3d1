"""The doctor: what of a deployment can be seen only in a real account, one finding after the other."""

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence

from infra.aws.account import Account
from infra.aws.checks.finding import FAILED, OK, UNKNOWN, Answer, Check, Fetch, Finding, Subject
from infra.aws.checks.front_door import cors, pages, version
from infra.aws.checks.functions import dead_letters, iterator_age, logs, mappings, schedule
from infra.aws.checks.mails import alarms, subscriptions
from infra.aws.checks.tables import tables
from infra.aws.problems import AwsProblem
from infra.aws.stacks import Stack, existing_stack
from shared.engine import Clock

#: By what is said of it when it cannot be looked at.
CHECKS: Mapping[str, Check] = {
    "version": version,
    "CORS": cors,
    "pages": pages,
    "tables": tables,
    "stream mappings": mappings,
    "iterator age": iterator_age,
    "sweeper": schedule,
    "dead letters": dead_letters,
    "logs": logs,
    "subscriptions": subscriptions,
    "alarms": alarms,
}

_TIMEOUT_SECONDS = 15
_MAX_BODY_BYTES = 1024 * 1024


def examine(open_account: Callable[[], Account], names: Sequence[str], fetch: Fetch, clock: Clock) -> Iterator[Finding]:
    """Examines a deployment. Nothing is changed by it.

    Args:
        open_account: Opens the account; raises `AwsProblem`.
        names: The name of the main stack, then those of others that belong to it.
        fetch: Asks over HTTP.
        clock: Gives milliseconds since 1970.

    Yields:
        What was found, as it is found. What cannot be looked at is unknown; a missing account or stack is the last
        finding.
    """
    try:
        account = open_account()
        identity = account.call("sts", "get_caller_identity")
    except AwsProblem as problem:
        yield Finding("credentials", FAILED, str(problem))
        return
    yield Finding("credentials", OK, f"account {identity['Account']}, region {account.region}")
    try:
        stacks = [existing_stack(account, name) for name in names]
    except AwsProblem as problem:
        yield Finding("stacks", FAILED, str(problem))
        return
    yield from map(_standing, stacks)
    subject = Subject(account, stacks[0], fetch, clock)
    for name, check in CHECKS.items():
        try:
            yield from check(subject)
        except (AwsProblem, OSError) as problem:
            yield Finding(name, UNKNOWN, str(problem))


def _standing(stack: Stack) -> Finding:
    check, status = f"stack {stack.name}", stack.status
    if status.endswith("_IN_PROGRESS"):
        return Finding(check, UNKNOWN, f"it is being changed: {status}", "look again when that has ended")
    if "ROLLBACK" in status or status.endswith("_FAILED"):
        return Finding(check, FAILED, f"its last deployment failed: {status}", "run make deploy")
    return Finding(check, OK, status)


def http_fetch(method: str, address: str, headers: dict[str, str]) -> Answer:
    """Asks over HTTP; what is refused is an answer too. Raises OSError if there is none."""
    request = urllib.request.Request(address, headers=headers, method=method)  # noqa: S310 - the stack's own address
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
            return _answer(answer.status, answer.headers.items(), answer.read(_MAX_BODY_BYTES))
    except urllib.error.HTTPError as error:
        with error:
            return _answer(error.code, error.headers.items(), error.read(_MAX_BODY_BYTES))


def _answer(status: int, headers: Sequence[tuple[str, str]], body: bytes) -> Answer:
    return Answer(status, {name.lower(): value for name, value in headers}, body)
