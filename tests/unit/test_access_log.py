"""Which requests of an access log are pageviews, and of what page."""

import pytest

from shared.domain.access_log import STATIC_ASSETS, is_pageview, path_of, split_request


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("GET / HTTP/1.1", ("GET", "/")),
        ("GET /a b HTTP/2.0", ("GET", "/a b")),
        ("GET /a", ("GET", "/a")),
        ("GET /a b", ("GET", "/a b")),
        ("GET", ("GET", "")),
        ("", ("", "")),
    ],
)
def test_a_request_line_is_split(line: str, expected: tuple[str, str]) -> None:
    assert split_request(line) == expected


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/a?x=1", "/a?x=1"),
        ("http://host.example/a?x=1", "/a?x=1"),
        ("http://host.example", "/"),
        ("http://host.example?x=1", "/?x=1"),
        ("/http://host.example/", "/http://host.example/"),
        ("//host.example/a", "//host.example/a"),
        ("a", "/a"),
        ("", "/"),
    ],
)
def test_the_path_of_a_target(target: str, path: str) -> None:
    assert path_of(target) == path


PAGES = [
    "/",
    "/a",
    "/a.html",
    "/a.php",
    "/a.css/",
    "/a.css/b",
    "/css",
    "/feed.xml",
    "/a?x=.css",
    "/a?x=/b.css",
    "/.a/b",
]


@pytest.mark.parametrize("status", [200, 304])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_was_answered_is_a_pageview(path: str, status: int) -> None:
    assert is_pageview("GET", status, path)


@pytest.mark.parametrize("path", ["/a.css", "/a.CSS", "/a.tar.gz", "/a.min.js?v=1", "/a.js#x", "/.js", "/b/a.html.png"])
def test_a_static_asset_is_none(path: str) -> None:
    assert not is_pageview("GET", 200, path)


@pytest.mark.parametrize("extension", sorted(STATIC_ASSETS))
def test_every_static_asset_is_none(extension: str) -> None:
    assert not is_pageview("GET", 200, f"/file.{extension}")


@pytest.mark.parametrize("status", [None, 100, 201, 204, 206, 301, 302, 307, 404, 410, 500])
def test_what_was_not_answered_is_none(status: int | None) -> None:
    assert not is_pageview("GET", status, "/")


@pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS", "get", ""])
def test_only_a_get_is_one(method: str) -> None:
    assert not is_pageview(method, 200, "/")
