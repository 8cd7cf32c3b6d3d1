"""The projection: one version of the read models, with the rules that it was folded under."""

from collections.abc import Mapping
from dataclasses import dataclass, field

BUILDING = "building"
LIVE = "live"


@dataclass(frozen=True, slots=True)
class Projection:
    """A version of the read models.

    Attributes:
        version: 1, 2, 3 …; part of every key of its rows.
        state: `BUILDING` beside the live one, or `LIVE`. Events go to both.
        rules: The rule set that it is folded under.
        timezones: The timezone of each site that it counts.
        sealed: The last sealed day of each site that has any: events of that day and before may have been removed, so
            those days' counts stay as they are.
    """

    version: int
    state: str
    rules: str
    timezones: Mapping[str, str]
    sealed: Mapping[str, str] = field(default_factory=dict)
