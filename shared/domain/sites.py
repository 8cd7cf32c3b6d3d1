"""The registered site: a property whose visits are counted."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from shared.domain.calendar import zone

DEFAULT_CAP = 100_000
DEFAULT_RETENTION_MONTHS = 25
MAX_SITE_LENGTH = 253

#: What is done about visitors whose browser sends Global Privacy Control: the page counts and they do not, nothing
#: counts, or the signal is not looked at.
GPC_COUNT_WITHOUT_VISITOR = "count-without-visitor"
GPC_SKIP = "skip"
GPC_IGNORE = "ignore"
GPC_CHOICES = (GPC_COUNT_WITHOUT_VISITOR, GPC_SKIP, GPC_IGNORE)

# A host name, or what stands in for one in Plausible's `domain`: no comma (it separates several), no slash, no space.
_SITE_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?(?::[0-9]{1,5})?")

_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?/?")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_MAX_PORT = 65_535


class Goal(NamedTuple):
    """What an owner wants visitors to do: an event of a name, or a pageview of a page that a pattern matches.

    Attributes:
        name: The goal's name, by which it is asked for.
        event: The name of the custom event; "" for a page goal.
        page: A page, in which "*" stands for anything; "" for an event goal.
    """

    name: str
    event: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """A site as registered.

    Attributes:
        name: The site's name, as beacons name it.
        id: Drawn when it is added: a site removed and added again is another one.
        timezone: An IANA timezone; its days are the site's days.
        public: Whether anyone may read its counts.
        origins: The origins that may send beacons for it; none: any.
        milestones: Its own pageview thresholds; none: powers of ten.
        cap: The most events stored in an hour; None: no cap.
        keep_query: Query parameters to keep beyond the usual ones.
        retention_months: How long its events are kept; None: for ever.
        goals: What its owner wants visitors to do; see `shared.domain.goals`.
        gpc: What Global Privacy Control does, one of `GPC_CHOICES`.
        counter: Whether anyone may see how often a page was viewed, as a number or a badge.
        aliases: Other names by which trackers name it, such as Umami's website id.
    """

    name: str
    id: str
    timezone: str = "UTC"
    public: bool = False
    origins: tuple[str, ...] = ()
    milestones: tuple[int, ...] = ()
    cap: int | None = DEFAULT_CAP
    keep_query: tuple[str, ...] = ()
    retention_months: int | None = DEFAULT_RETENTION_MONTHS
    goals: tuple[Goal, ...] = ()
    gpc: str = GPC_COUNT_WITHOUT_VISITOR
    counter: bool = False
    aliases: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Gives the stored form."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return {**fields, "goals": [goal._asdict() for goal in self.goals]}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "Site":
        """Reads what `to_dict` gave, lists for tuples included; of an earlier release too."""
        fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in stored.items()}
        return cls(**{**fields, "goals": tuple(Goal(**goal) for goal in stored.get("goals", ()))})


def new_site(
    name: str,
    site_id: str,
    timezone: str = "UTC",
    public: bool = False,
    origins: Sequence[str] = (),
    milestones: Sequence[int] = (),
    counter: bool = False,
) -> Site:
    """Makes a site from what an owner typed.

    Raises:
        ValueError: The name, the timezone, an origin or a threshold is none; says what would be one.
    """
    site = Site(
        site_name(name),
        site_id,
        timezone,
        public,
        tuple(map(origin, origins)),
        thresholds(milestones),
        counter=counter,
    )
    zone(timezone)
    return site


def site_name(name: str) -> str:
    """Checks and lower-cases a site's name.

    Raises:
        ValueError: It is none.
    """
    lowered = name.strip().lower()
    if len(lowered) > MAX_SITE_LENGTH or not _SITE_NAME.fullmatch(lowered):
        raise ValueError(f"{name!r} is not a site's name: give its host, such as example.org")
    return lowered


def site_aliases(values: Sequence[str]) -> tuple[str, ...]:
    """Checks and lower-cases other names of a site, which are written like a site's name; an UUID is.

    Raises:
        ValueError: One of them is none.
    """
    return tuple(dict.fromkeys(map(site_name, values)))


def check_distinct(site: Site, others: Iterable[Site]) -> None:
    """Checks that a site answers to no name of another one.

    Args:
        site: The site.
        others: The registered sites; itself may be among them.

    Raises:
        ValueError: Its name or an alias is a name or an alias of another one.
    """
    for other in others:
        if other.name != site.name:
            for shared in {site.name, *site.aliases}.intersection((other.name, *other.aliases)):
                what = "registered as a site itself" if shared == other.name else f"an alias of {other.name}"
                raise ValueError(f"{shared} is {what}; one name can stand for one site only")


def origin(value: str) -> str:
    """Checks an origin, such as "https://example.org", and spells it as browsers do: lower case, no default port.

    Raises:
        ValueError: It is none.
    """
    found = _ORIGIN.fullmatch(value.strip().lower())
    if not found or int(found["port"] or 0) > _MAX_PORT:
        raise ValueError(f"{value!r} is not an origin: give scheme and host, such as https://example.org")
    scheme, host, port = found["scheme"], found["host"], found["port"]
    return f"{scheme}://{host}" + (f":{port}" if port and int(port) != _DEFAULT_PORTS[scheme] else "")


def thresholds(values: Sequence[int]) -> tuple[int, ...]:
    """Checks and sorts milestone thresholds.

    Raises:
        ValueError: One is below 1.
    """
    if any(value < 1 for value in values):
        raise ValueError("a milestone is a number of pageviews, 1 or more")
    return tuple(sorted(set(values)))
