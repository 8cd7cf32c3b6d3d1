"""The CPU that a warm ingest function takes for an event."""

import json
import sys
from collections.abc import Iterator

from tests.benchmarks.lines import Bench, Line, Quantity, Target
from tests.benchmarks.servers import dynamo_server
from tests.benchmarks.timing import run


def measure(bench: Bench) -> Iterator[Line]:
    """Gives the microseconds of the function and of a bare put, of one process, by turns."""
    with dynamo_server(bench.folder) as settings:
        said = run([sys.executable, "-P", "-m", "tests.benchmarks.warm_calls"], **settings)
    taken = json.loads(said.splitlines()[-1])
    yield Line(
        "ingest function, CPU per warm event",
        Quantity(1e6 * taken["ours"], "µs"),
        Quantity(1e6 * taken["bare"], "µs"),
        "boto3's put_item of the same item against the same local endpoint",
        Target("<=", 1.30),
        f"of {taken['events']:,} beacons, metrics included; the least of some rounds by turns",
    )
