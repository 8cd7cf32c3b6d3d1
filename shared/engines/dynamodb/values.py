"""DynamoDB's attribute values, in its own notation. Source: Amazon DynamoDB API Reference, AttributeValue."""

from collections.abc import Iterable, Mapping
from typing import Any

Value = dict[str, Any]


def text(value: str) -> Value:
    """Gives a string."""
    return {"S": value}


def number(value: int) -> Value:
    """Gives a number."""
    return {"N": str(value)}


def blob(value: bytes) -> Value:
    """Gives bytes."""
    return {"B": value}


def blobs(values: Iterable[bytes]) -> Value:
    """Gives a set of bytes; it must not be empty."""
    return {"BS": sorted(values)}


def key(pk: str, sk: str) -> dict[str, Value]:
    """Gives the key of an item in a table that has the keys `pk` and `sk`."""
    return {"pk": text(pk), "sk": text(sk)}


def each(action: str, values: Mapping[str, Mapping[str, Any]]) -> tuple[str, dict[str, Any]]:
    """Gives the update expression of one action ("ADD" or "DELETE") on several attributes.

    Args:
        action: The action.
        values: The values by the attributes' names, which may be any text.

    Returns:
        The expression, and the arguments that say what its placeholders stand for.
    """
    names = list(values)
    return f"{action} " + ", ".join(f"#{i} :{i}" for i in range(len(names))), {
        "ExpressionAttributeNames": {f"#{i}": name for i, name in enumerate(names)},
        "ExpressionAttributeValues": {f":{i}": values[name] for i, name in enumerate(names)},
    }
