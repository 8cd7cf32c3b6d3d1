"""The CPU that a warm ingest process takes for an event, the storage left out."""

import hmac
import json
from collections.abc import Iterator, Sequence
from itertools import islice

from shared.http import Request
from tests.benchmarks.lines import Bench, Line, Quantity
from tests.benchmarks.timing import least_cpu
from tests.benchmarks.traffic import Tape, beacon_of, hits_of, make_ingest, open_bench_engine, read_traffic

_EVENTS = 3_000
_ROUNDS = 7
_SALT = bytes(32)


def measure(bench: Bench) -> Iterator[Line]:
    """Gives the microseconds of the handler, and of the least that any handler must do."""
    requests = list(islice(map(beacon_of, hits_of(read_traffic())), _EVENTS))
    tape = Tape()
    ingest = make_ingest(open_bench_engine(bench.folder), tape)

    def handle() -> None:
        tape.records = []
        for request in requests:
            ingest(request, None)

    handle()
    if len(tape.records) != len(requests):
        raise RuntimeError(f"{len(tape.records)} of {len(requests)} beacons were stored")
    ours, bare = least_cpu(_ROUNDS, handle, lambda: _bare(requests))
    yield Line(
        "ingest, CPU per warm event",
        Quantity(ours / len(requests) * 1e6, "µs"),
        Quantity(bare / len(requests) * 1e6, "µs"),
        "json.loads, HMAC and json.dumps alone",
        note="the handler over an appender that stores nothing; the budget's yardstick (a boto3 put_item) comes with "
        "the engine for AWS",
    )


def _bare(requests: Sequence[Request]) -> None:
    for request in requests:
        body = json.loads(request["body"])
        message = f"{body['d']}|{request['requestContext']['http']['sourceIp']}|{request['headers']['user-agent']}"
        body["visitor"] = hmac.digest(_SALT, message.encode(), "sha256").hex()
        json.dumps(body)
