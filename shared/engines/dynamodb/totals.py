"""Lifetime totals: in packs by the hash of their name, so that a single total is found without reading the others."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple
from zlib import crc32

from shared.engine import StorageUnavailable
from shared.engines.dynamodb.client import Dynamo, Item
from shared.engines.dynamodb.packs import decode_counter, size_of_names
from shared.engines.dynamodb.row_names import Where, day_partition
from shared.engines.dynamodb.values import Value, key, number

#: Level 0 is one pack, for some twenty pages; each further level has eight times as many.
_FIRST_LEVEL, _LAST_LEVEL, _STEP = 0, 15, 3

#: A pack of this many bytes, by estimate, makes its site go on at the next level.
_CROWDED = 1_400

#: Names of one commit that go to one pack. More of them would also make too long an expression.
_TOGETHER = 25

#: One of so many commits looks at one pack: nobody may be reading the totals, such as those of a version that is built.
_WATCHED_EVERY = 16

#: The beginning of the sort keys of packs of totals.
PREFIX = "t|"

#: The sort key of the item that tells the shape of a site's totals.
SHAPE = "shape"


class _Shape(NamedTuple):
    """In how many packs a site's totals are: the level at which new ones go in, and the lanes in use."""

    level: int = _FIRST_LEVEL
    lanes: int = 1


class Totals:
    """The totals of all sites. What an earlier level has stays there; a total is the sum over levels and lanes."""

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        """Puts them together over the table of views."""
        self._dynamo = dynamo
        self._table = table
        self._shapes: dict[str, _Shape] = {}
        self._crowded: set[str] = set()
        self._commits = 0

    def place(self, version: int, site: str, names: Iterable[str], lane: int) -> Mapping[Where, list[str]]:
        """Tells which names go to which packs.

        Args:
            version: The projection's version.
            site: The site.
            names: The totals' names.
            lane: The lane of this process.

        Returns:
            The names by the item that they go to.
        """
        partition = day_partition(version, site, "")
        shape = self._shapes.get(partition) or self._load(partition)
        wanted = list(names)
        level = shape.level + _STEP if partition in self._crowded else shape.level
        while len(wanted) > _TOGETHER * 2**level and level < _LAST_LEVEL:
            level += _STEP
        if level > shape.level or lane >= shape.lanes:
            shape = self._grow(partition, level, lane)
        placed: defaultdict[Where, list[str]] = defaultdict(list)
        for name in wanted:
            placed[partition, _sort_key(name, shape.level, lane)].append(name)
        return placed

    def read(self, version: int, site: str, names: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Reads single totals, strongly consistent: the counters of people and of bots by name."""
        partition = day_partition(version, site, "")
        wanted = set(names)
        shape = self._shapes.get(partition, _Shape())
        while True:
            sort_keys = {SHAPE, *_all_sort_keys(wanted, shape)}
            found = list(self._dynamo.batch_get(self._table, [key(partition, sk) for sk in sorted(sort_keys)]))
            current = next((_shape(item) for item in found if item["sk"]["S"] == SHAPE), _Shape())
            if current == shape:
                break
            shape = self._shapes[partition] = current
        packs = [item for item in found if item["sk"]["S"] != SHAPE]
        self._watch(partition, shape, packs)
        return {name: counters for name, counters in add_up(packs).items() if name in wanted}

    def watch(self, version: int, sites: Iterable[str]) -> None:
        """Looks at a pack of each site to which totals were committed, now and then. All of a level grow alike."""
        self._commits += 1
        if self._commits % _WATCHED_EVERY:
            return
        for site in sites:
            partition = day_partition(version, site, "")
            shape = self._shapes.get(partition, _Shape())
            with suppress(StorageUnavailable):  # the commit is done all the same
                item = self._dynamo.get(self._table, key(partition, _sort_key("t", shape.level, 0)), consistent=False)
                self._watch(partition, shape, [item] if item else [])

    def _watch(self, partition: str, shape: _Shape, packs: Iterable[Item]) -> None:
        """Takes note of a site whose packs have grown beyond their size; the next commit uses more of them."""
        top = f"{PREFIX}{shape.level:02d}|"
        if shape.level < _LAST_LEVEL and any(
            item["sk"]["S"].startswith(top) and size_of_names(item) > _CROWDED for item in packs
        ):
            self._crowded.add(partition)

    def _load(self, partition: str) -> _Shape:
        item = self._dynamo.get(self._table, key(partition, SHAPE))
        shape = self._shapes[partition] = _shape(item) if item else _Shape()
        return shape

    def _grow(self, partition: str, level: int, lane: int) -> _Shape:
        """Raises the level or the number of lanes, unless another process has."""
        self._crowded.discard(partition)
        for name, value, least in (("level", level, _FIRST_LEVEL), ("lanes", lane + 1, 1)):
            if value > least:
                self._dynamo.raise_to(self._table, key(partition, SHAPE), name, number(value))
        return self._load(partition)


def add_up(packs: Iterable[Item]) -> dict[str, tuple[int, int]]:
    """Adds the counters of packs up: those of people and of bots by name."""
    totals: defaultdict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for pack in packs:
        for name, counter in counters_of(pack):
            people, bots = decode_counter(counter)
            totals[name] = totals[name][0] + people, totals[name][1] + bots
    return dict(totals)


def counters_of(pack: Item) -> Iterator[tuple[str, Value]]:
    """Gives the counters in a pack by name."""
    return ((name, dict(value)) for name, value in pack.items() if "N" in value)


def _shape(item: Item) -> _Shape:
    default = _Shape()
    level = int(item["level"]["N"]) if "level" in item else default.level
    return _Shape(level, int(item["lanes"]["N"]) if "lanes" in item else default.lanes)


def _sort_key(name: str, level: int, lane: int) -> str:
    return f"{PREFIX}{level:02d}|{lane}|{crc32(name.encode()) % 2**level:05d}"


def _all_sort_keys(names: Iterable[str], shape: _Shape) -> Iterator[str]:
    for name in names:
        for level in range(_FIRST_LEVEL, shape.level + 1, _STEP):
            for lane in range(shape.lanes):
                yield _sort_key(name, level, lane)
