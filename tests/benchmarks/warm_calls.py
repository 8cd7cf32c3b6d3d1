"""A process that answers beacons and puts items by turns, and tells the CPU seconds of one of each. Run as a module."""

import json
from dataclasses import replace
from itertools import islice
from typing import Any

import boto3

from infra.imports.access_log import event_of
from services.ingest.lambda_function import lambda_handler
from shared.domain.events import encode_event
from shared.engine import Record
from shared.environment import setting
from shared.process import now_ms
from tests.benchmarks.emulated import item_of
from tests.benchmarks.timing import least_cpu
from tests.benchmarks.traffic import SITE, beacon_of, hits_of, read_traffic

_EVENTS, _ROUNDS = 300, 9


def _main() -> None:
    now = now_ms()
    hits = [replace(hit, instant=now) for hit in islice(hits_of(read_traffic()), _EVENTS)]
    requests = [beacon_of(hit) for hit in hits]
    bodies = [encode_event(event_of(hit, SITE, bytes(8))) for hit in hits]
    items = [item_of(Record("2026-11-22T17.0", version, "0" * 24, body)) for version, body in enumerate(bodies)]
    client: Any = boto3.client("dynamodb")
    table = setting("TABLE_LOG")

    def answer() -> None:
        for request in requests:
            if lambda_handler(request, None)["statusCode"] != 202:
                raise RuntimeError("a beacon was refused")

    def put() -> None:
        for item in items:
            client.put_item(TableName=table, Item=item)

    answer()
    put()
    ours, bare = least_cpu(_ROUNDS, answer, put)
    print(json.dumps({"ours": ours / _EVENTS, "bare": bare / _EVENTS, "events": _EVENTS}))


_main()
