"""What user agents are taken for, on corpora with labels: bots by source, people by what is read of them."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from shared.domain.agents import read_agent
from shared.domain.bots import bot_reason
from tests.benchmarks.lines import Bench, Line, Quantity, Target
from tests.support.labelled_agents import ASPECTS, agrees, labelled_agents, labels_of, read_labelled

_BOTS = Target(">=", 99, "%")
_PEOPLE = Target("<=", 0.5, "%")
_AGREEMENT = Target(">=", 97, "%")
_COST = Target("<=", 2, "ms")

Labelled = dict[str, Any]


def measure(bench: Bench) -> Iterator[Line]:
    """Gives the share of flagged agents of each kind, the share of labels met, and what a new agent costs."""
    try:
        bots, people, tools = (list(labelled_agents(name)) for name in ("bots", "humans", "tools"))
    except FileNotFoundError:
        yield Line("agents", None, note="skipped: the labelled agents are not at hand")
        return
    browsers = [one for one in people if one.get("client_type") == "browser"]
    yield _cost("bot_reason", (lambda one: bot_reason(one["ua"])), browsers)
    yield _cost("read_agent", (lambda one: read_agent(one["ua"], None, None)), browsers)
    yield _flagged("bots", bots, _BOTS)
    yield from _by_source("bots", bots)
    yield _flagged("people with a browser", browsers, _PEOPLE)
    yield _flagged("people, all", people, None)
    yield from _by_source("people", people)
    yield _flagged("tools", tools, None)
    yield from _agreement(people)


def _cost(what: str, ask: Callable[[Labelled], object], people: Iterable[Labelled]) -> Line:
    # Agents of the corpus are all different, so none is remembered; a few thousand are enough.
    sample = list(people)[::8]
    ask({"ua": "the tables are loaded by the first"})
    begin = time.process_time()
    for one in sample:
        ask(one)
    each = 1000 * (time.process_time() - begin) / len(sample)
    return Line(f"{what} of a new agent", Quantity(each, "ms"), target=_COST, note=f"{len(sample):,} agents")


def _flagged(what: str, agents: list[Labelled], target: Target | None) -> Line:
    flagged = sum(bot_reason(one["ua"]) is not None for one in agents)
    share = Quantity(100 * flagged / len(agents), "%")
    return Line(f"flagged as bots, {what}", share, target=target, note=f"{flagged:,} of {len(agents):,}")


def _by_source(what: str, agents: Iterable[Labelled]) -> Iterator[Line]:
    sources: defaultdict[str, list[Labelled]] = defaultdict(list)
    for one in agents:
        for source in one["source"]:
            sources[source].append(one)
    for source, members in sorted(sources.items()):
        yield _flagged(f"{what} of {source}", members, None)


def _agreement(people: Iterable[Labelled]) -> Iterator[Line]:
    met, of = Counter[str](), Counter[str]()
    for one in people:
        agent = read_labelled(one)
        for aspect, label in labels_of(one).items():
            of[aspect] += 1
            met[aspect] += agrees(aspect, label, getattr(agent, aspect))
    for aspect in ASPECTS:
        share = Quantity(100 * met[aspect] / of[aspect], "%")
        what = f"{aspect.replace('_', ' ')} as labelled"
        yield Line(what, share, target=_AGREEMENT, note=f"{met[aspect]:,} of {of[aspect]:,}")
