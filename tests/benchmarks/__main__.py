"""`make bench`: the budgets, on one machine and on AWS, each with its yardstick measured in the same run."""

import json
import logging
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TextIO

import click

from tests.benchmarks.catalogue import BENCHMARKS
from tests.benchmarks.lines import MISSED, Bench, Benchmark
from tests.benchmarks.table import heading, show

logger = logging.getLogger("benchmarks")

_NAMES = [benchmark.name for benchmark in BENCHMARKS]

#: A folder that is on a disk also where /tmp is in memory: to wait for the disk is part of what is measured.
_ON_DISK = Path("/var/tmp")


@click.command()
@click.option("--only", multiple=True, type=click.Choice(_NAMES), help="Run this benchmark alone; may be repeated.")
@click.option("--json", "json_path", type=click.Path(dir_okay=False, allow_dash=True), help="Also write JSON; -: only.")
@click.option(
    "--full", is_flag=True, help="Take 10,000,000 lines or events where 1,000,000 are the default (an hour more)."
)
def main(only: Sequence[str], json_path: str | None, full: bool) -> None:
    """Run the benchmarks. A target that is missed is printed as MISSED and is no failure; the exit code is 0 then."""
    with open(os.devnull, "w") if json_path == "-" else nullcontext(sys.stdout) as out:
        lines, failed = _run([b for b in BENCHMARKS if b.name in (only or _NAMES)], full, out)
    document = {"machine": _machine(), "full": full, "lines": lines}
    if json_path is not None:
        with click.open_file(json_path, "w") as file:
            json.dump(document, file, indent=1, ensure_ascii=False)
            file.write("\n")
    sys.exit(1 if failed else 0)


def _run(benchmarks: Sequence[Benchmark], full: bool, out: TextIO) -> tuple[list[dict[str, Any]], bool]:
    """Runs benchmarks, prints their lines as they come, and tells whether one of them could not be run."""
    lines: list[dict[str, Any]] = []
    failed = False
    start = time.monotonic()
    click.echo(f"{_machine()}\n\n{heading()}", out)
    for benchmark in benchmarks:
        with tempfile.TemporaryDirectory(prefix="milepost-bench-", dir=_ON_DISK if _ON_DISK.is_dir() else None) as name:
            try:
                for line in benchmark.run(Bench(Path(name), full)):
                    lines.append({"benchmark": benchmark.name, **line.to_dict()})
                    click.echo("\n".join(show(line)), out)
            except Exception:  # the others are still worth running
                logger.exception("%s failed", benchmark.name)
                failed = True
    missed = sum(line["verdict"] == MISSED for line in lines)
    click.echo(f"\n{len(lines)} lines, {missed} missed, in {time.monotonic() - start:.0f} s", out)
    return lines, failed


def _machine() -> str:
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} CPUs, Python {platform.python_version()}, {platform.system()}, load {load:.1f}"


main()
