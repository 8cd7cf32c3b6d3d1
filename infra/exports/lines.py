"""The format of an export: a line for each thing, as JSON. docs/commands.md describes it to readers."""

import dataclasses
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from shared import VERSION
from shared.domain.events import MAX_EVENT_BYTES, SCHEMA_VERSION
from shared.domain.goals import checked
from shared.domain.milestones import Milestone, Subject
from shared.domain.sites import GPC_CHOICES, Site, new_site, site_aliases
from shared.engine import ImportPart, Record

#: The version of the format.
FORMAT = 1

_HOUR = re.compile(r"\d{4}-\d\d-\d\dT\d\d")
_INTEGERS = {"version", "threshold", "reached_at", "lines", "events"}
_FIELDS: Mapping[str, frozenset[str]] = {
    "site": frozenset({"site"}),
    "import": frozenset({"site", *ImportPart._fields}),
    "milestone": frozenset({"milestone_id", "site", "page", "threshold", "reached_at", "notified_at"}),
    "event": frozenset({"site", "epoch", "opened", "version", "nonce", "body"}),
    "end": frozenset({"lines"}),
}


class Damaged(ValueError):
    """A line that is none of an export's. The message says why, and quotes nothing of it."""


class LaterRelease(Exception):
    """The export was written by a later release, in a form that this one does not know."""


class PartLine(NamedTuple):
    """What was imported from an access log, so that it is recognised when it is imported again."""

    site: str
    part: ImportPart


class EventLine(NamedTuple):
    """An event in its stored form, with the place in the log that it comes from."""

    site: str
    epoch: str
    opened: str
    version: int
    nonce: str
    body: bytes


class End(NamedTuple):
    """The last line, which says how many there are before it. An export without it is cut off."""

    lines: int


Item = Site | PartLine | Milestone | EventLine | End


def header_line() -> bytes:
    """Gives the first line."""
    return _line({"milepost_export": FORMAT, "version": VERSION, "schema_version": SCHEMA_VERSION})


def site_line(site: Site) -> bytes:
    """Gives the line of a site with its settings."""
    return _line({"type": "site", "site": site.to_dict()})


def part_line(site: str, part: ImportPart) -> bytes:
    """Gives the line of a part of an imported access log."""
    return _line({"type": "import", "site": site, **part._asdict()})


def milestone_line(milestone: Milestone) -> bytes:
    """Gives the line of a milestone. Times are milliseconds since 1970."""
    stored = dataclasses.asdict(milestone)
    return _line({"type": "milestone", "milestone_id": stored.pop("milestone_id"), **stored.pop("subject"), **stored})


def event_line(record: Record, opened: str, sites: Mapping[str, Site]) -> bytes | None:
    """Gives the line of an event, or None if it belongs to none of the sites.

    The stored form stands in it as an object, or as a string where the object would not give the same bytes again.
    """
    body = record.body
    stored = _load(body) if body is not None else None
    site = _site_of(stored)
    if body is None or site not in sites:
        return None
    text = body.decode("utf-8")
    content = stored if _dump(stored) == text else text
    place = {"epoch": record.epoch, "opened": opened, "version": record.version, "nonce": record.nonce}
    return _line({"type": "event", "site": site, **place, "body": content})


def end_line(lines: int) -> bytes:
    """Gives the last line."""
    return _line({"type": "end", "lines": lines})


def check_header(content: bytes | None) -> None:
    """Checks the first line.

    Raises:
        Damaged: It is no export's.
        LaterRelease: It is a later release's.
    """
    header = _load(content or b"")
    if not isinstance(header, dict) or type(header.get("milepost_export")) is not int:
        raise Damaged("it is not the first line of an export")
    if header["milepost_export"] > FORMAT or header.get("schema_version", 0) > SCHEMA_VERSION:
        raise LaterRelease(
            f"the export was written by release {str(header.get('version'))[:20]}, in a form that this release"
            f" ({VERSION}) does not know: update, then import it"
        )


def read_line(content: bytes | None) -> Item:
    """Reads a line after the first.

    Raises:
        Damaged: It is no line of an export.
    """
    stored = _load(content or b"")
    if not isinstance(stored, dict):
        raise Damaged("it is not a JSON object")
    kind = stored.pop("type", None)
    if not isinstance(kind, str) or kind not in _FIELDS:
        raise Damaged("its type is not known")
    if stored.keys() != _FIELDS[kind]:
        raise Damaged(f"its fields are not those of the type {kind}")
    for name, value in stored.items():
        if name in _INTEGERS and (type(value) is not int or value < 0):
            raise Damaged(f"its {name} is not a number")
        if name not in _INTEGERS | {"body", "page", "notified_at"} and kind != "site" and not isinstance(value, str):
            raise Damaged(f"its {name} is not a text")
    return _READERS[kind](stored)


def _site(stored: dict[str, Any]) -> Site:
    try:
        site = Site.from_dict(stored["site"])
        known = new_site(site.name, site.id, site.timezone, site.public, site.origins, site.milestones)
        known = dataclasses.replace(known, goals=checked(site.goals), aliases=site_aliases(site.aliases))
    except (TypeError, ValueError, AttributeError) as error:
        raise Damaged("its site cannot be read") from error
    limits = (site.cap, site.retention_months)
    whole = dataclasses.replace(
        known,
        cap=limits[0],
        keep_query=site.keep_query,
        retention_months=limits[1],
        gpc=site.gpc,
        counter=site.counter,
    )
    kept: Any = site.keep_query
    texts = isinstance(kept, tuple) and all(isinstance(name, str) for name in (site.id, *kept))
    numbers = all(limit is None or (type(limit) is int and limit > 0) for limit in limits)
    switches = all(type(switch) is bool for switch in (site.public, site.counter))
    if whole != site or not texts or not numbers or not switches or site.gpc not in GPC_CHOICES:
        raise Damaged("a setting of its site is none")
    return site


def _part(stored: dict[str, Any]) -> PartLine:
    return PartLine(stored.pop("site"), ImportPart(**stored))


def _milestone(stored: dict[str, Any]) -> Milestone:
    page, notified_at = stored["page"], stored["notified_at"]
    if not (page is None or isinstance(page, str)) or not (notified_at is None or type(notified_at) is int):
        raise Damaged("its page is not a text, or its notified_at is not a number")
    subject = Subject(stored["site"], page)
    return Milestone(stored["milestone_id"], subject, stored["threshold"], stored["reached_at"], notified_at)


def _event(stored: dict[str, Any]) -> EventLine:
    content = stored["body"]
    try:
        stored["body"] = body = (content if isinstance(content, str) else _dump(content)).encode("utf-8")
    except UnicodeEncodeError as error:
        raise Damaged("its body cannot be written as UTF-8") from error
    if _site_of(_load(body)) != stored["site"]:
        raise Damaged("its body is not an event of its site")
    if len(body) > MAX_EVENT_BYTES or not _HOUR.fullmatch(stored["opened"]) or not stored["epoch"]:
        raise Damaged("its body is too long, or its epoch is none")
    return EventLine(**stored)


_READERS: Mapping[str, Callable[[dict[str, Any]], Item]] = {
    "site": _site,
    "import": _part,
    "milestone": _milestone,
    "event": _event,
    "end": lambda stored: End(**stored),
}


def _load(content: bytes) -> Any:
    """Reads JSON in UTF-8; None if it is none."""
    try:
        return json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return None


def _site_of(stored: Any) -> str | None:
    site = stored.get("site") if isinstance(stored, dict) else None
    return site if isinstance(site, str) else None


def _dump(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _line(content: Mapping[str, Any]) -> bytes:
    # What UTF-8 cannot hold is in no line: an event's body stands as ASCII text then, see `event_line`.
    return _dump(content).encode("utf-8") + b"\n"
