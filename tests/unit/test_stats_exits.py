"""Exit rates: of a page's pageviews, those that ended a visit."""

from pathlib import Path
from typing import Any

import pytest

from services.query.stats.evaluate import StatsEvaluator
from services.query.stats.evaluator import Setup
from services.query.stats.v2 import answer
from tests.unit.querying import Visit, World

#: Two visits end at /b, one at /a, which is seen three times; /c is seen once, and no visit ends there.
VISITS = (
    *(Visit("2026-11-22T10:00:00+00:00", "/a", 1), Visit("2026-11-22T10:01:00+00:00", "/b", 1)),
    *(Visit("2026-11-22T10:02:00+00:00", "/a", 2), Visit("2026-11-22T10:03:00+00:00", "/c", 2)),
    *(Visit("2026-11-22T10:04:00+00:00", "/b", 2), Visit("2026-11-22T11:00:00+00:00", "/a", 3)),
)


@pytest.mark.parametrize("dimension", ["event:page", "visit:exit_page"])
@pytest.mark.parametrize(("direction", "first"), [("desc", "/b"), ("asc", "/c")])
def test_a_page_ends_so_many_visits(tmp_path: Path, dimension: str, direction: str, first: str) -> None:
    world = World(tmp_path)
    world.add_site()
    world.visit(*VISITS)
    rates = {"/a": 33.3, "/b": 100.0, "/c": 0.0}
    expected = rates if dimension == "event:page" else {"/a": 33.3, "/b": 100.0}
    results = ask(world, dimension, direction)
    assert {row["dimensions"][0]: row["metrics"][0] for row in results} == expected
    assert results[0]["dimensions"] == [first if first in expected else "/a"]


def ask(world: World, dimension: str, direction: str) -> list[dict[str, Any]]:
    body = {"metrics": ["exit_rate"], "dimensions": [dimension], "order_by": [["exit_rate", direction]]}
    site = world.engine.sites.all()[0]
    whole = {"site_id": site.name, "date_range": "7d", **body}
    evaluator = StatsEvaluator(world.engine, lambda: world.now)
    results: list[dict[str, Any]] = answer(evaluator, site, Setup(), whole, world.now)["results"]
    return results
