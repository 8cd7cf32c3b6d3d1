"""Real logs, held against what an independent script has counted of them."""

import csv
import gzip
from collections import defaultdict
from pathlib import Path

import pytest

from shared.domain.access_log import path_of
from shared.domain.folds import DAY, PAGE_DAY
from shared.domain.pages import page_of
from tests.imports.importing import DATA, Place, real_log

Counted = dict[tuple[str, str], tuple[int, int]]


def truth_of_days(name: str) -> Counted:
    with (DATA / "truth" / f"{name}.days.tsv").open() as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {
        (row["day"], ""): (int(row["pageviews_GET_200_304_nonstatic"]), int(row["visitors_with_pageview"]))
        for row in rows
    }


def truth_of_pages(name: str) -> Counted:
    """By day and page; the truth has pages as they stand in the log, so what falls together is added up."""
    counted: defaultdict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    with gzip.open(DATA / "truth" / f"{name}.page_day.tsv.gz", "rt") as file:
        for day, page, pageviews, visitors in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            key = day, page_of(path_of(page))
            counted[key] = counted[key][0] + int(pageviews), counted[key][1] + int(visitors)
    return dict(counted)


def assert_is_truth(place: Place, name: str) -> None:
    assert place.seen(DAY) == truth_of_days(name)
    assert place.seen(PAGE_DAY) == truth_of_pages(name)


@pytest.mark.parametrize("name", ["elastic_apache", "hackers_nielsbasjes"])
def test_an_import_counts_what_the_independent_script_counts(place: Place, name: str) -> None:
    log = real_log(name)
    report = place.imports(log, as_written=True)
    assert_is_truth(place, name)
    assert report.pageviews == sum(pageviews for pageviews, _ in truth_of_days(name).values())
    assert report.lines == report.pageviews + report.skipped + report.unreadable_count
    assert report.already_imported == 0


def test_the_damaged_line_is_reported(place: Place) -> None:
    report = place.imports(real_log("elastic_apache"), as_written=True)
    assert [(line.line, line.reason) for line in report.unreadable] == [
        (8899, "it is in neither Combined nor Common Log Format")
    ]


@pytest.mark.parametrize("name", ["elastic_apache", "hackers_nielsbasjes"])
def test_a_second_import_changes_nothing(place: Place, name: str) -> None:
    log = real_log(name)
    first = place.imports(log, as_written=True)
    before = place.counts()
    second = place.imports(log, as_written=True)
    assert place.counts() == before
    assert (second.pageviews, second.already_imported) == (first.pageviews, first.pageviews)


@pytest.mark.parametrize(("name", "lines"), [("elastic_apache", 4_000), ("hackers_nielsbasjes", 1_234)])
def test_the_first_lines_and_then_the_whole_file_end_the_same(
    place: Place, tmp_path: Path, name: str, lines: int
) -> None:
    log = real_log(name)
    with gzip.open(log) as whole:
        beginning = tmp_path / "beginning.log"
        beginning.write_bytes(b"".join(whole.readlines()[:lines]))
    first = place.imports(beginning, as_written=True)
    second = place.imports(log, as_written=True)
    assert_is_truth(place, name)
    assert second.already_imported == first.pageviews > 0


def test_bots_are_told_apart(place: Place) -> None:
    place.imports(real_log("elastic_apache"), as_written=True)
    people, bots, all_of_them = (
        sum(pageviews for pageviews, _ in place.seen(DAY, choice).values()) for choice in ("exclude", "only", "include")
    )
    assert people + bots == all_of_them
    assert min(people, bots) > 1_000
