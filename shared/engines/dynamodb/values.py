"""DynamoDB's attribute values, in its own notation. Source: Amazon DynamoDB API Reference, AttributeValue."""

from collections.abc import Iterable
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
