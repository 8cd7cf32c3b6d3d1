"""The query function on AWS: everything that is read. Its engine is made at the first call, never at import."""

import time
from functools import cache

from services.query.handler import make_handler
from shared.directory import Directory
from shared.domain.rules import rule_set
from shared.engines.dynamodb import open_engine
from shared.engines.dynamodb.client import Dynamo, make_client
from shared.environment import DIRECTORY_LIFETIME, table_names
from shared.http import Handler, Request, Response
from shared.process import back_off, now_ms


def lambda_handler(event: Request, context: object) -> Response:
    """Answers an HTTP API's event, payload format 2.0; see `services.query.handler`."""
    return _handler()(event, context)


@cache
def _handler() -> Handler:
    tables = table_names("log", "views", "milestones", "registry")
    engine = open_engine(Dynamo(make_client(), back_off), tables, rule_set())
    return make_handler(engine, Directory(engine.sites, engine.keys, DIRECTORY_LIFETIME, time.monotonic), now_ms)
