"""Patterns from strangers: RE2's syntax, linear time, and nothing that raises later."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.reports.patterns import MAX_PATTERN_BYTES, compile_pattern, wildcard_pattern


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        (r"^/user/\d+$", "/user/12", True),
        (r"^/user/\d+$", "/user/12/x", False),
        ("b", "abc", True),
        ("é.x", "éßx", True),
        ("(?i)STRASSE", "strasse", True),
        ("", "", True),
        (r"\pL", "ж", True),
    ],
)
def test_a_pattern(pattern: str, text: str, matches: bool) -> None:
    assert compile_pattern(pattern)(text) is matches


@pytest.mark.parametrize(
    "pattern",
    [
        *("(", "[", "a**", "(?=a)", r"(a)\1", "a{1001}", "(?P<n", "\\", "\ud800", "x{1000}{1000}"),
        *("x" * (MAX_PATTERN_BYTES + 1), "é" * (MAX_PATTERN_BYTES // 2 + 1), r"\pL{400}"),
    ],
)
def test_what_is_no_pattern(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        compile_pattern(pattern)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(a*)*b", "(.*a){20}c"])
def test_no_pattern_hangs(pattern: str) -> None:
    begun = time.perf_counter()
    assert not compile_pattern(pattern)("a" * 2000 + "!")
    assert time.perf_counter() - begun < 1


@given(st.text(max_size=200), st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_pattern_or_is_refused(pattern: str, text: str) -> None:
    try:
        matches = compile_pattern(pattern)
    except ValueError:
        return
    assert matches(text) in (True, False)


def test_a_text_that_is_no_unicode() -> None:
    assert compile_pattern("^a.b$")("a\ud800b")


@given(st.lists(st.text(max_size=10), min_size=1, max_size=4), st.text(max_size=10))
@settings(max_examples=200, deadline=None)
def test_wildcards(pieces: list[str], between: str) -> None:
    matches = compile_pattern(wildcard_pattern(pieces))
    assert matches(between.join(pieces))
    if len(pieces) == 1:
        assert not matches(pieces[0] + "x")
        assert not matches("x" + pieces[0])


def test_every_character_stands_for_itself() -> None:
    for code in range(1, 256):
        matches = compile_pattern(wildcard_pattern([f"a{chr(code)}b"]))
        assert matches(f"a{chr(code)}b"), code
        assert not matches("aab" if code != ord("a") else "abb"), code
