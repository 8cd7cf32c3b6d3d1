"""Parameters: what is refused, and in which words."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.querying import World

COUNTS = "/v1/sites/example.org/counts"
MILESTONES = "/v1/sites/example.org/milestones"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("data"))
    world.add_site()
    world.add_key("reader")
    return world


BAD_DAYS = [
    *("", "2026-11", "20261101", "2026-11-1", "2026-02-30", "2026-13-01", "0000-01-01", "10000-01-01", "-2026-01-01"),
    *("2026-11-01T00:00", "2026-W45-1", " 2026-11-01", "2026-11-01%00", "1793491200", "today", "2026/11/01", "null"),
    *("%D9%A2%D9%A0%D9%A2%D9%A6-11-01", "2026-11-01%0A", "%FF", "9" * 5000),
]


@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize("value", BAD_DAYS)
def test_a_day_that_is_none(world: World, name: str, value: str) -> None:
    answer = world.get(COUNTS, query=f"{name}={value}")
    assert answer.status == 400
    assert answer.error.startswith(f"{name} is ")
    assert "such as 2026-11-" in answer.error
    assert len(answer.error) < 400


@pytest.mark.parametrize("path", [COUNTS, MILESTONES])
@pytest.mark.parametrize(
    "value", ["", "0", "1001", "-1", "1.5", "1e2", "%2B5", "5+", "5_0", "%D9%A5", "0x10", "9" * 5000]
)
def test_a_limit_that_is_none(world: World, path: str, value: str) -> None:
    error = world.get(path, query=f"limit={value}").error
    assert error.startswith("limit is ")
    assert "from 1 to 1000" in error


@pytest.mark.parametrize("value", ["1", "1000", "0007"])
def test_a_limit_that_is_one(world: World, value: str) -> None:
    assert world.get(COUNTS, query=f"limit={value}").status == 200


@pytest.mark.parametrize("value", ["", "week", "Day", "day,page", "page,hour", "page,", "page, day"])
def test_a_by_that_is_none(world: World, value: str) -> None:
    assert "page, day, hour or page,day" in world.get(COUNTS, query=f"by={value}").error


@pytest.mark.parametrize("query", ["by=page,day", "by=page%2Cday", "by=page%2cday&limit=5"])
def test_a_comma_splits_nothing(world: World, query: str) -> None:
    assert world.get(COUNTS, query=query).json["by"] == ["page", "day"]


@pytest.mark.parametrize("value", ["", "yes", "true", "Include"])
def test_bots_that_are_none(world: World, value: str) -> None:
    assert "exclude, include or only" in world.get(COUNTS, query=f"bots={value}").error


@pytest.mark.parametrize(
    ("path", "known"),
    [
        (COUNTS, "limit, cursor, by, from, to, page, bots"),
        (MILESTONES, "limit, cursor"),
        ("/v1/sites", "none"),
        ("/v1/sites/example.org", "none"),
        ("/health", "none"),
        ("/openapi.json", "none"),
    ],
)
@pytest.mark.parametrize("name", ["form", "first", "From", "by[]", "", "x" * 5000])
def test_an_unknown_parameter(world: World, path: str, known: str, name: str) -> None:
    answer = world.get(path, "reader", query=f"{name}=2026-11-01")
    assert answer.status == 400
    assert repr(name)[:9] in answer.error
    assert known in answer.error
    assert len(answer.error) < 400


@pytest.mark.parametrize("query", ["by=day&by=day", "limit=5&by=day&limit=6", "page=&page=", "x=1&x=1"])
def test_a_parameter_given_twice(world: World, query: str) -> None:
    name = parse_qsl(query, keep_blank_values=True)[-1][0]
    error = world.get(COUNTS, query=query).error
    assert repr(name) in error
    assert "once" in error


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=2026-11-02&to=2026-11-01", ["2026-11-02", "2026-11-01", "later"]),
        ("from=2026-11-23", ["2026-11-23", "2026-11-22"]),
        ("from=0001-01-01&to=9999-12-31", ["3660"]),
        ("from=0001-01-01", ["3660"]),
        ("from=2016-11-14&to=2026-11-22", ["3661", "3660"]),
        ("by=hour&from=2026-10-22", ["32", "31", "hour"]),
    ],
)
def test_days_that_do_not_go_together(world: World, query: str, words: list[str]) -> None:
    answer = world.get(COUNTS, query=query)
    assert answer.status == 400
    assert all(word in answer.error for word in words)


@pytest.mark.parametrize("query", ["", "&", "&&by=day&", "page=%00", "page=%FF%FE", "page=%ED%A0%80", "page=\ud800"])
def test_odd_but_harmless(world: World, query: str) -> None:
    assert world.get(COUNTS, query=query).status == 200


def test_a_missing_query_string_is_none(world: World) -> None:
    http = {"method": "GET", "path": "/health", "sourceIp": "192.0.2.1"}
    request = {"rawPath": "/health", "headers": {}, "requestContext": {"http": http, "stage": "$default"}}
    assert world.handler(request, None)["statusCode"] == 200


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["by", "from", "to", "page", "bots", "limit", "cursor", "x"]),
            st.one_of(
                st.text(max_size=12),
                st.dates().map(str),
                st.integers(-5, 2000).map(str),
                st.sampled_from(["day", "hour", "page", "page,day", "only"]),
            ),
        ),
        max_size=5,
    )
)
def test_any_query_is_answered_or_refused(world: World, query: list[tuple[str, str]]) -> None:
    text = "&".join(f"{name}={value}" for name, value in query)
    answer = world.get(COUNTS, query=text)
    assert answer.status in (200, 400)
    assert answer.status == 200 or answer.error
