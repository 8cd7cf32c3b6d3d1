"""Custom metrics in CloudWatch's embedded metric format: one line of JSON on standard output for several values.

Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format". Written here in full, since
the library for it (Powertools Metrics) would cost the ingest function a good part of its start. No line holds anything
of a visitor.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping

from shared.engine import Clock

NAMESPACE = "Milepost"
DIMENSION = "Stack"

EVENTS_ACCEPTED = "EventsAccepted"
EVENTS_DROPPED = "EventsDropped"
EVENTS_PROJECTED = "EventsProjected"
LAG_SECONDS = "LagSeconds"
QUARANTINED = "Quarantined"
MILESTONES = "Milestones"
NOTIFICATIONS_FAILED = "NotificationsFailed"
DIFFERENCES = "Differences"
ESTIMATED_MONTHLY_COST = "EstimatedMonthlyCost"

#: Every metric there is, with its unit; CloudWatch knows none for dollars.
UNITS: Mapping[str, str] = {
    EVENTS_ACCEPTED: "Count",
    EVENTS_DROPPED: "Count",
    EVENTS_PROJECTED: "Count",
    LAG_SECONDS: "Seconds",
    QUARANTINED: "Count",
    MILESTONES: "Count",
    NOTIFICATIONS_FAILED: "Count",
    DIFFERENCES: "Count",
    ESTIMATED_MONTHLY_COST: "None",
}

#: The property of a line with dropped events: how many for which reason.
DROP_REASONS = "DropReasons"

#: Milliseconds between two lines of a `Tally`.
TALLY_INTERVAL = 1_000

Emit = Callable[..., None]


def write_out(line: str) -> None:
    """Writes a line to standard output at once, whatever that is by now."""
    sys.stdout.write(line)
    sys.stdout.flush()


def make_emitter(stack: str, clock: Clock, write: Callable[[str], object] = write_out) -> Emit:
    """Makes the function that writes metrics, `emit(values, **properties)`.

    Args:
        stack: The stack's name, the metrics' one dimension.
        clock: Gives milliseconds since 1970.
        write: Takes a line at a time.

    Returns:
        A function of the values by the metrics' names, and of properties: they stand in the line, for who searches the
        log, and are no metrics. Without values it writes nothing.
    """

    def emit(values: Mapping[str, float], **properties: object) -> None:
        if not values:
            return
        metrics = [{"Name": name, "Unit": UNITS[name]} for name in values]
        directive = {"Namespace": NAMESPACE, "Dimensions": [[DIMENSION]], "Metrics": metrics}
        line = {
            "_aws": {"Timestamp": clock(), "CloudWatchMetrics": [directive]},
            DIMENSION: stack,
            **values,
            **properties,
        }
        write(json.dumps(line, separators=(",", ":")) + "\n")

    return emit


class Tally:
    """Counts what happens at the rate of requests, and writes one line a second at most, so that logs stay cheap.

    What is counted within a second of the last line waits for the next call. If none follows, that last part of a
    second is lost with the process: metrics are for watching, the counts come from the log.
    """

    def __init__(self, emit: Emit, clock: Clock) -> None:
        """Begins at nothing; `clock` gives milliseconds since 1970."""
        self._emit = emit
        self._clock = clock
        self._values: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._written = 0

    def accepted(self, events: int) -> None:
        """Counts events that are in the log."""
        self._values[EVENTS_ACCEPTED] += events

    def dropped(self, reason: str, events: int) -> None:
        """Counts events that were dropped for a reason."""
        self._values[EVENTS_DROPPED] += events
        self._reasons[reason] += events

    def flush(self) -> None:
        """Writes what was counted, unless a line was written within the second."""
        now = self._clock()
        if not self._values or 0 <= now - self._written < TALLY_INTERVAL:
            return
        self._emit(self._values, **({DROP_REASONS: self._reasons} if self._reasons else {}))
        self._values, self._reasons, self._written = Counter(), Counter(), now
