"""How one machine serves the tracker and the pages: for how long, and how small on the wire."""

import asyncio
import gzip
from pathlib import Path
from typing import Any, Never

import httpx
import pytest

from infra.local.front_door import FrontDoor
from tests.unit.test_tracker_build import SITE, VERSION

HOUR = "public, max-age=3600"
FOR_EVER = "public, max-age=31536000, immutable"


async def no_event(request: object) -> Never:
    raise AssertionError("no event was sent")


def no_question(request: object, context: object) -> Never:
    raise AssertionError("nothing was asked")


def get(path: str, encoding: str = "identity", etag: str = "", pages: Path = SITE) -> httpx.Response:
    async def ask() -> httpx.Response:
        front_door: Any = FrontDoor(no_event, no_question, pages, lambda: 0)
        transport = httpx.ASGITransport(front_door)
        async with httpx.AsyncClient(transport=transport, base_url="http://stats.example") as client:
            return await client.get(path, headers={"accept-encoding": encoding, "if-none-match": etag})

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("path", "status", "cache_control"),
    [
        ("/", 200, "public, max-age=300"),
        ("/js/pages.js", 200, "public, max-age=300"),
        ("/js/script.js", 200, HOUR),
        ("/js/script.core.js", 200, HOUR),
        (f"/js/script-{VERSION}.js", 200, FOR_EVER),
        (f"/js/script.core-{VERSION}.js", 200, FOR_EVER),
        ("/js/script-0.0.0.js", 404, None),  # one that is not there yet may come
    ],
)
def test_how_long_a_file_may_be_kept(path: str, status: int, cache_control: str | None) -> None:
    answer = get(path)
    assert (answer.status_code, answer.headers.get("cache-control")) == (status, cache_control)


def test_any_page_may_load_the_tracker_and_check_that_it_is_the_one() -> None:
    answer = get(f"/js/script-{VERSION}.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/js/script.js", "/", "/css/sample.css"])
def test_what_is_text_is_compressed_for_who_takes_it(path: str) -> None:
    plain, small = get(path), get(path, "gzip, br")
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert plain.headers["vary"] == small.headers["vary"] == "Accept-Encoding"
    assert int(small.headers["content-length"]) == len(gzip.compress(plain.content, 9, mtime=0))
    assert small.content == plain.content
    again = get(path, "gzip", small.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


def test_a_picture_is_sent_as_it_is(tmp_path: Path) -> None:
    picture = bytes(1000)
    (tmp_path / "a.png").write_bytes(picture)
    answer = get("/a.png", "gzip", pages=tmp_path)
    assert "content-encoding" not in answer.headers
    assert answer.content == picture
