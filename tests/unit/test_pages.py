import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.pages import CUT_MARK, MAX_PAGE_BYTES, page_of
from tests.unit.making import few, texts


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://example.org/about", "/about"),
        ("https://example.org/about?utm_source=x", "/about"),
        ("https://example.org", "/"),
        ("https://example.org/", "/"),
        ("https://example.org?x=1", "/"),
        ("https://example.org?back=/a/b", "/"),
        ("https://example.org:8443/a", "/a"),
        ("https://user:pw@example.org/a", "/a"),
        ("https://[2001:db8::1]:80/a", "/a"),
        ("https://example.org//a//b/", "//a//b/"),
        ("app+x://host/screen", "/screen"),
        ("/about?x=1", "/about"),
        ("//evil.example/a", "//evil.example/a"),
        ("/share/https://other.example/x", "/share/https://other.example/x"),
        ("/a?next=https://other.example/x", "/a"),
        ("", "/"),
        ("a", "/a"),
    ],
)
def test_the_page_is_the_path_alone(url: str, page: str) -> None:
    assert page_of(url) == page


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/caf%C3%A9", "/café"),
        ("/café", "/café"),
        ("/100%2525", "/100%25"),
        ("/a%2Fb%3Fc", "/a/b?c"),
        ("/a+b", "/a+b"),
        ("/bad%FF%C3end", "/bad\ufffd\ufffdend"),
        ("/%", "/%"),
        ("/%zz", "/%zz"),
        ("/a%00b", "/a\0b"),
    ],
)
def test_it_is_decoded_once_and_invalid_bytes_are_replaced(path: str, page: str) -> None:
    assert page_of(path) == page_of("https://example.org" + path) == page


@pytest.mark.parametrize(
    ("path", "page"), [("/a%20", "/a"), ("/a \t%0A%C2%A0", "/a"), ("/a%20b%20", "/a b"), ("/%20", "/"), ("/ ", "/")]
)
def test_trailing_white_space_is_no_part_of_it(path: str, page: str) -> None:
    assert page_of("https://example.org" + path) == page


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://example.org/#/inbox", "/#/inbox"),
        ("https://example.org/app?x=1#/inbox", "/app#/inbox"),
        ("https://example.org#/caf%C3%A9", "/#/café"),
    ],
)
def test_a_fragment_that_was_kept_is_the_route(url: str, page: str) -> None:
    assert page_of(url) == page


def test_1024_bytes_are_whole_and_one_more_is_cut_and_marked() -> None:
    longest = "/" + "a" * (MAX_PAGE_BYTES - 1)
    assert page_of(longest) == longest
    assert page_of(longest + "b") == longest[: MAX_PAGE_BYTES - len(CUT_MARK.encode())] + CUT_MARK


def test_no_character_is_cut_in_half() -> None:
    page = page_of("//" + "é" * 1_000)
    assert page.endswith("éé" + CUT_MARK)
    assert len(page.encode()) == MAX_PAGE_BYTES - 1


@few
@given(st.sampled_from(["", "https://example.org", "/", "http://h/#"]), texts, st.integers(1, 200))
def test_every_page_begins_with_a_slash_and_is_bounded(beginning: str, text: str, times: int) -> None:
    page = page_of(beginning + text * times)
    assert page.startswith("/")
    assert len(page.encode()) <= MAX_PAGE_BYTES
    assert page == page.rstrip()
