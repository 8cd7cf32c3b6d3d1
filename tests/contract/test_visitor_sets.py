"""The contract of the visitors in the read models: exact up to 1,024, then a sketch, whatever order they came in."""

from collections.abc import Sequence
from itertools import count, pairwise
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.counts import Counts
from shared.domain.folds import DAY, Delta, RowKey
from shared.domain.visitors import MAX_EXACT, STANDARD_ERROR, VisitorSet
from shared.engine import Engine, ReadModels, Row
from tests.contract.making import DAY_KEY, add, counts_of

#: Three standard errors: the members are the same in every run, so this holds always or never.
TOLERANCE = 3 * STANDARD_ERROR


def hashes(number: int, seed: int = 1) -> list[bytes]:
    rng = Random(seed)
    return [rng.randbytes(8) for _ in range(number)]


def dumped(read_models: ReadModels, key: RowKey) -> Row:
    with read_models.dump(1) as (_, rows):
        return next(row for row in rows if row.key == key)


def add_in_portions(read_models: ReadModels, people: list[bytes], bots: list[bytes]) -> None:
    """Adds as many visitors at a time as a batch may have."""
    for start in range(0, max(len(people), len(bots)), 1_000):
        portion = slice(start, start + 1_000)
        add(read_models, {DAY_KEY: Delta(0, 0, set(people[portion]), set(bots[portion]))})


class TestVisitorSets:
    @pytest.mark.parametrize("number", [1, 1_000, MAX_EXACT])
    def test_they_are_exact_up_to_1024(self, engine: Engine, number: int) -> None:
        visitors = hashes(number)
        for portion in (visitors[: number // 2], visitors, visitors[::3]):
            add(engine.read_models, {DAY_KEY: Delta(1, 0, set(portion))})
        assert counts_of(engine.read_models, DAY_KEY) == Counts(3, 0, number, 0, number)

    @pytest.mark.parametrize("number", [MAX_EXACT + 1, 3_000, 50_000])
    def test_they_are_within_the_stated_error_beyond(self, engine: Engine, other: Engine, number: int) -> None:
        add_in_portions(engine.read_models, people=hashes(number), bots=[])
        found = counts_of(other.read_models, DAY_KEY).visitors
        assert found == pytest.approx(number, rel=TOLERANCE)

    def test_people_and_bots_are_apart_and_together_a_union(self, engine: Engine) -> None:
        people, bots = hashes(1_000), hashes(1_000)[500:] + hashes(300, seed=2)
        add(engine.read_models, {DAY_KEY: Delta(1, 1, set(people), set(bots))})
        assert counts_of(engine.read_models, DAY_KEY) == Counts(1, 1, 1_000, 800, 1_300)

    def test_the_union_with_a_sketch_is_within_the_stated_error(self, engine: Engine) -> None:
        people, bots = hashes(5_000), hashes(5_000)[4_500:] + hashes(500, seed=2)
        add_in_portions(engine.read_models, people, bots)
        found = counts_of(engine.read_models, DAY_KEY)
        assert found.bot_visitors == 1_000
        assert found.visitors == pytest.approx(5_000, rel=TOLERANCE)
        assert found.all_visitors == pytest.approx(5_500, rel=TOLERANCE)


#: Each example has rows of its own in the one engine.
sites = count()


def add_in(read_models: ReadModels, people: Sequence[bytes], bots: set[bytes], cuts: Sequence[int]) -> Row:
    """Adds visitors to a row of a new site in portions, and gives the row. The site goes, lest the next take longer."""
    key = RowKey(f"{next(sites)}.example", DAY, "2026-11-22", "")
    edges = [0, *sorted(min(cut, len(people)) for cut in cuts), len(people)]
    for start, end in pairwise(edges):
        portion = set(people[start:end])
        add(read_models, {key: Delta(1, 0, portion, portion & bots)})
    row = dumped(read_models, key)
    read_models.forget(key.site)
    return row


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.integers(1_020, 1_100),
    order=st.randoms(use_true_random=False),
    cuts=st.lists(st.integers(0, 1_400), max_size=5),
)
def test_what_represents_a_set_depends_on_its_members_only(
    engine: Engine, number: int, order: Random, cuts: list[int]
) -> None:
    members = hashes(number)
    people, bots = VisitorSet(members), VisitorSet(members[::7])
    shuffled = order.sample(members, number)
    for sequence in (shuffled, shuffled + order.sample(members, number // 3)):
        row = add_in(engine.read_models, sequence, set(members[::7]), cuts)
        assert (row.visitors, row.bot_visitors) == (people.to_bytes(), bots.to_bytes())
        assert row.counts[2:] == (len(people), len(bots), people.union(bots))
