"""The answers, as models: what is served is made from them, and so is the OpenAPI document."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.milestones import METRIC

DayLabel = Annotated[str, Field(json_schema_extra={"format": "date"}, examples=["2026-11-01"])]
HourLabel = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d$", examples=["2026-11-01T13"])]
Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-01T13:05:00.000Z"])]
Count = Annotated[int, Field(ge=0)]
Next = Annotated[str | None, Field(description="The cursor of what follows; null at the end.")]


class Answer(BaseModel):
    """What all answers have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True)


class Totals(Answer):
    """Counts of the whole range; visitors are the sum of the days' visitors."""

    pageviews: Count
    visitors: Count


class PageRow(Answer):
    """A page's counts over the whole range."""

    page: str
    pageviews: Count
    visitors: Count


class DayRow(Answer):
    """A day's counts."""

    day: DayLabel
    pageviews: Count
    visitors: Count


class HourRow(Answer):
    """An hour's counts; the hour is that on the clocks of the site's timezone."""

    hour: HourLabel
    pageviews: Count
    visitors: Count


class PageDayRow(Answer):
    """A page's counts on a day."""

    page: str
    day: DayLabel
    pageviews: Count
    visitors: Count


Row = PageRow | DayRow | HourRow | PageDayRow


class Counts(Answer):
    """A site's counts: a portion of the rows, and the totals of them all."""

    site: str
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    timezone: str = Field(description="The IANA timezone whose days and hours these are.")
    by: list[Literal["page", "day", "hour"]]
    totals: Totals
    rows: list[Row]
    next: Next


class Milestone(Answer):
    """A reached milestone. `reached_at` is the time of the check that found it."""

    milestone_id: str
    subject: Literal["site", "page"]
    page: str | None
    metric: Annotated[str, Field(json_schema_extra={"const": METRIC})]
    threshold: int = Field(ge=1)
    reached_at: Instant
    notified_at: Instant | None


class Milestones(Answer):
    """A portion of a site's milestones, newest first."""

    milestones: list[Milestone]
    next: Next


class Site(Answer):
    """A registered site."""

    site: str
    timezone: str
    public: bool
    milestones: list[int] | None = Field(
        description="The site's own pageview thresholds; null: the powers of ten that hold by default."
    )


class Sites(Answer):
    """The sites that the key sees, by name."""

    sites: list[Site]


class NowVisitors(Answer):
    """Visitors with a pageview in the last minutes."""

    last_5_minutes: Count
    last_30_minutes: Count


class NowPage(Answer):
    """A page that was seen in the last 30 minutes."""

    page: str
    visitors: Count


class NowSource(Answer):
    """Where visitors of the last 30 minutes came from; "" where nothing says."""

    source: str
    visitors: Count


class Now(Answer):
    """Who is here now. Pages and sources are those with the most visitors in the last 30 minutes."""

    site: str
    visitors: NowVisitors
    pages: list[NowPage]
    sources: list[NowSource]


class Counter(Answer):
    """How often a page was viewed, and by how many visitors: as text with its thousands apart, and as numbers."""

    count: str = Field(description="The pageviews, with U+202F between thousands.", examples=["1\u202f234"])
    count_unique: str = Field(description="The visitors, likewise.", examples=["567"])
    pageviews: Count
    visitors: Count


class Health(Answer):
    """How the installation does."""

    status: Literal["ok"]
    version: str
    lag_seconds: float = Field(ge=0, description="How long the oldest event that is not counted yet has waited.")


class Error(Answer):
    """A refusal: what is wrong, and what would be right."""

    error: str
