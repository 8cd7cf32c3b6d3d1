"""What the OpenAPI document's descriptions of paths are made of."""

from collections.abc import Sequence
from typing import Any

from services.query.parameters import Parameters

Schema = dict[str, Any]

KEY: list[Schema] = [{"bearer": []}]
KEY_UNLESS_PUBLIC: list[Schema] = [{"bearer": []}, {}]

OF_SITES = ("400", "401", "403", "503")
OF_A_SITE = ("400", "401", "403", "404", "503")

#: Refusals, by status: what they mean, and the header that says what to do.
_REFUSALS = {
    "400": ("What was asked is unknown, has a bad value, or does not go with the rest.", None),
    "401": ("A valid key is needed.", "WWW-Authenticate"),
    "403": ("The key lacks the scope or the site, whether the site exists or not.", None),
    "404": ("There is no such site, and the key may know that.", None),
    "503": ("The storage is out of reach; ask again.", "Retry-After"),
}


def refusals() -> dict[str, Schema]:
    """Describes the refusals by their status."""
    return {status: _refusal(*words) for status, words in _REFUSALS.items()}


def operation(
    name: str, summary: str, answer: str | None, refused: Sequence[str], security: Sequence[Schema] = ()
) -> Schema:
    """Describes an operation.

    Args:
        name: Its id.
        summary: What it does.
        answer: The model of what it answers with; None: any object.
        refused: The statuses of the refusals that it may answer with.
        security: Which keys it takes; none: it needs no key.
    """
    schema = reference(answer) if answer else {"type": "object"}
    return {
        "operationId": name,
        "summary": summary,
        "security": list(security),
        "responses": {
            "200": {"description": "The answer.", "content": json_of(schema)},
            **{status: {"$ref": f"#/components/responses/{status}"} for status in refused},
        },
    }


def query_parameters(kind: type[Parameters], required: Sequence[str] = ()) -> list[Schema]:
    """Describes the parameters of a query string, of which those named must be given."""
    described = kind.model_json_schema().get("properties", {})
    found: list[Schema] = [
        {
            "name": name,
            "in": "query",
            "description": field["description"],
            "schema": _given(field["anyOf"]) if "anyOf" in field else _schema_only(field),
        }
        for name, field in described.items()
    ]
    for one in found:
        if one["name"] in required:
            one.update(required=True, schema={**one["schema"], "minLength": 1})
    return found


def reference(model: str) -> Schema:
    """Gives the reference to a model's schema."""
    return {"$ref": f"#/components/schemas/{model}"}


def json_of(schema: Schema) -> Schema:
    """Gives the content of a body in JSON."""
    return {"application/json": {"schema": schema}}


def _given(choices: Sequence[Schema]) -> Schema:
    """Describes a parameter that is there: it may be absent, but it is never null."""
    others = [choice for choice in choices if choice != {"type": "null"}]
    return others[0] if len(others) == 1 else {"anyOf": others}


def _schema_only(field: Schema) -> Schema:
    return {key: value for key, value in field.items() if key not in ("title", "description")}


def _refusal(meaning: str, header: str | None) -> Schema:
    refusal: Schema = {"description": meaning, "content": json_of(reference("Error"))}
    return refusal if header is None else {**refusal, "headers": {header: {"schema": {"type": "string"}}}}
