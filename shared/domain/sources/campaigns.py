"""What a link's own tags say of where a click on it comes from."""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl

#: Click identifiers that stand for a missing medium. Source: Plausible's documentation, "gclid and msclkid".
_CLICKS_AS_MEDIUM = ("gclid", "msclkid")

#: In order of precedence.
_SOURCES = ("utm_source", "source", "ref")


class Campaign(NamedTuple):
    """A link's tags, "" where one is missing."""

    source: str
    medium: str
    campaign: str
    content: str
    term: str


@lru_cache(maxsize=20_000)
def campaign_of(url: str, click_id: str | None) -> Campaign:
    """Reads the tags of a URL as it is stored.

    Args:
        url: The minimised URL, or a path.
        click_id: The name of the click identifier that it carried, if any.
    """
    query = url.partition("#")[0].partition("?")[2]
    # The first of several counts; an empty one says nothing.
    tags = {name: value.strip() for name, value in reversed(parse_qsl(query)) if value.strip()}
    source = next((tags[name] for name in _SOURCES if name in tags), "")
    medium = tags.get("utm_medium", "")
    if not medium and click_id in _CLICKS_AS_MEDIUM:
        medium = f"({click_id})"
    return Campaign(source, medium, *(tags.get(f"utm_{name}", "") for name in ("campaign", "content", "term")))
