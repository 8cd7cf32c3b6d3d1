"""The OpenAPI 3.1 document, made from the models that requests are read with and answers are made of.

`POST /api/event` is another service's; what stands here of it is description only.
"""

from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema

from services.query import answers
from services.query.openapi_parts import (
    KEY,
    KEY_UNLESS_PUBLIC,
    OF_A_SITE,
    OF_SITES,
    Schema,
    json_of,
    operation,
    query_parameters,
    reference,
    refusals,
)
from services.query.parameters import CountsParameters, NowParameters, Paging, Parameters
from shared import VERSION
from shared.domain.beacon import MAX_BODY_BYTES, MAX_NAME_LENGTH, MAX_PROPS, MAX_SITES
from shared.domain.minimise import MAX_URL_BYTES
from shared.domain.sites import MAX_SITE_LENGTH

_SHORT_NAMES = {
    "name": ["n"],
    "url": ["u"],
    "domain": ["d"],
    "referrer": ["r"],
    "props": ["p", "meta", "m"],
    "hashMode": ["h"],
    "screen_width": ["w"],
    "revenue": ["$"],
    "interactive": ["i"],
}


def _with_short_names(schema: Schema) -> None:
    properties = schema["properties"]
    for name, others in _SHORT_NAMES.items():
        properties.update({other: {**properties[name], "description": f"The same as `{name}`."} for other in others})
    schema["allOf"] = [
        {"anyOf": [{"required": [name]} for name in (required, *_SHORT_NAMES[required])]}
        for required in ("name", "url")
    ]


class Beacon(BaseModel):
    """The body of Plausible's Events API. Further fields do no harm."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_with_short_names)

    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME_LENGTH)] | int | None = Field(
        None, description="`pageview`, or the name of a custom event. Required."
    )
    url: Annotated[str, Field(min_length=1)] | None = Field(
        None,
        description=f"The page's absolute URL, at most {MAX_URL_BYTES:,} bytes. Required.",
        examples=["https://example.org/x"],
    )
    domain: str | None = Field(
        None,
        description=f"The site, or up to {MAX_SITES} with commas between; by default the URL's host.",
        examples=["example.org"],
    )
    referrer: str | None = Field(None, description="The URL of the page before.")
    props: dict[str, Any] | str | None = Field(
        None, description=f"Up to {MAX_PROPS} custom properties: an object, or one written as JSON."
    )
    hashMode: bool | int | str | None = Field(None, description="1 or true: the URL's fragment is the route.")  # noqa: N815
    screen_width: int | None = Field(None, description="In CSS pixels.")
    revenue: Any = Field(None, description="The event's revenue.", examples=[{"amount": "12.50", "currency": "EUR"}])
    interactive: Any = Field(None, description="false: the event does not end a bounce.")


class BeaconErrors(BaseModel):
    """A refusal in Plausible's form: for each field, what is wrong with it."""

    errors: dict[str, list[str]] = Field(examples=[{"url": ["is required"]}])


@cache
def document() -> Schema:
    """Gives the OpenAPI document, as what JSON is made of."""
    from services.query.stats.description import stats_paths  # makes models that no other question needs

    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Milepost",
            "version": VERSION,
            "description": "Visitor analytics that keeps the events.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": {
            "/api/event": {"post": _send_event()},
            "/v1/sites": {"get": operation("listSites", "List the sites that the key sees", "Sites", OF_SITES, KEY)},
            "/v1/sites/{site}": _of_a_site("getSite", "Get a site", "Site", Parameters),
            "/v1/sites/{site}/counts": _of_a_site("getCounts", "Get a site's counts", "Counts", CountsParameters),
            "/v1/sites/{site}/milestones": _of_a_site("getMilestones", "Get a site's milestones", "Milestones", Paging),
            "/v1/sites/{site}/now": _of_a_site("getNow", "Get who is here now", "Now", NowParameters),
            **stats_paths(),
            "/health": {"get": operation("getHealth", "Get how the installation does", "Health", ("400", "503"))},
            "/openapi.json": {"get": operation("getOpenApi", "Get this document", None, ("400",))},
        },
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "`milepost key add` makes a key."}
            },
            "responses": refusals(),
            "schemas": _schemas(),
        },
    }


def _of_a_site(name: str, summary: str, answer: str, parameters: type[Parameters]) -> Schema:
    site = {
        "name": "site",
        "in": "path",
        "required": True,
        "description": "The site's name, in upper or lower case. A public site needs no key.",
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_SITE_LENGTH, "examples": ["example.org"]},
    }
    get = operation(name, summary, answer, OF_A_SITE, KEY_UNLESS_PUBLIC)
    return {"get": {**get, "parameters": [site, *query_parameters(parameters)]}}


def _send_event() -> Schema:
    errors = json_of(reference("BeaconErrors"))
    dropped = {"description": "1 if an event of the request was dropped.", "schema": {"const": "1"}}
    return {
        "operationId": "sendEvent",
        "summary": "Send an event",
        "description": "The body is read as JSON whatever its content type says.",
        "security": [{}, *KEY],
        "requestBody": {
            "required": True,
            "content": {
                **json_of(reference("Beacon")),
                "text/plain": {
                    "schema": {
                        "type": "string",
                        "contentMediaType": "application/json",
                        "contentSchema": reference("Beacon"),
                    }
                },
            },
        },
        "responses": {
            "202": {
                "description": "Every event of the request that was not dropped is stored.",
                "headers": {"x-plausible-dropped": dropped},
                "content": {"text/plain": {"schema": {"const": "ok"}}},
            },
            "400": {"description": "The body is no beacon.", "content": errors},
            "401": {"description": "The key is none, or may not write.", "content": errors},
            "413": {"description": f"The body is larger than {MAX_BODY_BYTES:,} bytes.", "content": errors},
            "503": {"$ref": "#/components/responses/503"},
        },
    }


def _schemas() -> Schema:
    from services.query.stats.description import STATS_MODELS

    models: list[type[BaseModel]] = [
        answers.Counts,
        answers.Milestones,
        answers.Now,
        answers.Sites,
        answers.Site,
        answers.Health,
        answers.Error,
        Beacon,
        BeaconErrors,
        *STATS_MODELS,
    ]
    _, schemas = models_json_schema(
        [(model, "serialization") for model in models], ref_template="#/components/schemas/{model}"
    )
    return dict(schemas["$defs"])
