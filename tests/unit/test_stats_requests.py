"""Requests: who may ask, what a body may hold, and that no request whatever breaks anything."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.query.stats.body import KEYS, MAX_BODY_BYTES
from services.query.stats.dimensions import TIMES, UNSET
from services.query.stats.metrics import METRICS
from shared.domain.keys import Key, key_digest
from tests.unit.stats_asking import KEY, SITE, Asked

PATHS = ["realtime/visitors", "aggregate", "timeseries", "breakdown"]
NEEDED = {"breakdown": {"property": "visit:source"}}


@pytest.mark.parametrize("path", PATHS)
def test_who_may_ask(path: str) -> None:
    more = NEEDED.get(path, {})
    digest = key_digest(KEY)
    assert Asked().get(path, **more)[0] == 200
    assert Asked().get(path, presented=None, **more)[0] == 401
    assert Asked().get(path, presented="wrong", **more)[0] == 401
    assert Asked(public=True).get(path, presented=None, **more)[0] == 200
    assert Asked(key=Key("writer", digest, "write")).get(path, **more)[0] == 403
    assert Asked(key=Key("other", digest, "read", ("other.site",))).get(path, **more)[0] == 403
    assert Asked().get(path, **{**more, "site_id": "nowhere.example"})[0] == 404
    assert Asked().get(path, **{**more, "site_id": SITE.upper()})[0] == 200
    assert Asked().get(path, **{**more, "site_id": ""})[0] == 400
    assert Asked().get(path, **{**more, "filter": "x"})[0] == 400
    assert Asked().ask(f"/api/v1/stats/{path}", {"headers": {}})[0] == 400


def test_who_may_ask_in_version_2() -> None:
    assert Asked().post()[0] == 200
    assert Asked().post(presented=None)[0] == 401
    assert Asked(public=True).post(presented=None)[0] == 200
    assert Asked(key=Key("writer", key_digest(KEY), "write")).post()[0] == 403
    assert Asked().post(site_id="nowhere.example")[0] == 404
    assert Asked().post(site_id="Dummy.SITE")[1]["query"]["site_id"] == SITE


def test_who_may_not_ask_learns_nothing_else() -> None:
    assert Asked().post(presented=None, metrics=["nonsense"])[0] == 401
    assert Asked().get("aggregate", presented=None, metrics="nonsense")[0] == 401


@pytest.mark.parametrize("key", ["site_id", "metrics", "date_range"])
def test_what_must_be_there(key: str) -> None:
    absent: dict[str, Any] = {key: ...}
    status, error = Asked().post(**absent)
    assert (status, error.startswith(f"{key} is missing")) == (400, True)


@pytest.mark.parametrize(
    "body",
    [
        *("", "null", "[]", "7", '"x"', "{", "{}x", "\ufeff{}", "{'a': 1}", '{"metrics": NaN}', "[" * 60_000),
        *('{"site_id": "\\ud800"}', '{"a": ' * 5000 + "1" + "}" * 5000, "9" * 5000, '{"site_id": 1e999}'),
        json.dumps({"site_id": "x" * MAX_BODY_BYTES}),
    ],
)
def test_what_is_no_body(body: str) -> None:
    assert Asked().send(body)[0] == 400


def test_half_of_a_surrogate_pair() -> None:
    body = {
        "site_id": SITE,
        "metrics": ["visitors"],
        "date_range": "7d",
        "filters": [["is", "visit:source", ["\ud800"]]],
    }
    assert Asked().send(json.dumps(body))[0] == 400


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999"])
def test_what_is_no_number(number: str) -> None:
    query = f'{{"site_id": "{SITE}", "metrics": ["visitors"], "date_range": "7d", "pagination": {{"limit": {number}}}}}'
    assert Asked().send(query)[0] == 400


def test_a_body_in_base64() -> None:
    request = {"body": "eyJzaXRlX2lkIjog", "isBase64Encoded": True, "headers": {}}
    assert Asked().ask("/api/v2/query", request)[0] == 400
    assert Asked().ask("/api/v2/query", {**request, "body": "-"})[0] == 400
    assert Asked().ask("/api/v2/query", {"headers": {}})[0] == 400


def each(key: str, *values: Any) -> list[dict[str, Any]]:
    return [{key: value} for value in values]


WRONG: list[dict[str, Any]] = [
    {"dimension": ["visit:source"]},
    *each("site_id", "", None, 7, [], ["dummy.site"]),
    *each("bots", "all", None, True, ["only"]),
    *each(
        "dimensions", "visit:source", [7], [None], [[]], ["visit:sauce"], ["event:props:"], ["event:bot"], ["segment"]
    ),
    *each("dimensions", ["visit:source"] * 2, ["time", "time:month"], ["time:day", "time:hour"]),
    *each("dimensions", [f"event:props:{'x' * 301}"], [f"event:props:{n}" for n in range(9)]),
    *each("filters", "x", {}, None, 7),
    *each("order_by", "visitors", {}, None, [["visitors"]], [["visitors", "up"]], ["visitors", "asc"]),
    *each("order_by", [["pageviews", "asc"]], [["time", "asc"]], [[7, "asc"]], [["visitors", "asc"]] * 2),
    *each("include", None, [], "imports", {"import": True}, {"imports": 1}, {"time_labels": True}),
    *each("include", *each("comparisons", None, True, {}, {"mode": "x"}, {"mode": ["custom"]}, {"mode": "custom"})),
    {"include": {"comparisons": {"mode": "previous_period", "date_range": ["2024-01-01", "2024-01-02"]}}},
    {"include": {"comparisons": {"mode": "custom", "date_range": ["2024-01-02", "2024-01-01"]}}},
    {"include": {"comparisons": {"mode": "custom", "date_range": "7d"}}},
    {
        "include": {"comparisons": {"mode": "custom", "date_range": ["2024-01-01", "2024-02-01"]}},
        "date_range": "day",
        "dimensions": ["time:minute"],
    },
    *each("pagination", None, [], 7, {"page": 1}, {"limit": 0}, {"limit": 10_001}, {"offset": -1}, {"limit": "5"}),
    *each("pagination", {"limit": True}, {"limit": 1.5}, {"offset": 10**10}),
]


@pytest.mark.parametrize("more", WRONG)
def test_what_is_no_query(more: dict[str, Any]) -> None:
    assert Asked().post(**more)[0] == 400, more


@pytest.mark.parametrize("name", [*UNSET, *TIMES, "time", "event:props:a b"])
def test_every_dimension(name: str) -> None:
    status, answer = Asked().post(date_range="day", dimensions=[name], bots="include")
    assert status == 200, answer
    assert answer["query"]["bots"] == "include"


@pytest.mark.parametrize("name", [*(name for name in UNSET if name != "event:hostname"), "event:props:a b"])
def test_every_property_of_version_1(name: str) -> None:
    status, answer = Asked().get("breakdown", property=name, bots="only")
    assert status == 200
    assert set(answer["results"][0]) == {name.removeprefix("event:props:").split(":")[-1], "visitors"}


@pytest.mark.parametrize("name", ["", "event:hostname", "time", "time:day", "source", "event:bot", "event:props:"])
def test_what_is_no_property_of_version_1(name: str) -> None:
    assert Asked().get("breakdown", property=name)[0] == 400
    assert Asked().get("breakdown")[0] == 400


@pytest.mark.parametrize(("name", "value"), [("limit", "0"), ("limit", "1001"), ("page", "0"), ("page", "²")])
def test_what_is_no_portion_of_version_1(name: str, value: str) -> None:
    assert Asked().get("breakdown", property="visit:source", **{name: value})[0] == 400


def test_imports_of_version_1() -> None:
    assert Asked().get("aggregate", with_imported="false")[1] == {"results": {"visitors": {"value": 7}}}
    assert Asked().get("aggregate", with_imported="true")[1]["warning"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from([*UNSET, *TIMES, "time", "segment", "event:props:x", *METRICS])
OPERATORS = st.sampled_from(["is", "is_not", "contains", "contains_not", "matches", "matches_not"])
VALUES = st.lists(st.text(max_size=6) | st.sampled_from(["Signup", "(a+)+$", "", "/x*"]) | JSON, max_size=3)
SIMPLE = st.tuples(OPERATORS, NAMES, VALUES).map(list)
FILTERS = st.recursive(
    SIMPLE | JSON,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, max_size=3)).map(list),
        st.tuples(st.sampled_from(["not", "has_done", "has_not_done"]), inner).map(list),
    ),
    max_leaves=6,
)
DATES = st.sampled_from(["day", "24h", "7d", "12mo", "all", "year", ["2024-01-01", "2024-02-01"]]) | JSON
BODIES = st.fixed_dictionaries(
    {
        "site_id": st.just(SITE),
        "metrics": st.lists(st.sampled_from(METRICS), min_size=1, max_size=3, unique=True) | JSON,
        "date_range": DATES,
    },
    optional={
        "dimensions": st.lists(NAMES, max_size=3) | JSON,
        "filters": st.lists(FILTERS, max_size=3) | JSON,
        "order_by": st.lists(st.tuples(NAMES, st.sampled_from(["asc", "desc"])).map(list), max_size=2) | JSON,
        "include": st.dictionaries(st.sampled_from(["imports", "time_labels", "total_rows"]), st.booleans()) | JSON,
        "pagination": st.fixed_dictionaries({}, optional={"limit": st.integers(), "offset": st.integers()}) | JSON,
        "bots": st.sampled_from(["exclude", "include", "only"]) | JSON,
    },
)


@given(BODIES)
@settings(max_examples=400, deadline=None)
def test_any_query_is_answered_or_refused(body: dict[str, Any]) -> None:
    status, answer = Asked().send(json.dumps(body))
    assert status in (200, 400)
    if status == 200:
        assert list(answer) == ["results", "meta", "query"]


@given(JSON | st.dictionaries(st.sampled_from(KEYS), JSON))
@settings(max_examples=200, deadline=None)
def test_any_json_is_answered_or_refused(body: Any) -> None:
    assert Asked().send(json.dumps(body))[0] in (200, 400, 404)


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_is_refused(body: str) -> None:
    assert Asked().send(body)[0] == 400


@given(
    st.sampled_from(PATHS),
    st.dictionaries(
        st.sampled_from(["period", "date", "metrics", "filters", "interval", "property", "limit", "page", "compare"]),
        st.text(max_size=20) | st.sampled_from(["12mo", "custom", "2024-01-01,2024-03-01", "visit:os==a|b*", "day"]),
    ),
)
@settings(max_examples=300, deadline=None)
def test_any_parameters_are_answered_or_refused(path: str, parameters: dict[str, str]) -> None:
    assert Asked().get(path, **parameters)[0] in (200, 400)
