"""Bad questions, and what is no HTTP at all: each has its clear answer, and none is a 5xx."""

from collections.abc import Iterator

import pytest

from tests.stack.refusals import assert_error, assert_unharmed, raw
from tests.support.server import Server

pytestmark = pytest.mark.xdist_group("bad_questions")

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module", autouse=True)
def _unharmed(server: Server) -> Iterator[None]:
    yield
    assert_unharmed(server, set())


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", ["/v1/sites", "/v1/sites/localhost/counts", "/health", "/openapi.json", "/", "/js/x"])
def test_everything_else_is_read(server: Server, method: str, path: str) -> None:
    answer = server.request(method, path, b"{}")
    assert answer.status == 405
    assert "GET" in answer.headers["allow"]
    assert_error(answer)


QUERIES = [
    "from=yesterday",
    "from=",
    "from=2026-02-30",
    "from=2026-1-1",
    "from=0000-01-01",
    "from=99999-01-01",
    "from=2026-11-01T00:00:00Z",
    "from=20261101",
    "to=-2026-11-01",
    "to=2026-11-01%00",
    "from=2026-11-02&to=2026-11-01",
    "from=9999-12-31",
    "from=0001-01-01&to=9999-12-31",
    "from=2016-01-01&to=2026-11-01",
    "from=2026-10-01&to=2026-11-01&by=hour",
    "from=9999-12-31&to=9999-12-31&by=hour",
    "from=%ff",
    "by=week",
    "by=",
    "by=day,page",
    "by=page,day,hour",
    "by=day&by=page",
    "by=hour&page=/x",
    "bots=yes",
    "bots=",
    "limit=0",
    "limit=1001",
    "limit=-1",
    "limit=abc",
    "limit=1e2",
    "limit=1.0",
    "limit=",
    "limit=%EF%BC%91",
    f"limit={'9' * 5_000}",
    "cursor=",
    "cursor=abc",
    "cursor=%00",
    f"cursor={'A' * 5_000}",
    "unknown=1",
    "=1",
    "unknown",
    "From=2026-11-01",
    "api_key=mp_wrong",
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_bad_question_is_refused(server: Server, query: str) -> None:
    answer = server.get(f"/v1/sites/localhost/counts?{query}")
    assert answer.status == 400
    assert_error(answer)
    # A fault is named by a part of the text, however long it is.
    assert len(answer.body) < 500


@pytest.mark.parametrize("query", ["from=0001-01-01&to=0001-01-01", "from=9999-12-31&to=9999-12-31", "page=%ff%00"])
def test_an_absurd_question_is_answered(server: Server, query: str) -> None:
    answer = server.get(f"/v1/sites/localhost/counts?{query}")
    assert answer.status == 200
    assert answer.json()["totals"] == {"pageviews": 0, "visitors": 0}


def test_a_cursor_is_good_for_its_own_question_only(server: Server) -> None:
    counts = "/v1/sites/localhost/counts"
    cursor = server.get(counts, by="day", limit=1).json()["next"]
    assert server.get(counts, by="day", limit=1, cursor=cursor).status == 200
    for other in ({"by": "page"}, {"by": "day", "bots": "only"}, {"by": "day", "page": "/x"}, {"from": "2026-11-01"}):
        assert_error(foreign := server.get(counts, **other, cursor=cursor))
        assert foreign.status == 400
    assert server.get("/v1/sites/localhost/milestones", cursor=cursor).status == 400
    assert server.get(counts, by="day", cursor=cursor[:-3]).status == 400


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/css/%00.css",
        "/%ff",
        "/%",
        "/..%2f..%2fpyproject.toml",
        "/../pyproject.toml",
        "/" + "a/" * 2_000,
        "/" + "a" * 5_000,
        "/nowhere",
        "/v1/",
        "/v1/sites/localhost/nothing",
        "/v1/sites/localhost/counts/",
        "/api/nothing",
        "/health/",
    ],
)
def test_what_is_not_there_is_not_found(server: Server, path: str) -> None:
    answer = server.get(path, server.admin_key)
    assert answer.status == 404
    assert_error(answer)


@pytest.mark.parametrize("site", ["nobody.example", "%00", "%ff", "a%2Fb", "s" * 5_000])
def test_an_unknown_site_is_told_to_the_owner_only(server: Server, site: str) -> None:
    path = f"/v1/sites/{site}/counts"
    assert server.get(path, server.admin_key).status == 404
    assert server.get(path).status in (401, 404)
    assert server.get(path, "mp_wrong").status in (401, 404)


@pytest.mark.parametrize("target", ["/", "/v1/sites/", "/v1/sites/localhost/counts?page=/", "/api/event?"])
def test_a_target_of_a_megabyte_is_refused(server: Server, target: str) -> None:
    assert server.get(target + "x" * MEGABYTE).status in (400, 404, 414)


POST = b"POST /api/event HTTP/1.1\r\nhost: localhost\r\n"
RAW = {
    "nonsense": b"nonsense\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "an unknown method": b"BREW /api/event HTTP/1.1\r\nhost: localhost\r\n\r\n",
    "an unknown version": b"GET / HTTP/7.1\r\nhost: localhost\r\n\r\n",
    "a raw byte in the path": b"GET /\xff HTTP/1.1\r\nhost: localhost\r\n\r\n",
    "a NUL in a header": b"GET / HTTP/1.1\r\nhost: local\0host\r\n\r\n",
    "a negative length": POST + b"content-length: -1\r\n\r\n",
    "two lengths": POST + b"content-length: 2\r\ncontent-length: 3\r\n\r\n{}}",
    "a length and chunks": POST + b"content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk without a length": POST + b"transfer-encoding: chunked\r\n\r\nzz\r\n",
}


@pytest.mark.parametrize("case", RAW)
def test_what_is_no_http_is_refused(server: Server, case: str) -> None:
    assert raw(server, RAW[case]) == 400
