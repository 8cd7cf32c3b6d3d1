"""What answers a question; and what an owner has set up that a question may name."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

from shared.domain.reports.question import Group, Question
from shared.domain.sites import Goal, Site


class Evaluator(Protocol):
    """Answers questions from what is stored."""

    def rows(self, site: Site, question: Question) -> list[Group]:
        """Answers a question with all its groups, in any order.

        Time buckets are named by the site's clocks as the API shows them: "2026-11-22 17:05:00" (time:minute),
        "2026-11-22 17:00:00" (time:hour), "2026-11-22" (time:day), the Monday (time:week), the 1st (time:month).
        "event:currency" is the currency of an event's revenue, "" where there is none.
        """

    def visitors_since(self, site: Site, since: int) -> int:
        """Counts the visitors with a pageview since an instant (milliseconds since 1970)."""

    def first_day(self, site: Site) -> date | None:
        """Gives the first day of the site that has an event, if there is one."""


class Setup(NamedTuple):
    """What an owner has set up for a site.

    Attributes:
        goals: The goals.
        segments: Saved filters by their number, each a list of filters in the form of version 2.
    """

    goals: Sequence[Goal] = ()
    segments: Mapping[int, Sequence[Any]] = {}


#: Finds what is set up for a site.
Setups = Callable[[Site], Setup]
