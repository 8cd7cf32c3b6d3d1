"""One line of an access log in Combined or Common Log Format, and the event that it becomes.

Source of the formats: Apache HTTP Server, "Log Files" and mod_log_config; nginx writes the same.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from apachelogs import COMBINED, COMMON, LogParser

from infra.imports.lines import MAX_LINE_BYTES, Line
from services.ingest.address import client_address
from services.ingest.country import country_of
from shared.domain.access_log import is_pageview, path_of, split_request
from shared.domain.beacon import MAX_REFERRER_LENGTH
from shared.domain.calendar import local_date, millis
from shared.domain.events import ACCESS_LOG, PAGEVIEW, Event
from shared.domain.minimise import MAX_AGENT_BYTES, minimise_referrer, minimise_url
from shared.domain.sites import Site
from shared.domain.text import cut_utf8

MAX_PATH_BYTES = 4_000

_AUTHORITY = "http://site"

_QUOTED = r'"(?:[^"\\]|\\.)*+"'
_NUMBER = r"(?:0|-?[1-9]\d*+|-)"
_USER = r'(?:""|(?:[^ "\\\[]|\\.)++(?: ++(?:[^ "\\\[]|\\.)++)*+)'

#: What the parsers are sure to match. Theirs try every reading of a line's escapes before they give up: a damaged line
#: with forty of them would take them years.
_SHAPE = re.compile(
    rf'[^ "\\]++ [^ "\\]++ {_USER} \[[^]]++\] {_QUOTED} (?:\d{{3}}|-) {_NUMBER}(?P<more> {_QUOTED} {_QUOTED})?+'
)
_UNPRINTABLE = re.compile(rb"[^ -~]")


class Unreadable(ValueError):
    """A line that is no log entry. The message says why, and quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A pageview as a line tells of it.

    Attributes:
        address: The remote host, as logged.
        agent: The whole user agent; "" if none was logged.
        instant: Milliseconds since 1970.
        day: The site's date.
        written: The hour in the stamp where the day is taken as written.
        path: The path, with its whole query.
        referrer: The whole referrer.
    """

    address: str
    agent: str
    instant: int
    day: str
    written: str | None
    path: str
    referrer: str | None


class LineReader:
    """Reads the lines of one file."""

    def __init__(self, timezone: str, as_written: bool) -> None:
        """Begins a file.

        Args:
            timezone: The site's timezone.
            as_written: Whether a day is the date in the stamp, whatever its offset.
        """
        self._timezone = timezone
        self._as_written = as_written
        self._combined = LogParser(COMBINED, encoding="utf-8", errors="replace")
        self._common = LogParser(COMMON, encoding="utf-8", errors="replace")
        self._is_combined = False

    def read(self, line: Line) -> Hit | None:
        """Reads one line.

        Returns:
            The hit, or None for a request that is no pageview.

        Raises:
            Unreadable: It is none of a log's.
        """
        text = _text(line.content)
        shape = _SHAPE.fullmatch(text)
        if not shape:
            raise Unreadable("it is in neither Combined nor Common Log Format" if text else "it is empty")
        combined = shape["more"] is not None
        if self._is_combined and not combined and not line.terminated:
            raise Unreadable("it is cut off")
        self._is_combined = combined
        try:
            return self._hit((self._combined if combined else self._common).parse(text).directives)
        except (ValueError, OverflowError) as error:
            raise Unreadable("its time or size is none") from error

    def _hit(self, fields: Mapping[str, Any]) -> Hit | None:
        method, target = split_request(fields["%r"] or "")
        path = path_of(target)
        if not is_pageview(method, fields["%>s"], path):
            return None
        stamp: datetime = fields["%t"]
        instant = millis(stamp)
        written = stamp.isoformat()[: len("2015-05-17T10")] if self._as_written else None
        return Hit(
            address=fields["%h"],
            agent=fields.get("%{User-Agent}i") or "",
            instant=instant,
            day=written[:10] if written else local_date(instant, self._timezone),
            written=written,
            path=path,
            referrer=fields.get("%{Referer}i"),
        )


def event_of(hit: Hit, site: Site, visitor: bytes) -> Event:
    """Makes the event, minimised and bounded.

    Args:
        hit: What the line told.
        site: The site that it is imported for.
        visitor: The visitor's hash.
    """
    # Behind an authority, a path that begins with two slashes stays one.
    url = minimise_url(_AUTHORITY + hit.path, site.keep_query)
    path = url.url.removeprefix(_AUTHORITY)
    own_host = site.name.partition(":")[0]
    kept = {
        "url": cut_utf8(path, MAX_PATH_BYTES),
        "referrer": (hit.referrer or "")[:MAX_REFERRER_LENGTH],
        "user_agent": cut_utf8(hit.agent, MAX_AGENT_BYTES),
    }
    whole = {"url": path, "referrer": hit.referrer or "", "user_agent": hit.agent}
    return Event(
        site=site.name,
        origin=ACCESS_LOG,
        instant=hit.instant,
        name=PAGEVIEW,
        url=kept["url"],
        visitor=visitor.hex(),
        country=country_of(canonical(hit.address)),
        written=hit.written,
        referrer=minimise_referrer(kept["referrer"], own_host, site.keep_query),
        click_id=url.click_id,
        user_agent=kept["user_agent"] or None,
        cut=tuple(name for name, value in kept.items() if value != whole[name]),
    )


@lru_cache(maxsize=10_000)
def canonical(host: str) -> str:
    """Spells an address as a beacon's is spelt, so that one visitor of both is one; a host name stays as it is."""
    return client_address(host, None, (), believe=False)


def _text(content: bytes | None) -> str:
    """Spells what is not printable ASCII as escapes, which is how most servers write it and what the parsers read."""
    if content is None:
        raise Unreadable(f"it is longer than {MAX_LINE_BYTES:,} bytes")
    return _UNPRINTABLE.sub(lambda found: b"\\x%02x" % found[0][0], content).decode("ascii")
