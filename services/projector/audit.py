"""The audit: a closed day of every site, recounted from the log and held against the read models.

A full `verify` reads the whole log. The audit reads the epochs that were opened from an hour before the day began until
now: an import of the day cannot have been earlier, and a beacon is stored within the hour. So days that an import or
late events have touched are recounted like any other.

What differs is recounted a second time, with the epochs of two more days, for a writer whose clock was off; only what
differs then too is reported, and only if no import moved meanwhile. A day that cannot be judged is named as skipped,
with its reason: its events may have left the log, the bot rules are newer than the counts, an import is under way, or
time ran out.
"""

import logging
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from services.projector.deadline import OutOfTime
from services.projector.recount import Difference, Totals, recount
from services.projector.sweep import CLOSING_DELAY_MS
from shared.backlog import live_projection
from shared.domain.calendar import HOUR_MS, local_date, millis, utc_hour, zone
from shared.domain.counts import Counts
from shared.domain.epochs import hour_start
from shared.domain.folds import DAY, HOUR, ORIGIN_DAY, PAGE_DAY, RowKey
from shared.domain.projection import Projection
from shared.engine import Engine

logger = logging.getLogger(__name__)

#: Milliseconds before a day's beginning in which an epoch with an event of it may have been opened; of any writer, and
#: of one whose clock is off.
_MARGIN_MS, _WIDE_MARGIN_MS = HOUR_MS, 49 * HOUR_MS

_BUCKETS = {HOUR: ("T00", "T23"), DAY: ("", ""), PAGE_DAY: ("", ""), ORIGIN_DAY: ("", "")}

_MAX_LOGGED = 100


class Audit(NamedTuple):
    """What an audit found: the rows that differ, and why which sites were not judged."""

    differences: list[Difference]
    skipped: dict[str, str]


def audit_closed_days(engine: Engine, rules: str) -> Audit:
    """Recounts the last closed day of every site. What it finds is logged, without pages, which visitors name.

    Args:
        engine: The installation's engine; its log may stop with `OutOfTime`.
        rules: The rule set that this installation folds under.

    Raises:
        StorageUnavailable: The log or the read models are out of reach.
    """
    projection = live_projection(engine.read_models)
    closed = engine.read_models.closed(projection.version)
    days = {site: _closed_day(closed, timezone) for site, timezone in projection.timezones.items()} if closed else {}
    skipped = _unfit(projection, days, rules)
    days = {site: day for site, day in days.items() if site not in skipped}
    found: list[Difference] = []
    doubted: dict[str, str] = {}
    try:
        doubted = {one.key.site: days[one.key.site] for one in _compare(engine, projection, days, _MARGIN_MS)}
        if doubted:
            found, moved = _compare_again(engine, projection, doubted)
            skipped |= moved
    except OutOfTime:
        reason = "counts differed, but time ran out before the second look" if doubted else "time ran out"
        skipped |= dict.fromkeys(doubted or days, f"{reason}; milepost verify has no limit")
    _tell(Audit(found, skipped), days)
    return Audit(found, skipped)


def _closed_day(closed: str, timezone: str) -> str:
    """Names the last day that ended, with the time that a late event takes, before the end of the closed hour."""
    after = local_date(hour_start(closed) + HOUR_MS - CLOSING_DELAY_MS, timezone)
    return (date.fromisoformat(after) - timedelta(days=1)).isoformat()


def _unfit(projection: Projection, days: Mapping[str, str], rules: str) -> dict[str, str]:
    """Tells which sites cannot be judged, and why."""
    if projection.rules != rules:
        return dict.fromkeys(projection.timezones, "the counts were folded under other bot rules; milepost rebuild")
    skipped = {site: "no hour is closed yet" for site in projection.timezones if site not in days}
    sealed = (site for site, day in days.items() if day <= projection.sealed.get(site, ""))
    return skipped | dict.fromkeys(sealed, "events of the day may have left the log")


def _compare_again(
    engine: Engine, projection: Projection, days: Mapping[str, str]
) -> tuple[list[Difference], dict[str, str]]:
    """Compares with more epochs, and gives the differences, or why there is no telling."""
    imports = _import_watermarks(engine, projection)
    found = _compare(engine, projection, days, _WIDE_MARGIN_MS)
    if found and (
        imports != _import_watermarks(engine, projection) or projection != live_projection(engine.read_models)
    ):
        return [], dict.fromkeys(days, "an import, a rebuild or a change of the site got in between")
    return found, {}


def _import_watermarks(engine: Engine, projection: Projection) -> dict[str, int]:
    return engine.read_models.watermarks(projection.version, engine.imports.unfinished())


def _compare(engine: Engine, projection: Projection, days: Mapping[str, str], margin_ms: int) -> list[Difference]:
    """Recounts the days of some sites from the epochs opened since `margin_ms` before they began."""
    if not days:
        return []
    begin = min(_beginning(day, projection.timezones[site]) for site, day in days.items())
    epochs = [head.epoch for head in engine.log.epochs(utc_hour(begin - margin_ms))]
    watermarks = engine.read_models.watermarks(projection.version, epochs)
    quarantined = {(one.epoch, one.version) for one in engine.read_models.quarantine(projection.version)}
    totals: Totals = {}

    def wanted(key: RowKey) -> bool:
        return key.view in _BUCKETS and key.bucket[:10] == days.get(key.site)

    recount(totals, engine.log, projection, watermarks, lambda events: None, wanted, quarantined)
    expected = {key: total.row(key).counts for key, total in totals.items()}
    stored = _stored(engine, projection, days)
    return [
        Difference(key, stored.get(key), expected.get(key))
        for key in sorted(stored.keys() | expected.keys())
        if stored.get(key) != expected.get(key)
    ]


def _beginning(day: str, timezone: str) -> int:
    return millis(datetime.fromisoformat(day).replace(tzinfo=zone(timezone)))


def _stored(engine: Engine, projection: Projection, days: Mapping[str, str]) -> dict[RowKey, Counts]:
    return {
        key: counts
        for site, day in days.items()
        for view, (first, last) in _BUCKETS.items()
        for key, counts in engine.read_models.rows(projection.version, site, view, day + first, day + last)
    }


def _tell(found: Audit, days: Mapping[str, str]) -> None:
    for site, reason in sorted(found.skipped.items()):
        logger.warning("the audit skipped %s: %s", site, reason)
    for key, stored, expected in found.differences[:_MAX_LOGGED]:
        logger.error("%s, %s %s: stored %s, the log has %s", key.site, key.view, key.bucket, stored, expected)
    judged = len(days.keys() - found.skipped.keys())
    logger.info("the audit judged %d sites and found %d differences", judged, len(found.differences))
