"""The parameters of a counter: GoatCounter's, and two of our own."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from services.query.parameters import Day, Parameters

MAX_LABEL = 40


def _printable(text: str) -> str:
    """Control characters and the like have no place in XML, and marks that turn the writing round none in a badge."""
    if not text.isprintable():
        raise ValueError("not printable")
    return text


class CounterParameters(Parameters):
    """What may be asked of a counter."""

    start: Day | Literal["week", "month", "year"] | None = Field(
        None,
        description="a day, such as 2026-11-01: the first that counts; or week, month or year: so long ago",
    )
    end: Day | None = Field(None, description="a day, such as 2026-11-30: the last that counts")
    show: Literal["pageviews", "visitors"] = Field(
        "pageviews", description="pageviews or visitors: what a badge shows; JSON has both"
    )
    label: Annotated[str, Field(min_length=1, max_length=MAX_LABEL), AfterValidator(_printable)] | None = Field(
        None, description=f"1 to {MAX_LABEL} printable characters: what a badge says before the number"
    )
    no_branding: str | None = Field(None, description="anything; it changes nothing, since there is no branding")
    style: str | None = Field(None, description="anything; it changes nothing, since no stranger's CSS is passed on")
