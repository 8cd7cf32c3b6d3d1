"""Who is here now: the visitors of the last minutes, and what pages and sources they have."""

from collections.abc import Callable

from services.query import answers
from services.query.parameters import NowParameters
from services.query.stats.evaluator import Evaluator
from services.query.stats.since import visitors_question
from shared.domain.reports.question import Group
from shared.domain.sites import Site

_MINUTE_MS = 60_000
SHORT, LONG = 5, 30


def visitors_now(evaluator: Evaluator, site: Site, asked: NowParameters, now: int) -> answers.Now:
    """Answers who is here now.

    Args:
        evaluator: Answers questions.
        site: The site.
        asked: The question's parameters.
        now: Milliseconds since 1970.

    Raises:
        StorageUnavailable: The storage is out of reach.
    """
    ask = _asker(evaluator, site, asked, now)
    return answers.Now(
        site=site.name,
        visitors=answers.NowVisitors(
            last_5_minutes=_visitors(ask("", SHORT)), last_30_minutes=_visitors(ask("", LONG))
        ),
        pages=[answers.NowPage(page=name, visitors=n) for name, n in _most(ask("event:page", LONG), asked.limit)],
        sources=[
            answers.NowSource(source=name, visitors=n) for name, n in _most(ask("visit:source", LONG), asked.limit)
        ],
    )


def _asker(evaluator: Evaluator, site: Site, asked: NowParameters, now: int) -> Callable[[str, int], list[Group]]:
    def ask(dimension: str, minutes: int) -> list[Group]:
        since = now - minutes * _MINUTE_MS
        dimensions = (dimension,) if dimension else ()
        return evaluator.rows(site, visitors_question(site.timezone, since, now, dimensions, asked.bots))

    return ask


def _visitors(groups: list[Group]) -> int:
    return sum(int(group.metrics["visitors"] or 0) for group in groups)


def _most(groups: list[Group], limit: int) -> list[tuple[str, int]]:
    """Gives the values with the most visitors, ties in byte order."""
    found = [(group.dimensions[0], int(group.metrics["visitors"] or 0)) for group in groups]
    return sorted(found, key=lambda one: (-one[1], one[0]))[:limit]
