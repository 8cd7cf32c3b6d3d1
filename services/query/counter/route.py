"""The path of counters, and what answers it. No key is needed: a site says whether its counters are for all to see."""

from collections.abc import Mapping
from datetime import date

from services.query.counter.address import PREFIX, find_counter, read_path
from services.query.counter.document import Document, write
from services.query.counter.numbers import Counter, Subject
from services.query.counter.parameters import CounterParameters
from services.query.parameters import read_parameters
from services.query.refusals import InvalidRequest
from shared.directory import Directory
from shared.domain.calendar import HOUR_MS, local_date, months_before
from shared.domain.sites import Site
from shared.engine import Clock, Engine
from shared.http import Request

#: A pattern, unlike other paths: a page's path has slashes.
PATH = PREFIX + ".+"

#: A page shows its counter to each visitor, who may well be the next within a minute; and nobody knows the difference.
_CACHED = {"cache-control": "public, max-age=60"}
_NOT_CACHED = {"cache-control": "no-store"}

_MONTHS = {"month": 1, "year": 12}
_WEEK_MS = 7 * 24 * HOUR_MS


class Counters:
    """Answers what is asked of counters."""

    def __init__(self, engine: Engine, directory: Directory, clock: Clock) -> None:
        """Puts it together.

        Args:
            engine: The installation's engine.
            directory: Its sites.
            clock: Gives milliseconds since 1970.
        """
        self._directory = directory
        self._clock = clock
        self._counter = Counter(engine.read_models, clock)

    def answer(self, request: Request) -> Document:
        """Answers a request, whose `rawPath` is percent-encoded.

        A page that was never viewed is answered 404, as GoatCounter does, with the number 0.

        Raises:
            InvalidRequest: The path or a parameter is none that is known.
            UnknownSite: There is no counter here.
            StorageUnavailable: The storage is out of reach.
        """
        name, form = read_path(request["rawPath"])
        asked = read_parameters(CounterParameters, request.get("rawQueryString") or "")
        site, page, by_header = find_counter(self._directory, request, name)
        subject = Subject(site, page, *self._days(site, asked))
        numbers = self._counter.count(subject, visitors=form == "json" or asked.show == "visitors")
        found = page is None or numbers.pageviews > 0
        headers: Mapping[str, str] = _CACHED if found else _NOT_CACHED
        if by_header:
            headers = {**headers, "vary": "origin, referer"}
        return write(form, numbers, asked, 200 if found else 404, headers)

    def _days(self, site: Site, asked: CounterParameters) -> tuple[str | None, str | None]:
        first = None if asked.start is None else self._first_day(site, asked.start)
        last = None if asked.end is None else asked.end.isoformat()
        if first and last and first > last:
            raise InvalidRequest(f"start is {first}, which is after end, {last}; start must not be later than end")
        return first, last

    def _first_day(self, site: Site, start: date | str) -> str:
        if isinstance(start, date):
            return start.isoformat()
        now = self._clock()
        instant = now - _WEEK_MS if start == "week" else months_before(now, _MONTHS[start])
        return local_date(instant, site.timezone)
