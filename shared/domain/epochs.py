"""Names of epochs: the runs of versions without holes that writers append to."""

from datetime import datetime

from shared.domain.calendar import HOUR_MS, millis, utc_hour

#: A writer changes its epoch with the UTC hour and after this many events.
MAX_EPOCH_EVENTS = 10_000

_IMPORT = "import."


def live_epoch(instant: int, random: str) -> str:
    """Names a writer's epoch: its opening hour (from milliseconds since 1970) and a random id."""
    return f"{utc_hour(instant)}.{random}"


def import_epoch(site_id: str, digest: str) -> str:
    """Names the epoch of a part of an import by the site and the digest that pins the content up to the part's end."""
    return f"{_IMPORT}{site_id}.{digest}"


def is_import(epoch: str) -> bool:
    """Tells whether an epoch is named by an import's content."""
    return epoch.startswith(_IMPORT)


def hour_after(hour: str) -> str:
    """Names the UTC hour after one, such as "2026-11-23T00" after "2026-11-22T23"; "" after ""."""
    return utc_hour(hour_start(hour) + HOUR_MS) if hour else ""


def hour_start(hour: str) -> int:
    """Gives the beginning of a UTC hour in milliseconds since 1970."""
    return millis(datetime.fromisoformat(hour + ":00+00:00"))
