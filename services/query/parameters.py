"""What may be asked: the parameters of each path, and how a query string becomes them.

A field's description completes "… must be": it serves the OpenAPI document and the refusals alike.
"""

import re
from datetime import date, timedelta
from typing import Annotated, Any, Literal, NamedTuple, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from services.query.refusals import InvalidRequest
from shared.domain.text import cut_utf8

MAX_DAYS = 3_660
MAX_DAYS_BY_HOUR = 31
DEFAULT_DAYS = 30
MAX_ROWS = 1_000
DEFAULT_ROWS = 100
MAX_NOW_ROWS = 100
DEFAULT_NOW_ROWS = 10

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[0-9]{1,9}")
_MOST_SHOWN_BYTES = 60


def _strict_day(value: object) -> object:
    """Pydantic and `fromisoformat` by themselves take other spellings of a day too."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("not YYYY-MM-DD")
    return value


def _strict_number(value: object) -> object:
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise ValueError("not a number in digits")
    return value


Day = Annotated[date, BeforeValidator(_strict_day)]
Limit = Annotated[int, Field(ge=1, le=MAX_ROWS), BeforeValidator(_strict_number)]
By = Literal["page", "day", "hour", "page,day"]


class Parameters(BaseModel):
    """No parameters at all, and what all paths have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Paging(Parameters):
    """The parameters of a path that answers in portions."""

    limit: Limit = Field(DEFAULT_ROWS, description=f"a whole number from 1 to {MAX_ROWS}: the most rows of one answer")
    cursor: str | None = Field(
        None, description="the `next` of an answer to the same question, with the other parameters unchanged"
    )


class CountsParameters(Paging):
    """The parameters of a site's counts."""

    by: By = Field("day", description="page, day, hour or page,day: what a row stands for")
    first: Day | None = Field(
        None,
        alias="from",
        description="a day from 0001-01-01 to 9999-12-31, such as 2026-11-01: the first that counts; by default "
        f"{DEFAULT_DAYS} days end with `to`",
    )
    last: Day | None = Field(
        None,
        alias="to",
        description="a day from 0001-01-01 to 9999-12-31, such as 2026-11-30: the last that counts; by default today "
        "in the site's timezone",
    )
    page: str | None = Field(None, description="a page, such as /x: the only one that counts; by default all do")
    bots: Literal["exclude", "include", "only"] = Field("exclude", description="exclude, include or only")


class NowParameters(Parameters):
    """The parameters of who is here now."""

    limit: Annotated[int, Field(ge=1, le=MAX_NOW_ROWS), BeforeValidator(_strict_number)] = Field(
        DEFAULT_NOW_ROWS, description=f"a whole number from 1 to {MAX_NOW_ROWS}: the most pages, and the most sources"
    )
    bots: Literal["exclude", "include", "only"] = Field("exclude", description="exclude, include or only")


class Period(NamedTuple):
    """The days that count, both included."""

    first: date
    last: date


P = TypeVar("P", bound=Parameters)


def read_parameters(kind: type[P], query: str) -> P:
    """Reads a query string.

    Args:
        kind: The parameters that may be there.
        query: The query as it was sent: Powertools' own reading of it splits values at commas.

    Raises:
        InvalidRequest: It holds something else, or a parameter twice.
    """
    pairs = parse_qsl(query.encode("utf-8", "replace").decode(), keep_blank_values=True)
    given: dict[str, str] = {}
    for name, value in pairs:
        if name in given:
            raise InvalidRequest(f"the parameter {_shown(name)} is given more than once; give it once")
        given[name] = value
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        raise InvalidRequest(_explain(kind, str(error.errors()[0]["loc"][0]), given)) from error


def period_of(first: date | None, last: date | None, by: By, today: date) -> Period:
    """Says which days are asked for.

    Args:
        first: The first day, if it was given.
        last: The last day, if it was given.
        by: What a row stands for.
        today: The site's present day.

    Raises:
        InvalidRequest: The days are in the wrong order, or too many.
    """
    end = today if last is None else last
    try:
        start = end - timedelta(days=DEFAULT_DAYS - 1) if first is None else first
    except OverflowError:
        start = date.min
    if start > end:
        raise InvalidRequest(f"from is {start}, which is after to, {end}; from must not be later than to")
    most = MAX_DAYS_BY_HOUR if by == "hour" else MAX_DAYS
    days = (end - start).days + 1
    if days > most:
        raise InvalidRequest(f"from {start} to {end} are {days} days; by={by} gives at most {most} days at a time")
    return Period(start, end)


def _explain(kind: type[Parameters], name: str, given: dict[str, str]) -> str:
    known: dict[str, Any] = {field.alias or key: field.description for key, field in kind.model_fields.items()}
    if name in known:
        return f"{name} is {_shown(given[name])}, but must be {known[name]}"
    may_be = f"known here are {', '.join(known)}" if known else "none is known here; leave it out"
    return f"the parameter {_shown(name)} is not known; {may_be}"


def _shown(text: str) -> str:
    return repr(cut_utf8(text, _MOST_SHOWN_BYTES, "…"))
