"""Visits for the naive evaluation: an event on the site's wall clock, and the events that make a visit with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.domain.events import Event
from shared.domain.pages import page_of

GAP_MS = 30 * 60 * 1000


@dataclass(eq=False)
class Visit:
    """Events of one visitor on one day without a longer gap, in order."""

    day: str
    visitor: str
    rows: list["Row"] = field(default_factory=list)

    @property
    def pageviews(self) -> list["Row"]:
        return [row for row in self.rows if row.event.name == "pageview"]

    @property
    def told_by(self) -> "Row":
        """The event that says where the visit came from and with what."""
        return self.pageviews[0] if self.pageviews else self.rows[0]

    @property
    def milliseconds(self) -> int:
        """How long it lasted: what only tells of engagement keeps a visit open, but is no part of its duration."""
        acts = [row.event.instant for row in self.rows if row.acts]
        return acts[-1] - acts[0] if acts else 0

    @property
    def bounces(self) -> bool:
        return len(self.pageviews) <= 1 and not any(is_interactive(row.event) for row in self.rows)


@dataclass(eq=False)
class Row:
    """An event, the site's wall clock at its instant, and its visit, if it belongs to one."""

    event: Event
    wall: datetime
    visit: Visit | None = None

    @property
    def acts(self) -> bool:
        """Whether it counts as an event; one of engagement counts for no visitor, visit or event."""
        return self.event.name != "engagement"

    @property
    def day(self) -> str:
        return self.wall.strftime("%Y-%m-%d")

    @property
    def page(self) -> str:
        return page_of(self.event.url)


def wall_clock(event: Event, timezone: str) -> datetime:
    utc = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=event.instant)
    if event.written:
        return datetime.strptime(event.written, "%Y-%m-%dT%H").replace(minute=utc.minute)  # noqa: DTZ007 - as written
    return utc.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)


def attach_visits(population: Iterable[Row]) -> None:
    """Gives every event of a visitor its visit."""
    latest: dict[tuple[str, str], Visit] = {}
    for row in sorted(population, key=lambda row: row.event.instant):
        visitor = row.event.visitor
        if visitor is None:
            continue
        visit = latest.get((row.day, visitor))
        if visit is None or row.event.instant - visit.rows[-1].event.instant > GAP_MS:
            visit = latest[row.day, visitor] = Visit(row.day, visitor)
        visit.rows.append(row)
        row.visit = visit


def is_interactive(event: Event) -> bool:
    """Tells whether an event is a custom one that keeps its visit from being a bounce."""
    return event.name not in ("pageview", "engagement") and (event.extra or {}).get("interactive") is not False
