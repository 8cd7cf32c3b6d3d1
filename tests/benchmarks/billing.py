"""What AWS bills for reads, beside an emulator that does not.

MiniStack reports the write units as AWS does: the larger of the item before and after, one unit for each 1,024 bytes
begun, twice that in a transaction, and what an index takes. Of a read it reports one unit whatever its size, and
nothing of a `BatchGetItem`. So reads are billed here, from the items that were read.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from math import ceil
from typing import Any

from shared.engines.dynamodb.client import Item

#: Bytes that a read unit is for.
READ_UNIT = 4_096

#: Bytes of a list or map, and of each of its elements.
_FRAME, _ELEMENT = 3, 1


def item_size(item: Item) -> int:
    """Gives an item's bytes as DynamoDB counts them for reads and writes.

    Source: Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats": names and strings by their UTF-8 bytes,
    a number by one byte for two significant digits and one more.
    """
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S" | "B":
            return len(content.encode() if isinstance(content, str) else content)
        case "N":
            return (len(content.lstrip("-").strip("0")) + 1) // 2 + 1
        case "SS" | "BS" | "NS":
            return sum(_value_size({kind[0]: member}) for member in content)
        case "L":
            return _FRAME + sum(_ELEMENT + _value_size(element) for element in content)
        case "M":
            return _FRAME + sum(_ELEMENT + len(name.encode()) + _value_size(inner) for name, inner in content.items())
    return 1


class BilledClient:
    """A DynamoDB client that counts its calls, and whose answers tell the read units that AWS would bill.

    Attributes:
        calls: How often each operation was called.
    """

    def __init__(self, client: Any) -> None:
        """Wraps a client of the emulator."""
        self._client = client
        self.calls: Counter[str] = Counter()

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        """Gives the client's own operation, billed."""

        def call(**parameters: Any) -> Any:
            self.calls[operation] += 1
            # AWS bills the whole item, also where only some of its attributes are asked for.
            wanted = parameters.pop("ProjectionExpression", "") if operation == "query" else ""
            answer = getattr(self._client, operation)(**parameters)
            if operation in _BILLS:
                answer["ConsumedCapacity"] = _BILLS[operation](parameters, answer)
            if wanted:
                names = wanted.split(", ")
                answer["Items"] = [{name: item[name] for name in names if name in item} for item in answer["Items"]]
            return answer

        return call


def _get(parameters: Mapping[str, Any], answer: Mapping[str, Any]) -> Any:
    return _consumed(parameters["TableName"], parameters, _units([answer.get("Item", {})]))


def _query(parameters: Mapping[str, Any], answer: Mapping[str, Any]) -> Any:
    """A page is billed by the sum of its items, not item by item."""
    return _consumed(parameters["TableName"], parameters, _units(answer["Items"]))


def _batch_get(parameters: Mapping[str, Any], answer: Mapping[str, Any]) -> Any:
    """Each item is billed by itself; one that is not there costs what the smallest does."""
    bills = []
    for table, wanted in parameters["RequestItems"].items():
        found = answer["Responses"].get(table, [])
        units = sum(_units([item]) for item in found) + len(wanted["Keys"]) - len(found)
        bills.append(_consumed(table, wanted, units))
    return bills


_BILLS = {"get_item": _get, "query": _query, "scan": _query, "batch_get_item": _batch_get}


def _units(items: Iterable[Item]) -> int:
    return max(1, ceil(sum(map(item_size, items)) / READ_UNIT))


def _consumed(table: str, parameters: Mapping[str, Any], units: int) -> dict[str, Any]:
    """Reads that need not be strongly consistent cost half."""
    return {"TableName": table, "CapacityUnits": float(units) if parameters.get("ConsistentRead") else units / 2}
