"""Killed under load, again and again: whatever was answered 202 is counted, and nothing is counted twice."""

import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.stack.load import under_load
from tests.stack.processes import children
from tests.stack.waiting import within
from tests.support.server import serving

KILLS = 20

pytestmark = pytest.mark.xdist_group("durability")


def test_every_acknowledged_event_is_counted_once(tmp_path: Path) -> None:
    chance = random.Random(20)
    sent: set[str] = set()
    accepted: set[str] = set()
    for number in range(KILLS):
        with serving(tmp_path / "data") as server, under_load(server, f"/k{number}") as load:
            time.sleep(chance.uniform(0.05, 0.35))
            # Every other time its projector first, so that what was announced to it is lost.
            for projector in children(server.process.pid) if number % 2 else []:
                os.kill(projector, signal.SIGKILL)
            server.kill()
        assert set(load.answered.values()) == {202}
        # Killed in the midst of it: some client was waiting for an answer that never came.
        assert load.sent > load.accepted
        sent |= load.sent
        accepted |= load.accepted

    with serving(tmp_path / "data") as server:
        # What a killed server had stored but not counted is counted by the next one.
        within(15, lambda: accepted <= server.pages("localhost").keys())
        verified = server.command("verify", check=False)
        pages = server.pages("localhost")
    assert verified.returncode == 0, verified.stdout
    assert accepted - pages.keys() == set()
    assert pages.keys() - sent == set()
    assert {page: views for page, views in pages.items() if views != 1} == {}
