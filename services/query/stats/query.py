"""A query that was read, whichever version it came in, as a question to the engine."""

from dataclasses import dataclass, replace

from services.query.stats.dates import Range
from services.query.stats.dimensions import asked_as
from shared.domain.reports.question import Filter, Question
from shared.domain.sites import Site


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of a site.

    Attributes:
        site: The site.
        metrics: The metrics, in the order of the answer.
        dimensions: What the rows stand for, in the order of the answer.
        period: What it is about.
        filters: Which events count; None: all.
        bots: "exclude", "include" or "only".
    """

    site: Site
    metrics: tuple[str, ...]
    dimensions: tuple[str, ...]
    period: Range
    filters: Filter | None
    bots: str

    def over(self, period: Range) -> "Query":
        """Asks the same about another range."""
        return replace(self, period=period)

    def question(
        self, metrics: tuple[str, ...], dimensions: tuple[str, ...], filters: Filter | None = None
    ) -> Question:
        """Makes a question to the engine; each of its dimensions is there once, by the engine's name."""
        names = tuple(dict.fromkeys(map(asked_as, dimensions)))
        first, last, since, until = self.period
        return Question(metrics, names, first, last, filters, self.bots, since, until)
