"""What a milestone's mail says."""

import re
from collections.abc import Sequence

from shared.domain.calendar import local_date
from shared.domain.milestones import Milestone
from shared.domain.sites import Site

_MAX_SUBJECT = 99

#: Where mail programs would turn text into a link. A page's name is a stranger's text, so it must stay text.
_LINKS = re.compile(r"(?<=[.:/@\u3002\uff0e\uff61])(?=\S)")
_WORD_JOINER = "\u2060"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def compose(site: Site, milestones: Sequence[Milestone], dashboard: str) -> tuple[str, str]:
    """Writes a mail about one milestone, or a digest of several.

    Args:
        site: Their site.
        milestones: At least one.
        dashboard: The address of the site's dashboard, the only link in the mail.

    Returns:
        The subject (ASCII, under 100 characters, nothing of a visitor's in it) and the text.
    """
    if len(milestones) == 1:
        what = "a page" if milestones[0].subject.page is not None else "the site"
        subject = f"{site.name}: {what} reached {_pageviews(milestones[0])}"
    else:
        subject = f"{site.name}: {len(milestones):,} more milestones"
    lines = [_line(site, milestone) for milestone in milestones]
    ids = ", ".join(milestone.milestone_id for milestone in milestones)
    text = "\n".join([*lines, "", f"Dashboard: {dashboard}", f"Milestone id: {ids}", ""])
    return subject.encode("ascii", "replace").decode()[:_MAX_SUBJECT], text


def _line(site: Site, milestone: Milestone) -> str:
    page = milestone.subject.page
    subject = site.name if page is None else f"{site.name}, page {_plain(page)}"
    date = local_date(milestone.reached_at, site.timezone)
    return f"{subject}: {_pageviews(milestone)}, reached on {date}"


def _pageviews(milestone: Milestone) -> str:
    return f"{milestone.threshold:,} {'pageview' if milestone.threshold == 1 else 'pageviews'}"


def _plain(page: str) -> str:
    return _LINKS.sub(_WORD_JOINER, _CONTROLS.sub("\ufffd", page))
