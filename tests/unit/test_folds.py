from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.counts import Counts
from shared.domain.events import ACCESS_LOG, Event, Unfoldable
from shared.domain.folds import (
    DAY,
    HOUR,
    ORIGIN_DAY,
    PAGE_DAY,
    PAGE_TOTAL,
    TOTAL,
    Delta,
    Fold,
    RowKey,
    conclude,
)
from tests.unit.making import BOT, NOON, PERSON, SITE, at, event, few

BERLIN = {SITE: "Europe/Berlin"}


def fold(events: Iterable[Event], sealed: dict[str, str] | None = None) -> dict[RowKey, Delta]:
    done = Fold(BERLIN, sealed or {})
    for one in events:
        done.add(one)
    return done.deltas


def row(view: str, bucket: str = "", page: str = "") -> RowKey:
    return RowKey(SITE, view, bucket, page)


def members(*numbers: int) -> set[bytes]:
    return {number.to_bytes(8, "big") for number in numbers}


def test_a_pageview_counts_once_in_every_view_at_the_sites_own_time() -> None:
    night = event("https://example.org/a?utm_source=x", at("2026-11-22T23:30+00:00"), visitor=7)
    assert fold([night]) == {
        row(HOUR, "2026-11-23T00"): Delta(1, 0, members(7)),
        row(DAY, "2026-11-23"): Delta(1, 0, members(7)),
        row(PAGE_DAY, "2026-11-23", "/a"): Delta(1, 0, members(7)),
        row(TOTAL): Delta(1),
        row(PAGE_TOTAL, "", "/a"): Delta(1),
        row(ORIGIN_DAY, "2026-11-23", "beacon"): Delta(1),
    }


def test_bots_are_counted_apart() -> None:
    assert fold([event(user_agent=BOT), event(user_agent=None)])[row(DAY, "2026-11-22")] == Delta(
        0, 2, set(), members(1)
    )


def test_any_other_event_counts_only_as_one_of_its_origin() -> None:
    signup = event(name="signup", origin=ACCESS_LOG)
    assert fold([signup, event(name="Pageview")]) == {
        row(ORIGIN_DAY, "2026-11-22", ACCESS_LOG): Delta(1),
        row(ORIGIN_DAY, "2026-11-22", "beacon"): Delta(1),
    }


def test_an_event_without_a_visitor_is_a_pageview_without_one() -> None:
    assert fold([event(visitor=None)])[row(DAY, "2026-11-22")] == Delta(1)


def test_a_day_as_written_is_that_of_the_stamp_whatever_the_timezone() -> None:
    assert row(HOUR, "2015-05-17T23") in fold([event(written="2015-05-17T23")])


def test_an_event_of_an_unknown_site_contributes_nothing_even_if_it_is_poison() -> None:
    assert fold([event(site="other.example"), Event("other.example", "", NOON, "", "", visitor="poison")]) == {}


def test_an_event_of_a_sealed_day_contributes_nothing() -> None:
    days = [event(when=at(f"2026-11-{day}T12:00+00:00")) for day in (20, 21, 22)]
    assert fold(days, {SITE: "2026-11-21"}) == fold(days[2:])
    assert fold(days, {"other.example": "2026-11-21"}) == fold(days)


@pytest.mark.parametrize(
    "poison",
    [
        {"visitor": "zz" * 8},
        {"visitor": "ab"},
        {"visitor": "ab" * 9},
        {"instant": 10**30},
        {"instant": -(10**17)},
        {"url": "/\ud800"},
        {"url": "/%20\udfff"},
        {"origin": "\ud800"},
        {"written": "\ud800"},
    ],
)
def test_poison_is_unfoldable_and_leaves_nothing_behind(poison: dict[str, Any]) -> None:
    fields = {"site": SITE, "origin": "beacon", "instant": NOON, "name": "pageview", "url": "/", **poison}
    done = Fold(BERLIN, {})
    with pytest.raises(Unfoldable) as found:
        done.add(Event(**fields))
    assert done.deltas == {}
    assert not any(str(value) in str(found.value) for value in poison.values())


def test_what_the_rules_conclude() -> None:
    facts = conclude(event("https://example.org/caf%C3%A9", visitor=1, user_agent=BOT), "UTC")
    assert (facts.page, facts.hour, facts.bot, facts.pageview) == ("/café", "2026-11-22T12", True, True)


events = st.builds(
    event,
    st.sampled_from(["/a", "/b", "https://example.org/a?x"]),
    st.sampled_from([NOON, NOON + 3_600_000, at("2026-11-22T23:30+00:00"), at("2026-11-20T00:00+00:00")]),
    st.none() | st.integers(0, 5),
    name=st.sampled_from(["pageview", "signup"]),
    site=st.sampled_from([SITE, "unknown.example"]),
    user_agent=st.sampled_from([PERSON, BOT]),
)


@few
@given(st.lists(events, max_size=12), st.data())
def test_the_fold_of_any_portions_in_any_order_adds_up_to_the_fold_of_all(
    some: list[Event], data: st.DataObject
) -> None:
    places = data.draw(st.lists(st.integers(0, 3), min_size=len(some), max_size=len(some)))
    order = data.draw(st.permutations(list(zip(places, some, strict=True))))
    sealed = data.draw(st.sampled_from([{}, {SITE: "2026-11-20"}]))
    sums: dict[RowKey, Delta] = {}
    for portion in range(4):
        for key, delta in fold((one for place, one in order if place == portion), sealed).items():
            total = sums.setdefault(key, Delta())
            total.pageviews += delta.pageviews
            total.bot_pageviews += delta.bot_pageviews
            total.visitors |= delta.visitors
            total.bot_visitors |= delta.bot_visitors
    assert sums == fold(some, sealed)


def test_counts_are_seen_with_bots_out_in_or_alone() -> None:
    counts = Counts(5, 3, visitors=4, bot_visitors=2, all_visitors=5)
    assert [counts.seen(bots) for bots in ("exclude", "include", "only")] == [(5, 4), (8, 5), (3, 2)]
