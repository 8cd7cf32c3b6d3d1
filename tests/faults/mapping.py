"""A small model of Lambda's event source mapping of a stream's shard, which no emulator has whole.

Source: AWS Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB": a failed batch blocks its shard and comes
again; with ReportBatchItemFailures from the lowest sequence number that was reported; with BisectBatchOnFunctionError
in two halves; after MaximumRetryAttempts it goes to the on-failure destination, and the shard goes on.
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

Record = dict[str, Any]
Invoke = Callable[[dict[str, Any]], dict[str, Any]]


class Mapping:
    """Delivers a shard's records in order.

    Attributes:
        dead_letters: The batches that were given up, with their records.
        invocations: How many there were.
    """

    def __init__(self, invoke: Invoke, batch_size: int, max_retries: int) -> None:
        """Sets the mapping up; a function that fails raises out of `invoke`."""
        self._invoke = invoke
        self._batch_size = batch_size
        self._max_retries = max_retries
        self.dead_letters: list[list[Record]] = []
        self.invocations = 0

    def deliver(self, records: Sequence[Record]) -> None:
        """Delivers records until each was acknowledged or given up."""
        waiting = deque(
            (list(records[at : at + self._batch_size]), 0) for at in range(0, len(records), self._batch_size)
        )
        while waiting:
            batch, tries = waiting.popleft()
            left, failed = self._try(batch)
            if not left:
                continue
            if tries == self._max_retries:
                self.dead_letters.append(left)
            elif failed and len(left) > 1:
                # A bisection is no retry: only a batch that is not cut any more uses its retries up.
                half = len(left) // 2
                waiting.extendleft([(left[half:], tries), (left[:half], tries)])
            else:
                waiting.appendleft((left, tries + 1))

    def _try(self, batch: list[Record]) -> tuple[list[Record], bool]:
        """Gives what has to come again, and whether the function failed as a whole."""
        self.invocations += 1
        try:
            answer = self._invoke({"Records": batch})
        except Exception:  # noqa: BLE001 - whatever a function raises
            return batch, True
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
        reported = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        if any(number not in numbers for number in reported):
            return batch, True  # Lambda takes an unknown number for a failure of the whole batch
        return batch[min(map(numbers.index, reported)) :] if reported else [], False
