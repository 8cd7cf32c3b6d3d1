"""The versions of the read models and the seals of sites: one partition of the table of views."""

from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from typing import Any

from shared.domain.projection import BUILDING, LIVE, Projection
from shared.engine import CommitConflict, StorageUnavailable
from shared.engines.dynamodb.client import ConditionFailed, Conflict, Dynamo, Item
from shared.engines.dynamodb.values import key, number, text

_PARTITION = "projections"
_VERSION, _SEAL = "version|", "seal|"
_RETIRED = "retired"

#: How often the versions are read again because none is live.
_MAX_READINGS = 5


class Projections:
    """What the table knows of versions and seals. Version 1 is live from the beginning, also before it is stored."""

    def __init__(self, dynamo: Dynamo, table: str, rules: str) -> None:
        """Puts the registry together; `rules` is the rule set of the first version, where there is none yet."""
        self._dynamo = dynamo
        self._table = table
        self._rules = rules

    def all(self) -> list[Projection]:
        """Lists the building and the live version, by number."""
        for _ in range(_MAX_READINGS):
            stored = self._stored()
            sealed = _sealed(stored)
            found = [_projection(item, sealed) for item in stored if _state(item) in (BUILDING, LIVE)]
            if not found:
                return [Projection(1, LIVE, self._rules, {}, sealed)]
            # A query may see one half of a transaction: a switch that has retired the old version only.
            if any(projection.state == LIVE for projection in found):
                return found
        raise StorageUnavailable("no version is live")

    def takes_commits(self, version: int) -> bool:
        """Tells whether a version is building or live."""
        # What this reads may be a moment old: nobody reads what is written to a version that was retired meanwhile.
        item = self._dynamo.get(self._table, _key(version), consistent=False)
        if item is None and version == 1:
            self._store_first()
            return True
        return item is not None and _state(item) != _RETIRED

    def start(self, rules: str, timezones: Mapping[str, str]) -> Projection:
        """Begins the next version, building. No number is ever given again."""
        self._store_first()
        for version in count(max(int(item["version"]["N"]) for item in self._stored() if "version" in item) + 1):
            try:
                self._put(version, BUILDING, rules, timezones)
            except ConditionFailed:
                continue
            # It is not read again: another rebuild may have retired it meanwhile.
            return Projection(version, BUILDING, rules, timezones, self.seals())
        raise AssertionError("numbers never end")

    def switch(self, version: int) -> None:
        """Makes a building version the live one, and retires the one that was.

        Raises:
            CommitConflict: It is not building, or somebody else was switching.
        """
        self._store_first()
        old = next(projection for projection in self.all() if projection.state == LIVE)
        try:
            self._dynamo.transact([self._becomes(old.version, LIVE, _RETIRED), self._becomes(version, BUILDING, LIVE)])
        except (ConditionFailed, Conflict) as error:
            raise CommitConflict(f"projection {version} is not building: another rebuild was there") from error

    def retire(self, version: int) -> list[int]:
        """Lets a version that is not live take no further commit, and gives all versions whose rows are to go."""
        with suppress(ConditionFailed):  # it is live, or an earlier call was stopped half-way
            self._dynamo.transact_patiently([self._becomes(version, BUILDING, _RETIRED)])
        return [int(item["version"]["N"]) for item in self._stored() if _state(item) == _RETIRED]

    def set_timezone(self, site: str, timezone: str | None) -> None:
        """Says under which timezone every version counts a site; None: no longer at all."""
        self._store_first()
        change = "REMOVE timezones.#site" if timezone is None else "SET timezones.#site = :timezone"
        values: Any = {} if timezone is None else {"ExpressionAttributeValues": {":timezone": text(timezone)}}
        for version in (projection.version for projection in self.all()):
            self._dynamo.update(self._table, _key(version), change, ExpressionAttributeNames={"#site": site}, **values)

    def closed(self, version: int) -> str:
        """Gives the last closed hour; "" if none is."""
        item = self._dynamo.get(self._table, _key(version))
        return item["closed"]["S"] if item else ""

    def close(self, version: int, hour: str) -> None:
        """Closes an hour, and every hour before it."""
        self._store_first()
        with suppress(ConditionFailed):  # it is closed
            self._dynamo.update(
                self._table,
                _key(version),
                "SET closed = :hour",
                "attribute_exists(pk) AND closed < :hour",
                ExpressionAttributeValues={":hour": text(hour)},
            )

    def seal(self, site: str, day: str, erased: str) -> None:
        """Seals a site's days up to one; see `shared.engine.ReadModels.seal`."""
        # The day first: events leave the log only after it is sealed. Either may stand later than the caller knows.
        for name, value in (("day", day), ("erased", erased)):
            self._dynamo.raise_to(self._table, key(_PARTITION, _SEAL + site), name, text(value))

    def seals(self) -> Mapping[str, str]:
        """Gives the last sealed day of each site that has any."""
        return _sealed(self._stored())

    def erased(self, site: str) -> str:
        """Gives the hour before which opened epochs have lost a site's events; "" if none have."""
        item = self._dynamo.get(self._table, key(_PARTITION, _SEAL + site))
        return item.get("erased", text(""))["S"] if item else ""

    def unseal(self, site: str) -> None:
        """Forgets a site's seal."""
        self._dynamo.delete(self._table, key(_PARTITION, _SEAL + site))

    def _stored(self) -> list[Item]:
        return list(self._dynamo.partition(self._table, _PARTITION))

    def _store_first(self) -> None:
        with suppress(ConditionFailed):  # it is there
            self._put(1, LIVE, self._rules, {})

    def _put(self, version: int, state: str, rules: str, timezones: Mapping[str, str]) -> None:
        item = {
            **_key(version),
            "version": number(version),
            "state": text(state),
            "rules": text(rules),
            "timezones": {"M": {site: text(timezone) for site, timezone in timezones.items()}},
            "closed": text(""),
        }
        self._dynamo.put(self._table, item, "attribute_not_exists(pk)")

    def _becomes(self, version: int, before: str, after: str) -> dict[str, dict[str, object]]:
        return {
            "Update": {
                "TableName": self._table,
                "Key": _key(version),
                "UpdateExpression": "SET #state = :after",
                "ConditionExpression": "#state = :before",
                "ExpressionAttributeNames": {"#state": "state"},
                "ExpressionAttributeValues": {":before": text(before), ":after": text(after)},
            }
        }


def _key(version: int) -> Item:
    return key(_PARTITION, f"{_VERSION}{version:010d}")


def _sealed(stored: list[Item]) -> dict[str, str]:
    seals = {item["sk"]["S"].removeprefix(_SEAL): item["day"]["S"] for item in stored if "day" in item}
    return {site: day for site, day in seals.items() if day}


def _state(item: Item) -> str:
    return item["state"]["S"] if "state" in item else ""


def _projection(item: Item, sealed: Mapping[str, str]) -> Projection:
    timezones = {site: timezone["S"] for site, timezone in item["timezones"]["M"].items()}
    return Projection(int(item["version"]["N"]), item["state"]["S"], item["rules"]["S"], timezones, sealed)
