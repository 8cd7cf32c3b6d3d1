"""Bot or human: a conclusion drawn in the fold from the user agent, by two maintained pattern lists.

CrawlerDetect (MIT) and crawler-user-agents (MIT) know different crawlers; an agent that either names is a bot, and so
is one without an agent.
"""

from collections.abc import Callable
from functools import cache, lru_cache


@lru_cache(maxsize=100_000)
def is_bot(user_agent: str | None) -> bool:
    """Tells whether a user agent is a crawler's, a library's or an automated browser's.

    A new agent costs about half a millisecond, so answers are remembered.
    """
    if not user_agent:
        return True
    crawler_detect, crawler_user_agents = _lists()
    return bool(crawler_detect(user_agent)) or bool(crawler_user_agents(user_agent))


@cache
def rule_set() -> str:
    """Names the rules that a fold of this installation applies, with their versions."""
    from importlib.metadata import version  # ingest loads this module and never asks

    packages = ("crawlerdetect", "crawler-user-agents")
    return " ".join(f"{name}={version(name)}" for name in packages)


@cache
def _lists() -> tuple[Callable[[str], object], Callable[[str], object]]:
    # Compiling the patterns takes long enough that a process which classifies nothing should not pay for it.
    from crawlerdetect import CrawlerDetect
    from crawleruseragents import is_crawler

    return CrawlerDetect().isCrawler, is_crawler
