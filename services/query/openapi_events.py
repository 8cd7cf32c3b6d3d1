"""What the OpenAPI document says of sending events. They are another service's; this is description only."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.query.openapi_parts import KEY, Schema, json_of, reference
from shared.domain.beacon import MAX_BODY_BYTES, MAX_NAME_LENGTH, MAX_PROPS, MAX_SITES
from shared.domain.minimise import MAX_URL_BYTES

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


class UmamiPayload(BaseModel):
    """What Umami's tracker says of an event. Further fields do no harm."""

    model_config = ConfigDict(extra="allow")

    website: str | None = Field(
        None, description="The site's name, or an alias such as its id in Umami.", examples=["example.org"]
    )
    hostname: str | None = Field(
        None, description="The page's host; the site's name if `website` is none.", examples=["example.org"]
    )
    url: str | None = Field(None, description="The page's URL, or its path on the host.", examples=["/x"])
    referrer: str | None = Field(None, description="The URL of the page before.")
    name: Annotated[str, Field(max_length=MAX_NAME_LENGTH)] | None = Field(
        None, description="The name of a custom event; without it, a pageview."
    )
    data: dict[str, Any] | None = Field(
        None, description=f"Up to {MAX_PROPS} custom properties; with `revenue` and `currency`, the event's revenue."
    )
    tag: str | None = Field(None, description="Kept as the property `tag`.")
    screen: str | None = Field(None, description="The screen's width and height.", examples=["1920x1080"])
    language: str | None = Field(None, description="The visitor's.", examples=["en-US"])
    ip: str | None = Field(None, description="The visitor's network address; believed with a key only.")
    userAgent: str | None = Field(None, description="The visitor's; believed with a key only.")  # noqa: N815


class UmamiEvent(BaseModel):
    """A pageview or a custom event."""

    type: Literal["event"]
    payload: UmamiPayload


class UmamiOther(BaseModel):
    """A message of which nothing is kept."""

    type: Literal["identify", "performance"]
    payload: Any = None


class UmamiAnswer(BaseModel):
    """What Umami answers, the same for everybody."""

    cache: Literal["none"]
    sessionId: str  # noqa: N815
    visitId: str  # noqa: N815


EVENT_MODELS: Sequence[type[BaseModel]] = (Beacon, BeaconErrors, UmamiEvent, UmamiOther, UmamiAnswer)

_DROPPED = {"x-plausible-dropped": {"description": "1 if an event was dropped.", "schema": {"const": "1"}}}
_NO_STORE = {"cache-control": {"schema": {"const": "no-store"}}}
_IMAGE = {"image/gif": {"schema": {"type": "string", "contentMediaType": "image/gif"}}}
_KEY: list[Schema] = [{}, *KEY]
_TOO_LARGE = f"The body is larger than {MAX_BODY_BYTES:,} bytes."
_NO_KEY = "The key is none, or may not write."
_UNAVAILABLE = {"503": {"$ref": "#/components/responses/503"}}


def event_paths() -> Schema:
    """Describes the paths that events are sent to."""
    return {
        "/api/event": {"post": _send_event()},
        "/api/send": {"post": _send_as_umami()},
        "/count": {"get": _send_as_goatcounter("Get"), "post": _send_as_goatcounter("Post")},
        "/pixel.gif": {"get": _send_by_pixel()},
    }


def _send_event() -> Schema:
    errors = json_of(reference("BeaconErrors"))
    written = {"type": "string", "contentMediaType": "application/json", "contentSchema": reference("Beacon")}
    return {
        "operationId": "sendEvent",
        "summary": "Send an event",
        "description": "The body is read as JSON whatever its content type says.",
        "security": _KEY,
        "requestBody": {
            "required": True,
            "content": {**json_of(reference("Beacon")), "text/plain": {"schema": written}},
        },
        "responses": {
            "202": {
                "description": "Every event of the request that was not dropped is stored.",
                "headers": _DROPPED,
                "content": {"text/plain": {"schema": {"const": "ok"}}},
            },
            **_refused("The body is no beacon.", errors),
            "413": {"description": _TOO_LARGE, "content": errors},
            **_UNAVAILABLE,
        },
    }


def _send_as_umami() -> Schema:
    errors = json_of(reference("Error"))
    body = {"anyOf": [reference("UmamiEvent"), reference("UmamiOther")]}
    return {
        "operationId": "sendAsUmami",
        "summary": "Send an event as Umami's tracker does",
        "security": _KEY,
        "requestBody": {"required": True, "content": json_of(body)},
        "responses": {
            "200": {
                "description": "The event is stored, if it was not dropped.",
                "headers": _DROPPED,
                "content": json_of(reference("UmamiAnswer")),
            },
            **_refused("The body is no message of Umami's.", errors),
            "413": {"description": _TOO_LARGE, "content": errors},
            **_UNAVAILABLE,
        },
    }


def _send_as_goatcounter(method: str) -> Schema:
    told = {"x-goatcounter": {"description": "What is wrong.", "schema": {"type": "string"}}}
    return {
        "operationId": f"sendAsGoatCounter{method}",
        "summary": "Send an event as GoatCounter's script or image does",
        "description": "The site is the one whose host stands in the header `Origin`, else in `Referer`.",
        "security": _KEY,
        "parameters": [
            _parameter("p", "The page's path, or the event's name.", required=True, examples=["/x"]),
            _parameter("e", "Whether it is a custom event.", enum=["true", "false", "1", "0", "on", "off", ""]),
            _parameter("r", "The URL of the page before."),
            _parameter("q", "The query of the page's URL."),
            _parameter("s", "The screen's width, or its width, height and scale.", examples=["1920,1080,1"]),
            _parameter("b", "Not 0: why a program is taken to drive the browser.", examples=["153"]),
            {**_parameter("Referer", "The page.", examples=["https://example.org/x"]), "in": "header"},
        ],
        "responses": {
            "200": {
                "description": "The event is stored, if it was not dropped.",
                "headers": {**_DROPPED, **_NO_STORE},
                "content": _IMAGE,
            },
            **_refused("What is wrong stands in a header.", _IMAGE, told),
            **_UNAVAILABLE,
        },
    }


def _send_by_pixel() -> Schema:
    return {
        "operationId": "sendByPixel",
        "summary": "Tell of a pageview by an image",
        "security": _KEY,
        "parameters": [
            _parameter("d", "The site, or several with commas between; by default the URL's host."),
            _parameter("u", "The page's URL; by default the `Referer`.", examples=["https://example.org/x"]),
            _parameter("r", "The URL of the page before."),
        ],
        "responses": {
            "200": {
                "description": "The pageview is stored, if it was not dropped.",
                "headers": {**_DROPPED, **_NO_STORE},
                "content": _IMAGE,
            },
            **_refused("The image's address is no pageview.", json_of(reference("BeaconErrors"))),
            **_UNAVAILABLE,
        },
    }


def _parameter(name: str, description: str, required: bool = False, **schema: Any) -> Schema:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "required": required,
        "schema": {"type": "string", **({"minLength": 1} if required else {}), **schema},
    }


def _refused(what: str, content: Schema, headers: Schema | None = None) -> Schema:
    """Describes the refusals of what is wrong, and of a key that is none."""
    return {
        status: {"description": description, "headers": headers or {}, "content": content}
        for status, description in (("400", what), ("401", _NO_KEY))
    }
