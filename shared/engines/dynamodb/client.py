"""DynamoDB's operations as the engine needs them: failures by name, retries with a bound, capacity added up.

Items are in DynamoDB's own attribute value format. Source: Amazon DynamoDB API Reference.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from shared.engine import StorageUnavailable
from shared.engines.dynamodb.values import text

Value = Mapping[str, Any]
Item = Mapping[str, Value]

#: Items that one call takes, by DynamoDB's own limits.
MAX_TRANSACTION = 100
MAX_BATCH_READ = 100
MAX_BATCH_WRITE = 25

#: How often a call is tried that conflicts with a transaction or is done only in part.
_MAX_TRIES = 8

#: Seconds, and tries of a call that is throttled, times out or fails on the service's side (waiting longer each time).
_CONNECT_TIMEOUT, _READ_TIMEOUT, _ATTEMPTS = 2, 5, 4

Backoff = Callable[[int], None]


class ConditionFailed(Exception):
    """A condition did not hold. `item` is what stands there, or None; of a transaction, nothing was written."""

    def __init__(self, item: Item | None = None) -> None:
        super().__init__("a condition did not hold")
        self.item = item


class Conflict(Exception):
    """A transaction was cancelled because another was at one of its items, or because of a throttle."""


def make_client(session: Session | None = None, **options: Any) -> Any:
    """Makes a low-level DynamoDB client that retries with exponential backoff and full jitter, and then gives up.

    Args:
        session: A botocore session; by default one of the process's environment.
        options: Further arguments of `create_client`.
    """
    config = Config(
        connect_timeout=_CONNECT_TIMEOUT,
        read_timeout=_READ_TIMEOUT,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
    )
    return (session or Session()).create_client("dynamodb", config=config, **options)


class Dynamo:
    """A client whose failures are the engine's own, and that adds up the capacity it consumes.

    Attributes:
        consumed: Capacity units so far, by ("read" or "write", table).
    """

    def __init__(self, client: Any, backoff: Backoff) -> None:
        """Wraps a client.

        Args:
            client: Of `make_client`, or one that behaves alike.
            backoff: Waits before the retry of the given number (1, 2 …).
        """
        self._client = client
        self._backoff = backoff
        self.consumed: Counter[tuple[str, str]] = Counter()

    def get(self, table: str, key: Item, consistent: bool = True) -> Item | None:
        """Reads an item; None if there is none.

        Raises:
            StorageUnavailable: As for every method here.
        """
        answer = self._call("get_item", "read", TableName=table, Key=key, ConsistentRead=consistent)
        return cast("Item | None", answer.get("Item"))

    def put(self, table: str, item: Item, condition: str = "", **options: Any) -> None:
        """Writes an item.

        Raises:
            ConditionFailed: With the item that stands there.
        """
        self._write("put_item", TableName=table, Item=item, **_conditions(condition), **options)

    def update(self, table: str, key: Item, expression: str, condition: str = "", **options: Any) -> None:
        """Updates an item. Raises as `put` does."""
        self._write(
            "update_item", TableName=table, Key=key, UpdateExpression=expression, **_conditions(condition), **options
        )

    def raise_to(self, table: str, key: Item, name: str, value: Value) -> None:
        """Sets an attribute to a value, unless it has that or a higher one."""
        with suppress(ConditionFailed):
            self.update(
                table,
                key,
                "SET #name = :value",
                "attribute_not_exists(#name) OR #name < :value",
                ExpressionAttributeNames={"#name": name},
                ExpressionAttributeValues={":value": value},
            )

    def delete(self, table: str, key: Item, condition: str = "", **options: Any) -> None:
        """Deletes an item. Raises as `put` does."""
        self._write("delete_item", TableName=table, Key=key, **_conditions(condition), **options)

    def query(
        self, table: str, condition: str, values: Item, limit: int | None = None, **options: Any
    ) -> Iterator[Item]:
        """Reads the items of a key condition in their order, page by page, `limit` of them at most."""
        parameters = {
            "TableName": table,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
            **({} if limit is None else {"Limit": limit}),
            **options,
        }
        yield from self._pages("query", parameters, limit)

    def partition(self, table: str, pk: str, begins_with: str = "", **options: Any) -> Iterator[Item]:
        """Reads a partition of a table that has the keys `pk` and `sk`, in the order of `sk`, strongly consistent.

        With `begins_with`, only what has such a sort key.
        """
        condition, values = "pk = :pk", {":pk": text(pk)}
        if begins_with:
            condition, values = f"{condition} AND begins_with(sk, :sk)", {**values, ":sk": text(begins_with)}
        return self.query(table, condition, values, ConsistentRead=True, **options)

    def scan(self, table: str, **options: Any) -> Iterator[Item]:
        """Reads all items, in no order."""
        yield from self._pages("scan", {"TableName": table, **options}, None)

    def batch_get(self, table: str, keys: Sequence[Item], consistent: bool = True) -> Iterator[Item]:
        """Reads items by their keys, in no order; what is not there is left out."""
        for start in range(0, len(keys), MAX_BATCH_READ):
            wanted: Any = {table: {"Keys": list(keys[start : start + MAX_BATCH_READ]), "ConsistentRead": consistent}}
            for attempt in self._tries("items were not read"):
                answer = self._call("batch_get_item", "read", RequestItems=wanted)
                yield from answer["Responses"].get(table, ())
                wanted = answer.get("UnprocessedKeys")
                if not wanted:
                    break
                self._backoff(attempt)

    def batch_delete(self, table: str, keys: Iterable[Item]) -> None:
        """Deletes items by their keys, whether they are there or not."""
        doomed = list(keys)
        for start in range(0, len(doomed), MAX_BATCH_WRITE):
            portion = doomed[start : start + MAX_BATCH_WRITE]
            requests: Any = {table: [{"DeleteRequest": {"Key": key}} for key in portion]}
            for attempt in self._tries("items were not deleted"):
                requests = self._call("batch_write_item", "write", RequestItems=requests).get("UnprocessedItems")
                if not requests:
                    break
                self._backoff(attempt)

    def transact(self, actions: Sequence[Mapping[str, Any]]) -> None:
        """Writes all of some actions or none, under an idempotency token.

        Raises:
            ConditionFailed: A condition did not hold.
            Conflict: Another transaction was there, or a throttle; nothing was written, try again.
            StorageUnavailable: Nobody knows whether it was done.
        """
        try:
            self._call("transact_write_items", "write", TransactItems=list(actions))
        except ClientError as error:
            codes = [reason.get("Code") for reason in error.response.get("CancellationReasons", ())]
            if "ConditionalCheckFailed" in codes:
                raise ConditionFailed from error
            raise Conflict(", ".join(sorted({code for code in codes if code and code != "None"}))) from error

    def transact_patiently(self, actions: Sequence[Mapping[str, Any]]) -> None:
        """Does what `transact` does, and tries again while there is a conflict.

        Raises:
            ConditionFailed: A condition did not hold.
            StorageUnavailable: There was a conflict each time, or nobody knows whether it was done.
        """
        for attempt in self._tries("a transaction met another one"):
            try:
                return self.transact(actions)
            except Conflict:
                self._backoff(attempt)
        raise AssertionError("the tries end with a return or an error")

    def wait(self, attempt: int) -> None:
        """Waits before the retry of the given number (1, 2 …) of what others were at."""
        self._backoff(attempt)

    def _write(self, operation: str, **parameters: Any) -> None:
        if "ConditionExpression" in parameters:
            parameters["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        for attempt in self._tries("a transaction was at the item all the time"):
            try:
                self._call(operation, "write", **parameters)
            except ClientError as error:
                if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                    raise ConditionFailed(error.response.get("Item")) from error
                self._backoff(attempt)  # a transaction's conflict, which the client does not retry by itself
            else:
                return

    def _pages(self, operation: str, parameters: Mapping[str, Any], limit: int | None) -> Iterator[Item]:
        given = 0
        more: dict[str, Any] = {}
        while True:
            answer = self._call(operation, "read", **parameters, **more)
            for item in answer["Items"]:
                yield item
                given += 1
                if given == limit:
                    return
            if "LastEvaluatedKey" not in answer:
                return
            more = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _tries(self, failure: str) -> Iterator[int]:
        yield from range(1, _MAX_TRIES + 1)
        raise StorageUnavailable(f"{failure}, {_MAX_TRIES} times")

    def _call(self, operation: str, kind: str, **parameters: Any) -> Any:
        """Calls the client. What a caller has to tell apart stays a ClientError; all else is StorageUnavailable."""
        try:
            answer = getattr(self._client, operation)(**parameters, ReturnConsumedCapacity="TOTAL")
        except ClientError as error:
            if error.response["Error"]["Code"] in _TOLD_APART:
                raise
            raise StorageUnavailable(f"{operation}: {error}") from error
        except BotoCoreError as error:
            raise StorageUnavailable(f"{operation}: {error}") from error
        consumed = answer.get("ConsumedCapacity", ())
        for one in (consumed,) if isinstance(consumed, Mapping) else consumed:
            self.consumed[kind, one["TableName"]] += one["CapacityUnits"]
        return answer


#: Failures that the engine answers, each in its own way.
_TOLD_APART = {"ConditionalCheckFailedException", "TransactionCanceledException", "TransactionConflictException"}


def _conditions(condition: str) -> dict[str, str]:
    return {"ConditionExpression": condition} if condition else {}
