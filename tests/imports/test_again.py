"""The same content again: grown, packed, shortened, half a line at its end. And other content that begins the same."""

import gzip
from collections.abc import Callable
from dataclasses import replace

import pytest

from infra.imports import access_log, window
from shared.domain import events
from shared.domain.events import decode_event
from shared.domain.folds import DAY, TOTAL
from tests.imports.importing import NOW, Place, common_line, line

LINES = [line(path=f"/{n % 3}", address=f"192.0.2.{n % 5}") for n in range(40)]
HALVES = ["192.0.2.1 - - [20/Nov", line("/half")[:-30], line("/half")[:-1].removesuffix('"'), line("/half")[:-1]]


def pageviews(place: Place) -> int:
    return place.seen(TOTAL)["", ""][0]


def visitors(place: Place) -> int:
    return place.seen(DAY)["2026-11-20", ""][1]


@pytest.fixture(autouse=True)
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "MAX_LINES", 7)


def test_a_grown_file_continues(place: Place) -> None:
    before = 0
    for lines in (3, 20, 21, 40):
        assert place.import_text("".join(LINES[:lines])).already_imported == before
        assert pageviews(place) == lines
        before = lines
    assert visitors(place) == 5


def test_two_files_with_the_same_first_lines_both_count(place: Place) -> None:
    place.import_text("".join(LINES[:20]), "one.log")
    report = place.import_text("".join(LINES[:6]) + line("/other") * 14, "other.log")
    assert report.already_imported == 0
    assert pageviews(place) == 40


def test_a_whole_part_in_common_is_the_beginning_of_one_file(place: Place) -> None:
    """Of ten thousand equal lines, with their addresses and times, nobody has two logs."""
    place.import_text("".join(LINES[:20]), "one.log")
    report = place.import_text("".join(LINES[:10]) + line("/other") * 10, "other.log")
    assert report.already_imported == 7


@pytest.mark.parametrize("make", [line, common_line])
def test_two_short_files_that_differ_at_their_ends_both_count(place: Place, make: Callable[[str], str]) -> None:
    one, two, other = (make(path) for path in ("/1", "/2", "/3"))
    place.import_text(one + two, "one.log")
    place.import_text((one + other).rstrip(), "other.log")
    assert pageviews(place) == 4


def test_equal_lines_in_a_file_all_count(place: Place) -> None:
    place.import_text(line() * 30)
    assert pageviews(place) == 30


def test_an_older_copy_adds_nothing(place: Place) -> None:
    place.import_text("".join(LINES))
    for lines in (1, 6, 7, 8, 25, 39):
        report = place.import_text("".join(LINES[:lines]), "older.log")
        assert report.already_imported == lines
    assert pageviews(place) == 40


def test_gzip_and_plain_of_the_same_content_are_the_same(place: Place) -> None:
    place.import_text("".join(LINES[:25]))
    packed = place.folder / "named-like-no.archive"
    packed.write_bytes(gzip.compress("".join(LINES[:10]).encode()) + gzip.compress("".join(LINES[10:]).encode()))
    assert place.imports(packed).already_imported == 25
    assert pageviews(place) == 40


def test_several_files_make_one_import(place: Place) -> None:
    files = []
    for number in range(2):
        files.append(place.folder / f"{number}.log")
        files[-1].write_text("".join(LINES[20 * number : 20 * number + 20]))
    report = place.imports(*files, files[0])
    assert (report.lines, report.already_imported) == (60, 20)
    assert (pageviews(place), visitors(place)) == (40, 5)


@pytest.mark.parametrize("half", HALVES)
def test_half_a_last_line_does_not_shadow_the_whole_one(place: Place, half: str) -> None:
    place.import_text(LINES[0] + half)
    place.import_text(LINES[0] + line("/half") + LINES[1])
    assert pageviews(place) == 3
    assert place.seen(TOTAL, "exclude") == {("", ""): (3, 0)}


def test_half_of_a_combined_line_is_not_taken_for_a_common_one(place: Place) -> None:
    half = line().partition(' "-"')[0]
    report = place.import_text(LINES[0] + half)
    assert [(unread.line, unread.reason) for unread in report.unreadable] == [(2, "it is cut off")]
    assert pageviews(place) == 1


@pytest.mark.parametrize("cut", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("order", [1, -1])
def test_half_of_a_common_line_counts_once_with_the_whole_one(place: Place, cut: int, order: int) -> None:
    whole = common_line() * 3 + common_line("/half", size=12345) + common_line()
    half = (common_line() * 3 + common_line("/half", size=12345))[:-cut]
    for text in (half, whole)[::order]:
        place.import_text(text)
    assert pageviews(place) == 5


def test_a_last_line_without_its_ending_counts(place: Place) -> None:
    for make in (line, common_line):
        place.import_text("".join(make(f"/{n}") for n in range(3)).rstrip("\n"), f"{make.__name__}.log")
    assert pageviews(place) == 6


def test_lines_that_end_like_on_windows_are_the_same(place: Place) -> None:
    place.import_text("".join(LINES[:5]))
    (place.folder / "windows.log").write_bytes("".join(LINES[:6]).replace("\n", "\r\n").encode())
    assert place.imports(place.folder / "windows.log").already_imported == 5
    assert pageviews(place) == 6


def test_a_long_stretch_without_pageviews_is_no_end(place: Place) -> None:
    nothing = line("/style.css") * 30
    for text in (LINES[0] + nothing, LINES[0] + nothing + LINES[1], LINES[0] + nothing + LINES[1] + nothing + LINES[2]):
        place.import_text(text)
    assert pageviews(place) == 3


@pytest.mark.parametrize("now", [lambda *_: True, lambda method, status, path: path == "/1"])
def test_what_was_imported_stays_though_other_requests_are_pageviews_now(
    place: Place, monkeypatch: pytest.MonkeyPatch, now: Callable[..., bool]
) -> None:
    text = "".join(LINES) + line("/style.css") + line("/1")
    place.import_text(text)
    monkeypatch.setattr(access_log, "is_pageview", now)
    place.import_text(text)
    assert pageviews(place) == 41


def test_a_site_that_was_added_again_has_nothing_yet(place: Place) -> None:
    place.import_text("".join(LINES))
    place.site = replace(place.site, id="another")
    assert place.import_text("".join(LINES)).already_imported == 0


def test_visitors_stay_the_same_while_the_salt_lives(place: Place) -> None:
    """They are those of the beacons, too, so nothing has to be learnt of what was imported."""
    text = "".join(line(stamp="22/Nov/2026:10:00:00 +0000", address=f"::ffff:192.0.2.{n}") for n in range(5))
    place.import_text(text)
    place.import_text("".join(reversed(text.splitlines(keepends=True))), "turned.log")
    assert place.seen(DAY)["2026-11-22", ""] == (10, 5)


def test_visitors_stay_the_same_when_the_salt_has_gone_meanwhile(place: Place) -> None:
    lines = [line(stamp="22/Nov/2026:10:00:00 +0000", address=f"192.0.2.{n % 5}") for n in range(20)]
    place.import_text("".join(lines[:8]))
    later = NOW + 3 * 24 * 3_600_000
    place.engine.salts.destroy(later)
    place.import_text("".join(lines), now=later)
    assert place.seen(DAY)["2026-11-22", ""] == (20, 5)


def test_nothing_links_a_visitor_of_two_days(place: Place) -> None:
    place.import_text(line() + line(stamp="21/Nov/2026:10:00:00 +0000") + line(stamp="01/Nov/2026:10:00:00 +0000"))
    (epoch,) = place.engine.log.epochs()
    hashes = {decode_event(record.body or b"").visitor for record in place.engine.log.read(epoch.epoch, -1, 10)}
    assert len(hashes) == 3


def test_a_stored_event_that_cannot_be_read_is_no_hindrance(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.import_text("".join(LINES[:5]))
    monkeypatch.setattr(events, "SCHEMA_VERSION", 2)
    assert place.import_text("".join(LINES[:6])).already_imported == 5
    assert pageviews(place) == 6
