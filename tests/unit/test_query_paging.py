"""Cursors: portions of any size make up the whole, and a cursor belongs to its question."""

import base64
import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.folds import PAGE_DAY
from shared.domain.milestones import Milestone, Subject
from tests.support.folders import scratch_folder
from tests.unit.querying import Visit, World

PAGES = ["/", "/a", "/a/b", "/Z", "/é", "/\uffee", "/\U0001f600", "/long" + "x" * 90]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Twelve days with many ties, bots among them, one day empty, in a timezone whose clocks change meanwhile."""
    chance = random.Random(7)
    with scratch_folder() as folder:
        world = World(folder, now="2026-11-03T22:00:00+00:00")
        world.add_site(timezone="Europe/Berlin", milestones=tuple(range(1, 61)))
        world.add_site("other.example", "Europe/Berlin")
        world.visit(
            *(
                Visit(
                    f"2026-{day}T{chance.randrange(24):02}:30Z",
                    chance.choice(PAGES),
                    chance.randrange(6),
                    bot=chance.random() < 0.3,
                    site=site,
                )
                for day in [f"10-{n}" for n in range(23, 32)] + ["11-01", "11-03"]
                for site in ["example.org", "other.example"]
                for _ in range(12)
            )
        )
        yield world


QUESTIONS = st.fixed_dictionaries(
    {
        "by": st.sampled_from(["day", "hour", "page", "page,day"]),
        "bots": st.sampled_from(["exclude", "include", "only"]),
    },
    optional={"first": st.sampled_from(["2026-10-10", "2026-10-24", "2026-11-03"]), "page": st.sampled_from(PAGES)},
).filter(lambda question: not (question["by"] == "hour" and "page" in question))


@settings(deadline=None, max_examples=60)
@given(question=QUESTIONS, limits=st.lists(st.integers(1, 40), min_size=1, max_size=20))
def test_portions_make_up_the_whole(world: World, question: dict[str, str], limits: list[int]) -> None:
    whole = world.counts(**question, limit=1000)
    assert whole.json["next"] is None
    portions = world.portions(itertools.chain(limits, itertools.repeat(200)), **question)
    assert [row for portion in portions for row in portion.rows] == whole.rows
    rest = {key: value for key, value in whole.json.items() if key not in ("rows", "next")}
    for portion in portions:
        assert {key: value for key, value in portion.json.items() if key not in ("rows", "next")} == rest


@pytest.mark.parametrize("limit", [1, 7, 60])
def test_portions_make_up_the_milestones(world: World, limit: int) -> None:
    def ask(**query: Any) -> dict[str, Any]:
        pairs = "&".join(f"{name}={value}" for name, value in query.items())
        answer: dict[str, Any] = world.get("/v1/sites/example.org/milestones", query=pairs).json
        return answer

    whole = ask(limit=1000)
    found = ask(limit=limit)
    portions = [found]
    while found["next"] is not None:
        found = ask(limit=limit, cursor=found["next"])
        portions.append(found)
    assert len(whole["milestones"]) == 60
    assert [milestone for portion in portions for milestone in portion["milestones"]] == whole["milestones"]
    assert all(len(portion["milestones"]) == limit for portion in portions[:-1])


def test_a_whole_portion_at_the_end_has_no_next(world: World) -> None:
    assert world.counts(first="2026-11-01", limit=3).json["next"] is None
    assert world.counts(first="2026-11-01", limit=2).json["next"] is not None


def test_the_default_limit_is_100(world: World) -> None:
    assert len(world.counts(first="2026-01-01").rows) == 100


def test_midnight_shifts_no_portion() -> None:
    with scratch_folder() as folder:
        world = World(folder, now="2026-11-22T23:59:00+00:00")
        world.add_site()
        first = world.counts(limit=29)
        world.now += 120_000
        second = world.counts(limit=29, cursor=first.json["next"])
        assert [row["day"] for row in second.rows] == ["2026-11-22"]
        assert (second.json["from"], second.json["to"]) == (first.json["from"], first.json["to"])
        assert world.counts().json["to"] == "2026-11-23"


def test_no_row_comes_twice_and_none_is_lost_when_counts_grow_before_the_cursor() -> None:
    """By place, not by number: pages that overtake push nobody over the edge of a portion."""
    with scratch_folder() as folder:
        world = World(folder)
        world.add_site()
        world.visit(
            *(Visit("2026-11-22T09:00Z", page) for n, page in enumerate(["/a", "/b", "/c", "/d"]) for _ in range(9 - n))
        )
        first = world.counts(by="page", limit=2)
        world.visit(*[Visit("2026-11-22T10:00Z", "/new")] * 20)
        second = world.counts(by="page", limit=2, cursor=first.json["next"])
        assert [row["page"] for row in second.rows] == ["/c", "/d"]


def test_a_portion_reads_no_more_than_it_needs(world: World) -> None:
    """Of pages by day: neither the days before the cursor, nor all the days to come."""
    read: list[tuple[str, str]] = []

    class Watched:
        def __getattr__(self, name: str) -> Any:
            return getattr(world.engine.read_models, name)

        def rows(self, version: int, site: str, view: str, first: str, last: str, page: str | None) -> Any:
            if view == PAGE_DAY:
                read.append((first, last))
            return world.engine.read_models.rows(version, site, view, first, last, page)

    watched: Any = Watched()
    handler = world.handler
    try:
        world.serve(replace(world.engine, read_models=watched))
        first = world.counts(by="page,day", first="2026-10-24", limit=12)
        end = first.rows[-1]["day"]
        read.clear()
        world.counts(by="page,day", first="2026-10-24", limit=5, cursor=first.json["next"])
    finally:
        world.handler = handler
    assert min(read)[0] == end > "2026-10-24"
    assert max(last for _, last in read) < "2026-10-31"


@pytest.mark.parametrize(
    "other",
    [
        {"by": "page"},
        {"bots": "include"},
        {"page": "/a"},
        {"first": "2026-10-25"},
        {"last": "2026-11-03"},
        {"site": "other.example"},
    ],
)
def test_a_cursor_of_another_question_is_refused(world: World, other: dict[str, str]) -> None:
    question: dict[str, Any] = {"by": "page,day", "first": "2026-10-24", "limit": 3}
    cursor = world.counts(**question).json["next"]
    assert world.counts(**question, cursor=cursor).status == 200
    assert "cursor" in world.counts(**{**question, **other}, cursor=cursor).error


def test_the_limit_may_change_on_the_way(world: World) -> None:
    cursor = world.counts(by="page", limit=2).json["next"]
    assert world.counts(by="page", limit=1, cursor=cursor).status == 200


def test_a_cursor_of_the_milestones_is_the_sites(world: World) -> None:
    path = "/v1/sites/{}/milestones"
    cursor = world.get(path.format("example.org"), query="limit=1").json["next"]
    assert world.get(path.format("example.org"), query=f"limit=1&cursor={cursor}").status == 200
    assert "cursor" in world.get(path.format("other.example"), query=f"limit=1&cursor={cursor}").error
    assert "cursor" in world.counts(cursor=cursor).error


def sealed(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def opened(cursor: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return content


BROKEN: list[Any] = [
    "",
    "x",
    "====",
    "é",
    "\0",
    "💥",
    "A" * 5000,
    "bnVsbA",
    "W10",
    "e30",
    "eyI",
    sealed({"question": "x"}),
]


@pytest.mark.parametrize("cursor", BROKEN)
def test_a_broken_cursor_is_refused(world: World, cursor: str) -> None:
    for by in ("day", "page,day"):
        assert "cursor" in world.counts(by=by, cursor=cursor).error


def test_a_cursor_with_something_in_it_is_refused(world: World) -> None:
    cursor = world.counts(limit=3).json["next"]
    assert "cursor" in world.counts(limit=3, cursor=f"{cursor[:8]}****{cursor[8:]}").error


@pytest.mark.parametrize(
    "forged",
    [
        {"after": ["2026-10-25", 0]},
        {"after": ["2026-10-25", "0", []]},
        {"after": None},
        {"first": "2026-13-01"},
        {"first": None},
        {"first": "0001-01-01"},
        {"first": "2026-11-04"},
        {"more": 1},
        {"question": None},
    ],
)
def test_a_forged_cursor_is_refused(world: World, forged: dict[str, Any]) -> None:
    content = opened(world.counts(by="page,day", limit=3).json["next"])
    answer = world.counts(by="page,day", limit=3, cursor=sealed({**content, **forged}))
    assert answer.status == 400
    assert answer.error


@pytest.mark.parametrize(
    "after", [["zzz", 0, ""], ["", -(10**40), "\ud800"], ["9999", 10**40, "\0"], ["2026-10-25", 0, "x"]]
)
@pytest.mark.parametrize("by", ["day", "hour", "page", "page,day"])
def test_a_forged_place_does_no_harm(world: World, by: str, after: list[Any]) -> None:
    content = opened(world.counts(by=by, limit=3, first="2026-10-24").json["next"])
    answer = world.counts(by=by, limit=3, first="2026-10-24", cursor=sealed({**content, "after": after}))
    assert answer.status in (200, 400)


@pytest.mark.parametrize(
    "after", [[2**63, 0, ""], [0, 2**70, ""], [-1, 0, ""], [0, 0, "\ud800"], [0, 0, None], [0.5, 0, ""]]
)
def test_a_forged_milestone_is_refused(world: World, after: list[Any]) -> None:
    path = "/v1/sites/example.org/milestones"
    content = opened(world.get(path, query="limit=1").json["next"])
    answer = world.get(path, query=f"limit=1&cursor={sealed({**content, 'after': after})}")
    assert "cursor" in answer.error


@settings(deadline=None, max_examples=100)
@given(st.text())
def test_no_text_as_a_cursor_breaks_anything(world: World, text: str) -> None:
    assert world.counts(cursor=text.encode("utf-8", "replace")).status == 400


def test_milestones_of_the_same_moment_are_not_lost() -> None:
    with scratch_folder() as folder:
        world = World(folder)
        world.add_site()
        subjects = [Subject("example.org", page) for page in (None, "/a", "/b", "/c")]
        world.engine.milestones.reach(
            [Milestone(f"id{n}", subject, 100, world.now) for n, subject in enumerate(subjects)]
        )
        path = "/v1/sites/example.org/milestones"
        answer = world.get(path, query="limit=1").json
        ids = [answer["milestones"][0]["milestone_id"]]
        while answer["next"] is not None:
            answer = world.get(path, query=f"limit=1&cursor={answer['next']}").json
            ids += [milestone["milestone_id"] for milestone in answer["milestones"]]
        assert ids == ["id3", "id2", "id1", "id0"]
