"""The counter as what is sent: JSON, a badge, or a page with the badge for a frame."""

from collections.abc import Mapping
from html import escape
from typing import NamedTuple

from services.query import answers
from services.query.counter.address import Form
from services.query.counter.badge import badge
from services.query.counter.numbers import Numbers
from services.query.counter.parameters import CounterParameters

#: What separates thousands: a narrow space that no line breaks at, as GoatCounter has it by default.
_SEPARATOR = "\u202f"

_CONTENT_TYPES: Mapping[Form, str] = {
    "json": "application/json; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
    "html": "text/html; charset=utf-8",
}

#: For any page to show, and with nothing in it that could run or be loaded.
_HEADERS = {
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
}


class Document(NamedTuple):
    """An answer that is written already.

    Attributes:
        status: The HTTP status.
        headers: The headers, the content type among them.
        body: The body.
    """

    status: int
    headers: Mapping[str, str]
    body: str


def write(form: Form, numbers: Numbers, asked: CounterParameters, status: int, headers: Mapping[str, str]) -> Document:
    """Writes an answer.

    Args:
        form: As what.
        numbers: What was counted; visitors too, if `asked` or the form wants them.
        asked: What the badge shows, and under which label.
        status: The HTTP status.
        headers: Further headers.
    """
    body = _json(numbers) if form == "json" else _picture(form, numbers, asked)
    return Document(status, {"content-type": _CONTENT_TYPES[form], **_HEADERS, **headers}, body)


def _json(numbers: Numbers) -> str:
    visitors = numbers.visitors or 0
    return answers.Counter(
        count=_grouped(numbers.pageviews),
        count_unique=_grouped(visitors),
        pageviews=numbers.pageviews,
        visitors=visitors,
    ).model_dump_json()


def _picture(form: Form, numbers: Numbers, asked: CounterParameters) -> str:
    number = (numbers.visitors or 0) if asked.show == "visitors" else numbers.pageviews
    label = asked.label or {"pageviews": "views", "visitors": "visitors"}[asked.show]
    picture = badge(label, _grouped(number))
    if form == "svg":
        return picture
    return (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(label)}: {_grouped(number)}</title><body>{picture}</body></html>\n"
    )


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", _SEPARATOR)
