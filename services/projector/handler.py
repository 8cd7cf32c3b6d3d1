"""The projector's Lambda: stream records in, the failures among them out."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from services.projector.project import Projector
from shared.engine import CommitConflict, Record, StorageUnavailable
from shared.stream import Undecodable, read_stream_record

logger = logging.getLogger(__name__)

Handler = Callable[[Mapping[str, Any], object], dict[str, Any]]


def make_handler(projector: Projector) -> Handler:
    """Makes the handler of a stream's batches.

    The handler answers with Lambda's `batchItemFailures`: the record to go on from at the next try. A record that is no
    event is reported by itself, and the others are applied; if the storage fails, the whole batch is reported, and what
    was committed of it is recognised when it comes again. What is reported comes again as often as the mapping allows,
    and then goes to the dead letters. A record without a sequence number, which nobody could ask for again, is only
    logged: reported, it would have the whole batch come again and again. Nothing is lost, as the log holds the events.
    """

    def handle(event: Mapping[str, Any], context: object) -> dict[str, Any]:
        records: list[Record] = []
        failures: list[str] = []
        inserted = inserts(event)
        for stream_record in inserted:
            try:
                records.append(read_stream_record(stream_record))
            except Undecodable as error:
                logger.error("a stream record is no event: %s", error)
                failures += filter(None, [sequence_number(stream_record)])
        try:
            projector.project(records)
        except (CommitConflict, StorageUnavailable) as error:
            logger.warning("a batch is to be tried again: %s", error)
            failures = list(filter(None, map(sequence_number, inserted)))[:1]
        return {"batchItemFailures": [{"itemIdentifier": number} for number in failures]}

    return handle


def acknowledged(event: Mapping[str, Any], answer: Mapping[str, Any]) -> int:
    """Counts the inserted records of a batch that do not come again: those before the first that is reported."""
    reported = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
    numbers = [sequence_number(stream_record) for stream_record in inserts(event)]
    return next((count for count, number in enumerate(numbers) if number in reported), len(numbers))


def inserts(event: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Gives the records of a stream's batch that say of an item that it is new."""
    return [stream_record for stream_record in event["Records"] if stream_record.get("eventName") == "INSERT"]


def sequence_number(stream_record: Mapping[str, Any]) -> str | None:
    """Gives the number by which a record can be asked for again, if it has one."""
    content = stream_record.get("dynamodb")
    number = content.get("SequenceNumber") if isinstance(content, Mapping) else None
    return number if isinstance(number, str) and number else None
