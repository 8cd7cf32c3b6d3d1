"""Lines of an export: what is written is read again, and what is none is refused with its reason."""

import json
from dataclasses import replace
from typing import Any

import pytest

from infra.exports.lines import (
    Damaged,
    End,
    EventLine,
    PartLine,
    end_line,
    event_line,
    milestone_line,
    part_line,
    read_line,
    site_line,
)
from shared.domain.events import MAX_EVENT_BYTES
from shared.domain.goals import MAX_GOALS
from shared.domain.milestones import Milestone, Subject
from shared.domain.sites import Goal, Site
from shared.engine import ImportPart, Record

GOALS = (Goal("Sign-ups", event="Signup"), Goal("Visit /ü/**", page="/ü/**"))
SITE = Site("example.org", "0a1b", "Europe/Berlin", True, ("https://example.org",), (1, 50), None, ("q",), None, GOALS)
GOAL: dict[str, Any] = {"name": "a", "event": "a", "page": ""}
# What makes none of it.
NO_GOALS: list[dict[str, Any]] = [
    *({"name": name} for name in ("", " a", "a\n", "a" * 121, None, 1, ["a"], "\ud800")),
    *({"event": event} for event in ("", "pageview", "engagement", "a" * 121, None, 1, ["a"], {"a": 1})),
    *({"page": page} for page in ("/a", None, 1, ["a"])),
    *({"event": "", "page": page} for page in ("a", "/a ", "/" + "a" * 1024, "/\x1b", 1, ["/"])),
    {"further": 1},
]
PART = ImportPart("import.0a1b.ff", "0a1b", "", "ff", 3, 2, "access-log")
BODY = b'{"schema_version":1,"site":"example.org","name":"\xc3\xbc"}'
EVENT: dict[str, Any] = {
    "type": "event",
    "site": "example.org",
    "epoch": "2026-11-22T17.ab",
    "opened": "2026-11-22T17",
    "version": 4,
    "nonce": "n",
    "body": json.loads(BODY),
}


@pytest.mark.parametrize("notified_at", [None, 7])
@pytest.mark.parametrize("page", [None, "/ü"])
def test_what_is_written_is_read_again(page: str | None, notified_at: int | None) -> None:
    milestone = Milestone("id", Subject("example.org", page), 10, 5, notified_at)
    written = [site_line(SITE), part_line(SITE.name, PART), milestone_line(milestone), end_line(9)]
    assert all(line.count(b"\n") == 1 and line.endswith(b"\n") for line in written)
    assert list(map(read_line, written)) == [SITE, PartLine(SITE.name, PART), milestone, End(9)]


@pytest.mark.parametrize(
    ("body", "is_object"),
    [
        (BODY, True),
        (b'{"site": "example.org"}', False),
        (b'{"site":"example.org","x":1,"x":2}', False),
        (b'{"site":"example.org","x":"\\ud800\\u2028"}', False),
        (b'{"site":"example.org","x":"\\n"}', True),
    ],
)
def test_a_body_comes_back_byte_for_byte(body: bytes, is_object: bool) -> None:
    line = event_line(Record("2026-11-22T17.ab", 4, "n", body), "2026-11-22T17", {SITE.name: SITE})
    assert line is not None
    assert isinstance(json.loads(line)["body"], dict) == is_object
    assert read_line(line) == EventLine(SITE.name, "2026-11-22T17.ab", "2026-11-22T17", 4, "n", body)


@pytest.mark.parametrize(
    "body", [None, b"", b"no json", b'{"site":"other"}', b'{"site":["x"]}', b"[]", b'{"site":"\xff"}']
)
def test_what_belongs_to_none_of_the_sites_has_no_line(body: bytes | None) -> None:
    assert event_line(Record("e", 0, "n", body), "2026-11-22T17", {SITE.name: SITE}) is None


@pytest.mark.parametrize(
    "change",
    [
        {"site": "other.example"},
        {"site": 1},
        {"epoch": ""},
        {"opened": "yesterday"},
        {"version": -1},
        {"version": True},
        {"version": "4"},
        {"nonce": None},
        {"body": None},
        {"body": "no json"},
        {"body": {"site": "example.org", "x": "x" * MAX_EVENT_BYTES}},
        {"type": ["event"]},
        {"more": 1},
    ],
)
def test_an_event_that_is_none_is_refused(change: dict[str, Any]) -> None:
    assert isinstance(read_line(json.dumps(EVENT).encode()), EventLine)
    with pytest.raises(Damaged):
        read_line(json.dumps(EVENT | change).encode())


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Two Words"},
        {"name": "EXAMPLE.org"},
        {"id": 5},
        {"timezone": "Mars/Olympus"},
        {"public": 1},
        {"origins": ["nowhere"]},
        {"origins": None},
        {"milestones": [0]},
        {"milestones": ["1"]},
        {"cap": 0},
        {"cap": True},
        {"cap": "many"},
        {"keep_query": "q"},
        {"keep_query": [1]},
        {"retention_months": 1.5},
        {"further": 1},
        {"gpc": "drop"},
        {"gpc": ["skip"]},
        {"counter": 1},
        {"aliases": "a.org"},
        {"aliases": ["Two Words"]},
        {"aliases": ["a.org", "a.org"]},
        {"aliases": [1]},
        {"goals": None},
        {"goals": 1},
        {"goals": {"a": GOAL}},
        {"goals": ["a"]},
        {"goals": [GOAL, GOAL]},
        {"goals": [{**GOAL, "name": str(n)} for n in range(MAX_GOALS + 1)]},
        *({"goals": [GOAL | change]} for change in NO_GOALS),
    ],
)
def test_a_site_that_is_none_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Damaged):
        read_line(json.dumps({"type": "site", "site": SITE.to_dict() | change}).encode())


def test_a_site_of_a_release_that_knew_no_goals_is_read() -> None:
    stored = SITE.to_dict()
    del stored["goals"]
    line = json.dumps({"type": "site", "site": stored}).encode()
    assert read_line(line) == replace(SITE, goals=())


@pytest.mark.parametrize("change", [{"page": 1}, {"notified_at": "now"}, {"threshold": None}, {"reached_at": -1}])
def test_a_milestone_that_is_none_is_refused(change: dict[str, Any]) -> None:
    stored = json.loads(milestone_line(Milestone("id", Subject("example.org", None), 10, 5)))
    with pytest.raises(Damaged):
        read_line(json.dumps(stored | change).encode())


@pytest.mark.parametrize(
    "content", [None, b"", b"[]", b"\xff", b"[" * 100_000, b'{"type":"end","lines":' + b"9" * 5_000]
)
def test_what_is_no_line_is_refused(content: bytes | None) -> None:
    with pytest.raises(Damaged):
        read_line(content)
