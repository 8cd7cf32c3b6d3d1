from typing import Any

import pytest

from shared.domain.calendar import local_hour
from shared.domain.events import decode_event
from shared.domain.milestones import Subject
from tests.unit.commanding import Folder, counted, folder
from tests.unit.making import SITE

__all__ = ["counted", "folder"]

FRESH: dict[str, Any] = {
    "site": SITE,
    "timezone": "UTC",
    "public": False,
    "origins": [],
    "milestones": [],
    "cap": 100_000,
    "keep_query": [],
    "retention_months": 25,
    "goals": [],
    "gpc": "count-without-visitor",
    "counter": False,
    "aliases": [],
}
UUID = "3d5ffb47-1d21-4d3b-9a5c-9a3a5d3b8d0a"
SNIPPET = '<script defer data-domain="example.org" src="http://127.0.0.1:8080/js/script.js"></script>'


def test_add_prints_the_snippet_to_paste_and_nothing_else(folder: Folder) -> None:
    assert folder.out("site", "add", SITE) == SNIPPET + "\n"
    assert folder.json("site", "list") == {"sites": [FRESH]}
    assert folder.out("site", "list") == "example.org  UTC  private\n"


def test_add_takes_all_options(folder: Folder) -> None:
    options = ["--timezone", "Europe/Berlin", "--public", "--origin", "HTTPS://A.org", "--origin", "http://b.org"]
    added = folder.json("site", "add", "Example.ORG", *options, "--milestones", "100,1,100", "--counter")
    chosen = {"timezone": "Europe/Berlin", "public": True, "origins": ["https://a.org", "http://b.org"]}
    assert added == {**FRESH, **chosen, "milestones": [1, 100], "counter": True, "snippet": SNIPPET}
    assert folder.engine.read_models.projections()[0].timezones == {SITE: "Europe/Berlin"}


def test_the_snippet_names_the_address_under_which_browsers_reach_the_server(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.run("site", "list")
    (folder.path / "address").write_text("http://127.0.0.1:9000\n")
    assert 'src="http://127.0.0.1:9000/js/script.js"' in folder.out("site", "add", "a.org")
    monkeypatch.setenv("MILEPOST_PUBLIC_URL", "https://stats.example.net/")
    assert 'src="https://stats.example.net/js/script.js"' in folder.out("site", "add", "b.org")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["https://a.org"], "'https://a.org' is not a site's name: give its host, such as example.org"),
        (
            ["a.org", "--timezone", "Mars"],
            "'Mars' is not a timezone of the IANA database, such as Europe/Berlin or UTC",
        ),
        (
            ["a.org", "--origin", "a.org"],
            "'a.org' is not an origin: give scheme and host, such as https://example.org",
        ),
        (["a.org", "--milestones", "1,x"], "give numbers of pageviews with commas between, such as 1,100,5000"),
        (["a.org", "--milestones", "0"], "give numbers of pageviews with commas between, such as 1,100,5000"),
        ([], "Missing argument 'SITE'."),
    ],
)
def test_add_refuses_what_is_wrong_and_says_what_would_be_right(
    folder: Folder, arguments: list[str], message: str
) -> None:
    assert message in folder.error("site", "add", *arguments, code=2)
    assert folder.json("site", "list") == {"sites": []}


def test_a_site_is_added_once(folder: Folder) -> None:
    folder.run("site", "add", SITE)
    assert folder.error("site", "add", SITE) == ("example.org is registered already; change it with: milepost site set")


@pytest.mark.parametrize(
    ("options", "change"),
    [
        (["--public"], {"public": True}),
        (["--private"], {"public": False}),
        (["--timezone", "Asia/Tokyo"], {"timezone": "Asia/Tokyo"}),
        (["--origin", "https://a.org"], {"origins": ["https://a.org"]}),
        (["--origin", "any"], {"origins": []}),
        (["--milestones", "5,50"], {"milestones": [5, 50]}),
        (["--milestones", "default"], {"milestones": []}),
        (["--cap", "10"], {"cap": 10}),
        (["--cap", "none"], {"cap": None}),
        (["--keep-query", "q", "--keep-query", "page"], {"keep_query": ["q", "page"]}),
        (["--keep-query", "none"], {"keep_query": []}),
        (["--retention", "3"], {"retention_months": 3}),
        (["--retention", "none"], {"retention_months": None}),
        (["--gpc", "ignore"], {"gpc": "ignore"}),
        (["--gpc", "count-without-visitor"], {"gpc": "count-without-visitor"}),
        (["--counter"], {"counter": True}),
        (["--no-counter"], {"counter": False}),
        (["--alias", UUID.upper(), "--alias", "Old.example"], {"aliases": [UUID, "old.example"]}),
        (["--alias", "none"], {"aliases": []}),
        ([], {}),
    ],
)
def test_set_changes_what_is_named_and_nothing_else(folder: Folder, options: list[str], change: dict[str, Any]) -> None:
    before = {"origins": ["https://b.org"], "milestones": [7], "cap": 5, "keep_query": ["x"], "retention_months": 9}
    before |= {"gpc": "skip", "counter": True, "aliases": ["www.example.org"]}
    folder.run("site", "add", SITE, "--origin", "https://b.org", "--milestones", "7")
    folder.run("site", "set", SITE, "--cap", "5", "--keep-query", "x", "--retention", "9")
    folder.run("site", "set", SITE, "--gpc", "skip", "--counter", "--alias", "www.example.org")
    assert folder.json("site", "set", "EXAMPLE.org", *options) == {**FRESH, **before, **change}
    assert folder.json("site", "list") == {"sites": [{**FRESH, **before, **change}]}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--timezone", "Mars"], "is not a timezone"),
        (["--origin", "a.org"], "is not an origin"),
        (["--origin", "any", "--origin", "https://a.org"], "is not an origin"),
        *((["--cap", value], "give a number of 1 or more, or none") for value in ("0", "-1", "x", "", "1.5", "²")),
        (["--retention", "0"], "give a number of 1 or more, or none"),
        (["--milestones", ""], "give numbers of pageviews"),
        (["--gpc", "drop"], "'drop' is not one of 'count-without-visitor', 'skip', 'ignore'"),
        (["--alias", "none", "--alias", "https://a.org"], "is not a site's name"),
    ],
)
def test_set_refuses_what_is_wrong(folder: Folder, options: list[str], message: str) -> None:
    folder.run("site", "add", SITE)
    assert message in folder.error("site", "set", SITE, *options, code=2)
    assert folder.json("site", "list") == {"sites": [FRESH]}


def test_one_name_stands_for_one_site(folder: Folder) -> None:
    folder.run("site", "add", SITE)
    folder.run("site", "set", SITE, "--alias", UUID)
    folder.run("site", "add", "b.org")
    for alias, what in ((SITE, "registered as a site itself"), (UUID, "an alias of example.org")):
        message = folder.error("site", "set", "b.org", "--alias", alias, code=2)
        assert message == f"{alias} is {what}; one name can stand for one site only"
    assert "an alias of example.org" in folder.error("site", "add", UUID, code=2)
    folder.run("site", "set", SITE, "--alias", UUID, "--alias", "www.example.org")
    assert [one["aliases"] for one in folder.json("site", "list")["sites"]] == [[], [UUID, "www.example.org"]]


def test_the_list_tells_of_rare_settings_where_they_were_changed(folder: Folder) -> None:
    folder.run("site", "add", SITE, "--counter")
    folder.run("site", "set", SITE, "--gpc", "skip", "--alias", "a.example", "--alias", "b.example")
    assert folder.out("site", "list") == (
        "example.org  UTC  private  counter  gpc=skip  alias=a.example  alias=b.example\n"
    )


@pytest.mark.parametrize("command", ["set", "remove"])
def test_a_site_that_is_not_there_is_told_with_those_that_are(folder: Folder, command: str) -> None:
    assert folder.error("site", command, "a.org") == "there is no site 'a.org' here; registered: none yet"
    folder.run("site", "add", SITE)
    assert folder.error("site", command, "a.org") == f"there is no site 'a.org' here; registered: {SITE}"


def test_another_timezone_rebuilds_the_counts_under_it(counted: Folder) -> None:
    hours = [key.bucket for key, _ in counts(counted, "hour")]
    counted.run("site", "set", SITE, "--timezone", "Asia/Kathmandu")
    engine = counted.engine
    (live,) = engine.read_models.projections()
    assert (live.version, live.timezones) == (2, {SITE: "Asia/Kathmandu"})
    moved = [key.bucket for key, _ in counts(counted, "hour")]
    instants = [record_instant(counted)]
    assert moved == sorted({local_hour(instant, "Asia/Kathmandu") for instant in instants}) != hours
    counted.run("verify")


def counts(folder: Folder, view: str) -> list[Any]:
    engine = folder.engine
    (live,) = engine.read_models.projections()
    return list(engine.read_models.rows(live.version, SITE, view, "0", "9"))


def record_instant(folder: Folder) -> int:
    log = folder.engine.log
    (first, *_) = [record for head in log.epochs() for record in log.read(head.epoch, -1, 1)]
    return decode_event(first.body or b"").instant


def test_a_threshold_below_the_present_count_is_reached_in_silence(counted: Folder) -> None:
    milestones = counted.engine.milestones
    announced = {one.threshold for one in milestones.pending()}
    counted.run("site", "set", SITE, "--milestones", "2,3,4")
    assert milestones.reached(Subject(SITE, None)) == {1, 2, 3}
    assert {one.threshold for one in milestones.pending()} == announced == {1}
    counted.visit("/")
    counted.run("verify")
    assert {one.threshold for one in milestones.pending()} == {1, 4}


def test_remove_asks_and_does_nothing_without_a_yes(counted: Folder) -> None:
    for answer in ("n\n", ""):
        result = counted.run("site", "remove", SITE, code=1, answer=answer)
        assert "Delete example.org with all its events, counts and milestones, for good?" in result.stderr
    assert len(counted.json("site", "list")["sites"]) == 1


@pytest.mark.parametrize(("arguments", "answer"), [([SITE], "y\n"), ([SITE, "--yes"], None)])
def test_remove_deletes_the_sites_events_counts_and_milestones_and_no_others(
    counted: Folder, monkeypatch: pytest.MonkeyPatch, arguments: list[str], answer: str | None
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("infra.cli.site.time.sleep", waited.append)
    counted.run("site", "add", "b.example")
    counted.visit("/kept", site="b.example")
    counted.run("verify")
    result = counted.run("site", "remove", *arguments, answer=answer)
    assert result.stdout.endswith("example.org is deleted\n")
    assert sum(waited) >= 0.5  # as long as a server may know the site
    assert [one["site"] for one in counted.json("site", "list")["sites"]] == ["b.example"]
    contents = b"".join(path.read_bytes() for path in counted.path.glob("*.db*"))
    assert SITE.encode() not in contents
    assert b"b.example" in contents
    assert counted.json("verify")["differences"] == []
    assert counted.engine.milestones.page(SITE, 10, None) == []


def test_a_site_removed_and_added_again_begins_anew(counted: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.cli.site.time.sleep", lambda seconds: None)
    assert counted.json("site", "remove", SITE, "--yes") == {"removed": SITE}
    counted.run("site", "add", SITE)
    assert counts(counted, "day") == []
    counted.visit("/")
    counted.run("verify")
    assert {one.threshold for one in counted.engine.milestones.pending()} == {1}
