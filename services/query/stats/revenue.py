"""Revenue of goals, each in the one currency that its events name.

Source: https://plausible.io/docs/stats-api#metrics, "Read more about revenue metrics"
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypedDict

from services.query.stats.dimensions import GOAL
from services.query.stats.metrics import REVENUES
from services.query.stats.query import Query
from services.query.stats.trees import conditions
from shared.domain.reports.question import Group, Question

CURRENCY = "event:currency"

#: ISO 4217's currencies without a minor unit, and those whose unit has a thousand of it.
_WITHOUT_DECIMALS = (
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF"),
    *("XOF", "XPF"),
)
_WITH_THREE_DECIMALS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_SIGNS = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "INR": "₹",
    "KRW": "₩",
    "BRL": "R$",
    "CAD": "CA$",
    "AUD": "A$",
}
_SCALES = ((1e9, "B"), (1e6, "M"), (1e3, "K"))

_NO_GOALS = ("no_revenue_goals_matching", "There is no revenue: no goal that is asked for has any.")
_CURRENCIES = (
    "no_single_revenue_currency",
    "Revenue in several currencies is not added up: ask for one goal, or for the dimension event:goal.",
)


class Revenue(TypedDict):
    """An amount as it is shown."""

    value: float
    currency: str
    short: str
    long: str


class Revenues(NamedTuple):
    """Revenues by group, and why some cannot be told.

    Attributes:
        metrics: The metrics that are asked for.
        by_group: For each group the amounts by currency, each by metric.
        warnings: For each metric that cannot be told the reason.
    """

    metrics: tuple[str, ...]
    by_group: Mapping[tuple[str, ...], Mapping[str, Mapping[str, float | None]]]
    warnings: Mapping[str, Mapping[str, str]]

    def of(self, group: tuple[str, ...]) -> dict[str, Revenue | None]:
        """Gives a group's revenues: None where it has none, or in several currencies."""
        found = self.by_group.get(group, {})
        if len(found) != 1:
            return dict.fromkeys(self.metrics)
        ((currency, amounts),) = found.items()
        return {metric: _money(amounts.get(metric), currency) for metric in self.metrics}


def revenues(ask: Callable[[Question], list[Group]], query: Query) -> Revenues:
    """Asks for a query's revenues.

    Args:
        ask: Answers a question.
        query: The query.
    """
    metrics = tuple(metric for metric in query.metrics if metric in REVENUES)
    seen = {*query.dimensions, *(each.dimension for each in conditions(query.filters))}
    if GOAL not in seen:
        return Revenues(metrics, {}, _warnings(metrics, *_NO_GOALS))
    found: defaultdict[tuple[str, ...], dict[str, Mapping[str, float | None]]] = defaultdict(dict)
    for group in ask(query.question(metrics, (*query.dimensions, CURRENCY), query.filters)):
        *dimensions, currency = group.dimensions
        if currency:
            found[tuple(dimensions)][currency] = group.metrics
    if not found:
        return Revenues(metrics, {}, _warnings(metrics, *_NO_GOALS))
    several = any(len(currencies) > 1 for currencies in found.values())
    return Revenues(metrics, found, _warnings(metrics, *_CURRENCIES) if several else {})


def _warnings(metrics: tuple[str, ...], code: str, warning: str) -> dict[str, dict[str, str]]:
    return {metric: {"code": code, "warning": warning} for metric in metrics}


def _money(amount: float | None, currency: str) -> Revenue | None:
    if amount is None:
        return None
    return {
        "value": amount,
        "currency": currency,
        "short": _signed(currency, _short(amount)),
        "long": _signed(currency, f"{amount:,.{_decimals(currency)}f}"),
    }


def _short(amount: float) -> str:
    scale, letter = next((each for each in _SCALES if abs(amount) >= each[0]), (1, ""))
    return f"{amount / scale:.1f}{letter}"


def _signed(currency: str, number: str) -> str:
    sign = _SIGNS.get(currency, f"{currency} ")
    return f"-{sign}{number[1:]}" if number.startswith("-") else f"{sign}{number}"


def _decimals(currency: str) -> int:
    if currency in _WITHOUT_DECIMALS:
        return 0
    return 3 if currency in _WITH_THREE_DECIMALS else 2
