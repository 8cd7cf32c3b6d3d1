"""The Stats API as the OpenAPI document describes it.

These models only describe: bodies are read by `body` and `v2`, answers made by `v1` and `v2`. Filters, a language of
their own, are described as to their outline.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from services.query.openapi_parts import (
    KEY_UNLESS_PUBLIC,
    OF_A_SITE,
    Schema,
    json_of,
    operation,
    query_parameters,
    reference,
)
from services.query.parameters import Parameters
from services.query.stats.dates import RANGES
from services.query.stats.dimensions import MAX_PROP_LENGTH, PROPS, TIME, TIMES, UNSET
from services.query.stats.include import MAX_LIMIT, MAX_OFFSET
from services.query.stats.metrics import METRICS
from services.query.stats.parameters import (
    AggregateParameters,
    BreakdownParameters,
    SiteParameters,
    TimeseriesParameters,
)
from services.query.stats.v2 import BOTS, MAX_DIMENSIONS

_DIMENSION: Schema = {
    "anyOf": [{"enum": [TIME, *TIMES, *UNSET]}, {"pattern": rf"^{PROPS}[\s\S]{{1,{MAX_PROP_LENGTH}}}$"}]
}
_OPERATORS = ("is", "is_not", "contains", "contains_not", "matches", "matches_not")
_LOGIC = ("and", "or", "not", "has_done", "has_not_done")

Metric = Annotated[str, Field(json_schema_extra={"enum": [*METRICS]}, examples=["visitors"])]
Dimension = Annotated[str, Field(json_schema_extra=_DIMENSION, examples=["visit:source"])]
StatsFilter = Annotated[
    list[Any],
    Field(
        min_length=2,
        max_length=4,
        description="An operator, a dimension and a list of values; or a word such as `and`, and other filters.",
        json_schema_extra={"prefixItems": [{"enum": [*_OPERATORS, *_LOGIC]}]},
        examples=[["is", "visit:country", ["DE", "AT"]], ["not", ["contains", "event:page", ["/blog/"]]]],
    ),
]


def _never_null(schema: Schema) -> None:
    """A field that may be absent is not null where it is there."""
    for field in schema["properties"].values():
        if "default" in field and field["default"] is None:
            del field["default"]
            field.update(field.pop("anyOf")[0])


class _Described(BaseModel):
    """What has no other fields than these."""

    model_config = ConfigDict(extra="forbid")


class _Sparse(_Described):
    """What has no other fields than these, and may lack some."""

    model_config = ConfigDict(json_schema_extra=_never_null)


Last = Annotated[str, Field(pattern="^(day|month|year|all|[1-9][0-9]{0,3}(h|d|mo))$", examples=["7d"])]
End = Annotated[str, Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}")]
Ends = Annotated[list[End], Field(min_length=2, max_length=2, examples=[["2026-11-01", "2026-11-30"]])]


class StatsRevenue(_Described):
    """An amount as it is shown."""

    value: float
    currency: str
    short: str
    long: str


Value = int | float | StatsRevenue | None
Values = Annotated[list[Value], Field(description="The metrics, in the order of the query.")]


class StatsComparisons(_Sparse):
    """What rows are compared with; `date_range` goes with `custom` and only with that."""

    mode: Literal["previous_period", "year_over_year", "custom"]
    date_range: Ends | None = None


class StatsInclude(_Sparse):
    """What an answer is to have beside its rows."""

    imports: bool = False
    time_labels: bool = False
    total_rows: bool = False
    comparisons: StatsComparisons | None = None


class StatsPagination(_Described):
    """A portion of the rows."""

    limit: int = Field(MAX_LIMIT, ge=1, le=MAX_LIMIT)
    offset: int = Field(0, ge=0, le=MAX_OFFSET)


class StatsQuery(_Described):
    """A query of version 2."""

    site_id: str = Field(min_length=1, description="The site's name.", examples=["example.org"])
    metrics: list[Metric] = Field(min_length=1)
    date_range: Last | Ends = Field(
        description=f"One of {RANGES}, any other number with h, d or mo, or two days or times.",
    )
    dimensions: list[Dimension] = Field([], max_length=MAX_DIMENSIONS, description="What a row stands for.")
    filters: list[StatsFilter] = Field([], description="All must hold.")
    order_by: list[tuple[str, Literal["asc", "desc"]]] = Field(
        [], description="Metrics or dimensions of the query, each with a direction."
    )
    include: StatsInclude = StatsInclude()
    pagination: StatsPagination = StatsPagination()
    bots: Annotated[str, Field(json_schema_extra={"enum": [*BOTS]})] = "exclude"


class StatsComparison(_Described):
    """The row of the range that is compared with, and the changes in percent."""

    dimensions: list[str]
    metrics: Values
    change: list[int | None]


class StatsRow(_Sparse):
    """A row of version 2."""

    metrics: Values
    dimensions: list[str] = Field(description="The values of the dimensions, in the order of the query.")
    comparison: StatsComparison | None = None


class StatsMeta(_Sparse):
    """What there is to say of the rows. Each is there only if it was asked for, or is needed."""

    metric_warnings: dict[str, dict[str, str]] | None = None
    time_labels: list[str] | None = None
    total_rows: int | None = None
    comparison_date_range: list[str] | None = None
    imports_included: bool | None = None
    imports_skip_reason: str | None = None
    imports_warning: str | None = None


class StatsAnswer(_Described):
    """The answer of version 2."""

    results: list[StatsRow]
    meta: StatsMeta
    query: dict[str, Any] = Field(description="The query as it was answered: its range as two times, its order.")


class StatsVisitors(RootModel[Annotated[int, Field(ge=0)]]):
    """Visitors with a pageview in the last five minutes."""


class StatsValue(_Described):
    """A metric's value, and with `compare` its change in percent."""

    value: int | float | None
    change: int | None = None


class StatsAggregate(_Sparse):
    """A value for each metric."""

    results: dict[str, StatsValue]
    warning: str | None = None


class StatsRows(_Sparse):
    """Rows of version 1: the value of the dimension by its name, or the `date`, and each metric by its name."""

    results: list[dict[str, str | int | float | None]]
    warning: str | None = None


STATS_MODELS: list[type[BaseModel]] = [StatsQuery, StatsAnswer, StatsVisitors, StatsAggregate, StatsRows]


def stats_paths() -> dict[str, Schema]:
    """Describes the paths of the Stats API."""
    return {
        "/api/v1/stats/realtime/visitors": _get(
            "getStatsVisitors", "Count the visitors of the last five minutes", "StatsVisitors", SiteParameters
        ),
        "/api/v1/stats/aggregate": _get(
            "getStatsAggregate", "Get a value for each metric", "StatsAggregate", AggregateParameters
        ),
        "/api/v1/stats/timeseries": _get(
            "getStatsTimeseries", "Get a row for each day, week, month or hour", "StatsRows", TimeseriesParameters
        ),
        "/api/v1/stats/breakdown": _get(
            "getStatsBreakdown",
            "Get a row for each value of a dimension",
            "StatsRows",
            BreakdownParameters,
            ("site_id", "property"),
        ),
        "/api/v2/query": {"post": _query()},
    }


def _get(
    name: str, summary: str, answer: str, parameters: type[Parameters], required: Sequence[str] = ("site_id",)
) -> Schema:
    get = operation(name, summary, answer, OF_A_SITE, KEY_UNLESS_PUBLIC)
    described = query_parameters(parameters, required)
    described[0]["schema"]["examples"] = ["example.org"]
    return {"get": {**get, "parameters": described}}


def _query() -> Schema:
    post = operation("queryStats", "Ask for metrics by dimensions", "StatsAnswer", OF_A_SITE, KEY_UNLESS_PUBLIC)
    body = {"required": True, "content": json_of(reference("StatsQuery"))}
    return {**post, "description": "The body is read as JSON whatever its content type says.", "requestBody": body}
