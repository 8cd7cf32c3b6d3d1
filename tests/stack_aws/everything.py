"""All that a stack keeps or has written, as files that can be searched."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from infra.aws.installation import tables_of
from tests.stack_aws.deploying import Deployed


def write_everything(deployed: Deployed, folder: Path) -> None:
    """Writes a file for each table, each log group and each bucket, strings and bytes as they are."""
    for role, name in tables_of(deployed.stack)._asdict().items():
        _write(folder / f"table-{role}", _scan(deployed, name))
    logs: dict[str, list[str]] = {}
    for group, line in deployed.log_lines():
        logs.setdefault(group.rpartition("/")[2], []).append(line)
    for group, lines in logs.items():
        _write(folder / f"log-{group}", lines)
    _write(folder / "dead-letters", _objects(deployed, deployed.stack.output("DeadLetterBucket")))


def _write(file: Path, values: Iterable[str | bytes]) -> None:
    file.write_bytes(b"\n".join(value if isinstance(value, bytes) else value.encode() for value in values))


def _scan(deployed: Deployed, table: str) -> Iterable[str | bytes]:
    pages = deployed.emulator.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    for page in pages:
        for item in page["Items"]:
            for name, value in item.items():
                yield from (name, *_values(value))


def _values(value: Any) -> Iterable[str | bytes]:
    """Gives all strings and bytes in a value of DynamoDB's own format, at any depth."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield name
            yield from _values(one)
    elif isinstance(value, list | tuple | set):
        for one in value:
            yield from _values(one)
    else:
        yield value if isinstance(value, bytes) else str(value)


def _objects(deployed: Deployed, bucket: str) -> Iterable[str | bytes]:
    s3 = deployed.emulator.client("s3")
    for one in s3.list_objects_v2(Bucket=bucket).get("Contents", ()):
        yield one["Key"]
        yield s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
