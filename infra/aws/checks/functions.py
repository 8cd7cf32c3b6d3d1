"""What runs the functions, and what became of it: stream mappings, iterator age, schedules, dead letters, logs."""

from collections.abc import Iterator
from typing import Any

from infra.aws.checks.finding import FAILED, OK, UNKNOWN, Finding, Subject, verdict
from shared.domain.calendar import utc
from shared.metrics import LAG_SECONDS, NAMESPACE

_MAPPING = "AWS::Lambda::EventSourceMapping"
_LOG_GROUP = "AWS::Logs::LogGroup"

#: How far back is looked, and how old the stream's oldest record may be.
_QUARTER_MS = 15 * 60_000

_MAX_KEYS = 1_000


def mappings(subject: Subject) -> Iterator[Finding]:
    """Looks at the settings of each stream mapping as they were deployed, and at what its last batch came to."""
    for uuid in subject.named(_MAPPING):
        found = subject.account.call("lambda", "get_event_source_mapping", UUID=uuid)
        function = found["FunctionArn"].rpartition(":")[2]
        wrong = [text for text, holds in _settings(found).items() if not holds]
        advice = f"if it is disabled: aws lambda update-event-source-mapping --uuid {uuid} --enabled"
        yield verdict(f"stream mapping of {function}", wrong, f"{found['State']}, {_last_result(found)}", advice)


def _settings(mapping: dict[str, Any]) -> dict[str, bool]:
    """What would be wrong, and whether it is right."""
    given_up = mapping.get("DestinationConfig", {}).get("OnFailure", {})
    return {
        f"it is {mapping['State']}": mapping["State"] in ("Enabled", "Enabling", "Updating"),
        "it does not take partial failures": "ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", ()),
        "it does not bisect batches": bool(mapping.get("BisectBatchOnFunctionError")),
        "what is given up goes nowhere": bool(given_up.get("Destination")),
        "it is woken by deletions too": bool(mapping.get("FilterCriteria", {}).get("Filters")),
        f"its last batch: {_last_result(mapping)}": "PROBLEM" not in _last_result(mapping),
    }


def _last_result(mapping: dict[str, Any]) -> str:
    return str(mapping.get("LastProcessingResult", "nothing processed yet"))


def iterator_age(subject: Subject) -> Iterator[Finding]:
    """Looks how long the oldest record of the log's stream has waited."""
    dimensions = {"FunctionName": subject.stack.output("FunctionProject")}
    age = _highest(subject, "AWS/Lambda", "IteratorAge", dimensions)
    if age is None:
        yield Finding("iterator age", OK, "no event in the last quarter of an hour")
    elif age > _QUARTER_MS:
        advice = "look at the log of the function Project; docs/operating.md, Alarms, IteratorAge"
        yield Finding("iterator age", FAILED, f"events have waited for {age / 1000:,.0f} s", advice)
    else:
        yield Finding("iterator age", OK, f"{age / 1000:,.1f} s")


def schedule(subject: Subject) -> Iterator[Finding]:
    """Looks whether the sweeper, which runs every five minutes, has written its gauge."""
    lag = _highest(subject, NAMESPACE, LAG_SECONDS, {"Stack": subject.stack.name})
    if lag is None:
        advice = "just deployed? Wait for five minutes. Else look at the log of the function Sweep"
        yield Finding("sweeper", FAILED, "it has not run in the last quarter of an hour", advice)
    else:
        yield Finding("sweeper", OK, f"has run; the oldest event had waited for {lag:,.0f} s")


def dead_letters(subject: Subject) -> Iterator[Finding]:
    """Looks for invocations that failed for good."""
    bucket = subject.stack.output("DeadLetterBucket")
    letters = subject.account.call("s3", "list_objects_v2", Bucket=bucket, MaxKeys=_MAX_KEYS).get("Contents", ())
    if letters:
        newest = max(letter["LastModified"] for letter in letters)
        count = f"{len(letters):,}{' or more' if len(letters) == _MAX_KEYS else ''}"
        advice = f"read them in s3://{bucket}; what they held is swept from the log; they go after 14 days"
        yield Finding("dead letters", FAILED, f"{count}, the newest of {newest:%Y-%m-%d %H:%M} UTC", advice)
    else:
        yield Finding("dead letters", OK, "none")


def logs(subject: Subject) -> Iterator[Finding]:
    """Looks whether every log is bounded in time."""
    for name in subject.named(_LOG_GROUP):
        groups = subject.account.call("logs", "describe_log_groups", logGroupNamePrefix=name)["logGroups"]
        found = [group for group in groups if group["logGroupName"] == name]
        if not found:
            yield Finding(f"log {name}", UNKNOWN, "it is not there", "run make deploy")
        elif days := found[0].get("retentionInDays"):
            yield Finding(f"log {name}", OK, f"kept {days} days")
        else:
            yield Finding(f"log {name}", FAILED, "kept for ever", "run make deploy")


def _highest(subject: Subject, namespace: str, metric: str, dimensions: dict[str, str]) -> float | None:
    """Gives the highest value of a metric in the last quarter of an hour; None if there was none."""
    now = subject.clock()
    points = subject.account.call(
        "cloudwatch",
        "get_metric_statistics",
        Namespace=namespace,
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=utc(now - _QUARTER_MS),
        EndTime=utc(now),
        Period=_QUARTER_MS // 1000,
        Statistics=["Maximum"],
    )["Datapoints"]
    return max((point["Maximum"] for point in points), default=None)
