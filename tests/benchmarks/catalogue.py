"""The benchmarks, in the order in which they run."""

from tests.benchmarks import (
    event_size,
    freshness,
    import_rate,
    ingest_cpu,
    ingest_start,
    projector_rate,
    throughput,
    twelve_months,
)
from tests.benchmarks.lines import Benchmark

BENCHMARKS = (
    Benchmark("event-size", event_size.measure),
    Benchmark("ingest-start", ingest_start.measure),
    Benchmark("ingest-cpu", ingest_cpu.measure),
    Benchmark("projector", projector_rate.measure),
    Benchmark("throughput", throughput.measure),
    Benchmark("freshness", freshness.measure),
    Benchmark("import", import_rate.measure),
    Benchmark("twelve-months", twelve_months.measure),
)
