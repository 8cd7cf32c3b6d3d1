"""What reports answer after a schedule, from rollups and from segments, held against the naive count."""

from collections.abc import Mapping
from datetime import date

from services.query.refusals import InvalidRequest
from services.query.stats.evaluate import StatsEvaluator
from shared.domain.folds import PAGE_DAY
from shared.domain.reports.question import IS, Condition, Filter, Question
from shared.engine import Clock, Engine
from tests.faults.traffic import SITES, RowName, Tally

_FIRST, _LAST = date(2026, 1, 1), date(2026, 12, 31)
_PAGEVIEWS = Condition(IS, "event:name", ("pageview",))

#: (site, day, page, bots), and pageviews or visitors.
Numbers = dict[tuple[str, str, str, str], int]


def difference_of_reports(engine: Engine, clock: Clock, expected: Mapping[RowName, Tally]) -> str:
    """Asks for pageviews and visitors of pages by day; "" if they are those expected, else how the first differs."""
    evaluator = StatsEvaluator(engine, clock)
    wanted = {name: row for name, row in expected.items() if name[1] == PAGE_DAY}
    pageviews = _expected({name: (row.people, row.bots) for name, row in wanted.items()})
    visitors = _expected({name: (len(row.visitors), len(row.bot_visitors)) for name, row in wanted.items()})
    try:
        return _compare(evaluator, pageviews, visitors)
    except InvalidRequest as error:
        return str(error)


def _compare(evaluator: StatsEvaluator, pageviews: Numbers, visitors: Numbers) -> str:
    return (
        _difference("from rollups", _asked(evaluator, "pageviews", None), pageviews)
        or _difference("from segments", _asked(evaluator, "pageviews", _PAGEVIEWS), pageviews)
        or _difference("visitors", _asked(evaluator, "visitors", _PAGEVIEWS), visitors)
    )


def _expected(numbers: Mapping[RowName, tuple[int, int]]) -> Numbers:
    return {
        (site, day, page, bots): number
        for (site, _, day, page), both in numbers.items()
        for bots, number in zip(("exclude", "only"), both, strict=True)
        if number
    }


def _asked(evaluator: StatsEvaluator, metric: str, filters: Filter | None) -> Numbers:
    found: Numbers = {}
    for site in SITES.values():
        for bots in ("exclude", "only"):
            question = Question((metric,), ("time:day", "event:page"), _FIRST, _LAST, filters, bots)
            for (day, page), metrics in evaluator.rows(site, question):
                if number := int(metrics[metric] or 0):
                    found[site.name, day, page, bots] = number
    return found


def _difference(how: str, found: Numbers, expected: Numbers) -> str:
    for key in sorted(found.keys() | expected.keys()):
        if found.get(key) != expected.get(key):
            return f"{key} {how}: {found.get(key)}, should be {expected.get(key)}"
    return ""
