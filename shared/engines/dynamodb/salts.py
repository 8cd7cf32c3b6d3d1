"""The salts in a table of their own, which no backup, no recovery and no stream sees.

A destroyed salt leaves its item, without the salt, as the tombstone. It is deleted by an update and not by a time to
live, which may come days late.
"""

import os

from shared.domain.calendar import date_is_over, date_lives
from shared.engine import SaltGone
from shared.engines.dynamodb.client import ConditionFailed, Dynamo, Item
from shared.engines.dynamodb.values import blob, text

_SALT_BYTES = 32

#: "day" is one of DynamoDB's reserved words.
_NAMES = {"#day": "day"}


class DynamoSalts:
    """See `shared.engine.Salts`."""

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        self._dynamo = dynamo
        self._table = table

    def get(self, day: str, now: int) -> bytes:
        if not date_lives(day, now):
            raise SaltGone(f"{day} is not a current date anywhere")
        stored = self._dynamo.get(self._table, {"day": text(day)}) or self._make(day)
        if "salt" not in stored:
            raise SaltGone(f"the salt of {day} was destroyed")
        return bytes(stored["salt"]["B"])

    def destroy(self, now: int) -> list[str]:
        living = self._dynamo.scan(
            self._table,
            ConsistentRead=True,
            FilterExpression="attribute_exists(salt)",
            ProjectionExpression="#day",
            ExpressionAttributeNames=_NAMES,
        )
        over = sorted(day for day in (item["day"]["S"] for item in living) if date_is_over(day, now))
        for day in over:
            self._dynamo.update(self._table, {"day": text(day)}, "REMOVE salt")
        return over

    def _make(self, day: str) -> Item:
        """Makes a date's salt, or gives what somebody else has made or destroyed meanwhile."""
        made = {"day": text(day), "salt": blob(os.urandom(_SALT_BYTES))}
        try:
            self._dynamo.put(self._table, made, "attribute_not_exists(#day)", ExpressionAttributeNames=_NAMES)
        except ConditionFailed as error:
            return error.item or {}
        return made
