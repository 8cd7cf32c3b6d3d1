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
from typing import NamedTuple

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
#: epochs under way; a report of twelve months.
INGEST = Function(512, 0.001, 1)
PROJECT = Function(512, 0.0, 0)
ROUND = Function(1_024, 0.1, 80, read_units=100.0, write_units=1.0)
AUDIT = Function(1_024, 0.0, 0)
REPORT = Function(1_024, 0.35, 14, read_units=126.0)

#: Seconds of processor: to start a function, to fold an event, to make a call to DynamoDB.
START_CPU, FOLD_CPU, CALL_CPU = 0.6, 1 / 20_000, 0.0008

#: Bytes stored of an event, with what DynamoDB adds to an item: in the log, and in the read models.
LOG_BYTES, VIEW_BYTES = 533.0, 49.0

# What is assumed. MiB of memory that bring a whole processor (AWS Lambda, "Configure Lambda function memory"); seconds
# that DynamoDB takes to answer; seconds after which an idle function is put away, and any.
_MEMORY_OF_PROCESSOR, _ANSWER, _IDLE, _LIFETIME = 1_769, 0.005, 300.0, 7_200.0

#: Shards of the log's stream, over which events spread evenly, and the most that come in one batch.
SHARDS, MAX_BATCH = 4, 1_000

# Bytes of a line of the access log and of a line of metrics, each with CloudWatch's own 26; of an answer to a beacon;
# of the tracker's script as sent, to two of five pageviews. Seconds that what is known of the sites is used for.
_ACCESS_BYTES, _METRIC_BYTES, _ANSWER_BYTES, _SCRIPT_BYTES, _SCRIPT_SHARE = 386, 266, 350, 1_600, 0.4
DIRECTORY_LIFETIME = 30.0

# Of a month: rounds of the schedule, audits, reports, mails; GB of packages and static pages.
_ROUNDS, _AUDITS, _REPORTS, _MAILS, _KEPT_GB = SECONDS_PER_MONTH // 300, 30, 1_000, 100, 0.1

#: Custom metrics, alarm metrics and dashboards of the default set-up: what CloudWatch's free tier holds.
WATCHING = (10, 10, 1)

_FEWER_REQUESTS, _READ_UNIT, _GB = 300e6, 4_096, 1e9


class Usage(NamedTuple):
    """What an installation is used for in a month.

    Attributes:
        events: Beacons stored since the month began.
        stored: Events in the log.
        seconds: Seconds since the month began.
        window: Seconds that the stream's events gather.
        expired: Events that retention takes out in the month.
        shards: Of the stream, over which the events spread.
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


def interpolate(points: Sequence[Point], batch: float) -> Point:
    """Gives what batches of a size take; below and above what was measured, what the next size does.

    Args:
        points: By rising size.
        batch: Events in a batch.
    """
    for left, right in pairwise(points):
        if left.batch <= batch <= right.batch:
            share = log(batch / left.batch) / log(right.batch / left.batch)
            return Point(*(exp(log(a) + share * (log(b) - log(a))) for a, b in zip(left, right, strict=True)))
    return points[0] if batch < points[0].batch else points[-1]


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
    calls = _calls(usage, point, batch)
    further = max(0.0, usage.events - _FEWER_REQUESTS)
    log_gb, views_gb = usage.stored * LOG_BYTES / _GB, usage.stored * VIEW_BYTES / _GB
    metric_lines = usage.events / (1 + _rate(usage)) + usage.events / batch + _ROUNDS
    logged_gb = (usage.events * _ACCESS_BYTES + metric_lines * _METRIC_BYTES) / _GB
    sent_gb, served_gb = usage.events * _ANSWER_BYTES / _GB, usage.events * _SCRIPT_SHARE * _SCRIPT_BYTES / _GB
    return {
        "HTTP API": prices.request * (usage.events - further + _REPORTS) + prices.further_request * further,
        "Lambda": sum(_call_cost(call, prices) for call in calls),
        "writes": prices.write_unit
        * (point.write_units * usage.events + usage.expired + sum(c.function.write_units * c.number for c in calls)),
        "reads": prices.read_unit * _read_units(usage, point, calls),
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


def _calls(usage: Usage, point: Point, batch: float) -> Sequence[_Calls]:
    rate, audited = _rate(usage), usage.events / _AUDITS
    project = PROJECT._replace(cpu=batch * FOLD_CPU + point.calls * CALL_CPU, calls=point.calls)
    audit = AUDIT._replace(cpu=audited * FOLD_CPU, calls=audited / MAX_BATCH)
    return (
        _Calls(INGEST, usage.events, rate),
        _Calls(project, usage.events / batch, rate / batch),
        _Calls(ROUND, _ROUNDS),
        _Calls(audit, _AUDITS),
        _Calls(REPORT, _REPORTS),
    )


def _read_units(usage: Usage, point: Point, calls: Sequence[_Calls]) -> float:
    """Adds up the projector's, the functions' own, the sites read anew, and the log read by audits and retention."""
    own = sum(c.function.read_units * c.number for c in calls)
    sites = sum(c.number / (1 + c.often * DIRECTORY_LIFETIME) for c in calls)
    return point.read_units * usage.events + own + sites + (usage.events + usage.expired) * LOG_BYTES / _READ_UNIT


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
