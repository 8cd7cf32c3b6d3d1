"""The rules under which events are folded: who is flagged and why, and by which lists."""

from shared.domain import agents, bots
from shared.domain.events import BOT, Event
from shared.domain.sources import is_spam, sources_rule_set

SPAM_REFERRER = "spam referrer"


def flag_of(event: Event) -> str | None:
    """Tells why an event is flagged: left out of counts unless bots are asked for. None: it is a person's."""
    reason = bots.bot_reason(event.user_agent)
    if reason is None and event.extra is not None:
        reason = bots.told_reason(event.extra.get(BOT))
    return reason or (SPAM_REFERRER if is_spam(event.referrer) else None)


def rule_set() -> str:
    """Names the rules that a fold of this installation applies, with their versions."""
    return f"{bots.rule_set()} agents={agents.RULES} {sources_rule_set()}"
