"""What an installation on AWS costs: the prices, what its parts were measured to use, and the formula.

Prices are AWS's list prices on demand in us-east-1 (N. Virginia), without taxes, as known in November 2026. Sources:
aws.amazon.com/api-gateway/pricing (HTTP APIs), aws.amazon.com/lambda/pricing (arm64; starts are billed too),
aws.amazon.com/dynamodb/pricing/on-demand, aws.amazon.com/cloudwatch/pricing, aws.amazon.com/sns/pricing,
aws.amazon.com/eventbridge/pricing (Scheduler), aws.amazon.com/amplify/pricing, aws.amazon.com/s3/pricing.
No free tier is taken off but that of CloudWatch's metrics, alarms and dashboards, which the set-up is made to fit;
`WATCHING` says what they cost where it is used up. docs/costs.md has the table, and what is measured and what assumed.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import exp, log
from typing import NamedTuple, TypeVar

SECONDS_PER_MONTH = 30 * 24 * 3_600

#: Months that events are kept by default.
MONTHS_KEPT = 25


class Prices(NamedTuple):
    """Prices in US dollars.

    Attributes:
        request: A request to an HTTP API, of up to 512 KB; the first 300 million of a month.
        further_request: Each one after those.
        invocation: An invocation of a function.
        gb_second: A second of a function per GB of its memory, arm64.
        write_unit: A write request unit: 1 KB written; in a transaction, half of that.
        read_unit: A read request unit: 4 KB read strongly consistent.
        stored_gb: A GB of a table for a month.
        recoverable_gb: A GB of point-in-time recovery for a month.
        logged_gb: A GB taken in by CloudWatch Logs.
        sent_gb: A GB sent to the internet.
        served_gb: A GB served by Amplify Hosting.
        kept_gb: A GB in S3 for a month.
        scheduled: A call by EventBridge Scheduler.
        mail: A mail by SNS.
        metric: A custom metric for a month.
        alarm: An alarm metric for a month.
        dashboard: A dashboard for a month.
    """

    request: float
    further_request: float
    invocation: float
    gb_second: float
    write_unit: float
    read_unit: float
    stored_gb: float
    recoverable_gb: float
    logged_gb: float
    sent_gb: float
    served_gb: float
    kept_gb: float
    scheduled: float
    mail: float
    metric: float
    alarm: float
    dashboard: float


PRICES = Prices(
    request=1.00e-6,
    further_request=0.90e-6,
    invocation=0.20e-6,
    gb_second=13.3334e-6,
    write_unit=0.625e-6,
    read_unit=0.125e-6,
    stored_gb=0.25,
    recoverable_gb=0.20,
    logged_gb=0.50,
    sent_gb=0.09,
    served_gb=0.15,
    kept_gb=0.023,
    scheduled=1.00e-6,
    mail=20e-6,
    metric=0.30,
    alarm=0.10,
    dashboard=3.00,
)


class Point(NamedTuple):
    """What was measured with batches of one size.

    Attributes:
        batch: Events in a batch.
        write_units: Of an event, appending and the milestone check included.
        read_units: Of an event.
        calls: To DynamoDB, one after the other, of a batch.
    """

    batch: float
    write_units: float
    read_units: float
    calls: float


#: Measured by `make bench` with the pageviews of a real access log, bots included. Between the sizes of batches the
#: logarithms are taken as straight lines.
POINTS: Sequence[Point] = (
    Point(1, 11.65, 7.68, 7.8),
    Point(2, 7.67, 4.25, 8.4),
    Point(5, 5.05, 2.36, 9.6),
    Point(10, 3.91, 1.58, 10.9),
    Point(20, 3.18, 1.16, 13.1),
    Point(50, 2.45, 0.68, 18.4),
    Point(100, 1.99, 0.43, 22.7),
    Point(1_000, 1.23, 0.084, 59.0),
)


class Fold(NamedTuple):
    """What was measured of folding events to segments of one size.

    Attributes:
        events: In a segment.
        write_units: Of an event; what marks the segment as made, and the removal of that, included.
        read_units: Of an event: the log is read again.
        calls: To DynamoDB, of a segment.
        stored: Bytes of an event, with what DynamoDB adds to an item.
    """

    events: float
    write_units: float
    read_units: float
    calls: float
    stored: float


#: Measured by `make bench` with the same pageviews, in the order of the file.
FOLDS: Sequence[Fold] = (
    Fold(1, 5.01, 0.99, 5.0, 492.0),
    Fold(5, 1.01, 0.20, 5.0, 146.0),
    Fold(20, 0.30, 0.144, 5.0, 65.0),
    Fold(100, 0.081, 0.110, 4.9, 34.0),
    Fold(500, 0.034, 0.106, 4.4, 23.0),
    Fold(1_000, 0.027, 0.105, 4.0, 20.5),
)


class Function(NamedTuple):
    """What one call of a function takes.

    Attributes:
        memory: In MiB, as deployed.
        cpu: Seconds of a whole processor, as measured.
        calls: To DynamoDB, one after the other.
        read_units: That it reads.
        write_units: That it writes.
    """

    memory: int
    cpu: float
    calls: float
    read_units: float = 0.0
    write_units: float = 0.0


#: A beacon; a batch and an audit (what their events and calls take comes on top); a round of the schedule with eight
#: epochs under way; a report of twelve months; one of visits by one dimension (what waits to be folded comes on top).
INGEST = Function(512, 0.001, 1)
PROJECT = Function(512, 0.0, 0)
ROUND = Function(1_024, 0.1, 90, read_units=100.0, write_units=1.0)
AUDIT = Function(1_024, 0.0, 0)
REPORT = Function(1_024, 0.35, 14, read_units=126.0)
VISITS = Function(1_024, 0.35, 20, read_units=35.0)

#: What rolling up a day takes; calls and read units of closing an hour, and those for each epoch of the last 25 hours.
DAY = Function(1_024, 0.1, 88, read_units=11.0, write_units=105.0)
CLOSING, CLOSING_EPOCH = 25.0, 3.0

#: Seconds of processor: to start a function, to fold an event, to make a call to DynamoDB; to load what days are folded
#: with, to bring an event into a segment and into its day's rollups.
START_CPU, FOLD_CPU, CALL_CPU = 0.6, 1 / 20_000, 0.0008
DAYS_START_CPU, DETAIL_CPU, ROLL_UP_CPU = 0.3, 1 / 10_000, 1 / 30_000

#: Bytes stored of an event, with what DynamoDB adds to an item: in the log, and in the read models.
LOG_BYTES, VIEW_BYTES = 548.0, 50.0

# What is assumed. MiB of memory that bring a whole processor (AWS Lambda, "Configure Lambda function memory"); seconds
# that DynamoDB takes to answer; seconds after which an idle function is put away, and any.
_MEMORY_OF_PROCESSOR, _ANSWER, _IDLE, _LIFETIME = 1_769, 0.005, 300.0, 7_200.0

#: Shards of the log's stream, over which events spread evenly, and the most that come in one batch.
SHARDS, MAX_BATCH = 4, 1_000

# Seconds of an hour, after which a writer begins another epoch; hours that are not closed yet; hours before these whose
# epochs are looked through when one is.
_HOUR, _OPEN_HOURS, _LOOKED_THROUGH = 3_600.0, 3.5, 25

# What is stored came at this month's rate, but in segments of so many events at least.
_LEAST_STORED = 20.0

# Bytes of a line of the access log, as filled in, and of a line of metrics, with CloudWatch's own 26; of an answer to
# a beacon; of the tracker's script as sent, to two of five pageviews. Seconds that what is known of sites is used for.
_ACCESS_BYTES, _METRIC_BYTES, _ANSWER_BYTES, _SCRIPT_BYTES, _SCRIPT_SHARE = 221, 266, 350, 1_600, 0.4
DIRECTORY_LIFETIME = 30.0

# Of a month: rounds of the schedule, hours, days, audits, reports of a kind, mails; GB of packages and static pages.
_ROUNDS, _HOURS, _DAYS = SECONDS_PER_MONTH // 300, SECONDS_PER_MONTH // 3_600, 30
_AUDITS, _REPORTS, _MAILS, _KEPT_GB = 30, 1_000, 100, 0.1

#: Custom metrics, alarm metrics and dashboards of the default set-up: what CloudWatch's free tier holds.
WATCHING = (10, 10, 1)

_FEWER_REQUESTS, _READ_UNIT, _WRITE_UNIT, _GB = 300e6, 4_096, 1_024, 1e9


class Usage(NamedTuple):
    """What an installation is used for in a month.

    Attributes:
        events: Beacons stored since the month began.
        stored: Events in the log.
        seconds: Seconds since the month began.
        window: Seconds that the stream's events gather.
        expired: Events that retention takes out in the month.
        shards: Of the stream, over which the events spread; as many writers are busy, each with an epoch an hour.
    """

    events: float
    stored: float
    seconds: float
    window: float = 5.0
    expired: float = 0.0
    shards: int = SHARDS


def mean_batch(usage: Usage) -> float:
    """Gives the events in a batch of the projector, of Poisson arrivals at each shard.

    A batch begins with an event and gathers what comes within the window.
    """
    return min(MAX_BATCH, 1 + _rate(usage) / usage.shards * usage.window)


def mean_segment(usage: Usage) -> float:
    """Gives the events in a segment: those of a writer's hour, or as many as are folded together."""
    return max(1.0, min(FOLDS[-1].events, _rate(usage) / usage.shards * _HOUR))


Measured = TypeVar("Measured", Point, Fold)


def interpolate(points: Sequence[Measured], size: float) -> Measured:
    """Gives what batches or segments of a size take; below and above what was measured, what the next size does.

    Args:
        points: By rising size, which is their first number.
        size: Events in a batch or segment.
    """
    for left, right in pairwise(points):
        if left[0] <= size <= right[0]:
            share = log(size / left[0]) / log(right[0] / left[0])
            return type(left)(*(exp(log(a) + share * (log(b) - log(a))) for a, b in zip(left, right, strict=True)))
    return points[0] if size < points[0][0] else points[-1]


def month_bill(usage: Usage, prices: Prices, points: Sequence[Point] = POINTS) -> Mapping[str, float]:
    """Estimates what a month has cost so far, with storage and schedules taken for the whole of it.

    Events are taken to have come evenly, so a month of bursts cost less. Imports and backups are not in it.

    Args:
        usage: What is known of the month.
        prices: For one of each.
        points: What was measured, by size of batch.

    Returns:
        US dollars, by what they are for.
    """
    batch = mean_batch(usage)
    point = interpolate(points, batch)
    fold = interpolate(FOLDS, mean_segment(usage))
    segment_bytes = interpolate(FOLDS, max(_LEAST_STORED, mean_segment(usage))).stored
    calls = _calls(usage, point, batch, fold)
    further = max(0.0, usage.events - _FEWER_REQUESTS)
    log_gb, views_gb = usage.stored * LOG_BYTES / _GB, usage.stored * (VIEW_BYTES + segment_bytes) / _GB
    metric_lines = usage.events / (1 + _rate(usage)) + usage.events / batch + _ROUNDS
    logged_gb = (usage.events * _ACCESS_BYTES + metric_lines * _METRIC_BYTES) / _GB
    sent_gb, served_gb = usage.events * _ANSWER_BYTES / _GB, usage.events * _SCRIPT_SHARE * _SCRIPT_BYTES / _GB
    return {
        "HTTP API": prices.request * (usage.events - further + 2 * _REPORTS) + prices.further_request * further,
        "Lambda": sum(_call_cost(call, prices) for call in calls),
        "writes": prices.write_unit
        * (
            (point.write_units + fold.write_units) * usage.events
            + usage.expired * (1 + segment_bytes / _WRITE_UNIT)
            + sum(c.function.write_units * c.number for c in calls)
        ),
        "reads": prices.read_unit * _read_units(usage, point, fold, calls),
        "storage": prices.stored_gb * (log_gb + views_gb) + prices.recoverable_gb * log_gb,
        "logs": prices.logged_gb * logged_gb,
        "traffic and pages": prices.sent_gb * sent_gb + prices.served_gb * served_gb + prices.kept_gb * _KEPT_GB,
        "schedules and mails": prices.scheduled * (_ROUNDS + _AUDITS) + prices.mail * _MAILS,
    }


def month_cost(usage: Usage, prices: Prices) -> float:
    """Gives the sum of `month_bill` in US dollars."""
    return sum(month_bill(usage, prices).values())


def watching_cost(prices: Prices) -> float:
    """Gives what metrics, alarms and dashboard cost a month where CloudWatch's free tier is used up by others."""
    metrics, alarms, dashboards = WATCHING
    return prices.metric * metrics + prices.alarm * alarms + prices.dashboard * dashboards


class _Calls(NamedTuple):
    """A month's calls of a function: how many, and a second; 0: so few that each finds it put away."""

    function: Function
    number: float
    often: float = 0.0


def _calls(usage: Usage, point: Point, batch: float, fold: Fold) -> Sequence[_Calls]:
    rate, audited = _rate(usage), usage.events / _AUDITS
    project = PROJECT._replace(cpu=batch * FOLD_CPU + point.calls * CALL_CPU, calls=point.calls)
    audit = AUDIT._replace(cpu=audited * FOLD_CPU, calls=audited / MAX_BATCH)
    return (
        _Calls(INGEST, usage.events, rate),
        _Calls(project, usage.events / batch, rate / batch),
        _Calls(_round(usage, fold), _ROUNDS),
        _Calls(audit, _AUDITS),
        _Calls(REPORT, _REPORTS),
        _Calls(_visits(usage), _REPORTS),
    )


def _round(usage: Usage, fold: Fold) -> Function:
    """Gives a round with its share of closing hours, folding what they have, and rolling days up."""
    segments = usage.events / mean_segment(usage)
    days = min(_DAYS, usage.events)
    closing = _HOURS * (CLOSING + CLOSING_EPOCH * _LOOKED_THROUGH * min(usage.shards, _rate(usage) * _HOUR))
    calls = closing + segments * fold.calls + days * DAY.calls
    cpu = usage.events * (DETAIL_CPU + ROLL_UP_CPU) + days * DAY.cpu + min(_HOURS, segments) * DAYS_START_CPU
    return ROUND._replace(
        cpu=ROUND.cpu + (cpu + calls * CALL_CPU) / _ROUNDS,
        calls=ROUND.calls + calls / _ROUNDS,
        read_units=ROUND.read_units + (closing + days * DAY.read_units) / _ROUNDS,
        write_units=ROUND.write_units + days * DAY.write_units / _ROUNDS,
    )


def _visits(usage: Usage) -> Function:
    """Gives a report of visits: what waits to be folded is read from the log, of an epoch half a segment at most."""
    waiting = _OPEN_HOURS * usage.shards * min(FOLDS[-1].events / 2, _rate(usage) / usage.shards * _HOUR)
    return VISITS._replace(
        cpu=VISITS.cpu + waiting * DETAIL_CPU,
        calls=VISITS.calls + waiting / MAX_BATCH,
        read_units=VISITS.read_units + waiting * LOG_BYTES / _READ_UNIT,
    )


def _read_units(usage: Usage, point: Point, fold: Fold, calls: Sequence[_Calls]) -> float:
    """Adds up the projector's, the functions' own, the sites read anew, and what audits, retention and rollups read."""
    own = sum(c.function.read_units * c.number for c in calls)
    sites = sum(c.number / (1 + c.often * DIRECTORY_LIFETIME) for c in calls)
    again = (usage.events + usage.expired) * (LOG_BYTES + fold.stored) / _READ_UNIT
    return (point.read_units + fold.read_units) * usage.events + own + sites + again


def _call_cost(calls: _Calls, prices: Prices) -> float:
    """Gives what calls of a function cost, those included that start it because none is free, as Poisson arrivals."""
    function = calls.function
    share = min(1.0, function.memory / _MEMORY_OF_PROCESSOR)
    seconds = function.cpu / share + function.calls * _ANSWER
    alone = exp(-calls.often * _IDLE)
    starts = min(1.0, alone + (1 - alone) * seconds / _LIFETIME)
    gb_seconds = function.memory / 1_024 * (seconds + starts * START_CPU / share)
    return calls.number * (prices.invocation + prices.gb_second * gb_seconds)


def _rate(usage: Usage) -> float:
    """Gives the events of a second."""
    return usage.events / max(usage.seconds, 1.0)
