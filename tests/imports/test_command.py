"""`milepost import access-log`, as it is run, and as it is killed."""

import fcntl
import gzip
import json
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from shared.domain.folds import TOTAL
from tests.imports.importing import Place, line, real_log
from tests.imports.test_truth import assert_is_truth

ROOT = Path(__file__).parents[2]
MILEPOST = "from infra.cli.main import main; main()"

#: The command, killed right before or after its nth write.
KILLED = """
import os, signal, sys
from infra.cli.main import main
from shared.engines.sqlite.log import SqliteEventLog
from shared.engines.sqlite.read_models import SqliteReadModels

left = int(sys.argv.pop(1))

def killing(method):
    def killed(*arguments):
        tick()
        method(*arguments)
        tick()
    return killed

def tick():
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1

SqliteEventLog.put = killing(SqliteEventLog.put)
SqliteReadModels.commit = killing(SqliteReadModels.commit)
main()
"""


def command(place: Place, *arguments: object, script: str = MILEPOST, before: Sequence[object] = ()) -> list[str]:
    words = [sys.executable, "-c", script, *before, "--data", place.folder, "import", "access-log"]
    return list(map(str, [*words, *arguments, "--site", place.site.name]))


def run(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120)


def pageviews(place: Place) -> int:
    return place.seen(TOTAL).get(("", ""), (0, 0))[0]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "access.log"
    file.write_text(line() + line("/style.css") + "damaged\n" + line("/a"))
    return file


def test_it_prints_json(place: Place, log: Path) -> None:
    for already in (0, 2):
        done = run(command(place, log, "--json"))
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout) == {
            "lines": 4,
            "pageviews": 2,
            "skipped": 1,
            "unreadable": [{"line": 3, "reason": "it is in neither Combined nor Common Log Format"}],
            "already_imported": already,
        }


def test_it_tells_people_too(place: Place, log: Path) -> None:
    done = run(command(place, log))
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "line 3 could not be read: it is in neither Combined nor Common Log Format",
        "4 lines: 2 pageviews, 1 other requests, 1 unreadable",
        "2 pageviews imported, 0 were there already",
    ]


def test_of_several_files_it_names_the_one(place: Place, log: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.log"
    other.write_text(line("/b"))
    done = run(command(place, other, log, "--json"))
    report = json.loads(done.stdout)
    assert (report["lines"], report["pageviews"]) == (5, 3)
    assert [(unread["file"], unread["line"]) for unread in report["unreadable"]] == [(str(log), 3)]


def test_of_very_many_unreadable_lines_some_are_named(place: Place, log: Path) -> None:
    log.write_text("damaged\n" * 2_000)
    assert len(json.loads(run(command(place, log, "--json")).stdout)["unreadable"]) == 1_000
    told = run(command(place, log)).stdout
    assert "... and 1,980 further lines" in told
    assert "2,000 unreadable" in told


def test_an_unknown_site_is_refused(place: Place, log: Path) -> None:
    done = run([*command(place, log)[:-1], "example.com"])
    assert done.returncode == 1
    assert "there is no site 'example.com' here; registered: example.org" in done.stderr


def test_a_missing_file_is_refused_before_anything_is_written(place: Place, log: Path) -> None:
    done = run(command(place, log, log.with_name("missing.log")))
    assert done.returncode != 0
    assert "missing.log" in done.stderr
    assert pageviews(place) == 0


def test_a_file_cut_short_fails_but_leaves_what_it_had(place: Place, tmp_path: Path) -> None:
    text = "".join(line(f"/{n}", address=f"192.0.2.{n % 200}") for n in range(5_000))
    packed = tmp_path / "access.log.gz"
    packed.write_bytes(gzip.compress(text.encode())[:-2_000])
    done = run(command(place, packed))
    assert done.returncode == 1
    assert f"{packed} is cut off" in done.stderr
    there = pageviews(place)
    assert 0 < there < 5_000
    packed.write_bytes(gzip.compress(text.encode()))
    assert json.loads(run(command(place, packed, "--json")).stdout)["already_imported"] == there
    assert pageviews(place) == 5_000


def test_an_overlap_is_refused(place: Place, log: Path) -> None:
    from datetime import UTC, datetime

    place.beacon(datetime(2026, 11, 20, tzinfo=UTC))
    done = run(command(place, log))
    assert done.returncode == 1
    assert "2026-11-20" in done.stderr
    assert run(command(place, log, "--overlap")).returncode == 0
    assert pageviews(place) == 3


def test_two_imports_do_not_run_at_once(place: Place, log: Path) -> None:
    with (place.folder / "import.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = run(command(place, log))
    assert done.returncode == 1
    assert "another import is under way" in done.stderr
    assert run(command(place, log)).returncode == 0


@pytest.mark.parametrize("writes", [0, 5, 17, 23])
def test_killed_anywhere_and_started_again_it_ends_the_same(place: Place, writes: int) -> None:
    log = real_log("elastic_apache")
    options = [log, "--days", "as-written", "--json"]
    killed = run(command(place, *options, script=KILLED, before=[writes]))
    assert killed.returncode == -signal.SIGKILL
    again = run(command(place, *options))
    assert json.loads(again.stdout)["pageviews"] == 3_966
    assert_is_truth(place, "elastic_apache")
    assert place.engine.milestones.pending() == []


def test_killed_in_the_middle_again_and_again_it_ends_the_same(place: Place) -> None:
    log = real_log("elastic_apache")
    words = command(place, log, "--days", "as-written")
    for events in (1, 1_000, 3_000):
        process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while place.stored() < events and time.monotonic() < deadline:
            time.sleep(0.001)
        process.kill()
        process.wait()
    assert run(words).returncode == 0
    assert_is_truth(place, "elastic_apache")
