"""Random questions about the events of `sittings`, and how an answer is held against the naive evaluation."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import combinations_with_replacement
from typing import Any

import pytest
from hypothesis import strategies as st

from shared.domain.events import Event
from shared.domain.reports.question import All, Condition, Filter, Group, HasDone, Not, Question
from shared.domain.reports.question import Any as AnyOf
from shared.domain.sites import Goal
from tests.support import naive
from tests.support.naive_dimensions import DIMENSIONS
from tests.support.naive_metrics import METRICS
from tests.unit.sittings import BEGINNINGS, FIRST, LAST, MINUTE, TIMEZONE

GOALS = (
    Goal("Sign up", event="signup"),
    Goal("Buy", event="purchase"),
    Goal("Articles", page="/blog/*"),
    Goal("Ends", page="*/a"),
    Goal("Start", page="/"),
    Goal("Anything", page="*"),
)

#: Values to compare with, by dimension; the goals' and the properties' too.
_VALUES = {
    "event:name": ["pageview", "signup", "engagement", "Signup"],
    "event:page": ["/", "/a", "/blog/one", "/café", "/CAFÉ"],
    "event:hostname": ["example.org", "shop.example.org", ""],
    "event:goal": [goal.name for goal in GOALS],
    "event:props:plan": ["pro", "(none)", ""],
    "event:referrer_host": ["www.google.com", ""],
    "event:currency": ["EUR", ""],
    "event:bot": ["", "spam referrer"],
    "visit:source": ["Google", "Hacker News", ""],
    "visit:channel": ["Direct", "Organic Search", "Referral"],
    "visit:referrer": ["google.com", "news.ycombinator.com/item", ""],
    "visit:utm_source": ["letter", "google", ""],
    "visit:utm_medium": ["email", ""],
    "visit:click_id": ["gclid", ""],
    "visit:country": ["DE", "FR", ""],
    "visit:browser": ["Firefox", "Safari"],
    "visit:browser_version": ["145.0", ""],
    "visit:os": ["iOS", "GNU/Linux"],
    "visit:device": ["Desktop", "Mobile"],
    "visit:language": ["de", "EN-gb", ""],
    "visit:entry_page": ["/", "/a", ""],
    "visit:exit_page": ["/", "/blog/one/more", ""],
    "visit:entry_page_hostname": ["shop.example.org", ""],
    "visit:exit_page_hostname": ["example.org", ""],
}
_FRAGMENTS = ["a", "o", "/", "E", "google", "", "/blog"]
_PATTERNS = ["^/a", "o", "^$", "^/blog/[^/]+$", "(?:pro|free)", "G.+e", ".*"]


def _conditions(dimension: str) -> st.SearchStrategy[Condition]:
    by_operator = {"is": _VALUES[dimension], "contains": _FRAGMENTS, "matches": _PATTERNS}
    return st.sampled_from(sorted(by_operator)).flatmap(
        lambda operator: st.builds(
            Condition,
            st.just(operator),
            st.just(dimension),
            st.lists(st.sampled_from(by_operator[operator]), min_size=1, max_size=2).map(tuple),
            st.booleans(),
        )
    )


def filters() -> st.SearchStrategy[Filter]:
    """Makes filters, nested a few times at most."""
    some = st.sampled_from(sorted(_VALUES)).flatmap(_conditions)
    return st.recursive(
        some,
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.builds(HasDone, inner),
            st.builds(All, st.lists(inner, min_size=1, max_size=3).map(tuple)),
            st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        ),
        max_leaves=4,
    )


def _dimensions(number: int) -> st.SearchStrategy[tuple[str, ...]]:
    some = st.sampled_from([*DIMENSIONS, "event:props:plan"])
    return st.lists(some, min_size=number, max_size=number, unique=True).map(tuple)


def questions() -> st.SearchStrategy[Question]:
    """Makes questions about the days of `events`, about some of them, or about a part of them."""
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    spans = [(FIRST, LAST)] * 20 + list(combinations_with_replacement(days, 2))
    edges = [None] * 24 + [start + 5 * MINUTE for start in BEGINNINGS]
    return st.builds(
        lambda metrics, dimensions, days, *more: Question(metrics, dimensions, days[0], days[1], *more),
        st.just(tuple(METRICS)) | st.lists(st.sampled_from(sorted(METRICS)), min_size=1, unique=True).map(tuple),
        st.sampled_from([0, 1, 1, 1, 2]).flatmap(_dimensions),
        st.sampled_from(spans),
        st.booleans().flatmap(lambda some: filters() if some else st.none()),
        st.sampled_from([*["exclude", "include"] * 3, "only"]),
        st.sampled_from(edges),
        st.sampled_from(edges),
    )


def goals() -> st.SearchStrategy[tuple[Goal, ...]]:
    """Makes the goals of a site."""
    return st.lists(st.sampled_from(GOALS), unique=True).map(tuple)


def assert_naive(
    answer: Callable[[Question], list[Group]], some: Sequence[Event], question: Question, goals: Sequence[Goal]
) -> None:
    """Asserts that a product's answer is the naive evaluation's.

    Args:
        answer: Asks the product, which holds the events and knows the goals.
        some: The events, of a site in `TIMEZONE`.
        question: What is asked.
        goals: The site's goals.
    """
    expected: dict[tuple[str, ...], dict[str, Any]] = _by_dimensions(naive.rows(some, question, TIMEZONE, goals))
    for metrics in expected.values():
        if metrics.get("average_revenue") is not None:
            # The half of a mean may be rounded either way.
            metrics["average_revenue"] = pytest.approx(metrics["average_revenue"], abs=0.0011)
    found = _by_dimensions(answer(question))
    differences = {key: (found.get(key), expected.get(key)) for key in found | expected}
    wrong = {key: pair for key, pair in differences.items() if pair[0] != pair[1]}
    assert not wrong, f"{question} of goals {goals}: by dimensions, the answer and what is right: {wrong}"


def _by_dimensions(groups: Sequence[Group]) -> dict[tuple[str, ...], dict[str, Any]]:
    found: dict[tuple[str, ...], dict[str, Any]] = {group.dimensions: dict(group.metrics) for group in groups}
    assert len(found) == len(groups), "two groups have the same dimensions"
    return found
