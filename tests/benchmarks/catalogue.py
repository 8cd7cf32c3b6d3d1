"""The benchmarks, in the order in which they run."""

from tests.benchmarks import (
    agents,
    cost,
    event_size,
    fold_rate,
    freshness,
    import_rate,
    ingest_cpu,
    ingest_start,
    package_size,
    projector_rate,
    questions,
    read_units,
    reports,
    round_units,
    throughput,
    twelve_months,
    write_units,
)
from tests.benchmarks.lines import Benchmark

BENCHMARKS = (
    Benchmark("event-size", event_size.measure),
    Benchmark("ingest-start", ingest_start.measure),
    Benchmark("ingest-cpu", ingest_cpu.measure),
    Benchmark("projector", projector_rate.measure),
    Benchmark("fold", fold_rate.measure),
    Benchmark("throughput", throughput.measure),
    Benchmark("freshness", freshness.measure),
    Benchmark("import", import_rate.measure),
    Benchmark("twelve-months", twelve_months.measure),
    Benchmark("reports", reports.measure),
    Benchmark("questions", questions.measure),
    Benchmark("write-units", write_units.measure),
    Benchmark("read-units", read_units.measure),
    Benchmark("round-units", round_units.measure),
    Benchmark("package-size", package_size.measure),
    Benchmark("cost", cost.measure),
    Benchmark("agents", agents.measure),
)
