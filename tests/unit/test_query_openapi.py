"""The OpenAPI document says what is served, no more and no less."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from services.ingest.endpoints import ENDPOINTS
from services.query.counter.parameters import CounterParameters
from services.query.openapi import document
from services.query.stats.body import KEYS
from shared import VERSION
from shared.domain.beacon import InvalidBeacon, read_beacon
from tests.support.folders import scratch_folder
from tests.unit.querying import Answer, Visit, World

READ_PATHS = {
    "/v1/sites",
    "/v1/sites/{site}",
    "/v1/sites/{site}/counts",
    "/v1/sites/{site}/milestones",
    "/v1/sites/{site}/now",
    "/health",
    "/openapi.json",
}
#: Those of the Stats API that are read, with what must be asked.
STATS_PATHS = {
    "/api/v1/stats/realtime/visitors": "site_id={site}",
    "/api/v1/stats/aggregate": "site_id={site}",
    "/api/v1/stats/timeseries": "site_id={site}",
    "/api/v1/stats/breakdown": "site_id={site}&property=event:page",
}
COUNTER_PATH = "/counter/{site}/{page}.{form}"
QUERY = "/api/v2/query"
DOCUMENT = document()
COUNTS = DOCUMENT["paths"]["/v1/sites/{site}/counts"]["get"]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with scratch_folder() as folder:
        world = World(folder)
        world.add_site()
        world.add_site("private.example", public=False, milestones=(3,))
        world.add_site("counted.example", public=False, counter=True)
        world.add_key("reader")
        world.add_key("writer", "write")
        world.visit(*[Visit(f"2026-11-{day}T10:00Z", page) for day in (20, 22) for page in ("/", "/a")])
        yield world


def validator(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    """Reads references within the document."""
    return jsonschema_rs.Draft202012Validator({**schema, "components": DOCUMENT["components"]}, validate_formats=True)


def resolved(response: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in response:
        found: dict[str, Any] = DOCUMENT["components"]["responses"][response["$ref"].rpartition("/")[2]]
        return found
    return response


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def ask(world: World, query: dict[str, Any], key: str | None) -> Answer:
    """Asks version 2 of the Stats API."""
    http = {"method": "POST", "path": QUERY, "sourceIp": "192.0.2.1", "protocol": "HTTP/1.1", "userAgent": ""}
    request = {
        "version": "2.0",
        "rawPath": QUERY,
        "rawQueryString": "",
        "headers": {"authorization": f"Bearer {key}"} if key else {},
        "requestContext": {"http": http, "stage": "$default", "timeEpoch": world.now},
        "body": json.dumps(query),
        "isBase64Encoded": False,
    }
    response = world.handler(request, None)
    return Answer(response["statusCode"], response["headers"], response["body"])


def test_the_document_is_served_as_it_is(world: World) -> None:
    answer = world.get("/openapi.json")
    assert answer.json == DOCUMENT
    assert (answer.json["openapi"], answer.json["info"]["version"]) == ("3.1.0", VERSION)


def test_its_references_lead_somewhere() -> None:
    for reference in set(references(DOCUMENT)):
        part: Any = DOCUMENT
        for name in reference.removeprefix("#/").split("/"):
            part = part[name]


def test_its_schemas_are_schemas() -> None:
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema)


def test_its_paths_are_those_that_are_served(world: World) -> None:
    assert set(DOCUMENT["paths"]) == {*READ_PATHS, *STATS_PATHS, COUNTER_PATH, QUERY, *ENDPOINTS}
    for path, endpoint in ENDPOINTS.items():
        assert {*DOCUMENT["paths"][path]} == {method.lower() for method in endpoint.methods} - {"head"}
    for path in (*READ_PATHS, *STATS_PATHS):
        concrete, query = (text.replace("{site}", "example.org") for text in (path, STATS_PATHS.get(path, "")))
        assert list(DOCUMENT["paths"][path]) == ["get"]
        assert world.get(concrete, "reader", query).status == 200
        assert world.get(concrete, "reader", query, method="POST").status == 405
    assert list(DOCUMENT["paths"][QUERY]) == ["post"]
    assert world.get(QUERY, "reader").status == 405


QUESTIONS = [
    *((path, key, "") for path in sorted(READ_PATHS) for key in (None, "reader", "writer")),
    *(("/v1/sites/{site}/counts", None, f"first=1&by={by}") for by in ("page", "day", "hour", "page,day")),
    *(("/v1/sites/{site}/counts", "reader", f"limit=1&by={by}") for by in ("page", "day", "page,day")),
    ("/v1/sites/{site}/counts", "reader", "by=hour&from=2026-11-22"),
    ("/v1/sites/{site}/milestones", None, "limit=1"),
    ("/v1/sites/{site}/now", None, "limit=1&bots=include"),
    *((path, "reader", "unknown=1") for path in sorted(READ_PATHS)),
    *((path, key, query) for path, query in STATS_PATHS.items() for key in (None, "reader", "writer")),
    *((path, "reader", "unknown=1") for path in STATS_PATHS),
    ("/api/v1/stats/aggregate", "reader", "site_id={site}&metrics=visitors,bounce_rate&compare=previous_period"),
    ("/api/v1/stats/timeseries", "reader", "site_id={site}&metrics=visits,visit_duration&with_imported=true"),
    ("/api/v1/stats/breakdown", "reader", "site_id={site}&property=visit:source&bots=include"),
]


@pytest.mark.parametrize("site", ["example.org", "private.example", "gone.example"])
@pytest.mark.parametrize(("path", "key", "query"), QUESTIONS)
def test_an_answer_is_as_described(world: World, path: str, key: str | None, query: str, site: str) -> None:
    answer = world.get(path.replace("{site}", site), key, query.replace("{site}", site))
    described = resolved(DOCUMENT["paths"][path]["get"]["responses"][str(answer.status)])
    validator(described["content"]["application/json"]["schema"]).validate(answer.json)
    assert {name.lower() for name in described.get("headers", {})} <= set(answer.headers)


@pytest.mark.parametrize(
    ("form", "media"), [("json", "application/json"), ("svg", "image/svg+xml"), ("html", "text/html")]
)
@pytest.mark.parametrize("query", ["", "start=week", "start=2026-11-01&show=visitors&label=Seen", "unknown=1"])
@pytest.mark.parametrize(
    ("site", "page"), [("counted.example", "TOTAL"), ("counted.example", "a"), ("example.org", "a")]
)
def test_a_counter_is_as_described(world: World, form: str, media: str, query: str, site: str, page: str) -> None:
    operation = DOCUMENT["paths"][COUNTER_PATH]["get"]
    answer = world.ask(f"/counter/{site}/{page}.{form}", query)
    assert answer.status == (400 if "unknown" in query else 200 if page == "TOTAL" else 404)
    described = resolved(operation["responses"][str(answer.status)])["content"]
    given = answer.headers["content-type"].partition(";")[0]
    assert given in described
    if given == "application/json":
        validator(described[given]["schema"]).validate(answer.json)
    assert given == media or list(answer.json) == ["error"]
    names = {
        where: [one["name"] for one in operation["parameters"] if one["in"] == where] for where in ("path", "query")
    }
    assert names == {"path": ["site", "page", "form"], "query": [*CounterParameters.model_fields]}


STATS_QUERY = validator({"$ref": "#/components/schemas/StatsQuery"})
FULL_QUERY: dict[str, Any] = {
    "site_id": "example.org",
    "metrics": ["visitors", "total_revenue", "bounce_rate"],
    "date_range": "7d",
    "dimensions": ["time:day"],
    "filters": [["is", "event:page", ["/", "/a"]], ["not", ["has_done", ["is", "event:name", ["x"]]]]],
    "order_by": [["time:day", "asc"], ["visitors", "desc"]],
    "include": {"imports": True, "time_labels": True, "total_rows": True, "comparisons": {"mode": "previous_period"}},
    "pagination": {"limit": 100, "offset": 0},
    "bots": "include",
}


@pytest.mark.parametrize("key", [None, "reader", "writer"])
@pytest.mark.parametrize("site", ["example.org", "private.example", "gone.example"])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"metrics": ["nonsense"]},
        {"dimensions": ["event:props:plan"], "metrics": ["visitors"], "order_by": [], "include": {}},
        {"dimensions": [], "date_range": ["2026-11-20", "2026-11-22"], "order_by": [], "include": {}},
        {"date_range": ["2026-11-22T00:00:00", "2026-11-22T11:59:59"], "dimensions": ["time"], "order_by": []},
    ],
)
def test_an_answer_to_a_query_is_as_described(
    world: World, site: str, key: str | None, changes: dict[str, Any]
) -> None:
    query = {**FULL_QUERY, "site_id": site, **changes}
    if "nonsense" not in query["metrics"]:
        STATS_QUERY.validate(query)
    answer = ask(world, query, key)
    expected = {"example.org": 200, "private.example": 200 if key == "reader" else 401 if key is None else 403}
    if "nonsense" not in query["metrics"] and site in expected:
        assert answer.status == expected[site], answer.body
    described = resolved(DOCUMENT["paths"][QUERY]["post"]["responses"][str(answer.status)])
    validator(described["content"]["application/json"]["schema"]).validate(answer.json)


@pytest.mark.parametrize(
    "changes",
    [
        *({name: ...} for name in ("site_id", "metrics", "date_range")),
        *({name: None} for name in FULL_QUERY),
        *({name: 5} for name in FULL_QUERY),
        {"unknown": 1},
        {"site_id": ""},
        {"metrics": []},
        {"metrics": ["nonsense"]},
        {"date_range": "tomorrow"},
        {"date_range": ["2026-11-20"]},
        {"dimensions": ["event:props:"]},
        {"dimensions": [f"event:props:{n}" for n in range(9)]},
        {"filters": [["is"]]},
        {"filters": [["about", "event:page", ["/"]]]},
        {"order_by": [["visitors", "up"]]},
        {"order_by": [["visitors", "asc", "desc"]]},
        {"include": {"more": True}},
        {"include": {"imports": None}},
        {"include": {"comparisons": None}},
        {"include": {"comparisons": {"mode": "custom", "date_range": None}}},
        {"pagination": {"limit": 0}},
        {"pagination": {"limit": 10_001}},
        {"pagination": {"offset": -1}},
        {"bots": "all"},
    ],
    ids=repr,
)
def test_what_is_described_as_no_query_is_none(world: World, changes: dict[str, Any]) -> None:
    query = {name: value for name, value in {**FULL_QUERY, **changes}.items() if value is not ...}
    assert not STATS_QUERY.is_valid(query)
    assert ask(world, query, "reader").status == 400


def test_each_part_of_a_query_is_described() -> None:
    assert set(DOCUMENT["components"]["schemas"]["StatsQuery"]["properties"]) == set(KEYS) == set(FULL_QUERY)
    STATS_QUERY.validate(FULL_QUERY)


@pytest.mark.parametrize("path", STATS_PATHS)
def test_what_must_be_asked_is_said(world: World, path: str) -> None:
    parameters = DOCUMENT["paths"][path]["get"]["parameters"]
    required = {one["name"] for one in parameters if one.get("required")}
    assert required == {part.partition("=")[0] for part in STATS_PATHS[path].split("&")}
    given = STATS_PATHS[path].replace("{site}", "example.org").split("&")
    for left_out in given:
        query = "&".join(part for part in given if part != left_out)
        assert world.get(path, "reader", query).status == 400


def test_each_form_of_rows_is_described_apart(world: World) -> None:
    """A schema that any row fits would say nothing."""
    counts = validator({"$ref": "#/components/schemas/Counts"})
    answer = world.counts(by="page").json
    assert counts.is_valid(answer)
    for broken in ({"page": "/"}, {"pageviews": 1, "visitors": 1}, {**answer["rows"][0], "more": 1}):
        assert not counts.is_valid({**answer, "rows": [broken]})
    assert not counts.is_valid({**answer, "from": "2026-13-01"})
    assert not counts.is_valid({name: value for name, value in answer.items() if name != "next"})


SAMPLES = {
    "limit": ["1", "1000"],
    "by": ["page", "day", "hour", "page,day"],
    "from": ["2026-11-01"],
    "to": ["2026-11-30"],
    "page": ["/x", ""],
    "bots": ["exclude", "include", "only"],
}


def test_its_parameters_are_those_that_are_taken(world: World) -> None:
    described = {p["name"]: p["schema"] for p in COUNTS["parameters"] if p["in"] == "query"}
    assert set(described) == {*SAMPLES, "cursor"}
    for name, samples in SAMPLES.items():
        for sample in samples:
            validator(described[name]).validate(int(sample) if name == "limit" else sample)
            period = {} if name in ("from", "to") else {"first": "2026-11-01"}
            assert world.counts(**{name: sample}, **period).status == 200
    for name in ("by", "bots"):
        assert described[name]["enum"] == SAMPLES[name]
    assert [described["limit"][word] for word in ("type", "minimum", "maximum", "default")] == ["integer", 1, 1000, 100]
    assert described["from"] == {"type": "string", "format": "date"}
    milestones = DOCUMENT["paths"]["/v1/sites/{site}/milestones"]["get"]["parameters"]
    assert [p["name"] for p in milestones] == ["site", "limit", "cursor"]


def test_what_needs_a_key_is_said(world: World) -> None:
    for path in (*READ_PATHS, *STATS_PATHS):
        concrete, query = (text.replace("{site}", "example.org") for text in (path, STATS_PATHS.get(path, "")))
        open_to_all = world.get(concrete, query=query).status == 200
        security = DOCUMENT["paths"][path]["get"]["security"]
        assert (security == [] or {} in security) == open_to_all


BEACON = validator({"$ref": "#/components/schemas/Beacon"})
FULL_BEACON: dict[str, Any] = {
    "name": "pageview",
    "url": "https://example.org/x",
    "domain": "other.example",
    "referrer": "https://other.example/",
    "props": {"plan": "free"},
    "hashMode": 1,
    "screen_width": 1280,
    "revenue": {"amount": "1.00", "currency": "EUR"},
    "interactive": False,
}


def test_the_beacons_fields_are_those_that_are_read() -> None:
    properties = DOCUMENT["components"]["schemas"]["Beacon"]["properties"]
    long_names = {name for name, field in properties.items() if not field["description"].startswith("The same as")}
    assert long_names == set(FULL_BEACON)
    BEACON.validate(FULL_BEACON)
    read = read_beacon(json.dumps(FULL_BEACON).encode())
    for short in set(properties) - long_names:
        long = properties[short]["description"].split("`")[1]
        spelt = {short if name == long else name: value for name, value in FULL_BEACON.items()}
        BEACON.validate(spelt)
        assert read_beacon(json.dumps(spelt).encode()) == read


@pytest.mark.parametrize("name", FULL_BEACON)
def test_a_beacons_field_that_is_described_is_read(name: str) -> None:
    rest = {other: value for other, value in FULL_BEACON.items() if other != name}
    if name in ("name", "url"):
        with pytest.raises(InvalidBeacon):
            read_beacon(json.dumps(rest).encode())
    else:
        assert read_beacon(json.dumps(rest).encode()) != read_beacon(json.dumps(FULL_BEACON).encode())


@pytest.mark.parametrize(
    "beacon",
    [
        {},
        {"name": "pageview"},
        {"url": "https://example.org/"},
        {"name": "", "url": "https://example.org/"},
        {"name": "x" * 121, "url": "https://example.org/"},
        {"name": ["pageview"], "url": "https://example.org/"},
        {"name": "pageview", "url": 5},
        {"name": "pageview", "url": "https://example.org/", "domain": 5},
        {"name": "pageview", "url": "https://example.org/", "props": [1]},
    ],
)
def test_a_beacon_that_is_refused_is_not_described(beacon: dict[str, Any]) -> None:
    with pytest.raises(InvalidBeacon) as refused:
        read_beacon(json.dumps(beacon).encode())
    assert not BEACON.is_valid(beacon)
    validator({"$ref": "#/components/schemas/BeaconErrors"}).validate({"errors": refused.value.errors})
