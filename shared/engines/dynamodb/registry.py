"""Sites, keys, what was imported and what was dropped, in DynamoDB.

Each registry is one partition of the table, an import's parts one for each site: all are small and read whole.
"""

import json
from collections.abc import Mapping

from shared.domain.keys import Key
from shared.domain.sites import Site
from shared.engine import ImportPart
from shared.engines.dynamodb.client import ConditionFailed, Dynamo, Item
from shared.engines.dynamodb.values import key, number, text

_SITES, _KEYS, _UNFINISHED, _DROPS = "sites", "keys", "unfinished", "drops"


class DynamoSites:
    """See `shared.engine.Sites`."""

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        self._dynamo = dynamo
        self._table = table

    def all(self) -> list[Site]:
        return [Site.from_dict(json.loads(item["site"]["S"])) for item in self._dynamo.partition(self._table, _SITES)]

    def save(self, site: Site) -> None:
        self._dynamo.put(
            self._table, {**key(_SITES, site.name), "site": text(json.dumps(site.to_dict(), ensure_ascii=False))}
        )

    def remove(self, name: str) -> None:
        self._dynamo.delete(self._table, key(_SITES, name))


class DynamoKeys:
    """See `shared.engine.Keys`."""

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        self._dynamo = dynamo
        self._table = table

    def all(self) -> list[Key]:
        return [
            Key(item["sk"]["S"], item["digest"]["S"], item["scope"]["S"], tuple(json.loads(item["sites"]["S"])))
            for item in self._dynamo.partition(self._table, _KEYS)
        ]

    def save(self, saved: Key) -> None:
        item = {"digest": text(saved.digest), "scope": text(saved.scope), "sites": text(json.dumps(saved.sites))}
        self._dynamo.put(self._table, {**key(_KEYS, saved.id), **item})

    def revoke(self, key_id: str) -> bool:
        # Read first: a deletion that is repeated after a lost answer would no longer find it.
        there = self._dynamo.get(self._table, key(_KEYS, key_id)) is not None
        self._dynamo.delete(self._table, key(_KEYS, key_id))
        return there


class DynamoImports:
    """See `shared.engine.Imports`. A part is unfinished while its epoch stands in a partition of its own."""

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        self._dynamo = dynamo
        self._table = table

    def parts(self, site_id: str, start: str) -> list[ImportPart]:
        found = map(_part, self._dynamo.partition(self._table, _parts_of(site_id), f"{start}#"))
        return [part for part in found if part.start == start]  # what begins with it may begin otherwise too

    def register(self, part: ImportPart) -> None:
        registered = {
            **key(_parts_of(part.site_id), f"{part.start}#{part.epoch}"),
            **{name: text(getattr(part, name)) for name in ("epoch", "site_id", "start", "end", "origin")},
            **{name: number(getattr(part, name)) for name in ("lines", "events")},
        }
        try:
            self._dynamo.transact_patiently(
                [
                    {
                        "Put": {
                            "TableName": self._table,
                            "Item": registered,
                            "ConditionExpression": "attribute_not_exists(pk)",
                        }
                    },
                    {"Put": {"TableName": self._table, "Item": key(_UNFINISHED, part.epoch)}},
                ]
            )
        except ConditionFailed:
            return  # it is registered, and finished perhaps

    def finish(self, epoch: str) -> None:
        self._dynamo.delete(self._table, key(_UNFINISHED, epoch))

    def unfinished(self) -> list[str]:
        return [item["sk"]["S"] for item in self._dynamo.partition(self._table, _UNFINISHED)]

    def forget(self, site_id: str) -> None:
        parts = list(self._dynamo.partition(self._table, _parts_of(site_id)))
        # The parts last: while they are there, a call that was stopped can be repeated.
        self._dynamo.batch_delete(self._table, [key(_UNFINISHED, part["epoch"]["S"]) for part in parts])
        self._dynamo.batch_delete(self._table, [{"pk": part["pk"], "sk": part["sk"]} for part in parts])


class DynamoDrops:
    """See `shared.engine.Drops`.

    What is added again after a lost answer counts twice: the numbers tell an owner what is turned away, not how much
    to the last event, and a transaction would fail where they are highest, when every process adds to the same one.
    """

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        self._dynamo = dynamo
        self._table = table

    def add(self, counts: Mapping[tuple[str, str, str], int]) -> None:
        for dropped, events in counts.items():
            self._dynamo.update(
                self._table,
                key(_DROPS, "#".join(dropped)),
                "ADD events :events",
                ExpressionAttributeValues={":events": number(events)},
            )

    def all(self) -> dict[tuple[str, str, str], int]:
        found = {}
        for item in self._dynamo.partition(self._table, _DROPS):
            day, site, reason = item["sk"]["S"].split("#")
            found[day, site, reason] = int(item["events"]["N"])
        return found


def _parts_of(site_id: str) -> str:
    return f"imports#{site_id}"


def _part(item: Item) -> ImportPart:
    return ImportPart(
        epoch=item["epoch"]["S"],
        site_id=item["site_id"]["S"],
        start=item["start"]["S"],
        end=item["end"]["S"],
        lines=int(item["lines"]["N"]),
        events=int(item["events"]["N"]),
        origin=item["origin"]["S"],
    )
