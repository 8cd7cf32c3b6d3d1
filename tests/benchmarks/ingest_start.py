"""How long an ingest process takes from nothing to its first 202."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.benchmarks.lines import Bench, Line, Quantity
from tests.benchmarks.timing import median_seconds, run
from tests.benchmarks.traffic import open_bench_engine

_ROUNDS = 20
_FIRST_CALL = Path(__file__).with_name("first_call.py")
_BARE = "import sqlite3, json, hmac, urllib.parse"


def measure(bench: Bench) -> Iterator[Line]:
    """Gives the median times of whole processes, ours and the yardstick's by turns."""
    open_bench_engine(bench.folder)
    ours = [sys.executable, "-P", str(_FIRST_CALL), str(bench.folder)]
    bare = [sys.executable, "-c", _BARE]
    run(ours)  # compiles what is not compiled yet, and makes the day's salt
    start, yardstick = median_seconds(_ROUNDS, partial(run, ours), partial(run, bare))
    yield Line(
        "ingest, import and first call",
        Quantity(1000 * start, "ms"),
        Quantity(1000 * yardstick, "ms"),
        f"a bare interpreter with `{_BARE}`",
        note="the whole process, over the SQLite engine, site and salt look-ups and a durable append included; the "
        "budget's yardstick (boto3, a client and one put) comes with the engine for AWS",
    )
