from pathlib import Path
from typing import Any

import pytest

from services.projector.day_folder import DayFolder
from shared.backlog import live_projection
from shared.domain.events import encode_event
from shared.domain.reports.dimensions import GOAL
from shared.engine import StorageUnavailable
from shared.folded_days import decode_rollup, digest_of_goals, rollup
from shared.process import now_ms, random_id
from tests.unit.commanding import Folder, counted, folder
from tests.unit.making import SITE, event

__all__ = ["counted", "folder"]

DAY_MS = 24 * 3_600_000
#: When the sample events of the past were, in days ago, and the names that came then.
PAST = {3: ("Signup", "pageview"), 5: ("pageview",), 400: ("Signup",)}


@pytest.fixture
def past(folder: Folder) -> Folder:
    """A folder with a site whose three days of the past are rolled up."""
    folder.run("site", "add", SITE)
    for ago, names in PAST.items():
        folder.append(
            *(encode_event(event("/a/b", now_ms() - ago * DAY_MS, n, name=name)) for n, name in enumerate(names, 1))
        )
    engine = folder.engine
    DayFolder(engine, random_id).complete(live_projection(engine.read_models), "9999-12-31T23", now_ms())
    return folder


def goals_by_day(folder: Folder) -> list[dict[str, int] | None]:
    """What the days' rollups tell of the site's goals, by visitors; None where they are of other goals."""
    engine = folder.engine
    (site,) = engine.sites.all()
    version = live_projection(engine.read_models).version
    blobs = engine.days.read(version, SITE, rollup("exclude", GOAL))
    days = [decode_rollup(blob, digest_of_goals(GOAL, site.goals)) for _, blob in blobs]
    return [None if day is None else {group[0]: of.visitors for group, of in day.items()} for day in days]


def test_an_event_is_a_goal_of_the_days_of_the_past_too(past: Folder) -> None:
    assert past.out("goal", "add", SITE, "--event", "Signup") == (
        "Signup is a goal of example.org; 3 days rolled up again\n"
    )
    assert goals_by_day(past) == [{"Signup": 1}, {}, {"Signup": 1}]


def test_a_page_is_a_goal_by_a_pattern_and_may_have_a_name_of_its_own(past: Folder) -> None:
    added = past.json("goal", "add", "EXAMPLE.org", "--page", "/a/*", "--name", "Letters")
    assert added == {"goal": {"name": "Letters", "event": "", "page": "/a/*"}, "days": 3}
    assert goals_by_day(past) == [{}, {"Letters": 1}, {"Letters": 1}]


def test_the_goals_are_listed_in_the_order_of_their_making(past: Folder) -> None:
    past.run("goal", "add", SITE, "--page", "/a/*")
    past.run("goal", "add", SITE, "--event", "Signup", "--name", "Sign-ups")
    listed: Any = [
        {"name": "Visit /a/*", "event": "", "page": "/a/*"},
        {"name": "Sign-ups", "event": "Signup", "page": ""},
    ]
    assert past.json("goal", "list", SITE) == {"goals": listed}
    assert past.out("goal", "list", SITE) == "Visit /a/*  page  /a/*\nSign-ups  event  Signup\n"
    assert past.json("site", "list")["sites"][0]["goals"] == listed
    assert past.json("site", "set", SITE, "--public")["goals"] == listed


def test_a_goal_that_is_removed_is_in_no_days_report(past: Folder) -> None:
    past.run("goal", "add", SITE, "--event", "Signup")
    past.run("goal", "add", SITE, "--page", "/a/b")
    assert past.json("goal", "remove", SITE, "Signup") == {"removed": "Signup", "days": 3}
    assert past.json("goal", "list", SITE)["goals"] == [{"name": "Visit /a/b", "event": "", "page": "/a/b"}]
    assert past.error("goal", "remove", SITE, "Signup") == (
        "example.org has no goal 'Signup'; see: milepost goal list example.org"
    )
    said = past.out("goal", "remove", SITE, "Visit /a/b")
    assert said == "Visit /a/b is no goal of example.org any more; 3 days rolled up again\n"
    assert past.json("goal", "list", SITE) == {"goals": []}


def test_without_days_of_the_past_none_are_rolled_up(counted: Folder) -> None:
    assert counted.json("goal", "add", SITE, "--event", "Signup")["days"] == 0
    assert counted.out("goal", "remove", SITE, "Signup").endswith("; 0 days rolled up again\n")


@pytest.mark.parametrize("command", [("add", SITE, "--event", "Signup"), ("remove", SITE, "Visit /a/b")])
def test_what_was_stopped_after_the_goals_were_stored_is_told_and_finished_by_another_call(
    past: Folder, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    past.run("goal", "add", SITE, "--page", "/a/b")
    with monkeypatch.context() as broken:

        def unavailable(*_: object) -> None:
            raise StorageUnavailable("gone")

        broken.setattr(DayFolder, "roll_up_again", unavailable)
        assert past.error("goal", *command) == "the storage is not to be had: gone"
    names = [goal["name"] for goal in past.json("goal", "list", SITE)["goals"]]
    assert names == {"add": ["Visit /a/b", "Signup"], "remove": []}[command[0]]
    assert goals_by_day(past) == [None, None, None]  # no day is said to have had nobody
    assert past.json("goal", "add", SITE, "--event", "Signup")["days"] == 3
    assert None not in goals_by_day(past)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "a goal is either an event or a page: give one of them"),
        (["--event", "a", "--page", "/a"], "a goal is either an event or a page: give one of them"),
        (["--event", "pageview"], "'pageview' is no event of one's own; for a page give its path, such as /thanks"),
        (["--page", "thanks"], "'thanks' is no page: give its path, such as /thanks, /blog/*"),
        (["--page", "/" + "a" * 200], "a goal's name is one line of at most 120 characters: give one that is"),
    ],
)
def test_add_refuses_what_is_wrong_and_says_what_would_be_right(
    counted: Folder, arguments: list[str], message: str
) -> None:
    assert message in counted.error("goal", "add", SITE, *arguments, code=2)
    assert counted.json("goal", "list", SITE) == {"goals": []}


def test_a_name_that_is_taken_is_told(counted: Folder) -> None:
    counted.run("goal", "add", SITE, "--event", "Signup")
    assert counted.error("goal", "add", SITE, "--page", "/signup", "--name", "Signup") == (
        "there is a goal with the name 'Signup' already; give it another name"
    )
    assert len(counted.json("goal", "list", SITE)["goals"]) == 1


@pytest.mark.parametrize("command", [("add", "a.org", "--event", "a"), ("list", "a.org"), ("remove", "a.org", "a")])
def test_a_site_that_is_not_there_is_told_with_those_that_are(counted: Folder, command: tuple[str, ...]) -> None:
    assert counted.error("goal", *command) == f"there is no site 'a.org' here; registered: {SITE}"


def test_goals_move_with_their_site(counted: Folder, tmp_path: Path) -> None:
    counted.run("goal", "add", SITE, "--event", "Signup", "--name", "Größe")
    file, there = tmp_path / "export.ndjson", Folder(tmp_path / "there")
    counted.run("export", "--output", str(file))
    assert there.json("import", "events", str(file))["kept"] == {}
    assert there.json("goal", "list", SITE) == counted.json("goal", "list", SITE)
    there.run("goal", "remove", SITE, "Größe")
    assert there.json("import", "events", str(file))["kept"] == {SITE: ["goals"]}
    assert there.json("goal", "list", SITE) == {"goals": []}
