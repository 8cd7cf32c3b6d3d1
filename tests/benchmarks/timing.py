"""Measuring: CPU time, interleaved medians, child processes."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.benchmarks.paths import ROOT

_SYNCED_BYTES = 8_192


class Usage(NamedTuple):
    """What a process took: seconds of CPU, and bytes of memory at its peak."""

    cpu: float
    peak: int


def least_cpu(rounds: int, *tasks: Callable[[], object]) -> list[float]:
    """Runs tasks by turns, and gives the least CPU seconds of each: what others on the machine do only adds to it."""
    least = [float("inf")] * len(tasks)
    for _ in range(rounds):
        for number, task in enumerate(tasks):
            start = time.process_time()
            task()
            least[number] = min(least[number], time.process_time() - start)
    return least


def median_seconds(rounds: int, *tasks: Callable[[], object]) -> list[float]:
    """Runs tasks by turns, and gives the median seconds of each by the clock."""
    taken: list[list[float]] = [[] for _ in tasks]
    for _ in range(rounds):
        for times, task in zip(taken, tasks, strict=True):
            start = time.perf_counter()
            task()
            times.append(time.perf_counter() - start)
    return [median(times) for times in taken]


def run(command: Sequence[str], **settings: str) -> str:
    """Runs a child process to its end, and gives what it wrote.

    Args:
        command: The program and its arguments.
        settings: What its environment has besides.

    Raises:
        RuntimeError: It failed; says what it wrote.
    """
    ran = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if ran.returncode:
        raise RuntimeError(f"{command} ended with {ran.returncode}:\n{ran.stdout}")
    return ran.stdout


def usage_of(script: Path, *arguments: str) -> Usage:
    """Runs a Python script in a child process, and gives what it took.

    Raises:
        RuntimeError: It failed; says what it wrote.
    """
    said = run([sys.executable, "-P", str(Path(__file__).with_name("measured.py")), str(script), *arguments])
    return Usage(**json.loads(said.splitlines()[-1]))


def environment(**settings: str) -> Mapping[str, str]:
    """Gives the environment of a child process: not the settings of whoever runs the benchmarks, but these."""
    own = ("MILEPOST_", "AWS_", "DATA", "HOST", "PORT")
    return {name: value for name, value in os.environ.items() if not name.startswith(own)} | settings


def sync_seconds(folder: Path, times: int = 50) -> float:
    """Gives the median seconds that the disk under a folder takes to make a few appended kilobytes durable."""
    with (folder / "synced").open("wb", buffering=0) as file:

        def append() -> None:
            file.write(bytes(_SYNCED_BYTES))
            os.fdatasync(file.fileno())

        return median_seconds(times, append)[0]


def cpu_of(pid: int) -> float:
    """Gives the CPU seconds that a running process and its children have taken.

    Source: proc(5), `utime` and `stime` of /proc/PID/stat; /proc/PID/task/TID/children.
    """
    process = Path(f"/proc/{pid}")
    fields = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()
    children = " ".join(path.read_text() for path in process.glob("task/*/children")).split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + sum(
        cpu_of(int(child)) for child in children
    )
