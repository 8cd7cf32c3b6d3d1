"""The harness is held against mistakes made on purpose: what it does not catch, it does not test."""

import logging
import re

import pytest

from tests.faults.day_mutations import ON_DAYS
from tests.faults.dynamodb_mutations import ON_DYNAMODB
from tests.faults.engines import ENGINES
from tests.faults.mutations import MUTATIONS, ON_SQLITE, Mutation
from tests.faults.verdict import run_schedule

BY_ENGINE = {"sqlite": (*MUTATIONS, *ON_SQLITE, *ON_DAYS), "dynamodb": (*MUTATIONS, *ON_DYNAMODB)}
MADE = [pytest.param(name, one, id=f"{name}: {one.name}") for name, some in BY_ENGINE.items() for one in some]


@pytest.mark.parametrize(("engine", "mutation"), MADE)
def test_the_harness_catches(engine: str, mutation: Mutation, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    violations: list[str | None] = []
    with mutation.patched():
        for seed in mutation.seeds:
            violations.append(run_schedule(seed, ENGINES[engine], mutation.parts))
            if re.search(mutation.shows, violations[-1] or ""):
                return
    pytest.fail(f"{mutation.name} is not caught: {violations}")
