"""Faults between a botocore client and DynamoDB: below the client's own retries, where they happen."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Lock
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError
from botocore.hooks import first_non_none_response
from botocore.retries.standard import ExponentialBackoff

ALWAYS = 10_000

#: How many times a client of the engine sends a request before it gives up.
ATTEMPTS = 4

_Answer = Callable[[AWSPreparedRequest], AWSResponse]


@dataclass
class _Fault:
    operation: str
    first: int
    last: int
    done: bool
    answer: _Answer


class Faults:
    """Makes requests of a client fail. One that fails is still sent again by the client, if it would be in truth.

    Attributes:
        requests: How many were made, by operation such as "PutItem", each repetition counted.
    """

    def __init__(self, client: Any) -> None:
        self.requests: Counter[str] = Counter()
        self._faults: list[_Fault] = []
        self._lock = Lock()
        self._endpoint = client._endpoint
        self._endpoint_emit = self._endpoint._event_emitter.emit
        self._endpoint._event_emitter = SimpleNamespace(emit=self._emit)

    def fail(
        self, operation: str, code: str | None = None, nth: int = 1, times: int = 1, done: bool = False, **more: Any
    ) -> None:
        """Lets requests of an operation fail.

        Args:
            operation: Such as "PutItem".
            code: The error code that is answered; None: a time-out while the answer is read.
            nth: The first that fails, counted from now on.
            times: How many in a row; `ALWAYS` for all.
            done: Whether what was asked for is done all the same.
            more: What else the error's body has, such as `CancellationReasons`.
        """
        body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "an injected fault", **more}
        self._add(operation, nth, times, done, _time_out if code is None else _answering(400, lambda _: body))

    def end(self) -> None:
        """Ends all faults."""
        self._faults.clear()

    def conflict(self, nth: int = 1, times: int = 1, code: str = "TransactionConflict") -> None:
        """Lets transactions be cancelled as by another one."""
        reasons = [{"Code": "None"}, {"Code": code}]
        self.fail("TransactWriteItems", "TransactionCanceledException", nth, times, CancellationReasons=reasons)

    def leave_unprocessed(self, nth: int = 1, times: int = 1) -> None:
        """Lets batches be answered with everything in them left to do."""
        for operation, left in (("BatchGetItem", "UnprocessedKeys"), ("BatchWriteItem", "UnprocessedItems")):
            self._add(operation, nth, times, False, _answering(200, partial(_unprocessed, left)))

    def _add(self, operation: str, nth: int, times: int, done: bool, answer: _Answer) -> None:
        first = self.requests[operation] + nth
        self._faults.append(_Fault(operation, first, first + times - 1, done, answer))

    def _emit(self, event_name: str, **arguments: Any) -> Any:
        """Stands in for the emitter of the client's endpoint, which asks here before it sends anything."""
        if not event_name.startswith("before-send."):
            return self._endpoint_emit(event_name, **arguments)
        operation = event_name.rpartition(".")[2]
        with self._lock:
            self.requests[operation] += 1
            number = self.requests[operation]
        for fault in self._faults:
            if fault.operation == operation and fault.first <= number <= fault.last:
                return [(None, self._fault(fault, event_name, **arguments))]
        return self._endpoint_emit(event_name, **arguments)

    def _fault(self, fault: _Fault, event_name: str, request: AWSPreparedRequest) -> AWSResponse:
        if fault.done and first_non_none_response(self._endpoint_emit(event_name, request=request)) is None:
            self._endpoint.http_session.send(request)
        return fault.answer(request)


def retry_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the waiting out of every client's own retries."""
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)


def _time_out(request: AWSPreparedRequest) -> AWSResponse:
    raise ReadTimeoutError(endpoint_url=request.url)


def _answering(status: int, body: Callable[[dict[str, Any]], dict[str, Any]]) -> _Answer:
    def answer(request: AWSPreparedRequest) -> AWSResponse:
        return AWSResponse(request.url, status, {}, _Body(json.dumps(body(json.loads(request.body))).encode()))

    return answer


def _unprocessed(left: str, asked: dict[str, Any]) -> dict[str, Any]:
    return {"Responses": {}, left: asked["RequestItems"]}


class _Body:
    """What `AWSResponse` reads its content from."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> list[bytes]:
        return [self._content]
