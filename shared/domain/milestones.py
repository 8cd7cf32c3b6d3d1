"""Milestones: thresholds of lifetime pageviews, bots apart, each reached once in the life of a site."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from shared.domain.sites import Site

METRIC = "pageviews"
_FIRST_OF_SITE = 1
_FIRST_OF_PAGE = 100


@dataclass(frozen=True, slots=True)
class Subject:
    """What a milestone is about: a page of a site, or (page None) the site as a whole."""

    site: str
    page: str | None


@dataclass(frozen=True, slots=True)
class Milestone:
    """A reached milestone. `reached_at` and `notified_at` are milliseconds since 1970."""

    milestone_id: str
    subject: Subject
    threshold: int
    reached_at: int
    notified_at: int | None = None


def due_thresholds(site: Site, page: str | None, pageviews: int) -> Iterator[int]:
    """Gives all thresholds at or below a lifetime total, rising.

    A site's own thresholds, if it has any, take the place of the site's powers of ten; its pages keep theirs.
    """
    if page is None and site.milestones:
        yield from (threshold for threshold in site.milestones if threshold <= pageviews)
        return
    threshold = _FIRST_OF_SITE if page is None else _FIRST_OF_PAGE
    while threshold <= pageviews:
        yield threshold
        threshold *= 10


def milestone_id(site: Site, page: str | None, threshold: int) -> str:
    """Gives the stable id by which a repeated notification is recognised."""
    named = f"{site.id}|{METRIC}|{threshold}|{'site' if page is None else 'page ' + page}"
    return hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:20]
