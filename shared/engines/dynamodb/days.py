"""The rows of days: how they are read, live or from a day's summary, and how a past day is summarised."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.domain.counts import Counts
from shared.domain.folds import ORIGIN_DAY, RowKey
from shared.domain.visitors import VisitorSet
from shared.engine import Row
from shared.engines.dynamodb.client import Dynamo, Item
from shared.engines.dynamodb.row_names import (
    DAY_LENGTH,
    SMALL_VIEWS,
    Place,
    day_partition,
    days_partition,
    is_small,
    place_of,
    row_of,
    summaries_partition,
)
from shared.engines.dynamodb.summaries import decode_rows, encode_rows, read_summaries, summary_items
from shared.engines.dynamodb.totals import PREFIX as TOTALS
from shared.engines.dynamodb.totals import add_up
from shared.engines.dynamodb.values import key, number, text
from shared.engines.dynamodb.visitor_sets import PACK, read_sets

#: Attributes of a day's items that are no counters.
REVISION = "rev"
_SUMMARISED = "summarised"

#: The beginning of the sort keys of packs of counters.
COUNTERS = "c|"

#: The lane whose item of a day also has the summary of the small rows.
_FIRST_LANE = 0

#: In the name of a visitor set, before the row's: whose visitors they are.
PEOPLE, BOTS = "p", "b"

_AFTER_ALL = "~"


class LiveRow(NamedTuple):
    """A row put together from packs: its counters and its sets."""

    pageviews: int
    bot_pageviews: int
    visitors: VisitorSet
    bot_visitors: VisitorSet

    def counts(self) -> Counts:
        """Gives the counts, with the numbers of visitors."""
        both = self.visitors.union(self.bot_visitors)
        return Counts(self.pageviews, self.bot_pageviews, len(self.visitors), len(self.bot_visitors), both)

    def row(self, row_key: RowKey) -> Row:
        """Gives the row as a dump has it."""
        return Row(row_key, self.counts(), self.visitors.to_bytes(), self.bot_visitors.to_bytes())


@dataclass(slots=True)
class Day:
    """What the site's partition of days has of one day, all lanes together.

    Attributes:
        counters: The counters of its small rows, and of the pages that stand with them, by name.
        revision: How many commits have touched the day.
        summarised: The revision of the summary; -1 without one.
        summary: The small rows of the summary.
    """

    counters: dict[str, tuple[int, int]] = field(default_factory=dict)
    revision: int = 0
    summarised: int = -1
    summary: Mapping[str, Counts] = field(default_factory=dict)

    @property
    def current(self) -> bool:
        """Whether the summary is of the day as it stands."""
        return self.summarised == self.revision


def without_summary(item: Item) -> Item:
    """Gives an item of a site's partition of days as it is before the day is summarised."""
    return {name: value for name, value in item.items() if name not in (_SUMMARISED, "names", "numbers")}


def read_days(items: Iterable[Item]) -> dict[str, Day]:
    """Puts the days together from the items of a site's partition of days."""
    lanes: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        lanes[item["sk"]["S"].partition("|")[0]].append(item)
    return {day: _read_day(some) for day, some in lanes.items()}


def _read_day(lanes: Iterable[Item]) -> Day:
    counters = add_up(lanes)
    summarised = counters.pop(_SUMMARISED, (-1, 0))[0]
    day = Day(counters, counters.pop(REVISION, (0, 0))[0], summarised)
    if day.current:
        day.summary = next(decode_rows(item) for item in lanes if "names" in item)
    return day


def rows_of_day(site: str, day: str, small: Day, items: Iterable[Item]) -> dict[RowKey, LiveRow]:
    """Puts all rows of a day together.

    Args:
        site: The site.
        day: The day; "" of the lifetime totals.
        small: What the site's partition of days has of it.
        items: The day's own partition, in order.
    """
    known = list(items)
    packs = (item for item in known if item["sk"]["S"].startswith((COUNTERS, TOTALS)))
    counters = add_up(packs)
    for name, (people, bots) in small.counters.items():
        others = counters.get(name, (0, 0))
        counters[name] = others[0] + people, others[1] + bots
    return _join(site, day, counters, read_sets(known))


def _join(
    site: str, day: str, counters: Mapping[str, tuple[int, int]], sets: Mapping[str, VisitorSet]
) -> dict[RowKey, LiveRow]:
    names = {*counters, *(name[1:] for name in sets)}
    return {
        row_of(Place(site, day, name)): LiveRow(
            *counters.get(name, (0, 0)),
            sets.get(PEOPLE + name) or VisitorSet(),
            sets.get(BOTS + name) or VisitorSet(),
        )
        for name in names
    }


class Days:
    """Reads and summarises days."""

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        """Puts them together over the table of views."""
        self._dynamo = dynamo
        self._table = table

    def rows(
        self, version: int, site: str, view: str, first: str, last: str, page: str | None
    ) -> Iterator[tuple[RowKey, Counts]]:
        """See `shared.engine.ReadModels.rows`. A summary may be read that is a moment old; a live day never is."""
        for found in self._rows_by_day(version, site, view, first, last):
            wanted = (
                (row_key, counts)
                for row_key, counts in found.items()
                if row_key.view == view and first <= row_key.bucket <= last and page in (None, row_key.page)
            )
            yield from sorted(wanted)

    def live(self, version: int, site: str, day: str) -> dict[RowKey, LiveRow]:
        """Reads all rows of a day from its packs, strongly consistent; day "" has the lifetime totals."""
        days = read_days(self._query(days_partition(version, site), day, day)) if day else {}
        return rows_of_day(site, day, days.get(day, Day()), self._query(day_partition(version, site, day)))

    def summarise(self, version: int, site: str, before: str) -> None:
        """Summarises the days before one that have changed since they last were."""
        days = read_days(self._query(days_partition(version, site), "", before))
        for day, found in days.items():
            if day < before and not found.current:
                self._summarise(version, site, day, found.revision)

    def _rows_by_day(
        self, version: int, site: str, view: str, first: str, last: str
    ) -> Iterator[Mapping[RowKey, Counts]]:
        if not last:
            yield _counts(self.live(version, site, ""))
            return
        span = first[:DAY_LENGTH], last[:DAY_LENGTH]
        days = read_days(self._query(days_partition(version, site), *span, consistent=False))
        if view in SMALL_VIEWS:
            for day, found in days.items():
                yield self._small_rows(version, site, day, found, view)
            return
        current = {day: found.revision for day, found in days.items() if found.current}
        items = self._query(summaries_partition(version, site), *span, consistent=False) if current else ()
        summaries = read_summaries(items, current)
        for day in days:
            if day in summaries:
                yield _named(site, day, summaries[day])
            else:
                yield _counts(self.live(version, site, day))

    def _small_rows(self, version: int, site: str, day: str, found: Day, view: str) -> Mapping[RowKey, Counts]:
        if found.current:
            return _named(site, day, found.summary)
        counters = {name: counter for name, counter in found.counters.items() if is_small(name)}
        sets: Mapping[str, VisitorSet] = {}
        if view != ORIGIN_DAY:
            items = self._query(day_partition(version, site, day), PACK)
            sets = {name: members for name, members in read_sets(items).items() if name[1:] in counters}
        return _counts(_join(site, day, counters, sets))

    def _summarise(self, version: int, site: str, day: str, revision: int) -> None:
        """The revision was read before the rows: if a commit comes in between, the summary is of no day's."""
        small: dict[str, Counts] = {}
        others: dict[str, Counts] = {}
        for row_key, row in self.live(version, site, day).items():
            name = place_of(row_key).name
            (small if is_small(name) else others)[name] = row.counts()
        for item in summary_items(summaries_partition(version, site), day, revision, others):
            self._dynamo.put(self._table, item)
        encoded = encode_rows(small)
        self._dynamo.update(
            self._table,
            key(days_partition(version, site), f"{day}|{_FIRST_LANE}"),
            f"SET {_SUMMARISED} = :revision, #names = :names, numbers = :numbers",
            ExpressionAttributeNames={"#names": "names"},
            ExpressionAttributeValues={
                ":revision": number(revision),
                ":names": encoded["names"],
                ":numbers": encoded["numbers"],
            },
        )

    def _query(
        self, partition: str, first: str = "", last: str = _AFTER_ALL, consistent: bool = True
    ) -> Iterator[Item]:
        values = {":pk": text(partition), ":first": text(first or " "), ":last": text(last + _AFTER_ALL)}
        condition = "pk = :pk AND sk BETWEEN :first AND :last"
        return self._dynamo.query(self._table, condition, values, ConsistentRead=consistent)


def _counts(rows: Mapping[RowKey, LiveRow]) -> dict[RowKey, Counts]:
    return {row_key: row.counts() for row_key, row in rows.items()}


def _named(site: str, day: str, rows: Mapping[str, Counts]) -> dict[RowKey, Counts]:
    return {row_of(Place(site, day, name)): counts for name, counts in rows.items()}
