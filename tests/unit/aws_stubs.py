"""An AWS account made of botocore's stubs: every call must be expected, with parameters and answers that AWS knows."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from botocore.session import Session
from botocore.stub import ANY, Stubber

from infra.aws.account import Account
from infra.aws.stacks import Stack

__all__ = ["ANY", "REGION", "STACK_ID", "Stubs", "main_stack", "serving_http", "stack_answer"]

REGION = "eu-central-1"
STACK_ID = f"arn:aws:cloudformation:{REGION}:123456789012:stack/milepost/1"


class Stubs:
    """Clients of an account, and what is expected of them, service by service in this order."""

    def __init__(self) -> None:
        self._stubbers: dict[str, Stubber] = {}
        self._session = Session()
        self._session.set_credentials("test", "test")
        self.account = Account(lambda service: self._stubber(service).client)

    def expect(self, service: str, operation: str, answer: dict[str, Any] | None = None, **parameters: Any) -> None:
        """Expects a call. Parameters that are not named are not checked if none is named."""
        self._stubber(service).add_response(operation, answer or {}, parameters or None)

    def refuse(self, service: str, operation: str, code: str, message: str = "no") -> None:
        self._stubber(service).add_client_error(operation, code, message)

    def assert_all_asked(self) -> None:
        for stubber in self._stubbers.values():
            stubber.assert_no_pending_responses()

    def _stubber(self, service: str) -> Stubber:
        if service not in self._stubbers:
            stubber = Stubber(self._session.create_client(service, region_name=REGION))
            stubber.activate()
            self._stubbers[service] = stubber
        return self._stubbers[service]


def stack_answer(
    status: str = "CREATE_COMPLETE",
    outputs: dict[str, str] | None = None,
    parameters: dict[str, str] | None = None,
    name: str = "milepost",
) -> dict[str, Any]:
    """What DescribeStacks answers of one stack."""
    return {
        "Stacks": [
            {
                "StackName": name,
                "StackId": STACK_ID,
                "StackStatus": status,
                "CreationTime": "2026-11-22T00:00:00Z",
                "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in (outputs or {}).items()],
                "Parameters": [
                    {"ParameterKey": key, "ParameterValue": value} for key, value in (parameters or {}).items()
                ],
            }
        ]
    }


def main_stack(address: str = "https://api.example", pages: str = "https://pages.example", **outputs: str) -> Stack:
    """The main stack as deployed."""
    there = {"ApiUrl": address, "TopicArn": "arn:topic", "AlarmTopicArn": "arn:alarms", "WatchUrl": "https://watch"}
    there |= {"FunctionProject": "project", "DeadLetterBucket": "letters"}
    there |= {f"Table{role}": f"t-{role.lower()}" for role in ("Log", "Views", "Milestones", "Registry", "Salts")}
    return Stack("milepost", STACK_ID, "UPDATE_COMPLETE", {**there, **outputs}, {"SiteAddress": pages})


@contextmanager
def serving_http(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """Serves on the loopback interface; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    for method in ("GET", "PUT", "OPTIONS"):
        setattr(Handler, f"do_{method}", answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
