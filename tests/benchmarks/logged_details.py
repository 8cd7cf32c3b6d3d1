"""The details of a real log's pageviews, as those of a day with any number of events."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache

from infra.imports.access_log import event_of
from shared.domain.calendar import HOUR_MS, millis
from shared.domain.reports.details import Detail, detail_of
from shared.domain.visitors import HASH_BYTES, visitor_hash
from tests.benchmarks.traffic import SITE, hits_of, read_traffic

_DAY_MS, _SECOND_MS = 24 * HOUR_MS, 1_000


def logged_details(day: str, number: int) -> Iterator[Detail]:
    """Gives the log's details again and again, each time with other visitors and at another time of the day.

    Args:
        day: The day of all of them, such as "2026-11-22".
        number: How many.
    """
    rng = random.Random(day)
    begin = millis(datetime.fromisoformat(f"{day}T00:00+00:00"))
    details = _of_the_log()
    other = later = 0
    for at in range(number):
        place = at % len(details)
        if not place:
            other, later = rng.getrandbits(8 * HASH_BYTES), rng.randrange(_DAY_MS)
        detail = details[place]
        # The log's stamps are of full seconds, and hashes must be as hard to compress as true ones.
        of_day = (detail.instant + later + rng.randrange(_SECOND_MS)) % _DAY_MS
        visitor = random.Random(detail.visitor ^ other).getrandbits(8 * HASH_BYTES)
        yield detail._replace(hour=f"{day}T{of_day // HOUR_MS:02}", instant=begin + of_day, visitor=visitor)


@cache
def _of_the_log() -> Sequence[Detail]:
    salt = bytes(32)
    events = (event_of(h, SITE, visitor_hash(salt, SITE.name, h.address, h.agent)) for h in hits_of(read_traffic()))
    return [detail_of(event, SITE.timezone) for event in events]
