"""Summaries: a past day's rows with their numbers of visitors, in few items whose size does not follow the traffic.

A summary is worth something only as long as its revision is the day's: every commit that touches a day raises that.
"""

import json
import struct
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from shared.domain.counts import Counts
from shared.engines.dynamodb.client import Item
from shared.engines.dynamodb.values import blob, key, number

#: Rows in one item: with the longest names they stay below the 400 KB that an item may have.
_ROWS = 300

#: Numbers have a fixed width, four bytes where they fit, so that a busy day reads like a quiet one.
_NARROW, _WIDE = "I", "Q"
_MOST = 2**32 - 1

_PER_ROW = len(Counts._fields)

Rows = Mapping[str, Counts]


def encode_rows(rows: Rows) -> dict[str, Mapping[str, bytes]]:
    """Gives the attributes `names` and `numbers` that hold some rows."""
    numbers = [value for counts in rows.values() for value in counts]
    kind = _NARROW if max(numbers, default=0) <= _MOST else _WIDE
    packed = kind.encode() + struct.pack(f"<{len(numbers)}{kind}", *numbers)
    return {"names": blob(zlib.compress(json.dumps(list(rows)).encode())), "numbers": blob(packed)}


def decode_rows(item: Item) -> dict[str, Counts]:
    """Reads what `encode_rows` gave."""
    names = json.loads(zlib.decompress(item["names"]["B"]))
    packed = item["numbers"]["B"]
    numbers = struct.unpack(f"<{len(names) * _PER_ROW}{packed[:1].decode()}", packed[1:])
    return {name: Counts(*numbers[i * _PER_ROW : (i + 1) * _PER_ROW]) for i, name in enumerate(names)}


def summary_items(partition: str, day: str, revision: int, rows: Rows) -> Iterator[Item]:
    """Gives the items of a day's summary.

    Args:
        partition: The site's partition of summaries.
        day: The day.
        revision: The day's revision when its rows were read.
        rows: The rows by name.
    """
    names = sorted(rows)
    parts = max(1, -(-len(names) // _ROWS))
    for part in range(parts):
        some = {name: rows[name] for name in names[part * _ROWS : (part + 1) * _ROWS]}
        frame = {"revision": number(revision), "parts": number(parts)}
        yield {**key(partition, f"{day}|{part:05d}"), **frame, **encode_rows(some)}


def read_summaries(items: Iterable[Item], revisions: Mapping[str, int]) -> dict[str, dict[str, Counts]]:
    """Puts the days together of which every part is there and of the day's own revision.

    Args:
        items: Items of a site's summaries.
        revisions: The revision of each day.

    Returns:
        The rows of those days, by day and name.
    """
    found: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        day = item["sk"]["S"].partition("|")[0]
        if int(item["revision"]["N"]) == revisions.get(day):
            found[day].append(item)
    return {
        day: {name: counts for part in parts for name, counts in decode_rows(part).items()}
        for day, parts in found.items()
        if len(parts) == int(parts[0]["parts"]["N"])
    }
