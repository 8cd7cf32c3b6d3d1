"""Referrer spam: hosts that send made-up referrers so that owners of sites look at them."""

import re
from functools import cache, lru_cache

from shared.domain.minimise import split_url


@lru_cache(maxsize=20_000)
def is_spam(referrer: str | None) -> bool:
    """Tells whether a referrer is spam.

    Args:
        referrer: As it is stored; None for no referrer.
    """
    try:
        host = split_url(referrer or "").host.removesuffix(".")
    except ValueError:
        return False
    hosts, families = _lists()
    labels = host.split(".")
    # The whole name first, then what it is below; a top-level domain alone is no spammer.
    if any(".".join(labels[start:]) in hosts for start in range(len(labels) - 1)):
        return True
    return families.search(".".join(labels[-2:])) is not None


@cache
def _lists() -> tuple[frozenset[str], re.Pattern[str]]:
    # Read on first use: most that import this module judge nothing.
    from shared.domain.sources.lists.spammers import FAMILIES, HOSTS

    return frozenset(HOSTS.split()), re.compile("|".join(f"(?:{line})" for line in FAMILIES.split()))
