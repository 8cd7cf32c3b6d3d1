"""The OpenAPI document says what is served, no more and no less."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from services.query.openapi import document
from shared import VERSION
from shared.domain.beacon import InvalidBeacon, read_beacon
from tests.support.folders import scratch_folder
from tests.unit.querying import Visit, World

READ_PATHS = {
    "/v1/sites",
    "/v1/sites/{site}",
    "/v1/sites/{site}/counts",
    "/v1/sites/{site}/milestones",
    "/health",
    "/openapi.json",
}
DOCUMENT = document()
COUNTS = DOCUMENT["paths"]["/v1/sites/{site}/counts"]["get"]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with scratch_folder() as folder:
        world = World(folder)
        world.add_site()
        world.add_site("private.example", public=False, milestones=(3,))
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
    assert set(DOCUMENT["paths"]) == {*READ_PATHS, "/api/event"}
    for path in READ_PATHS:
        concrete = path.replace("{site}", "example.org")
        assert list(DOCUMENT["paths"][path]) == ["get"]
        assert world.get(concrete, "reader").status == 200
        assert world.get(concrete, "reader", method="POST").status == 405


QUESTIONS = [
    *((path, key, "") for path in sorted(READ_PATHS) for key in (None, "reader", "writer")),
    *(("/v1/sites/{site}/counts", None, f"first=1&by={by}") for by in ("page", "day", "hour", "page,day")),
    *(("/v1/sites/{site}/counts", "reader", f"limit=1&by={by}") for by in ("page", "day", "page,day")),
    ("/v1/sites/{site}/counts", "reader", "by=hour&from=2026-11-22"),
    ("/v1/sites/{site}/milestones", None, "limit=1"),
    *((path, "reader", "unknown=1") for path in sorted(READ_PATHS)),
]


@pytest.mark.parametrize("site", ["example.org", "private.example", "gone.example"])
@pytest.mark.parametrize(("path", "key", "query"), QUESTIONS)
def test_an_answer_is_as_described(world: World, path: str, key: str | None, query: str, site: str) -> None:
    answer = world.get(path.replace("{site}", site), key, query)
    described = resolved(DOCUMENT["paths"][path]["get"]["responses"][str(answer.status)])
    validator(described["content"]["application/json"]["schema"]).validate(answer.json)
    assert {name.lower() for name in described.get("headers", {})} <= set(answer.headers)


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
    for path in READ_PATHS:
        open_to_all = world.get(path.replace("{site}", "example.org")).status == 200
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
