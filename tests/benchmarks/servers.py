"""Running servers, and wrk, which puts load on them."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.paths import MILEPOST, ROOT
from tests.benchmarks.timing import environment

CONNECTIONS = 16

_LOAD = Path(__file__).with_name("load.lua")
_STOP_SECONDS = 30
_MS = 1_000


class Server(NamedTuple):
    """A running server: its address and its process id."""

    url: str
    pid: int


class Load(NamedTuple):
    """What wrk saw: answers below 400, other answers and failures, seconds, and the 99th percentile in milliseconds."""

    accepted: int
    failed: int
    seconds: float
    p99_ms: float


@contextmanager
def milepost_server(data: Path) -> Iterator[Server]:
    """Runs Milepost on a data folder."""
    with _serving([str(MILEPOST), "--data", str(data), "serve", "--port", "0"], data) as server:
        yield server


@contextmanager
def empty_server(folder: Path) -> Iterator[Server]:
    """Runs the same server with an empty handler."""
    with _serving([sys.executable, "-m", "tests.benchmarks.empty_server"], folder) as server:
        yield server


@contextmanager
def dynamo_server(folder: Path) -> Iterator[Mapping[str, str]]:
    """Runs a DynamoDB on the loopback, and gives the environment of functions that use it."""
    with _running([sys.executable, "-m", "tests.benchmarks.dynamo_server"], folder) as (said, _):
        yield json.loads(said)


def has_wrk() -> bool:
    """Tells whether wrk is installed."""
    return shutil.which("wrk") is not None


def wrk_command(server: Server, seconds: int) -> Sequence[str]:
    """Gives the command that puts load on a server."""
    return ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(_LOAD), server.url]


def put_load(server: Server, seconds: int) -> Load:
    """Puts load on a server, and gives what became of it.

    Raises:
        CalledProcessError: wrk could not run.
    """
    ran = subprocess.run(wrk_command(server, seconds), check=True, capture_output=True, text=True)
    seen = json.loads(ran.stdout.splitlines()[-1])
    failed = seen["refused"] + seen["broken"]
    return Load(seen["requests"] - seen["refused"], failed, seen["us"] / 1e6, seen["p99_us"] / _MS)


@contextmanager
def _serving(command: Sequence[str], folder: Path) -> Iterator[Server]:
    with _running(command, folder) as (said, pid):
        address = re.search(r"http://\S+", said)
        if address is None:
            raise RuntimeError(f"the server did not start: {said}")
        yield Server(address[0], pid)


@contextmanager
def _running(command: Sequence[str], folder: Path) -> Iterator[tuple[str, int]]:
    """Runs a server, and gives the first line that it writes, and its process id."""
    log = folder / "server.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=errors, text=True
        )
    try:
        said = process.stdout.readline() if process.stdout else ""
        if not said:
            raise RuntimeError(f"the server did not start: {log.read_text()}")
        yield said, process.pid
    finally:
        process.terminate()
        process.wait(_STOP_SECONDS)
