"""A DynamoDB client at every call of which the tasks take turns, and whose calls fail as a schedule says."""

import random
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ReadTimeoutError

from tests.faults.kinds import CLIENT_KINDS, Deck, Kind, Occurred
from tests.faults.tasks import Tasks
from tests.support.lean_client import LeanClient, client_error, with_token

_TYPE = "com.amazonaws.dynamodb.v20120810#"

#: Batches are answered with what was not done.
_LEFT = {"batch_get_item": "UnprocessedKeys", "batch_write_item": "UnprocessedItems"}
_WRITES = {"put_item", "update_item", "delete_item", "transact_write_items", "batch_write_item"}


class FaultyClient:
    """Stands for a client whose own retries have failed, but for a call that is sent twice, which is one of them."""

    def __init__(self, rng: random.Random, tasks: Tasks, occurred: Occurred) -> None:
        self._client = LeanClient()
        self._tasks = tasks
        self._occurred = occurred
        self._faults = Deck(rng, CLIENT_KINDS, well=150)

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        method = getattr(self._client, operation)

        def in_turn(**parameters: Any) -> Any:
            self._tasks.turn()
            answer = self._call(operation, method, parameters)
            self._tasks.turn()
            return answer

        setattr(self, operation, in_turn)
        return in_turn

    def _call(self, operation: str, method: Callable[..., Any], parameters: dict[str, Any]) -> Any:
        kind = self._faults.draw() if self._tasks.inside else None
        if kind is None:
            return method(**parameters)
        if kind is Kind.CONFLICT and operation in _LEFT:
            self._occurred[kind] += 1
            return {"Responses": {}, _LEFT[operation]: parameters["RequestItems"]}
        if operation not in _WRITES:
            # To a read all other faults are one.
            kind = Kind.THROTTLED
        self._occurred[kind] += 1
        if kind is Kind.THROTTLED:
            raise _throttle(operation)
        if kind is Kind.CALL_LOST:
            raise _time_out()
        if kind is Kind.CONFLICT:
            raise _conflict(operation)
        if kind is Kind.CALL_TWICE:
            parameters = with_token("".join(map(str.title, operation.split("_"))), parameters)
            method(**parameters)
            self._tasks.turn()
            return method(**parameters)
        method(**parameters)
        raise _time_out()


def _throttle(operation: str) -> Exception:
    return client_error(operation, {"__type": f"{_TYPE}ProvisionedThroughputExceededException"})


def _conflict(operation: str) -> Exception:
    if operation != "transact_write_items":
        return client_error(operation, {"__type": f"{_TYPE}TransactionConflictException"})
    reasons = [{"Code": "None"}, {"Code": "TransactionConflict"}]
    return client_error(operation, {"__type": f"{_TYPE}TransactionCanceledException", "CancellationReasons": reasons})


def _time_out() -> Exception:
    return ReadTimeoutError(endpoint_url="http://dynamodb.invalid")
