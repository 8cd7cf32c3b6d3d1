"""What rows may stand for and what filters may look at.

Source: https://plausible.io/docs/stats-api#dimensions
"""

from services.query.refusals import InvalidRequest
from services.query.stats.country_names import country_name

GOAL, PAGE, HOSTNAME, BOT = "event:goal", "event:page", "event:hostname", "event:bot"
COUNTRY, COUNTRY_NAME = "visit:country", "visit:country_name"
PROPS = "event:props:"
MAX_PROP_LENGTH = 300
TIMES = ("time:minute", "time:hour", "time:day", "time:week", "time:month")
TIME = "time"

_NOT_SET = "(not set)"
_NONE = "(none)"
_DIRECT = "Direct / None"

#: Every dimension that can be filtered by, custom properties aside, and the word for the value of what is not set.
#: Places have no word: the documentation asks for places that are not set by "".
UNSET = {
    **dict.fromkeys((GOAL, PAGE, "event:name"), ""),
    **dict.fromkeys((HOSTNAME, "visit:entry_page_hostname", "visit:exit_page_hostname"), _NONE),
    **dict.fromkeys(("visit:entry_page", "visit:exit_page"), _NOT_SET),
    **dict.fromkeys(("visit:source", "visit:referrer"), _DIRECT),
    "visit:channel": _NOT_SET,
    **dict.fromkeys(
        ("visit:utm_medium", "visit:utm_source", "visit:utm_campaign", "visit:utm_content", "visit:utm_term"), _NOT_SET
    ),
    **dict.fromkeys(
        ("visit:device", "visit:browser", "visit:browser_version", "visit:os", "visit:os_version"), _NOT_SET
    ),
    **dict.fromkeys((COUNTRY, "visit:region", "visit:city", COUNTRY_NAME, "visit:region_name", "visit:city_name"), ""),
    **dict.fromkeys(("visit:language", "visit:click_id"), _NOT_SET),
    BOT: _NONE,
}

#: Version 1 shows the same in parentheses.
DIRECT_IN_V1 = f"({_DIRECT})"


def is_property(name: str) -> bool:
    """Tells whether a dimension is a custom property."""
    return name.startswith(PROPS) and 0 < len(name) - len(PROPS) <= MAX_PROP_LENGTH


def check_filterable(name: object, bots: str) -> str:
    """Checks the name of a dimension that filters may look at.

    Raises:
        InvalidRequest: There is none of that name, or not for the bots asked for.
    """
    if not isinstance(name, str) or not (name in UNSET or is_property(name)):
        known = ", ".join(UNSET)
        raise InvalidRequest(f"{shown(name)} is not a dimension to filter by; known are {known} and {PROPS}NAME")
    if name == BOT and bots == "exclude":
        raise InvalidRequest(f"{BOT} needs bots to be counted; ask with bots=include or bots=only")
    return name


def check_dimension(name: object, bots: str) -> str:
    """Checks the name of a dimension that rows may stand for.

    Raises:
        InvalidRequest: As for `check_filterable`.
    """
    if name == TIME or name in TIMES:
        return str(name)
    if not isinstance(name, str) or not (name in UNSET or is_property(name)):
        known = ", ".join((TIME, *TIMES, *UNSET))
        raise InvalidRequest(f"{shown(name)} is not a dimension; known are {known} and {PROPS}NAME")
    return check_filterable(name, bots)


def asked_as(dimension: str) -> str:
    """Gives the dimension that the engine knows for one that the API knows."""
    return COUNTRY if dimension == COUNTRY_NAME else dimension


def displayed(dimension: str, value: str) -> str:
    """Gives the word that is shown for the engine's value of a dimension."""
    if not value:
        return UNSET.get(dimension, "")
    return country_name(value) if dimension == COUNTRY_NAME else value


def shown(value: object) -> str:
    """Quotes what was sent, cut to a length that an error can hold."""
    text = repr(value)
    return text if len(text) <= 80 else text[:79] + "…"
