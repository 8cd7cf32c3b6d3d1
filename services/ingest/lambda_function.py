"""The ingest function on AWS: the paths of `services.ingest.endpoints`.

The client, the writer and all else are made at the first call, never at import: a snapshot of a started function must
hold neither an epoch nor a salt.
"""

# ruff: noqa: E402 - the collector is put aside before the imports

import gc
import time
from functools import cache

# Importing, and making a client from AWS's large models, leaves next to no garbage: to search for it again and again
# would take a good tenth of the start. What is frozen is not searched later either.
gc.disable()

from services.ingest.accept import Acceptor
from services.ingest.address import read_networks
from services.ingest.country import ANYONE, Countries
from services.ingest.drops import DropCounter
from services.ingest.handler import make_handler
from services.ingest.tally import CountedLog, DropReport
from services.ingest.visitors import VisitorHasher
from services.ingest.writer import Writer
from shared.directory import Directory
from shared.engines.dynamodb.client import Dynamo, make_client
from shared.engines.dynamodb.log import DynamoEventLog
from shared.engines.dynamodb.registry import DynamoDrops, DynamoKeys, DynamoSites
from shared.engines.dynamodb.salts import DynamoSalts
from shared.environment import (
    COUNTRY_HEADER,
    DIRECTORY_LIFETIME,
    STACK,
    TRUSTED_PROXIES,
    optional_setting,
    setting,
    table_names,
)
from shared.http import Handler, Request, Response
from shared.metrics import Tally, make_emitter
from shared.process import back_off, now_ms, random_id

gc.freeze()
gc.enable()


def lambda_handler(event: Request, context: object) -> Response:
    """Answers an HTTP API's event, payload format 2.0; see `services.ingest.handler`."""
    return _handler()(event, context)


@cache
def _handler() -> Handler:
    gc.disable()
    try:
        return _compose()
    finally:
        gc.freeze()
        gc.enable()


def _compose() -> Handler:
    tables = table_names("log", "registry", "salts")
    dynamo = Dynamo(make_client(), back_off)
    directory = Directory(
        DynamoSites(dynamo, tables.registry), DynamoKeys(dynamo, tables.registry), DIRECTORY_LIFETIME, time.monotonic
    )
    counter = DropCounter()
    tally = Tally(make_emitter(setting(STACK), now_ms), now_ms)
    report = DropReport(counter, DynamoDrops(dynamo, tables.registry), tally, time.monotonic)
    hasher = VisitorHasher(DynamoSalts(dynamo, tables.salts))
    proxies = read_networks(optional_setting(TRUSTED_PROXIES))
    countries = Countries(optional_setting(COUNTRY_HEADER), proxies or ANYONE)
    acceptor = Acceptor(directory, hasher, counter, proxies, countries)
    log = CountedLog(DynamoEventLog(dynamo, tables.log), tally)
    answer = make_handler(acceptor, Writer(log, now_ms, random_id))

    def handle(request: Request, context: object) -> Response:
        response = answer(request, context)
        report.run()
        tally.flush()
        return response

    return handle
