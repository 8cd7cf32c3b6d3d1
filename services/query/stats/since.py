"""The question about people who have been here since an instant."""

from datetime import date

from shared.domain.calendar import local_date
from shared.domain.events import PAGEVIEW
from shared.domain.reports.question import IS, Condition, Question

_PAGEVIEWS = Condition(IS, "event:name", (PAGEVIEW,))


def visitors_question(
    timezone: str, since: int, now: int, dimensions: tuple[str, ...] = (), bots: str = "exclude"
) -> Question:
    """Asks for the visitors with a pageview since an instant.

    Args:
        timezone: The IANA timezone of the site's days.
        since: Milliseconds since 1970.
        now: Milliseconds since 1970.
        dimensions: By what they are grouped.
        bots: Whether bots are among them.
    """
    first, last = (date.fromisoformat(local_date(at, timezone)) for at in (since, max(since, now)))
    return Question(("visitors",), dimensions, first, last, _PAGEVIEWS, bots, since)
