"""Events that are dropped: why, and how many."""

from collections import Counter
from collections.abc import Mapping

from shared.domain.calendar import utc_hour
from shared.domain.sites import Site

UNKNOWN_SITE = "unknown_site"
ORIGIN = "origin"
CAP = "cap"
GPC = "gpc"
PREFETCH = "prefetch"


class DropCounter:
    """Counts this process's drops until they are fetched. Nothing is written for a single one."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def count(self, instant: int, site: str, reason: str) -> None:
        """Counts a drop. An unknown site's name is a stranger's text, so it goes under "" instead."""
        self._counts[utc_hour(instant)[:10], "" if reason == UNKNOWN_SITE else site, reason] += 1

    def take(self) -> dict[tuple[str, str, str], int]:
        """Gives what was counted since the last call, keyed by (day in UTC, site, reason)."""
        counts, self._counts = self._counts, Counter()
        return dict(counts)

    def give_back(self, counts: Mapping[tuple[str, str, str], int]) -> None:
        """Counts again what was taken but could not be stored."""
        self._counts.update(counts)


class Caps:
    """The events of each site in the current hour, as far as this process has seen them."""

    def __init__(self) -> None:
        self._hour = ""
        self._events: Counter[str] = Counter()

    def admits(self, site: Site, instant: int) -> bool:
        """Counts an event in, unless its site is at its cap. `instant`: milliseconds since 1970."""
        hour = utc_hour(instant)
        if hour != self._hour:
            self._hour, self._events = hour, Counter()
        if site.cap is not None and self._events[site.name] >= site.cap:
            return False
        self._events[site.name] += 1
        return True
