"""Traced: no 202 leaves before its event is on the disk."""

import os
import re
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.stack import strace
from tests.stack.load import Load, under_load
from tests.support.server import MILEPOST, serving

ANSWERS = 200
MARKER = re.compile(r'/traced-\d+-\d+(?=\\")')

RUN = "from infra.cli.main import main; main()"

#: Servers that answer too early, as programs for Python.
MUTANTS = {
    "the commit does not wait for the disk": (
        "import functools, infra.local.installation as i; "
        f"i.open_engine = functools.partial(i.open_engine, synchronous='NORMAL'); {RUN}"
    ),
    "the answer does not wait for the commit": f"""
from infra.local import committer as c
class Hasty(c.Committer):
    async def submit(self, request):
        waiting = super().submit(request)
        asyncio.ensure_future(waiting)
        return c.json_response(202, "ok")
import asyncio, infra.local.server as s
s.Committer = Hasty
{RUN}""",
}

pytestmark = pytest.mark.xdist_group("fsync")


@pytest.fixture(autouse=True)
def _strace() -> None:
    if shutil.which("strace") is None:
        reason = "strace is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


def traced(folder: Path, program: Sequence[str]) -> tuple[strace.Verdict, Load]:
    """Runs a server under strace and load, and gives what strace and what the clients saw."""
    trace = folder / "trace"
    data = folder.resolve() / "data"
    line = [*strace.COMMAND, "-o", str(trace), "-e", strace.CALLS, *program]
    with serving(data, program=line) as server:
        with under_load(server, "/traced", clients=8) as load:
            load.wait_for(ANSWERS)
        server.stop()
        wait_for_end(trace, server.process.pid)
    with trace.open(encoding="ascii") as lines:
        return strace.judge(lines, f"{data}/milepost.db-wal", MARKER), load


def wait_for_end(trace: Path, process: int) -> None:
    """Waits until strace has written the end of a process, which it may do a moment later than that happens."""
    end = re.compile(rf"^{process} +\+\+\+ ", re.MULTILINE)
    deadline = time.monotonic() + 30
    while not end.search(trace.read_text(encoding="ascii")):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_no_202_leaves_before_the_sync_that_covers_its_event(tmp_path: Path) -> None:
    verdict, load = traced(tmp_path, MILEPOST)
    assert verdict.early == set()
    assert len(verdict.covered) >= ANSWERS
    assert verdict.covered == load.accepted


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_202_that_leaves_too_early_is_caught(tmp_path: Path, mutant: str) -> None:
    verdict, load = traced(tmp_path, [sys.executable, "-c", MUTANTS[mutant]])
    assert verdict.early
    assert verdict.early | verdict.covered == load.accepted
