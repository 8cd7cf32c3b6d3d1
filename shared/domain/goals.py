"""A site's goals, as its owner sets them up."""

import re
from collections.abc import Iterable, Sequence

from shared.domain.beacon import MAX_NAME_LENGTH
from shared.domain.events import PAGEVIEW
from shared.domain.pages import MAX_PAGE_BYTES
from shared.domain.reports.details import ENGAGEMENT
from shared.domain.sites import Goal

MAX_GOALS = 100
MAX_GOAL_NAME_LENGTH = 120

# Control characters, ends of lines and paragraphs, and surrogates, which are in no UTF-8.
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def new_goal(event: str = "", page: str = "", name: str = "") -> Goal:
    """Makes a goal from what an owner typed.

    Args:
        event: The name of the custom event, exactly as pages send it; "" for a page goal.
        page: A page, in which "*" stands for anything; "" for an event goal.
        name: The goal's name; without one it has the one that Plausible gives it: the event's, or "Visit /page".
            Source: https://plausible.io/docs/goal-conversions

    Raises:
        ValueError: It is no goal; says what would be one.
    """
    if bool(event) == bool(page):
        raise ValueError("a goal is either an event or a page: give one of them")
    if event:
        _check_event(event)
    else:
        page = page.strip()
        _check_page(page)
    named = name.strip() or event.strip() or f"Visit {page}"
    if len(named) > MAX_GOAL_NAME_LENGTH or not _is_one_line(named):
        raise ValueError(f"a goal's name is one line of at most {MAX_GOAL_NAME_LENGTH} characters: give one that is")
    return Goal(named, event=event) if event else Goal(named, page=page)


def with_goal(goals: Sequence[Goal], goal: Goal) -> tuple[Goal, ...]:
    """Adds a goal to a site's.

    Raises:
        ValueError: Another goal has its name, or there are as many as a site may have.
    """
    if any(known.name == goal.name for known in goals):
        raise ValueError(f"there is a goal with the name {goal.name!r} already; give it another name")
    if len(goals) >= MAX_GOALS:
        raise ValueError(f"a site has at most {MAX_GOALS} goals; remove one first")
    return (*goals, goal)


def checked(goals: Iterable[Goal]) -> tuple[Goal, ...]:
    """Gives a site's goals as they would be if their owner typed them here.

    Raises:
        ValueError, TypeError, AttributeError: One is none, or they cannot be together.
    """
    found: tuple[Goal, ...] = ()
    for goal in goals:
        found = with_goal(found, new_goal(goal.event, goal.page, goal.name))
    return found


def _check_event(event: str) -> None:
    if event in (PAGEVIEW, ENGAGEMENT):
        raise ValueError(f"{event!r} is no event of one's own; for a page give its path, such as /thanks")
    if len(event) > MAX_NAME_LENGTH or not event.strip() or not _is_one_line(event):
        raise ValueError(f"an event's name is one line of at most {MAX_NAME_LENGTH} characters, such as Signup")


def _check_page(page: str) -> None:
    if not page.startswith("/") or not _is_one_line(page):
        raise ValueError(f"{page!r} is no page: give its path, such as /thanks, /blog/*")
    if len(page.encode()) > MAX_PAGE_BYTES:
        raise ValueError(f"a page is at most {MAX_PAGE_BYTES:,} bytes long: put * in place of a part of it")


def _is_one_line(text: str) -> bool:
    """Tells whether a text can be shown in one line: nothing controls the terminal, or is no character of its own."""
    return not _UNSHOWN.search(text)
