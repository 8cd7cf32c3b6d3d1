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
    was committed of it is recognised when it comes again.
    """

    def handle(event: Mapping[str, Any], context: object) -> dict[str, Any]:
        records: list[Record] = []
        failures: list[str] = []
        inserts = [r for r in event["Records"] if r.get("eventName") == "INSERT"]
        for stream_record in inserts:
            try:
                records.append(read_stream_record(stream_record))
            except Undecodable as error:
                logger.error("a stream record is no event: %s", error)
                failures.append(stream_record["dynamodb"]["SequenceNumber"])
        try:
            projector.project(records)
        except (CommitConflict, StorageUnavailable) as error:
            logger.warning("a batch is to be tried again: %s", error)
            failures = [inserts[0]["dynamodb"]["SequenceNumber"]]
        return {"batchItemFailures": [{"itemIdentifier": number} for number in failures]}

    return handle
