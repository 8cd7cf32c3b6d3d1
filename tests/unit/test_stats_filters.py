"""Filters of both versions: what the engine is asked, and what is refused."""

from typing import Any

import pytest

from services.query.stats.filters_v2 import MAX_CONDITIONS, MAX_DEPTH
from shared.domain.reports.patterns import compile_pattern
from shared.domain.reports.question import CONTAINS, IS, MATCHES, All, Condition, Filter, HasDone, Not
from shared.domain.reports.question import Any as Either
from tests.unit.stats_asking import Asked


def asked_v2(*filters: Any, **more: Any) -> Filter | None:
    api = Asked()
    status, answer = api.post(filters=list(filters), **more)
    assert status == 200, answer
    return api.questions[0].filters


def asked_v1(filters: str, **more: str) -> Filter | None:
    api = Asked()
    status, answer = api.get("aggregate", filters=filters, **more)
    assert status == 200, answer
    return api.questions[0].filters


def source(*values: str, operator: str = IS) -> Condition:
    return Condition(operator, "visit:source", values)


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("is", source("a", "b")),
        ("is_not", Not(source("a", "b"))),
        ("contains", source("a", "b", operator=CONTAINS)),
        ("contains_not", Not(source("a", "b", operator=CONTAINS))),
        ("matches", source("a", "b", operator=MATCHES)),
        ("matches_not", Not(source("a", "b", operator=MATCHES))),
    ],
)
def test_operators(operator: str, expected: Filter) -> None:
    assert asked_v2([operator, "visit:source", ["a", "b"]]) == expected


def test_logic() -> None:
    one, two = ["is", "visit:source", ["1"]], ["is", "visit:source", ["2"]]
    assert asked_v2() is None
    assert asked_v2(one) == source("1")
    assert asked_v2(one, two) == All((source("1"), source("2")))
    assert asked_v2(["and", [one, ["or", [one, two]]]]) == All((source("1"), Either((source("1"), source("2")))))
    assert asked_v2(["not", ["not", one]]) == Not(Not(source("1")))
    assert asked_v2(["has_done", ["or", [one, two]]]) == HasDone(Either((source("1"), source("2"))))
    assert asked_v2(["has_not_done", one]) == Not(HasDone(source("1")))


def unset(dimension: str = "visit:source") -> Condition:
    return Condition(IS, dimension, ("",))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (["is", "visit:source", ["Direct / None"]], unset()),
        (["is", "visit:source", ["(Direct / None)", "x"]], source("", "x")),
        (["is", "visit:utm_term", ["(not set)"]], unset("visit:utm_term")),
        (["is", "visit:utm_term", ["Direct / None"]], Condition(IS, "visit:utm_term", ("Direct / None",))),
        (["is", "event:hostname", ["(none)"]], unset("event:hostname")),
        (["is", "visit:country", [""]], unset("visit:country")),
        (["is", "event:props:plan", ["(none)"]], Condition(IS, "event:props:plan", ("(none)",))),
        (["contains", "visit:source", ["Dir"]], Either((source("Dir", operator=CONTAINS), unset()))),
        (["contains", "visit:source", ["dir"]], source("dir", operator=CONTAINS)),
        (["matches", "visit:source", ["^D"]], Either((source("^D", operator=MATCHES), unset()))),
        (
            ["is", "visit:browser", ["(NOT SET)"], {"case_sensitive": False}],
            Condition(IS, "visit:browser", ("",), False),
        ),
    ],
)
def test_a_filter_sees_the_word_for_what_is_not_set(asked: list[Any], expected: Filter) -> None:
    assert asked_v2(asked) == expected


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        (["is", "visit:country_name", ["Germany", "USA"]], ("DE", "US")),
        (["is", "visit:country_name", ["germany"], {"case_sensitive": False}], ("DE",)),
        (["contains", "visit:country_name", ["United"]], ("AE", "GB", "UM", "US")),
        (["matches", "visit:country_name", ["^Sw"]], ("CH", "SE")),
        (["is", "visit:country_name", ["Nowhere"]], ()),
        (["is", "visit:country_name", [""]], ("",)),
    ],
)
def test_countries_by_name(asked: list[Any], codes: tuple[str, ...]) -> None:
    assert asked_v2(asked) == Condition(IS, "visit:country", codes)


def test_goals() -> None:
    def goals(*names: str) -> Condition:
        return Condition(IS, "event:goal", names)

    assert asked_v2(["is", "event:goal", ["Visit /register", "Signup"]]) == goals("Registered", "Signup")
    assert asked_v2(["contains", "event:goal", ["Purchase"]]) == goals("PurchaseUSD", "PurchaseEUR")
    assert asked_v2(["contains", "event:goal", ["nothing"]]) == goals()
    assert asked_v2(["is", "event:goal", ["signup"], {"case_sensitive": False}]) == goals("Signup")
    assert asked_v1("event:goal==Signup|Visit /register") == goals("Signup", "Registered")


def test_an_asterisk_in_a_page() -> None:
    found = asked_v2(["is", "event:page", ["/blog*", "/"]])
    assert isinstance(found, Either)
    assert found.parts[0] == Condition(IS, "event:page", ("/",))
    assert isinstance(found.parts[1], Condition)
    assert found.parts[1].operator == MATCHES
    matches = compile_pattern(found.parts[1].values[0])
    assert [matches(page) for page in ("/blog", "/blog/a/b", "/a/blog", "/blo")] == [True, True, False, False]
    assert isinstance(asked_v2(["is_not", "event:page", ["/**/x"]]), Not)
    assert asked_v2(["is", "visit:source", ["a*"]]) == source("a*")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        (";", None),
        ("visit:source==Google", source("Google")),
        ("visit:source!=Google", Not(source("Google"))),
        ("visit:source==a|b", source("a", "b")),
        ("visit:source!=a|b", Not(source("a", "b"))),
        (r"visit:source==a\|b|c\;d", source("a|b", "c;d")),
        (r"visit:source==\*", source("*")),
        ("visit:source==a==b!=c", source("a==b!=c")),
        ("visit:source == a", source(" a")),
        ("visit:source==", source("")),
        ("visit:source==(Direct / None)", source("")),
        ("visit:source==a;visit:country!=DE", All((source("a"), Not(Condition(IS, "visit:country", ("DE",)))))),
        ("event:props:a!b==c", Condition(IS, "event:props:a!b", ("c",))),
    ],
)
def test_version_1(text: str, expected: Filter | None) -> None:
    assert asked_v1(text) == expected


@pytest.mark.parametrize(
    ("text", "page", "holds"),
    [
        ("event:page==/blog/*", "/blog/a/b", True),
        ("event:page==/blog/**", "/blog/", True),
        ("event:page==/blog/*", "/blog", False),
        ("event:page==*.x*", "/a.x/b", True),
        ("event:page==*.x*", "/abx/b", False),
        (r"event:page==/\**", "/*a", True),
        (r"event:page==/\**", "/a", False),
    ],
)
def test_wildcards_of_version_1(text: str, page: str, holds: bool) -> None:
    found = asked_v1(text)
    assert isinstance(found, Condition)
    assert found.operator == MATCHES
    assert compile_pattern(found.values[0])(page) is holds


def nested(depth: int) -> list[Any]:
    inner: list[Any] = ["is", "visit:source", ["a"]]
    for _ in range(depth - 1):
        inner = ["not", inner]
    return inner


def test_bounds() -> None:
    simple = ["is", "visit:source", ["a"]]
    assert asked_v2(nested(MAX_DEPTH))
    assert Asked().post(filters=[nested(MAX_DEPTH + 1)])[0] == 400
    assert asked_v2(*[simple] * MAX_CONDITIONS)
    assert Asked().post(filters=[simple] * (MAX_CONDITIONS + 1))[0] == 400
    assert asked_v2(["is", "visit:source", ["a"] * 1000])
    assert Asked().post(filters=[["is", "visit:source", ["a"] * 1001]])[0] == 400
    assert Asked().post(filters=[["is", "visit:source", ["a" * 2049]]])[0] == 400
    pattern = ["matches", "visit:source", ["a"] * 5]
    assert asked_v2(*[pattern] * 3, ["not", ["has_done", pattern]])
    assert Asked().post(filters=[*[pattern] * 4, ["has_done", ["matches", "visit:source", ["a"]]]])[0] == 400
    assert Asked().get("aggregate", filters="event:page==" + "|".join(["/*"] * 21))[0] == 400
    assert Asked().get("aggregate", filters=";".join(["visit:source==a"] * (MAX_CONDITIONS + 1)))[0] == 400


@pytest.mark.parametrize(
    "wrong",
    [
        *([], ["is"], "x", 7, None, {}, [[]], ["is", "visit:source"], ["is", "visit:source", []]),
        *(["is", "visit:source", "a"], ["is", "visit:source", [None]], ["is", "visit:source", [True]]),
        *(["is", "visit:source", [1.5]], ["is", "visit:source", [["a"]]], ["is", "visit:sorce", ["a"]]),
        *(["is", "time:day", ["2024-01-01"]], ["is", "time", ["a"]], ["equals", "visit:source", ["a"]]),
        *(["is", 7, ["a"]], ["is", ["visit:source"], ["a"]], ["is", "event:props:", ["a"]]),
        *(["is", "visit:source", ["a"], {}, 1], ["is", "visit:source", ["a"], {"case": True}]),
        *(["is", "visit:source", ["a"], {"case_sensitive": 1}], ["is", "visit:source", ["a"], True]),
        *(["matches", "visit:source", ["a"], {"case_sensitive": False}], ["matches", "visit:source", ["("]]),
        *(["matches", "visit:source", ["(?=a)"]], ["is_not", "event:goal", ["Signup"]]),
        *(["matches", "event:goal", ["Signup"]], ["contains_not", "event:goal", ["S"]], ["is", "event:goal", ["No"]]),
        *(["and", []], ["and", {}], ["or", ["is", "visit:source", ["a"]]], ["not", []], ["and", [], []]),
        *(["not", ["is", "visit:source", ["a"]], 1], ["has_done", ["has_done", ["is", "event:page", ["/"]]]]),
        *(["is", "segment", [3]], ["is", "segment", []], ["is_not", "segment", [2]], ["is", "segment", ["2"]]),
        *(["is", "segment", [[2]]], ["is", "event:bot", ["x"]], ["not", ["is", "segment", [2]]]),
        ["is", "event:page", ["/b*"], {"case_sensitive": False}],
    ],
)
def test_what_is_no_filter(wrong: Any) -> None:
    status, error = Asked().post(filters=[wrong])
    assert status == 400, wrong
    assert "Error" not in error


@pytest.mark.parametrize(
    "wrong", ["x", "visit:source", "visit:source=a", "visit:source~a", "==a", "visit:nope==a", "event:goal!=Signup"]
)
def test_what_is_no_filter_of_version_1(wrong: str) -> None:
    assert Asked().get("aggregate", filters=wrong)[0] == 400


def test_bots_can_be_filtered_where_they_count() -> None:
    assert asked_v2(["is", "event:bot", ["crawler"]], bots="include") == Condition(IS, "event:bot", ("crawler",))
    assert asked_v1("event:bot==crawler", bots="only") == Condition(IS, "event:bot", ("crawler",))


def test_a_segment_of_several() -> None:
    saved = {1: [["is", "visit:source", ["1"]]], 2: [["is", "visit:source", ["2"]], ["is", "visit:source", ["3"]]]}
    api = Asked(segments=saved)
    assert api.post(filters=[["is", "segment", [1, 2]]])[0] == 200
    assert api.questions[0].filters == Either((All((source("1"),)), All((source("2"), source("3")))))
