"""Metrics, what each needs, and what the engine is asked for it.

Source: https://plausible.io/docs/stats-api#metrics
"""

from collections.abc import Sequence

from services.query.refusals import InvalidRequest
from services.query.stats.dimensions import GOAL, HOSTNAME, PAGE, shown
from services.query.stats.trees import conditions
from shared.domain.reports.question import Filter

CONVERSION_RATE, GROUP_CONVERSION_RATE, PERCENTAGE = "conversion_rate", "group_conversion_rate", "percentage"
EXIT_RATE = "exit_rate"
EXIT_PAGE = "visit:exit_page"
SHARES = (PERCENTAGE, CONVERSION_RATE, GROUP_CONVERSION_RATE)
REVENUES = ("total_revenue", "average_revenue")
COUNTS = ("visitors", "visits", "pageviews", "events")
OF_VISITS = ("bounce_rate", "visit_duration", "views_per_visit")
OF_PAGES = ("scroll_depth", "time_on_page")

METRICS = (*COUNTS, *OF_VISITS, *OF_PAGES, *SHARES, *REVENUES, EXIT_RATE)
METRICS_V1 = (*COUNTS, *OF_VISITS, CONVERSION_RATE, "time_on_page")
_BY_EXIT = ((PAGE,), (EXIT_PAGE,))


def check_metrics(asked: Sequence[object], known: Sequence[str]) -> tuple[str, ...]:
    """Checks the names of metrics.

    Args:
        asked: The names.
        known: Those that may be asked for.

    Raises:
        InvalidRequest: There is no name, an unknown one, or one twice.
    """
    if not asked:
        raise InvalidRequest(f"metrics must name at least one metric; known are {', '.join(known)}")
    names = tuple(name for name in asked if isinstance(name, str) and name in known)
    for name in asked:
        if not isinstance(name, str) or name not in known:
            raise InvalidRequest(f"{shown(name)} is not a metric here; known are {', '.join(known)}")
        if names.count(name) > 1:
            raise InvalidRequest(f"the metric {name} is asked for more than once; ask for it once")
    return names


def check_needs(metrics: Sequence[str], dimensions: Sequence[str], filters: Filter | None) -> None:
    """Checks that metrics go with the dimensions and filters.

    Raises:
        InvalidRequest: One does not; says what it needs.
    """
    seen = {*dimensions, *(each.dimension for each in conditions(filters))}
    for metric in metrics:
        if metric in OF_PAGES and PAGE not in seen:
            raise InvalidRequest(f"{metric} needs a filter by {PAGE} or the dimension {PAGE}")
        if metric in (CONVERSION_RATE, GROUP_CONVERSION_RATE) and GOAL not in seen:
            raise InvalidRequest(f"{metric} needs a filter by {GOAL} or the dimension {GOAL}")
        if metric == PERCENTAGE and not dimensions:
            raise InvalidRequest(f"{metric} needs at least one dimension")
        if metric == EXIT_RATE and tuple(dimensions) not in _BY_EXIT:
            raise InvalidRequest(f"{metric} goes with the one dimension {PAGE} or {EXIT_PAGE}")
        if metric in OF_VISITS:
            _check_of_visits(metric, dimensions)


def asked_for(metrics: Sequence[str]) -> tuple[str, ...]:
    """Gives the metrics that the engine is asked for: shares are made of visitors, the others left out of questions."""
    names = ("visitors" if metric in SHARES else metric for metric in metrics if metric not in (*REVENUES, EXIT_RATE))
    return tuple(dict.fromkeys(names)) or ("visitors",)


def _check_of_visits(metric: str, dimensions: Sequence[str]) -> None:
    """A visit has many events, so no metric of visits goes by what they are; but it has one entry page."""
    allowed = {PAGE, HOSTNAME} if PAGE in dimensions else set()
    for name in dimensions:
        if name.startswith("event:") and name not in allowed:
            raise InvalidRequest(
                f"{metric} does not go with the dimension {name}: of event dimensions it goes with {PAGE} only, "
                f"and with {HOSTNAME} beside that"
            )
