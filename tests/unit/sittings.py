"""Random events of a site, made so that the edges of visits, days and groups matter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import strategies as st

from shared.domain.calendar import utc_hour
from shared.domain.events import ACCESS_LOG, BEACON, Event
from tests.unit.making import BOT, PERSON, SITE, at

#: Its clocks go back on 25 October 2026, at 01:00 UTC.
TIMEZONE = "Europe/Berlin"
FIRST, LAST = date(2026, 10, 23), date(2026, 10, 27)

#: Where sittings begin: at noon, around midnights, in the hour that is repeated, and a day before and after the rest.
BEGINNINGS = [
    at("2026-10-23T12:00:00+02:00"),
    at("2026-10-24T23:40:00+02:00"),
    at("2026-10-25T02:45:00+02:00"),
    at("2026-10-25T23:59:59+01:00"),
    at("2026-10-26T00:00:00+01:00"),
    at("2026-10-26T12:00:00+01:00"),
    at("2026-10-27T23:59:59.999+01:00"),
    at("2026-10-22T23:30:00+02:00"),
]
SECOND, MINUTE = 1_000, 60_000
_GAPS = [1, 500, 10 * SECOND, 5 * MINUTE, 30 * MINUTE - 1, 30 * MINUTE, 30 * MINUTE + 1, 65 * MINUTE]

_URLS = [
    "https://example.org/",
    "https://example.org/",
    "https://example.org/a",
    "https://example.org/blog/one",
    "https://example.org/blog/one/more",
    "https://shop.example.org/a",
    "https://example.org/caf%C3%A9?utm_source=letter&utm_medium=email&utm_campaign=Autumn",
    "https://example.org/a?utm_source=google&utm_medium=cpc&utm_term=x&utm_content=y",
    "/a",
    "//a",
]
_REFERRERS = [
    *("https://www.google.com/", "https://news.ycombinator.com/item", "https://example.org/a", "http://semalt.com/x"),
    *("https://shop.example.org/", "android-app://com.google.android.gm/", "http://192.0.2.7:8080/x"),
]
_PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)
_AGENTS = [PERSON, PERSON, _PHONE, BOT, "curl/8.5.0", None]

_amounts = st.sampled_from([0, 1, 2.5, 19.99, "12.50", "0.01", -3, "much", None, True])
_revenues = st.fixed_dictionaries({"amount": _amounts, "currency": st.sampled_from(["EUR", "USD"])})
_customs = st.fixed_dictionaries(
    {}, optional={"revenue": _revenues | st.sampled_from(["x", {}]), "interactive": st.booleans()}
)
_engagements = st.fixed_dictionaries(
    {"engagement_ms": st.sampled_from([0, 499, 1_000, 12_345])},
    optional={"scroll_depth": st.sampled_from([0, 1, 50, 99, 100, 101, 255, "50"])},
)


def _named(name: str, extra: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"name": st.just(name), "extra": extra})


_kinds = st.one_of(
    _named("pageview", st.none()),
    _named("pageview", st.none() | _customs),
    _named("signup", _customs),
    _named("purchase", _customs),
    _named("engagement", _engagements),
    _named("engagement", _engagements),
)
_props = st.none() | st.fixed_dictionaries({}, optional={"plan": st.sampled_from(["pro", "free", ""])})

#: What visits differ by, half of the time like the others.
_traits = st.fixed_dictionaries(
    {},
    optional={
        "referrer": st.none() | st.sampled_from(_REFERRERS),
        "click_id": st.sampled_from(["gclid", "msclkid"]),
        "user_agent": st.sampled_from(_AGENTS),
        "language": st.sampled_from(["de", "en-GB"]),
        "country": st.sampled_from(["DE", "FR"]),
        "screen_width": st.sampled_from([390, 1920]),
    },
)


@dataclass(frozen=True)
class _Step:
    gap: int
    fields: dict[str, Any]
    twice: bool


_steps = st.builds(
    _Step,
    st.sampled_from(_GAPS),
    st.builds(
        lambda url, kind, props, traits: {"url": url, "props": props, **kind, **traits},
        st.sampled_from(_URLS),
        _kinds,
        _props,
        st.just({}) | _traits,
    ),
    st.integers(0, 9).map(lambda n: n == 0),
)


def _sitting(
    visitor: int | None, start: int, as_written: bool, traits: dict[str, Any], steps: Sequence[_Step]
) -> list[Event]:
    """Makes the events that one visitor's browser sends, some of them twice; as written, their stamps are in UTC."""
    found = []
    common = {"site": SITE, "origin": BEACON, "user_agent": PERSON, **traits}
    for step in steps:
        start += step.gap
        fields = common | step.fields
        if fields["url"].startswith("/"):
            fields["origin"] = ACCESS_LOG
        fields["written"] = utc_hour(start) if as_written else None
        event = Event(instant=start, visitor=None if visitor is None else f"{visitor:016x}", **fields)
        found += [event, event] if step.twice else [event]
    return found


def events() -> st.SearchStrategy[list[Event]]:
    """Makes the events of a site, in no order.

    Where two different events of a visitor would fall on one instant, the second is left out: which of them is first is
    for an engine to say.
    """
    sitting = st.builds(
        _sitting,
        st.sampled_from([None, *[1, 2, 3] * 2]),
        st.sampled_from(BEGINNINGS),
        st.integers(0, 5).map(lambda n: n == 0),
        _traits,
        st.lists(_steps, min_size=2, max_size=7),
    )
    made = st.lists(sitting, min_size=3, max_size=7).map(_without_ties)
    return made.flatmap(st.permutations)


def _without_ties(sittings: Sequence[Sequence[Event]]) -> list[Event]:
    first: dict[tuple[str | None, int], Event] = {}
    some = [event for sitting in sittings for event in sitting]
    return [e for e in some if e.visitor is None or first.setdefault((e.visitor, e.instant), e) == e]
