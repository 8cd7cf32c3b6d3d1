"""What an installation says of a site that was visited today."""

import json
from collections.abc import Sequence
from typing import Any

from tests.clients.crowd import Target


def totals(target: Target, site: str) -> tuple[int, int]:
    """Gives the pageviews and visitors of the last 30 days."""
    found = _counts(target, site)["totals"]
    return found["pageviews"], found["visitors"]


def pages(target: Target, site: str) -> dict[str, tuple[int, int]]:
    """Gives the pageviews and visitors of each page."""
    rows = _counts(target, site, by="page")["rows"]
    return {row["page"]: (row["pageviews"], row["visitors"]) for row in rows}


def visitors(target: Target, site: str, dimension: str) -> dict[str, int]:
    """Gives the visitors by a dimension of the Stats API, without those who cannot be told apart."""
    rows = _rows(target, site, ["visitors"], [dimension])
    return {names[0]: found for names, (found,) in rows.items() if found}


def signups(target: Target, site: str) -> dict[str, int]:
    """Gives how often the event "Signup" was sent, by its property `plan`."""
    rows = _rows(target, site, ["events"], ["event:props:plan"], [["is", "event:name", ["Signup"]]])
    return {names[0]: found for names, (found,) in rows.items()}


def scrolled(target: Target, site: str, page: str) -> int | None:
    """Gives how far a page was scrolled, in percent; None if nothing told."""
    depth: int | None = _rows(target, site, ["scroll_depth"], ["event:page"])[(page,)][0]
    return depth


def _counts(target: Target, site: str, **query: str) -> Any:
    answer = target.api.get(f"/v1/sites/{site}/counts", target.key, **query)
    assert answer.status == 200, answer.body
    return answer.json()


def _rows(
    target: Target, site: str, metrics: Sequence[str], dimensions: Sequence[str], filters: Sequence[object] = ()
) -> dict[tuple[str, ...], Any]:
    asked = {"site_id": site, "date_range": "day", "metrics": metrics, "dimensions": dimensions, "filters": filters}
    headers = {"authorization": f"Bearer {target.key}", "content-type": "application/json"}
    answer = target.api.request("POST", "/api/v2/query", json.dumps(asked).encode(), headers)
    assert answer.status == 200, answer.body
    return {tuple(row["dimensions"]): row["metrics"] for row in answer.json()["results"]}
