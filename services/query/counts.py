"""From a question to a site's counts."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from operator import attrgetter
from typing import Literal, NamedTuple

from services.query import answers
from services.query.cursors import Cursor, digest_of, seal, unseal
from services.query.parameters import By, CountsParameters, Period, period_of
from services.query.refusals import InvalidRequest
from shared.backlog import live_projection
from shared.domain.calendar import days_between, hours_between, local_date
from shared.domain.counts import Counts
from shared.domain.folds import DAY, HOUR, PAGE_DAY, RowKey
from shared.domain.pages import page_of
from shared.domain.projection import Projection
from shared.domain.sites import Site
from shared.engine import ReadModels

Place = tuple[str, int, str]


class Line(NamedTuple):
    """A row before it is written: its day or hour ("" for the whole range), its page ("" for all), its counts."""

    bucket: str
    page: str
    pageviews: int
    visitors: int

    @property
    def place(self) -> Place:
        """Where the row stands. Python compares strings by code points, which is the order of their bytes in UTF-8."""
        return self.bucket, -self.pageviews, self.page


#: Pageviews and visitors of each day that has any.
Days = Mapping[str, tuple[int, int]]


class CountsCursor(Cursor):
    """The days that count, so that no midnight shifts them, and the place of the row that a portion ended with."""

    first: date
    last: date
    after: Place


class Question(NamedTuple):
    """What is asked, with everything that was left open decided."""

    projection: Projection
    site: str
    timezone: str
    period: Period
    by: By
    page: str | None
    bots: str
    limit: int
    after: Place | None
    digest: str


def count(read_models: ReadModels, site: Site, asked: CountsParameters, now: int) -> answers.Counts:
    """Answers a question about a site's counts from the live projection.

    Args:
        read_models: The read models.
        site: The site.
        asked: The question's parameters.
        now: Milliseconds since 1970.

    Raises:
        InvalidRequest: The parameters do not go together, or the cursor is another question's.
        StorageUnavailable: The read models are out of reach.
    """
    if asked.by == "hour" and asked.page is not None:
        raise InvalidRequest("by=hour counts a site as a whole; leave page out, or ask by=day")
    while True:
        question = _question(live_projection(read_models), site, asked, now)
        answer = _answer(read_models, question)
        # A projection that is no longer live may have lost rows while they were read.
        if live_projection(read_models).version == question.projection.version:
            return answer


def _question(projection: Projection, site: Site, asked: CountsParameters, now: int) -> Question:
    timezone = projection.timezones.get(site.name, site.timezone)
    page = None if asked.page is None else page_of(asked.page)
    digest = digest_of("counts", site.name, asked.by, asked.first, asked.last, page, asked.bots)
    cursor = unseal(CountsCursor, asked.cursor, digest) if asked.cursor is not None else None
    first, last = (cursor.first, cursor.last) if cursor else (asked.first, asked.last)
    period = period_of(first, last, asked.by, date.fromisoformat(local_date(now, timezone)))
    after = cursor.after if cursor else None
    return Question(projection, site.name, timezone, period, asked.by, page, asked.bots, asked.limit, after, digest)


def _answer(read_models: ReadModels, question: Question) -> answers.Counts:
    days = _read_days(read_models, question)
    form = _FORMS[question.by]
    lines = form.lines(read_models, question, days)
    after = question.after
    found = list(islice((line for line in lines if after is None or line.place > after), question.limit + 1))
    portion = found[: question.limit]
    return answers.Counts(
        site=question.site,
        first=question.period.first,
        last=question.period.last,
        timezone=question.timezone,
        by=form.names,
        totals=answers.Totals(
            pageviews=sum(pageviews for pageviews, _ in days.values()),
            visitors=sum(visitors for _, visitors in days.values()),
        ),
        rows=[form.row(line) for line in portion],
        next=_next(question, portion[-1]) if len(found) > len(portion) else None,
    )


def _next(question: Question, end: Line) -> str:
    first, last = question.period
    return seal(CountsCursor(question=question.digest, first=first, last=last, after=end.place))


def _read_days(read_models: ReadModels, question: Question) -> Days:
    """Reads the days of the site, or of the page that is asked for."""
    first, last = map(date.isoformat, question.period)
    view = DAY if question.page is None else PAGE_DAY
    rows = read_models.rows(question.projection.version, question.site, view, first, last, question.page)
    return {key.bucket: counts.seen(question.bots) for key, counts in rows}


def _by_day(_: ReadModels, question: Question, days: Days) -> Iterable[Line]:
    return (Line(day, "", *days.get(day, (0, 0))) for day in days_between(*question.period))


def _by_hour(read_models: ReadModels, question: Question, _: Days) -> Iterable[Line]:
    first, last = map(date.isoformat, question.period)
    rows = read_models.rows(question.projection.version, question.site, HOUR, f"{first}T00", f"{last}T23")
    hours = {key.bucket: counts.seen(question.bots) for key, counts in rows}
    # An access log whose hours are taken as written may name one that the site's clocks skip.
    labels = sorted({*_clock_hours(question), *hours})
    return (Line(hour, "", *hours.get(hour, (0, 0))) for hour in labels)


def _clock_hours(question: Question) -> list[str]:
    try:
        return hours_between(*question.period, question.timezone)
    except OverflowError as error:
        raise InvalidRequest("by=hour needs from and to to be a few days inside 0001-01-01 to 9999-12-31") from error


def _by_page(read_models: ReadModels, question: Question, _: Days) -> Iterable[Line]:
    first, last = map(date.isoformat, question.period)
    pageviews: defaultdict[str, int] = defaultdict(int)
    visitors: defaultdict[str, int] = defaultdict(int)
    for key, counts in _page_rows(read_models, question, first, last):
        seen = counts.seen(question.bots)
        pageviews[key.page] += seen[0]
        visitors[key.page] += seen[1]
    return sorted((Line("", page, n, visitors[page]) for page, n in pageviews.items() if n), key=attrgetter("place"))


def _by_page_and_day(read_models: ReadModels, question: Question, _: Days) -> Iterator[Line]:
    """Reads on from the day at which the portion before ended, each time twice as many days.

    So a portion costs in proportion to its rows, however long the range.
    """
    days = days_between(*question.period)
    at = bisect_left(days, question.after[0]) if question.after else 0
    span = 1
    while at < len(days):
        window = days[at : at + span]
        yield from sorted(_page_days(read_models, question, window[0], window[-1]), key=attrgetter("place"))
        at += span
        span *= 2


def _page_days(read_models: ReadModels, question: Question, first: str, last: str) -> Iterator[Line]:
    for key, counts in _page_rows(read_models, question, first, last):
        pageviews, visitors = counts.seen(question.bots)
        if pageviews:
            yield Line(key.bucket, key.page, pageviews, visitors)


def _page_rows(read_models: ReadModels, question: Question, first: str, last: str) -> Iterator[tuple[RowKey, Counts]]:
    return read_models.rows(question.projection.version, question.site, PAGE_DAY, first, last, question.page)


class _Form(NamedTuple):
    """What `by` decides: the names of a row's labels, how the rows are read, and how one is written."""

    names: list[Literal["page", "day", "hour"]]
    lines: Callable[[ReadModels, Question, Days], Iterable[Line]]
    row: Callable[[Line], answers.Row]


def _page_row(line: Line) -> answers.Row:
    return answers.PageRow(page=line.page, pageviews=line.pageviews, visitors=line.visitors)


def _day_row(line: Line) -> answers.Row:
    return answers.DayRow(day=line.bucket, pageviews=line.pageviews, visitors=line.visitors)


def _hour_row(line: Line) -> answers.Row:
    return answers.HourRow(hour=line.bucket, pageviews=line.pageviews, visitors=line.visitors)


def _page_day_row(line: Line) -> answers.Row:
    return answers.PageDayRow(page=line.page, day=line.bucket, pageviews=line.pageviews, visitors=line.visitors)


_FORMS: Mapping[By, _Form] = {
    "page": _Form(["page"], _by_page, _page_row),
    "day": _Form(["day"], _by_day, _day_row),
    "hour": _Form(["hour"], _by_hour, _hour_row),
    "page,day": _Form(["page", "day"], _by_page_and_day, _page_day_row),
}
