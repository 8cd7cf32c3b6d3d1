"""The projector's functions on AWS, four handlers of one package. Nothing is made at import.

The stream of the log wakes `project`, that of the outbox `notify`, a schedule `sweep`, a nightly one `audit`.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any, Protocol

from botocore.config import Config
from botocore.session import Session

from services.projector.audit import audit_closed_days
from services.projector.day_folder import DayFolder
from services.projector.deadline import Deadline, TimedLog
from services.projector.handler import Handler, acknowledged, inserts, make_handler
from services.projector.milestones import MilestoneCheck
from services.projector.notify import Notifier
from services.projector.project import Projector
from services.projector.publish import Announcer, Topic
from services.projector.retention import expire
from services.projector.rounds import Round
from services.projector.sweep import Sweeper
from shared.directory import Directory
from shared.domain.rules import rule_set
from shared.domain.sites import Site
from shared.engine import Engine
from shared.engines.dynamodb import open_engine
from shared.engines.dynamodb.client import Dynamo, make_client
from shared.engines.dynamodb.tables import Tables
from shared.environment import (
    DASHBOARD_URL,
    DIRECTORY_LIFETIME,
    STACK,
    TOPIC_ARN,
    WINDOW,
    optional_setting,
    setting,
    table_names,
)
from shared.metrics import DIFFERENCES, EVENTS_PROJECTED, MILESTONES, Emit, make_emitter
from shared.process import back_off, now_ms, random_id

#: Seconds that the stream's events gather if the deployment does not say.
DEFAULT_WINDOW = 5.0

#: The property of the audit's line: how many sites could not be judged.
SKIPPED_SITES = "SkippedSites"

#: Seconds, and tries of a call to SNS.
_SNS = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})


class Context(Protocol):
    """What is used of Lambda's context object."""

    def get_remaining_time_in_millis(self) -> int:
        """Gives the milliseconds until the function is stopped."""


def project(event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Applies a batch of the log's stream; see `services.projector.handler`."""
    answer = _project()(event, context)
    _emit()({EVENTS_PROJECTED: acknowledged(event, answer)})
    return answer


def sweep(event: object, context: Context) -> None:
    """Does a round of what is done on a schedule; see `services.projector.rounds`.

    Raises:
        RoundFailed: Some of it failed.
    """
    _deadline().start(context.get_remaining_time_in_millis())
    _round().run()


def notify(event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Announces what is in the outbox; the batch of the outbox's stream only says that there is something.

    What could not be delivered stays in the outbox for the next round, so no record is reported as failed.
    """
    _announce()
    _emit()({MILESTONES: len(inserts(event))})
    return {"batchItemFailures": []}


def audit(event: object, context: Context) -> None:
    """Recounts the last closed day of every site from the log; see `services.projector.audit`."""
    _deadline().start(context.get_remaining_time_in_millis())
    engine = _engine("log", "views", "registry")
    found = audit_closed_days(replace(engine, log=TimedLog(engine.log, _deadline().check)), rule_set())
    _emit()({DIFFERENCES: len(found.differences)}, **{SKIPPED_SITES: len(found.skipped)})


@cache
def _project() -> Handler:
    projector, _ = _projector(_engine("log", "views", "milestones", "registry"))
    return make_handler(projector)


@cache
def _round() -> Round:
    engine = _engine(*Tables._fields)
    timed = replace(engine, log=TimedLog(engine.log, _deadline().check))
    projector, check = _projector(timed)
    days = DayFolder(timed, random_id)
    sweeper = Sweeper(timed, projector, check, days)
    window = float(optional_setting(WINDOW) or DEFAULT_WINDOW)
    past_retention = partial(expire, timed, days)
    return Round(engine, sweeper.sweep, past_retention, _announce, _deadline().check, _emit(), now_ms, window)


def _projector(engine: Engine) -> tuple[Projector, MilestoneCheck]:
    directory = Directory(engine.sites, engine.keys, DIRECTORY_LIFETIME, time.monotonic)
    check = MilestoneCheck(engine.read_models, engine.milestones, directory.sites, now_ms)
    return Projector(engine.log, engine.read_models, check, back_off), check


def _announce() -> None:
    _announcer().run()


@cache
def _announcer() -> Announcer:
    engine = _engine("milestones", "registry")
    address = setting(DASHBOARD_URL).rstrip("/")
    topic = Topic(make_sns(), setting(TOPIC_ARN), time.monotonic)
    directory = Directory(engine.sites, engine.keys, DIRECTORY_LIFETIME, time.monotonic)

    def dashboard(site: Site) -> str:
        return f"{address}/#site={site.name}"

    notifier = Notifier(engine.milestones, directory.sites, topic.send, dashboard, now_ms)
    return Announcer(engine.milestones, topic, notifier.run, _emit())


def make_sns() -> Any:
    """Makes a low-level SNS client."""
    return _session().create_client("sns", config=_SNS)


@cache
def _engine(*roles: str) -> Engine:
    return open_engine(_dynamo(), table_names(*roles), rule_set())


@cache
def _dynamo() -> Dynamo:
    return Dynamo(make_client(_session()), back_off)


@cache
def _session() -> Session:
    return Session()


@cache
def _emit() -> Emit:
    return make_emitter(setting(STACK), now_ms)


@cache
def _deadline() -> Deadline:
    return Deadline(time.monotonic)
