import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.visitors import HASH_BYTES, MAX_EXACT, STANDARD_ERROR, VisitorSet, visitor_hash
from tests.unit.making import few, texts

SALT = bytes(range(32))
ADDRESS = "192.0.2.1"


def people(count: int, first: int = 0) -> list[bytes]:
    return [visitor_hash(SALT, "example.org", str(number), "agent") for number in range(first, first + count)]


def of(members: list[bytes]) -> VisitorSet:
    return VisitorSet(members)


def test_a_hash_is_hmac_sha_256_of_site_address_and_agent_in_8_bytes() -> None:
    # hmac.new(SALT, b"example.org|192.0.2.1|agent", "sha256").hexdigest(), once and for all
    assert visitor_hash(SALT, "example.org", ADDRESS, "agent").hex() == "c3673e88af99045e"


@pytest.mark.parametrize(
    ("salt", "site", "address", "agent"),
    [
        (bytes(32), "example.org", ADDRESS, "agent"),
        (SALT, "example.com", ADDRESS, "agent"),
        (SALT, "example.org", "192.0.2.2", "agent"),
        (SALT, "example.org", ADDRESS, "agent "),
        (SALT, "example.org", ADDRESS + "|", "agent"),
    ],
)
def test_another_day_site_address_or_agent_is_another_visitor(salt: bytes, site: str, address: str, agent: str) -> None:
    assert visitor_hash(salt, site, address, agent) != visitor_hash(SALT, "example.org", ADDRESS, "agent")


@few
@given(st.text(), texts, st.text())
def test_any_text_can_be_hashed(site: str, address: str, agent: str) -> None:
    assert len(visitor_hash(SALT, site, address, agent)) == HASH_BYTES


@few
@given(st.lists(st.binary(min_size=HASH_BYTES, max_size=HASH_BYTES), max_size=30), st.integers(0, 30))
def test_a_small_set_is_exact_and_survives_storage(members: list[bytes], cut: int) -> None:
    found = of(members[:cut])
    assert found.add(members[cut:]) == (len(set(members)) > len(set(members[:cut])))
    assert len(found) == len(set(members))
    again = VisitorSet.from_bytes(found.to_bytes())
    assert (len(again), again.to_bytes()) == (len(found), of(members).to_bytes())


def test_1024_are_exact_and_1025_are_a_sketch() -> None:
    assert len(of(people(MAX_EXACT))) == MAX_EXACT
    assert len(of(people(MAX_EXACT)).to_bytes()) == 1 + MAX_EXACT * HASH_BYTES
    assert len(of(people(MAX_EXACT + 1)).to_bytes()) == 1 + 3 * 1024
    assert len(of(people(MAX_EXACT) * 2)) == MAX_EXACT


def test_nothing_is_the_empty_set() -> None:
    assert VisitorSet().to_bytes() == b""
    assert len(VisitorSet.from_bytes(b"")) == 0


@pytest.mark.parametrize("count", [1_025, 2_000, 10_000, 50_000])
def test_a_sketch_is_within_three_standard_errors(count: int) -> None:
    assert abs(len(of(people(count))) / count - 1) < 3 * STANDARD_ERROR


def test_a_sketch_gains_by_new_members_only() -> None:
    found = of(people(2_000))
    before = found.to_bytes()
    assert not found.add([])
    found.add(people(2_000))
    assert found.to_bytes() == before
    found.add(people(1_000, first=2_000))
    assert found.to_bytes() == of(people(3_000)).to_bytes() != before


@few
@given(st.sampled_from([1_020, 1_024, 1_025, 1_100]), st.data())
def test_what_represents_a_set_depends_on_its_members_only(count: int, data: st.DataObject) -> None:
    members = people(count)
    cuts = sorted(data.draw(st.lists(st.integers(0, count), max_size=4)))
    portions = [members[start:end] for start, end in zip([0, *cuts], [*cuts, count], strict=True)]
    found = VisitorSet()
    for portion in data.draw(st.permutations(portions)):
        found.add(portion[::-1] + portion[:3])
        if data.draw(st.booleans()):
            found = VisitorSet.from_bytes(found.to_bytes())
    whole = of(members)
    assert found.to_bytes() == whole.to_bytes()
    assert len(found) == len(whole)


@few
@given(
    st.sampled_from([0, 1, 500, 1_024, 1_025, 3_000]), st.sampled_from([0, 1, 600, 1_024, 1_500]), st.integers(0, 900)
)
def test_a_union_is_that_of_all_members_and_changes_neither_set(left: int, right: int, offset: int) -> None:
    one, other = of(people(left)), of(people(right, first=offset))
    stored = one.to_bytes(), other.to_bytes()
    together = {*people(left), *people(right, first=offset)}
    if max(left, right) <= MAX_EXACT:
        assert one.union(other) == len(together)
    else:
        assert one.union(other) == len(of([*people(left), *people(right, first=offset)]))
    assert one.union(other) == other.union(one)
    assert (one.to_bytes(), other.to_bytes()) == stored
