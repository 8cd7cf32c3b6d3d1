"""Packs: items of about one write unit, each of which holds many rows of one day.

Which pack a row goes to changes nothing but the cost: a row's counters are added up over all packs on reading, its
visitors are the union of all. Rows go to packs in the order in which they are first seen, so that the pages that are
visited most, seen early, share the first ones, and most events write few of them.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

#: What a pack may grow to, in bytes by estimate. A write unit is 1,024; numbers grow by some digits.
CAPACITY = 960

#: An item's keys and their names, and an attribute's number or the frame of its set, in bytes.
_KEYS, _VALUE = 80, 6

#: One attribute holds two counters, of people and of bots, so that a name is stored once.
_BOTS = 10**15


def encode_counter(pageviews: int, bot_pageviews: int) -> Mapping[str, str]:
    """Gives both counters as one DynamoDB number. Sums of such numbers are those of the counters."""
    return {"N": str(pageviews + bot_pageviews * _BOTS)}


def decode_counter(value: Mapping[str, Any]) -> tuple[int, int]:
    """Gives the counters of people and of bots."""
    bot_pageviews, pageviews = divmod(int(Decimal(value["N"])), _BOTS)
    return pageviews, bot_pageviews


class Shelf:
    """The packs of one day, as far as this process knows them."""

    def __init__(self) -> None:
        """Knows of no pack yet."""
        self._sizes: list[int] = []
        self._packs: dict[str, int] = {}

    def learn(self, pack: int, contents: Mapping[str, int], others: int = 0) -> None:
        """Takes in what a pack holds.

        Args:
            pack: Its number.
            contents: For each name, the bytes of its set's members (0 of a counter).
            others: Bytes of what else is in it.
        """
        self._sizes += [_KEYS] * (pack + 1 - len(self._sizes))
        self._sizes[pack] = _KEYS + others + sum(_size(name, members) for name, members in contents.items())
        self._packs.update(dict.fromkeys(contents, pack))

    def place(self, name: str, members: int = 0) -> int:
        """Gives the pack for a name's addition: the one that has it, else the newest with room, else a new one.

        Args:
            name: The attribute's name.
            members: Bytes that are added to its set; a counter has none.
        """
        pack = self._packs.get(name)
        if pack is not None and (not members or self._sizes[pack] + members <= CAPACITY):
            self._sizes[pack] += members
            return pack
        size = _size(name, members)
        if not self._sizes or self._sizes[-1] + size > CAPACITY:
            self._sizes.append(_KEYS)
        pack = self._packs[name] = len(self._sizes) - 1
        self._sizes[pack] += size
        return pack

    def release(self, pack: int, members: int) -> None:
        """Takes note that bytes of members left a pack."""
        self._sizes[pack] = max(_KEYS, self._sizes[pack] - members)


def size_of_names(names: Iterable[str]) -> int:
    """Estimates the bytes of a pack with the counters of some names."""
    return _KEYS + sum(_size(name, 0) for name in names)


def _size(name: str, members: int) -> int:
    return len(name.encode()) + _VALUE + members
