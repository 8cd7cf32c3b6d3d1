"""The harness is held against mistakes made on purpose: what it does not catch, it does not test."""

import logging
import re

import pytest

from tests.faults.mutations import MUTATIONS, Mutation
from tests.faults.verdict import run_schedule

#: Within how many schedules each mistake must show as what it is.
WITHIN = 5


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_the_harness_catches(mutation: Mutation, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    with mutation.patched():
        violations = [run_schedule(seed, mutation.parts) for seed in range(WITHIN)]
    assert any(re.search(mutation.shows, violation or "") for violation in violations), violations
