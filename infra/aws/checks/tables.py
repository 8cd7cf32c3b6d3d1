"""The tables as they are: protected where they must be, and the salts nowhere else."""

from collections.abc import Iterator
from typing import Any

from infra.aws.account import Account
from infra.aws.checks.finding import Finding, Subject, verdict
from infra.aws.installation import tables_of
from shared.engines.dynamodb.tables import TABLES, Table


def tables(subject: Subject) -> Iterator[Finding]:
    """Looks at protection, recovery, stream and expiry of each table, and for copies of the salts."""
    names = tables_of(subject.stack)._asdict()
    for role, table in TABLES.items():
        wrong = list(_deviations(subject.account, names[role], table))
        if role == "salts":
            wrong += _copies(subject.account, names[role])
        yield verdict(f"table {role}", wrong, _described(table), "run make deploy; copies of the salts delete by hand")


def _deviations(account: Account, name: str, table: Table) -> Iterator[str]:
    found = account.call("dynamodb", "describe_table", TableName=name)["Table"]
    if found["TableStatus"] not in ("ACTIVE", "UPDATING"):
        yield f"it is {found['TableStatus']}"
    if table.retained and not found.get("DeletionProtectionEnabled"):
        yield "deletion protection is off"
    if _stream(found) != ("NEW_IMAGE" if table.stream else None):
        yield f"its stream is {_stream(found) or 'off'}"
    backups = account.call("dynamodb", "describe_continuous_backups", TableName=name)["ContinuousBackupsDescription"]
    recovery = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
    if (recovery == "ENABLED") != table.recoverable:
        yield f"point-in-time recovery is {'off' if table.recoverable else 'on'}"
    expiry = account.call("dynamodb", "describe_time_to_live", TableName=name)["TimeToLiveDescription"]
    if expiry["TimeToLiveStatus"] != "DISABLED":
        yield "items expire by themselves (TTL)"


def _copies(account: Account, name: str) -> list[str]:
    """A copy of a table would keep a salt that is destroyed."""
    backups = account.call("dynamodb", "list_backups", TableName=name, BackupType="ALL")["BackupSummaries"]
    return [f"there is a backup of it: {backup['BackupArn']}" for backup in backups]


def _stream(found: dict[str, Any]) -> str | None:
    stream = found.get("StreamSpecification", {})
    return str(stream.get("StreamViewType")) if stream.get("StreamEnabled") else None


def _described(table: Table) -> str:
    has = {
        "protected from deletion": table.retained,
        "recoverable to any second": table.recoverable,
        "with a stream": table.stream,
    }
    return ", ".join(name for name, there in has.items() if there) or "no recovery, no stream, no copy"
