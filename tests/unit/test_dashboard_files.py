"""The dashboard's files: what is fetched before the first numbers, and what is another's, byte for byte."""

import re
import sys
from pathlib import Path

import pytest

DASHBOARD = Path(__file__).parents[2] / "site" / "dashboard"
UPLOT = Path(sys.prefix) / "node" / "node_modules" / "uplot"

_IMPORT = re.compile(r"^import [^;]*? from '\./(\w+\.js)'", re.MULTILINE)


def imported(name: str) -> set[str]:
    """The modules that one imports, and those that these import, without those that are fetched when needed."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for other in _IMPORT.findall((DASHBOARD / waiting.pop()).read_text()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def test_what_the_first_numbers_need_is_fetched_side_by_side() -> None:
    document = (DASHBOARD / "index.html").read_text()
    preloaded = re.findall(r'rel="modulepreload" href="/dashboard/(\w+\.js)"', document)
    assert preloaded == sorted(imported("main.js"))


def test_what_can_wait_is_not_among_it() -> None:
    assert not imported("main.js") & {
        "chart.js",
        "csv.js",
        "details.js",
        "first_run.js",
        "plot.js",
        "share.js",
        "sites.js",
    }


@pytest.mark.parametrize("name", ["uPlot.iife.min.js", "uPlot.min.css"])
def test_uplot_is_the_locked_one(name: str) -> None:
    assert (DASHBOARD / "vendor" / name).read_bytes() == (UPLOT / "dist" / name).read_bytes()


def test_uplots_licence_goes_with_it() -> None:
    assert (DASHBOARD / "vendor" / "uPlot.LICENSE").read_bytes() == (UPLOT / "LICENSE").read_bytes()


def test_nothing_of_a_visitor_can_become_markup() -> None:
    for file in DASHBOARD.glob("*.js"):
        found = re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\(|DOMParser", file.read_text()
        )
        assert found is None, f"{file.name}: {found}"
