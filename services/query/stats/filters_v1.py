"""Version 1's filters: a text such as "event:page==/blog/*;visit:source!=Google".

Source: https://plausible.io/docs/stats-api-v1#filtering
"""

import re
from collections.abc import Sequence

from services.query.refusals import InvalidRequest
from services.query.stats.conditions import Comparison, condition, wildcard
from services.query.stats.dimensions import GOAL, check_filterable, shown
from services.query.stats.filters_v2 import MAX_CONDITIONS
from services.query.stats.trees import check_patterns
from shared.domain.reports.question import IS, All, Any, Filter, Not
from shared.domain.sites import Goal

_HINT = "a filter must be like visit:country==DE, with == or !=; | separates alternatives and ; filters"
_EXPRESSION = re.compile(r"\s*(\S.*?)\s*(==|!=)(.*)", re.DOTALL)
_SEMICOLON, _BAR, _ASTERISK = (re.compile(rf"(?<!\\)\{mark}") for mark in ";|*")
_ESCAPED = re.compile(r"\\([;|*])")


def read_filters(text: str, goals: Sequence[Goal], bots: str) -> Filter | None:
    """Reads filters, all of which must hold.

    Args:
        text: The filters; a backslash takes the meaning from a mark after it.
        goals: The site's goals.
        bots: "exclude", "include" or "only".

    Raises:
        InvalidRequest: One is none; says what would be one.
    """
    expressions = [each for each in _SEMICOLON.split(text) if each.strip()]
    if len(expressions) > MAX_CONDITIONS:
        raise InvalidRequest(f"a question may have at most {MAX_CONDITIONS} filters")
    parts = tuple(_read(each, goals, bots) for each in expressions)
    read = All(parts) if len(parts) > 1 else parts[0] if parts else None
    check_patterns(read)
    return read


def _read(expression: str, goals: Sequence[Goal], bots: str) -> Filter:
    found = _EXPRESSION.fullmatch(expression)
    if found is None:
        raise InvalidRequest(f"{shown(expression)} is not a filter; {_HINT}")
    dimension = check_filterable(found[1], bots)
    if dimension == GOAL and found[2] == "!=":
        raise InvalidRequest(f"{GOAL} can be filtered by == only")
    either = _alternatives(dimension, _BAR.split(found[3]), goals)
    return Not(either) if found[2] == "!=" else either


def _alternatives(dimension: str, values: Sequence[str], goals: Sequence[Goal]) -> Filter:
    """An asterisk in a goal's name is one."""
    pieces = [_ASTERISK.split(value) if dimension != GOAL else [value] for value in values]
    told = [tuple(map(_unescaped, each)) for each in pieces]
    whole = tuple(each[0] for each in told if len(each) == 1)
    asked = [Comparison(IS, dimension, whole)] if whole else []
    wild = [each for each in told if len(each) > 1]
    asked += [wildcard(dimension, wild)] if wild else []
    parts = tuple(condition(each, goals) for each in asked)
    return Any(parts) if len(parts) > 1 else parts[0]


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
