"""Where a row of the read models stands in the table of views: which day's items, and under which attribute name.

Many rows share an item, since DynamoDB bills a write by the size of the item: a row is an attribute of one.
"""

from typing import NamedTuple

from shared.domain.folds import DAY, HOUR, ORIGIN_DAY, PAGE_DAY, PAGE_TOTAL, TOTAL, RowKey

#: The part of a bucket that is its day.
DAY_LENGTH = len("2026-11-22")

#: The views of a site's days: few rows a day, read for long ranges, so they stand apart from the pages.
SMALL_VIEWS = (DAY, HOUR, ORIGIN_DAY)

_OTHER = "~"


#: Names an item: its partition and its sort key.
Where = tuple[str, str]


class Place(NamedTuple):
    """Where a row stands.

    Attributes:
        site: The site.
        day: Its day; "" of a lifetime total.
        name: The attribute's name.
    """

    site: str
    day: str
    name: str


def is_paged(name: str) -> bool:
    """Tells whether an attribute is a row that may stand in any pack of its day."""
    return name[0] in f"/{_OTHER}"


def is_small(name: str) -> bool:
    """Tells whether a name is of a row of one of the `SMALL_VIEWS`."""
    return name[0] in "dho"


def place_of(key: RowKey) -> Place:
    """Tells where a row stands: "d", "hT17", "obeacon", "/page"; of totals "t", "/page"; any other by all its parts."""
    site, view, bucket, page = key
    day, rest = bucket[:DAY_LENGTH], bucket[DAY_LENGTH:]
    name = f"{_OTHER}{view}|{rest}|{page}"
    if view == DAY and not rest and not page and day:
        name = "d"
    elif view == HOUR and not page and day:
        name = "h" + rest
    elif view == ORIGIN_DAY and not rest and day:
        name = "o" + page
    elif view == TOTAL and not bucket and not page:
        name = "t"
    elif page.startswith("/") and not rest and view == (PAGE_DAY if day else PAGE_TOTAL):
        name = page
    return Place(site, day, name)


def row_of(place: Place) -> RowKey:
    """Gives the row that stands at a place."""
    site, day, name = place
    kind, rest = name[0], name[1:]
    if kind == "/":
        return RowKey(site, PAGE_DAY if day else PAGE_TOTAL, day, name)
    if kind == "d":
        return RowKey(site, DAY, day, "")
    if kind == "h":
        return RowKey(site, HOUR, day + rest, "")
    if kind == "o":
        return RowKey(site, ORIGIN_DAY, day, rest)
    if kind == "t":
        return RowKey(site, TOTAL, "", "")
    view, end, page = rest.split("|", 2)
    return RowKey(site, view, day + end, page)


def days_partition(version: int, site: str) -> str:
    """Names the partition of a site's days, one item for each day and lane: `SMALL_VIEWS`, and the pages seen first."""
    return f"{version}|d|{site}"


def day_partition(version: int, site: str, day: str) -> str:
    """Names the partition of one day's other counters and of its visitors; day "" has the lifetime totals."""
    return f"{version}|p|{site}|{day}"


def summaries_partition(version: int, site: str) -> str:
    """Names the partition of a site's summarised days."""
    return f"{version}|s|{site}"


def blobs_partition(version: int, site: str, collection: str) -> str:
    """Names the partition of a collection of blobs, one item for each."""
    return f"{version}|b|{site}|{collection}"


def chunks_partition(version: int, site: str, collection: str) -> str:
    """Names the partition of the chunks of those blobs of a collection that are too large for one item."""
    return f"{version}|c|{site}|{collection}"


def site_of(partition: str) -> str | None:
    """Tells whose partition it is; None of what belongs to no site."""
    parts = partition.split("|")
    return parts[2] if len(parts) > 2 and parts[1] in "bcdps" else None
