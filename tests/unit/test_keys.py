import hashlib

import pytest

from shared.domain.keys import Key, key_digest


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [("read", ["read"]), ("write", ["write"]), ("admin", ["read", "write", "admin"])],
)
def test_a_key_allows_its_scope_and_admin_allows_all(scope: str, allowed: list[str]) -> None:
    key = Key("id", "digest", scope)
    assert [wanted for wanted in ("read", "write", "admin") if key.allows(wanted)] == allowed
    assert [wanted for wanted in ("read", "write", "admin") if key.allows(wanted, "any.example")] == allowed


def test_a_key_of_some_sites_is_good_for_no_other() -> None:
    key = Key("id", "digest", "admin", ("a.org", "b.org"))
    assert [key.allows("read", site) for site in ("a.org", "b.org", "c.org")] == [True, True, False]


def test_what_is_stored_of_a_key_is_its_hash() -> None:
    assert key_digest("mp_key") == hashlib.sha256(b"mp_key").hexdigest()
    assert key_digest("\ud800") == key_digest("?")  # nobody can send one, and nobody must be told a fault by it
