"""Records of the event log as DynamoDB Streams delivers them to a Lambda.

Source of the format: Amazon DynamoDB Streams, `Record` and `StreamRecord`, view type NEW_IMAGE.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from shared.engine import Record


class Undecodable(ValueError):
    """A stream record that is none of the event log's."""


def to_stream_event(records: Iterable[Record]) -> dict[str, Any]:
    """Makes the Lambda event that rings the projector for records just appended."""
    return {"Records": [_to_stream_record(number, record) for number, record in enumerate(records)]}


def _to_stream_record(number: int, record: Record) -> dict[str, Any]:
    image = {"epoch": {"S": record.epoch}, "version": {"N": str(record.version)}, "nonce": {"S": record.nonce}}
    if record.body is not None:
        image["body"] = _body_value(record.body)
    return {"eventName": "INSERT", "dynamodb": {"SequenceNumber": str(number), "NewImage": image}}


def _body_value(body: bytes) -> dict[str, str]:
    """A string, or bytes that are no UTF-8, in base64: those must be the same here and in a rebuild from the log."""
    try:
        return {"S": body.decode()}
    except UnicodeDecodeError:
        return {"B": b64encode(body).decode()}


def _body(value: Mapping[str, str]) -> bytes:
    return value["S"].encode() if "S" in value else b64decode(value["B"], validate=True)


def read_stream_record(stream_record: Mapping[str, Any]) -> Record:
    """Reads one stream record.

    Raises:
        Undecodable: It has no image of an event.
    """
    try:
        image = stream_record["dynamodb"]["NewImage"]
        body = _body(image["body"]) if "body" in image else None
        return Record(image["epoch"]["S"], int(image["version"]["N"]), image["nonce"]["S"], body)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Undecodable(f"not an image of an event: {error!r}") from error
