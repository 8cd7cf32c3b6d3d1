"""The OpenAPI 3.1 document, made from the models that requests are read with and answers are made of."""

from functools import cache

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from services.query import answers
from services.query.counter.description import counter_paths
from services.query.openapi_events import EVENT_MODELS, event_paths
from services.query.openapi_parts import (
    KEY,
    KEY_UNLESS_PUBLIC,
    OF_A_SITE,
    OF_SITES,
    Schema,
    operation,
    query_parameters,
    refusals,
)
from services.query.parameters import CountsParameters, NowParameters, Paging, Parameters
from shared import VERSION
from shared.domain.sites import MAX_SITE_LENGTH


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
            **event_paths(),
            "/v1/sites": {"get": operation("listSites", "List the sites that the key sees", "Sites", OF_SITES, KEY)},
            "/v1/sites/{site}": _of_a_site("getSite", "Get a site", "Site", Parameters),
            "/v1/sites/{site}/counts": _of_a_site("getCounts", "Get a site's counts", "Counts", CountsParameters),
            "/v1/sites/{site}/milestones": _of_a_site("getMilestones", "Get a site's milestones", "Milestones", Paging),
            "/v1/sites/{site}/now": _of_a_site("getNow", "Get who is here now", "Now", NowParameters),
            **stats_paths(),
            **counter_paths(),
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


def _schemas() -> Schema:
    from services.query.stats.description import STATS_MODELS

    models: list[type[BaseModel]] = [
        answers.Counts,
        answers.Milestones,
        answers.Now,
        answers.Sites,
        answers.Site,
        answers.Counter,
        answers.Health,
        answers.Error,
        *EVENT_MODELS,
        *STATS_MODELS,
    ]
    _, schemas = models_json_schema(
        [(model, "serialization") for model in models], ref_template="#/components/schemas/{model}"
    )
    return dict(schemas["$defs"])
