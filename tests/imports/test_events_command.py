"""`milepost export` and `milepost import events`, as a person runs them."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.unit.commanding import Folder, counted, folder
from tests.unit.making import SITE

__all__ = ["counted", "folder"]


@pytest.fixture
def target(counted: Folder, tmp_path: Path) -> Folder:
    """Another data folder, still empty."""
    return Folder(tmp_path / "target")


def exported(source: Folder, tmp_path: Path, name: str = "export.ndjson") -> Path:
    file = tmp_path / name
    source.run("export", "--output", str(file))
    return file


def changed(file: Path, number: int, line: str | None) -> Path:
    """The export with another line in the place of one, counted from 1; None: without it."""
    lines = file.read_text().splitlines(keepends=True)
    lines[number - 1 : number] = [] if line is None else [line + "\n"]
    file.write_text("".join(lines))
    return file


def sites(place: Folder) -> list[str]:
    return [site.name for site in place.engine.sites.all()]


def test_an_export_is_printed_line_by_line(counted: Folder) -> None:
    lines = [json.loads(line) for line in counted.out("export").splitlines()]
    assert list(lines[0]) == ["milepost_export", "version", "schema_version"]
    assert [line["type"] for line in lines[1:]] == ["site", "milestone", "event", "event", "event", "end"]
    assert lines[1]["site"]["name"] == SITE
    assert list(lines[3]) == ["type", "site", "epoch", "opened", "version", "nonce", "body"]
    assert lines[-1] == {"type": "end", "lines": 6}
    assert counted.out("export") == counted.out("export", "--site", SITE)


def test_it_says_what_it_wrote(counted: Folder, tmp_path: Path) -> None:
    file = tmp_path / "e"
    assert counted.json("export", "--output", str(file)) == {
        "file": str(file),
        "sites": [SITE],
        "events": 3,
        "milestones": 1,
        "unannounced": 1,
    }
    assert "3 events and 1 milestones" in counted.out("export", "--output", str(file))
    assert "still to be announced" in counted.out("export", "--output", str(file))
    assert file.stat().st_mode & 0o077 == 0


def test_json_wants_a_file(counted: Folder) -> None:
    assert "--output" in counted.error("export", "--json", code=2)


def test_an_unknown_site_is_named(counted: Folder) -> None:
    assert "there is no site 'x.example'" in counted.error("export", "--site", "x.example")


def test_a_stopped_export_leaves_the_file_that_was_there(
    counted: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = exported(counted, tmp_path)
    before = file.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        assert "No space left" in counted.error("export", "--output", str(file))
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.glob("export*")] == [file.name]


@pytest.mark.parametrize("name", ["export.ndjson", "export.ndjson.gz"])
def test_it_is_imported_plain_or_packed(counted: Folder, target: Folder, tmp_path: Path, name: str) -> None:
    file = exported(counted, tmp_path, name)
    assert (file.read_bytes()[:2] == b"\x1f\x8b") == name.endswith(".gz")
    report = {"sites": [SITE], "events": 3, "already_imported": 0, "milestones": 1, "kept": {}}
    assert target.json("import", "events", str(file)) == report
    assert target.json("import", "events", str(file)) == report | {"already_imported": 3}
    assert "0 events imported, 3 were there already" in target.out("import", "events", str(file))
    assert target.json("verify") == {"events": 3, "differences": []}
    shown: Any = counted.json("site", "list")
    assert target.json("site", "list") == shown


def test_settings_that_stay_are_named(counted: Folder, tmp_path: Path) -> None:
    file = exported(counted, tmp_path)
    counted.run("site", "set", SITE, "--cap", "7")
    said = counted.out("import", "events", str(file))
    assert f"{SITE} is registered here with other settings, which stay: cap" in said


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "it is not a JSON object"),
        ('{"type":"odd"}', "its type is not known"),
        ('{"type":"event"}', "its fields are not those of the type event"),
    ],
)
def test_damage_is_named_and_nothing_is_imported(
    counted: Folder, target: Folder, tmp_path: Path, line: str, reason: str
) -> None:
    file = changed(exported(counted, tmp_path), 5, line)
    said = target.run("import", "events", str(file), code=1).stderr
    assert f"line 5 is damaged: {reason}" in said
    assert "nothing was imported" in said
    report = json.loads(target.run("import", "events", str(file), "--json", code=1).stdout)
    assert report == {"unreadable": [{"line": 5, "reason": reason}]}
    assert sites(target) == []
    assert target.engine.log.epochs() == []


@pytest.mark.parametrize("kept", [0.4, 0.99])
@pytest.mark.parametrize("name", ["export.ndjson", "export.ndjson.gz"])
def test_a_file_that_is_cut_off_is_told(
    counted: Folder, target: Folder, tmp_path: Path, name: str, kept: float
) -> None:
    file = exported(counted, tmp_path, name)
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * kept)])
    assert "othing was imported" in target.run("import", "events", str(file), code=1).stderr
    assert sites(target) == []


@pytest.mark.parametrize("number", [4, 7])
def test_a_file_that_lacks_a_line_is_told(counted: Folder, target: Folder, tmp_path: Path, number: int) -> None:
    file = changed(exported(counted, tmp_path), number, None)
    assert "is not a whole export" in target.error("import", "events", str(file))
    assert sites(target) == []


@pytest.mark.parametrize("header", ['{"milepost_export":2}', '{"milepost_export":1,"schema_version":99}'])
def test_an_export_of_a_later_release_is_told(counted: Folder, target: Folder, tmp_path: Path, header: str) -> None:
    file = changed(exported(counted, tmp_path), 1, header)
    assert "update, then import it" in target.error("import", "events", str(file))
    assert sites(target) == []


def test_what_is_no_export_is_told(target: Folder, tmp_path: Path) -> None:
    file = tmp_path / "other.gz"
    file.write_bytes(gzip.compress(b"<html>\n" * 100))
    said = target.run("import", "events", str(file), code=1).stderr
    assert "line 1 is damaged: it is not the first line of an export" in said
    assert said.count("damaged:") == 1


def test_damage_in_one_of_several_files_stops_all(counted: Folder, target: Folder, tmp_path: Path) -> None:
    good = exported(counted, tmp_path)
    bad = changed(exported(counted, tmp_path, "bad"), 2, "{")
    assert f"{bad}, line 2 is damaged" in target.run("import", "events", str(good), str(bad), code=1).stderr
    assert sites(target) == []
    assert target.json("import", "events", str(good), str(good))["already_imported"] == 3


def test_sealed_days_are_not_exported_as_if_they_were_empty(counted: Folder) -> None:
    counted.engine.read_models.seal(SITE, "2020-01-01", "2020-01-01T00")
    assert "days of example.org up to 2020-01-01 are sealed" in counted.error("export")
