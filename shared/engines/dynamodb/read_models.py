"""The read models in DynamoDB. docs/adr/0018 says why rows share items."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import islice
from typing import Any
from zlib import crc32

from shared.domain.counts import Counts
from shared.domain.folds import DAY, PAGE_DAY, PAGE_TOTAL, TOTAL, Delta, RowKey
from shared.domain.projection import Projection
from shared.engine import Commit, CommitConflict, NoMoment, Quarantined, Row
from shared.engines.dynamodb.client import MAX_TRANSACTION, ConditionFailed, Conflict, Dynamo, Item
from shared.engines.dynamodb.days import (
    BOTS,
    PEOPLE,
    REVISION,
    Day,
    Days,
    read_days,
    rows_of_day,
    without_summary,
)
from shared.engines.dynamodb.open_days import OpenDays, home_of
from shared.engines.dynamodb.packs import encode_counter
from shared.engines.dynamodb.projections import Projections
from shared.engines.dynamodb.row_names import Where, day_partition, days_partition, is_small, place_of, site_of
from shared.engines.dynamodb.totals import SHAPE, Totals
from shared.engines.dynamodb.values import each, key, number, text

#: Attributes of one update, of which DynamoDB takes some 300.
_MAX_ATTRIBUTES = 250

#: Processes that get into each other's way go on in lanes of their own, of so many.
_LANES = 8

#: Watermarks are spread over so many partitions.
_WATERMARK_PARTITIONS = 16

#: How often a version is read again because commits came in between.
_MAX_READINGS = 3

#: A day is over everywhere on earth, and summarised, so long after the UTC day of its name began.
_SUMMARISED_AFTER = timedelta(days=2)

Action = dict[str, dict[str, Any]]


class DynamoReadModels:
    """See `shared.engine.ReadModels`."""

    def __init__(self, dynamo: Dynamo, table: str, rules: str) -> None:
        """Opens the read models.

        Args:
            dynamo: The client.
            table: The table of views.
            rules: The rule set of the first projection, where there is none yet.
        """
        self._dynamo = dynamo
        self._table = table
        self._versions = Projections(dynamo, table, rules)
        self._totals = Totals(dynamo, table)
        self._days = Days(dynamo, table)
        self._open_days = OpenDays(dynamo, table)
        self._lane = 0

    def projections(self) -> list[Projection]:
        return self._versions.all()

    def start(self, rules: str, timezones: Mapping[str, str]) -> Projection:
        return self._versions.start(rules, timezones)

    def switch(self, version: int) -> None:
        self._versions.switch(version)

    def retire(self, version: int) -> None:
        doomed = tuple(f"{retired}|" for retired in self._versions.retire(version))
        self._delete(lambda partition: partition.startswith(doomed))

    def set_timezone(self, site: str, timezone: str | None) -> None:
        self._versions.set_timezone(site, timezone)

    def seal(self, site: str, day: str, erased: str) -> None:
        self._versions.seal(site, day, erased)

    def erased(self, site: str) -> str:
        return self._versions.erased(site)

    def carry_over(self, source: int, target: int) -> None:
        for site, last in self._versions.seals().items():
            totals: defaultdict[RowKey, Delta] = defaultdict(Delta)
            for row_key, counts in self._copy_days(source, target, site, last):
                if row_key.view in (DAY, PAGE_DAY):
                    total = totals[RowKey(site, TOTAL if row_key.view == DAY else PAGE_TOTAL, "", row_key.page)]
                    total.pageviews += counts.pageviews
                    total.bot_pageviews += counts.bot_pageviews
            for portion in _portions(totals):
                self.commit(target, Commit(deltas=portion))

    def watermarks(self, version: int, epochs: Iterable[str]) -> dict[str, int]:
        wanted = list(epochs)
        found = dict.fromkeys(wanted, -1)
        keys = [_watermark_key(version, epoch) for epoch in found]
        for item in self._dynamo.batch_get(self._table, keys):
            found[item["sk"]["S"]] = int(item["applied"]["N"])
        return found

    def fits(self, version: int, commit: Commit) -> bool:
        if len(commit.moves) + len(commit.quarantined) + len(commit.redriven) > MAX_TRANSACTION:
            return False
        updates = self._counter_updates(version, commit.deltas)
        actions = len(commit.moves) + len(commit.quarantined) + len(commit.redriven) + len(updates)
        return actions <= MAX_TRANSACTION and all(len(update) <= _MAX_ATTRIBUTES for update in updates.values())

    def commit(self, version: int, commit: Commit) -> None:
        if not self._versions.takes_commits(version):
            raise CommitConflict(f"projection {version} takes no more commits")
        # Adding a visitor twice changes nothing, so it need not be in the transaction; that would cost twice as much.
        self._add_visitors(version, commit.deltas)
        actions = [*self._marks(version, commit), *self._counters(version, commit.deltas)]
        try:
            if actions:
                self._dynamo.transact(actions)
        except ConditionFailed as error:
            raise CommitConflict("a watermark stands elsewhere, or an event is not in quarantine") from error
        except Conflict as error:
            self._lane = random.randrange(_LANES)  # noqa: S311 - not a secret
            raise CommitConflict(f"another commit was at the same rows ({error})") from error
        self._totals.watch(version, {row_key.site for row_key in commit.deltas if not row_key.bucket})

    def rows(
        self, version: int, site: str, view: str, first: str, last: str, page: str | None = None
    ) -> Iterator[tuple[RowKey, Counts]]:
        return self._days.rows(version, site, view, first, last, page)

    def lookup(self, version: int, keys: Sequence[RowKey]) -> dict[RowKey, Counts]:
        found: dict[RowKey, Counts] = {}
        by_day: defaultdict[tuple[str, str], list[RowKey]] = defaultdict(list)
        for row_key in keys:
            place = place_of(row_key)
            by_day[place.site, place.day].append(row_key)
        for (site, day), wanted in by_day.items():
            if day:
                live = self._days.live(version, site, day)
                found.update({row_key: live[row_key].counts() for row_key in wanted if row_key in live})
            else:
                names = {place_of(row_key).name: row_key for row_key in wanted}
                totals = self._totals.read(version, site, names)
                found.update({names[name]: Counts(*counters) for name, counters in totals.items()})
        return found

    def quarantine(self, version: int) -> list[Quarantined]:
        return list(map(_quarantined, self._dynamo.partition(self._table, _quarantine_partition(version))))

    @contextmanager
    def dump(self, version: int) -> Iterator[tuple[dict[str, int], Iterator[Row]]]:
        for _ in range(_MAX_READINGS):
            watermarks, quarantined = self._all_watermarks(version), self.quarantine(version)
            rows = self._all_rows(version)
            # A commit moves a watermark, or it takes something out of quarantine.
            if self._all_watermarks(version) == watermarks and self.quarantine(version) == quarantined:
                yield watermarks, iter(rows)
                return
        raise NoMoment(
            f"commits came in between {_MAX_READINGS} readings of the counts: try again when there is less traffic"
        )

    def forget(self, site: str) -> None:
        # The shape of its totals stays, which holds nothing of its visits: a process that remembers it goes on by it.
        self._delete(lambda partition: site_of(partition) == site, kept=SHAPE)
        self._versions.unseal(site)

    def closed(self, version: int) -> str:
        return self._versions.closed(version)

    def close(self, version: int, hour: str) -> None:
        self._versions.close(version, hour)
        if not hour:
            return  # a rebuild took the place of a version that had no closed hour yet
        before = date.fromisoformat(hour[:10]) - _SUMMARISED_AFTER
        sites = [site for p in self._versions.all() if p.version == version for site in p.timezones]
        for site in sites:
            self._days.summarise(version, site, before.isoformat())

    def _add_visitors(self, version: int, deltas: Mapping[RowKey, Delta]) -> None:
        additions: defaultdict[tuple[str, str], dict[str, set[bytes]]] = defaultdict(dict)
        for row_key, delta in deltas.items():
            place = place_of(row_key)
            for kind, members in ((PEOPLE, delta.visitors), (BOTS, delta.bot_visitors)):
                if members:
                    additions[place.site, place.day][kind + place.name] = members
        for (site, day), sets in additions.items():
            self._open_days.get(version, site, day, self._lane).visitors.add(sets)

    def _marks(self, version: int, commit: Commit) -> Iterator[Action]:
        """Gives what moves the watermarks and changes the quarantine, with the conditions."""
        for epoch, (start, end) in commit.moves.items():
            yield self._move(version, epoch, start, end)
        partition = _quarantine_partition(version)
        for epoch, event, reason in commit.quarantined:
            item = {**key(partition, _quarantine_sort_key(epoch, event)), "reason": text(reason)}
            yield {"Put": {"TableName": self._table, "Item": item}}
        for epoch, event in commit.redriven:
            where = key(partition, _quarantine_sort_key(epoch, event))
            condition = "attribute_exists(pk)"
            yield {"Delete": {"TableName": self._table, "Key": where, "ConditionExpression": condition}}

    def _move(self, version: int, epoch: str, start: int, end: int) -> Action:
        values = {":end": number(end)}
        condition = "attribute_not_exists(pk)"
        if start != -1:
            values[":start"] = number(start)
            condition = "applied = :start"
        return {
            "Update": {
                "TableName": self._table,
                "Key": _watermark_key(version, epoch),
                "UpdateExpression": "SET applied = :end",
                "ConditionExpression": condition,
                "ExpressionAttributeValues": values,
            }
        }

    def _counters(self, version: int, deltas: Mapping[RowKey, Delta]) -> Iterator[Action]:
        for (partition, sk), counters in self._counter_updates(version, deltas).items():
            expression, placeholders = each("ADD", counters)
            update = {"TableName": self._table, "Key": key(partition, sk), "UpdateExpression": expression}
            yield {"Update": {**update, **placeholders}}

    def _counter_updates(
        self, version: int, deltas: Mapping[RowKey, Delta]
    ) -> dict[Where, dict[str, Mapping[str, str]]]:
        """Shares the counters out over items: what is added to each attribute, by the item's keys."""
        by_day: defaultdict[tuple[str, str], dict[str, Mapping[str, str]]] = defaultdict(dict)
        for row_key, delta in deltas.items():
            place = place_of(row_key)
            by_day[place.site, place.day][place.name] = encode_counter(delta.pageviews, delta.bot_pageviews)
        updates: dict[Where, dict[str, Mapping[str, str]]] = {}
        for (site, day), counters in by_day.items():
            if day:
                small = {name: value for name, value in counters.items() if is_small(name)}
                updates[home_of(version, site, day, self._lane)] = {REVISION: number(1), **small}
                open_day = self._open_days.get(version, site, day, self._lane)
                placed = open_day.place(name for name in counters if name not in small)
            else:
                placed = self._totals.place(version, site, counters, self._lane)
            for where, names in placed.items():
                updates.setdefault(where, {}).update({name: counters[name] for name in names})
        return updates

    def _copy_days(self, source: int, target: int, site: str, last: str) -> Iterator[tuple[RowKey, Counts]]:
        """Copies a site's days up to one, and gives their rows."""
        items = self._dynamo.query(
            self._table,
            "pk = :pk AND sk < :end",
            {":pk": text(days_partition(source, site)), ":end": text(last + "|~")},
            ConsistentRead=True,
        )
        days = set()
        for item in items:
            days.add(item["sk"]["S"].partition("|")[0])
            # Its summary is of the version that it was made for; the next hour to close brings one of this.
            self._dynamo.put(self._table, {**without_summary(item), "pk": text(days_partition(target, site))})
        for day in sorted(days):
            partition = day_partition(target, site, day)
            for item in self._dynamo.partition(self._table, day_partition(source, site, day)):
                self._dynamo.put(self._table, {**item, "pk": text(partition)})
            for row_key, row in self._days.live(target, site, day).items():
                yield row_key, row.counts()

    def _all_watermarks(self, version: int) -> dict[str, int]:
        found: dict[str, int] = {}
        for number_of in range(_WATERMARK_PARTITIONS):
            for item in self._dynamo.partition(self._table, _watermark_partition(version, number_of)):
                found[item["sk"]["S"]] = int(item["applied"]["N"])
        return found

    def _all_rows(self, version: int) -> list[Row]:
        days: defaultdict[str, list[Item]] = defaultdict(list)
        packs: defaultdict[tuple[str, str], list[Item]] = defaultdict(list)
        for item in self._items_with_rows(version):
            partition = item["pk"]["S"]
            site = site_of(partition)
            if site is not None and partition == days_partition(version, site):
                days[site].append(item)
            elif site is not None and partition.startswith(prefix := day_partition(version, site, "")):
                packs[site, partition.removeprefix(prefix)].append(item)
        small = {(site, day): found for site, items in days.items() for day, found in read_days(items).items()}
        return sorted(
            row.row(row_key)
            for site, day in {*small, *packs}
            for row_key, row in rows_of_day(site, day, small.get((site, day), Day()), packs[site, day]).items()
        )

    def _delete(self, doomed: Callable[[str], bool], kept: str = "") -> None:
        """Deletes the partitions that are doomed, but for the sort key `kept`.

        A version or a site goes so rarely that the table is read for it.
        """
        keys = self._dynamo.scan(self._table, ProjectionExpression="pk, sk")
        self._dynamo.batch_delete(
            self._table, (where for where in keys if doomed(where["pk"]["S"]) and where["sk"]["S"] != kept)
        )

    def _items_with_rows(self, version: int) -> Iterator[Item]:
        """Reads the items that rows are read from; the others, blobs among them, are read too, but not transferred."""
        return self._dynamo.scan(
            self._table,
            ConsistentRead=True,
            FilterExpression="begins_with(pk, :days) OR begins_with(pk, :packs)",
            ExpressionAttributeValues={":days": text(f"{version}|d|"), ":packs": text(f"{version}|p|")},
        )


def _portions(deltas: Mapping[RowKey, Delta]) -> Iterator[Mapping[RowKey, Delta]]:
    """Cuts deltas so that each portion fits into a transaction, whichever items they go to."""
    rows = iter(deltas.items())
    while portion := dict(islice(rows, MAX_TRANSACTION)):
        yield portion


def _watermark_partition(version: int, number_of: int) -> str:
    return f"{version}|w|{number_of:02d}"


def _watermark_key(version: int, epoch: str) -> Item:
    return key(_watermark_partition(version, crc32(epoch.encode()) % _WATERMARK_PARTITIONS), epoch)


def _quarantine_partition(version: int) -> str:
    return f"{version}|q"


def _quarantine_sort_key(epoch: str, event: int) -> str:
    return f"{epoch}|{event:010d}"


def _quarantined(item: Item) -> Quarantined:
    epoch, _, event = item["sk"]["S"].rpartition("|")
    return Quarantined(epoch, int(event), item["reason"]["S"])
