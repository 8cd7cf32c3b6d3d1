"""Reads are billed as AWS bills them."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.benchmarks.billing import BilledClient, item_size


class Answering:
    """A client that gives the same answer to everything."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self._answer = answer

    def __getattr__(self, operation: str) -> Any:
        return lambda **parameters: dict(self._answer)


def item(size: int) -> dict[str, Any]:
    return {"pk": {"S": "x" * (size - len("pk"))}}


def consumed(operation: str, answer: Mapping[str, Any], **parameters: Any) -> Any:
    return getattr(BilledClient(Answering(answer)), operation)(TableName="t", **parameters)["ConsumedCapacity"]


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "é"}, 2),
        ({"B": b"abc"}, 3),
        ({"N": "0"}, 1),
        ({"N": "7"}, 2),
        ({"N": "1000000"}, 2),
        ({"N": "-123"}, 3),
        ({"BS": [b"ab", b"cde"]}, 5),
        ({"NS": ["1", "1234"]}, 5),
        ({"BOOL": True}, 1),
        ({"L": [{"S": "a"}, {"S": "bc"}]}, 3 + 2 + 3),
        ({"M": {"k": {"S": "abc"}}}, 3 + 1 + 1 + 3),
    ],
)
def test_an_item_is_as_large_as_dynamodb_counts(value: Mapping[str, Any], size: int) -> None:
    assert item_size({"name": value}) == len("name") + size


@pytest.mark.parametrize(
    ("size", "consistent", "units"), [(10, True, 1), (10, False, 0.5), (4_096, True, 1), (4_097, True, 2)]
)
def test_one_item_is_billed_by_its_size(size: int, consistent: bool, units: float) -> None:
    bill = consumed("get_item", {"Item": item(size)}, ConsistentRead=consistent)
    assert bill == {"TableName": "t", "CapacityUnits": units}


def test_a_page_is_billed_by_the_sum_of_its_items_and_a_batch_item_by_item() -> None:
    items = [item(1_000)] * 8
    assert consumed("query", {"Items": items}, ConsistentRead=True)["CapacityUnits"] == 2
    wanted = {"t": {"Keys": [{}] * 10, "ConsistentRead": True}}
    (bill,) = consumed("batch_get_item", {"Responses": {"t": items}}, RequestItems=wanted)
    assert bill["CapacityUnits"] == 8 + 2


def test_some_attributes_are_billed_as_the_whole_item() -> None:
    client = BilledClient(Answering({"Items": [{**item(5_000), "sk": {"S": "a"}}]}))
    answer = client.query(TableName="t", ProjectionExpression="sk, version", ConsistentRead=True)
    assert answer["Items"] == [{"sk": {"S": "a"}}]
    assert answer["ConsumedCapacity"]["CapacityUnits"] == 2


def test_nothing_costs_what_the_least_does() -> None:
    assert consumed("get_item", {}, ConsistentRead=True)["CapacityUnits"] == 1
    assert consumed("query", {"Items": []})["CapacityUnits"] == 0.5


def test_writes_are_billed_by_who_knows_what_stood_there() -> None:
    answer = {"ConsumedCapacity": {"TableName": "t", "CapacityUnits": 3.0}}
    assert consumed("put_item", answer) == answer["ConsumedCapacity"]


def test_calls_are_counted() -> None:
    client = BilledClient(Answering({"Items": []}))
    client.query(TableName="t")
    client.query(TableName="t")
    assert client.calls == {"query": 2}
