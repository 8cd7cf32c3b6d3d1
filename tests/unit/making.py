"""What unit tests are made from: instants, agents, events, and few but fresh examples of a property."""

from datetime import datetime
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from shared.domain.calendar import millis
from shared.domain.events import BEACON, PAGEVIEW, Event

PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
SITE = "example.org"

#: For what must hold always. The machine may be busy, so no example has a deadline.
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

#: Text that UTF-8 can hold, and JSON values of it.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def at(moment: str) -> int:
    """Milliseconds since 1970 of an ISO 8601 time with its offset."""
    return millis(datetime.fromisoformat(moment))


NOON = at("2026-11-22T12:00:00+00:00")


def event(url: str = "/", when: int = NOON, visitor: int | None = 1, **more: Any) -> Event:
    """A person's pageview, but for what is said otherwise."""
    fields: dict[str, Any] = {"site": SITE, "origin": BEACON, "name": PAGEVIEW, "user_agent": PERSON} | more
    return Event(url=url, instant=when, visitor=None if visitor is None else f"{visitor:016x}", **fields)
