"""A question about a site's visits: which metrics, by which dimensions, of which days, under which filters.

Names of metrics and dimensions are those of Plausible's Stats API v2, such as "visitors", "visit:source", "event:page",
"event:props:plan", "time:day".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

#: What conditions compare with: equal to one of the values, holding one of them, matching one as a regular expression.
IS, CONTAINS, MATCHES = "is", "contains", "matches"


@dataclass(frozen=True, slots=True)
class Condition:
    """A dimension's value compared with some values; it holds if it does for one of them.

    Attributes:
        operator: `IS`, `CONTAINS` or `MATCHES`.
        dimension: The dimension, such as "visit:source"; "event:goal" compares with goals' names.
        values: What it is compared with; "" is the value of what is not set.
        case_sensitive: Whether capitals matter.
    """

    operator: str
    dimension: str
    values: tuple[str, ...]
    case_sensitive: bool = True


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where the other filter does not."""

    part: "Filter"


@dataclass(frozen=True, slots=True)
class All:
    """Holds where every part does."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Holds where at least one part does."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class HasDone:
    """Holds for all events of a visit in which at least one event fulfils the part."""

    part: "Filter"


Filter = Condition | Not | All | Any | HasDone


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a site.

    Attributes:
        metrics: The metrics, in the order of the answer.
        dimensions: What the rows stand for, in the order of the answer; none: one row for all.
        first: The first day, in the site's timezone.
        last: The last day, included.
        filters: Which events count; None: all.
        bots: "exclude", "include" or "only".
        since: Where a question is about part of a day, the first instant that counts, in milliseconds since 1970.
        until: Likewise the first instant that counts no more.
    """

    metrics: tuple[str, ...]
    dimensions: tuple[str, ...]
    first: date
    last: date
    filters: Filter | None = None
    bots: str = "exclude"
    since: int | None = None
    until: int | None = None


class Group(NamedTuple):
    """A row of an answer: its dimensions' values, and its metrics by name (None: there is nothing to tell)."""

    dimensions: tuple[str, ...]
    metrics: Mapping[str, int | float | None]
