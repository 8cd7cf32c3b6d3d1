"""Counters as the OpenAPI document describes them."""

from typing import get_args

from services.query.counter.address import Form
from services.query.counter.parameters import CounterParameters
from services.query.openapi_parts import Schema, json_of, query_parameters, reference

_TEXT: Schema = {"schema": {"type": "string"}}
_PICTURES: Schema = {"image/svg+xml": _TEXT, "text/html": _TEXT}
_COUNTER, _ERROR = reference("Counter"), reference("Error")


def counter_paths() -> dict[str, Schema]:
    """Describes the path of counters."""
    return {"/counter/{site}/{page}.{form}": {"get": _get()}}


def _get() -> Schema:
    return {
        "operationId": "getCounter",
        "summary": "Get how often a page was viewed",
        "description": "As JSON, as a badge, or as a page for a frame; only where the site lets anyone see it. Without "
        "a site in the path, it is the one of `Origin` or `Referer`: `/counter/{page}.{form}`, as GoatCounter has it.",
        "security": [],
        "parameters": [
            _in_path("site", "The site's name, in upper or lower case, or an alias.", {"examples": ["example.org"]}),
            _in_path(
                "page",
                "The page's path without the slash at its beginning, or TOTAL for the site as a whole. "
                "Of `/` nothing is left: `/counter/example.org/.svg`.",
                {"examples": ["blog/post"]},
            ),
            _in_path("form", "JSON, a badge, or a page for a frame.", {"enum": [*get_args(Form)]}),
            *query_parameters(CounterParameters),
        ],
        "responses": {
            "200": {"description": "The answer, kept for a minute.", "content": {**json_of(_COUNTER), **_PICTURES}},
            "400": {"$ref": "#/components/responses/400"},
            "404": {
                "description": "The page was never viewed, which is answered with the number 0; or there is no such "
                "site, or it lets nobody see its counters.",
                "content": {**json_of({"anyOf": [_COUNTER, _ERROR]}), **_PICTURES},
            },
            "503": {"$ref": "#/components/responses/503"},
        },
    }


def _in_path(name: str, description: str, values: Schema) -> Schema:
    schema = {"type": "string", "minLength": 1, **values}
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}
