"""How long the ingest function takes from nothing to its first 202."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.benchmarks.lines import Bench, Line, Quantity, Target
from tests.benchmarks.servers import dynamo_server
from tests.benchmarks.timing import median_seconds, run

_ROUNDS = 20
_HERE = Path(__file__).parent


def measure(bench: Bench) -> Iterator[Line]:
    """Gives the median times of whole processes, ours and the yardstick's by turns."""
    ours, bare, nothing = (
        [sys.executable, "-P", *script]
        for script in ([str(_HERE / "first_call.py")], [str(_HERE / "first_put.py")], ["-c", ""])
    )
    with dynamo_server(bench.folder) as settings:
        run(ours, **settings)  # compiles what is not compiled yet
        start, yardstick, interpreter = median_seconds(
            _ROUNDS, partial(run, ours, **settings), partial(run, bare, **settings), partial(run, nothing)
        )
    yield Line(
        "ingest function, import and first call",
        Quantity(1000 * start, "ms"),
        Quantity(1000 * yardstick, "ms"),
        "`import boto3`, a DynamoDB client and one put",
        Target("<=", 1.0),
        f"whole processes against the same local endpoint, of which a bare interpreter takes {1000 * interpreter:.0f} "
        f"ms; site and salt look-ups included; medians of {_ROUNDS}, by turns",
    )
