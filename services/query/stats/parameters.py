"""The parameters of version 1.

A field's description completes "… must be", as those of services/query/parameters.py do.
Source: https://plausible.io/docs/stats-api-v1#endpoints
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from services.query.parameters import Parameters

MAX_LIMIT = 1000
DEFAULT_LIMIT = 100
MAX_PAGE = 1_000_000


def _number(value: object) -> object:
    """Pydantic by itself takes other spellings of a number too."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) < 10):
        raise ValueError("not a number in digits")
    return value


class SiteParameters(Parameters):
    """The parameters of the visitors of the moment, and what all have in common."""

    site_id: str | None = Field(None, description="a site's name, such as example.org; it must be given")


class PeriodParameters(SiteParameters):
    """The parameters of what counts in a period."""

    period: str = Field(
        "30d",
        description="12mo, 6mo, month, 30d, 7d or day, each relative to `date`, or custom; also year, all, 28d and 91d",
    )
    date: str | None = Field(
        None,
        description="a day such as 2026-11-22; by default today in the site's timezone; with period=custom a first "
        "and last day such as 2026-11-01,2026-11-30",
    )
    metrics: str = Field("visitors", description="names of metrics with commas between")
    filters: str = Field("", description="filters such as visit:country==DE;event:page==/blog/*; by default all counts")
    with_imported: Literal["true", "false"] = Field("false", description="true or false; nothing is ever imported")
    bots: Literal["exclude", "include", "only"] = Field("exclude", description="exclude, include or only")


class AggregateParameters(PeriodParameters):
    """The parameters of an aggregate."""

    compare: Literal["previous_period"] | None = Field(None, description="previous_period")


class TimeseriesParameters(PeriodParameters):
    """The parameters of a timeseries."""

    interval: Literal["day", "date", "week", "month", "hour"] | None = Field(
        None, description="day, or month where the period is longer than one; also week, and hour"
    )


class BreakdownParameters(PeriodParameters):
    """The parameters of a breakdown."""

    breakdown_property: str | None = Field(
        None, alias="property", description="a dimension, such as visit:source; it must be given"
    )
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT), BeforeValidator(_number)] = Field(
        DEFAULT_LIMIT, description=f"a whole number from 1 to {MAX_LIMIT}: the most rows of one answer"
    )
    page: Annotated[int, Field(ge=1, le=MAX_PAGE), BeforeValidator(_number)] = Field(
        1, description=f"a whole number from 1 to {MAX_PAGE}: which portion of the rows"
    )
