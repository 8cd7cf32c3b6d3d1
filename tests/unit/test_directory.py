from collections.abc import Callable
from typing import Any

import pytest

from shared.directory import Directory, Remembered
from shared.domain.keys import Key, key_digest
from shared.domain.sites import Site
from shared.engine import StorageUnavailable


class Registry:
    """Sites or keys, with a count of how often they were listed."""

    def __init__(self, *entries: Any) -> None:
        self.entries = list(entries)
        self.listed = 0

    def all(self) -> list[Any]:
        self.listed += 1
        return list(self.entries)

    def save(self, entry: Any) -> None:
        self.entries.append(entry)

    def remove(self, name: str) -> None:
        self.entries = [entry for entry in self.entries if entry.name != name]

    def revoke(self, key_id: str) -> bool:
        self.entries = [entry for entry in self.entries if entry.id != key_id]
        return True


def directory(sites: Registry, keys: Registry, monotonic: Callable[[], float]) -> Directory:
    return Directory(sites, keys, 0.5, monotonic)


def test_what_was_registered_or_taken_out_is_known_within_the_lifetime_and_looked_up_once() -> None:
    now = [0.0]
    sites, keys = Registry(Site("a.org", "1")), Registry()
    known = directory(sites, keys, lambda: now[0])
    assert known.site("a.org") == Site("a.org", "1")
    assert known.site("b.org") is None
    sites.save(Site("b.org", "2"))
    sites.remove("a.org")
    now[0] = 0.49
    assert (known.site("a.org"), known.site("b.org")) == (Site("a.org", "1"), None)
    assert sites.listed == 1
    now[0] = 0.5
    assert (known.site("a.org"), known.site("b.org")) == (None, Site("b.org", "2"))


def test_a_key_is_found_by_what_was_presented_and_a_revoked_one_no_longer() -> None:
    now = [0.0]
    key = Key("id", key_digest("mp_key"), "read")
    keys = Registry(key)
    known = directory(Registry(), keys, lambda: now[0])
    assert [known.key(presented) for presented in ("mp_key", "mp_other", "", None)] == [key, None, None, None]
    keys.revoke("id")
    now[0] = 1.0
    assert known.key("mp_key") is None


def test_a_load_that_fails_is_not_remembered() -> None:
    outcomes: list[Any] = [StorageUnavailable("x"), "value", StorageUnavailable("x")]

    def load() -> str:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return str(outcome)

    now = [0.0]
    value = Remembered(load, 1.0, lambda: now[0])
    with pytest.raises(StorageUnavailable):
        value()
    assert value() == value() == "value"
    now[0] = 1.0
    with pytest.raises(StorageUnavailable):
        value()


def test_an_empty_registry_is_remembered_too() -> None:
    sites = Registry()
    known = directory(sites, Registry(), lambda: 0.0)
    assert known.site("a.org") is known.site("a.org") is None
    assert sites.listed == 1


def test_a_site_is_found_by_its_name_or_an_alias_in_the_order_in_which_it_may_be_called() -> None:
    a, b = Site("a.org", "1", aliases=("b.org", "x.org")), Site("b.org", "2", aliases=("y.org", "x.org"))
    known = directory(Registry(a, b), Registry(), lambda: 0.0)
    found = {
        names: known.find(names) for names in (("a.org",), ("y.org",), ("n.org", "x.org", "a.org"), ("n.org",), ())
    }
    assert list(found.values()) == [a, b, b, None, None]
    assert known.find(["b.org"]) == b  # a name goes before an alias
    assert known.find(["y.org", "a.org"]) == b
    assert known.site("y.org") is None
    assert known.sites() == {"a.org": a, "b.org": b}
