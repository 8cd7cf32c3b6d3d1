import pytest

from shared.domain.keys import key_digest
from tests.unit.commanding import Folder, folder

__all__ = ["folder"]


def test_it_prints_a_link_with_a_key_that_reads_the_site_and_nothing_else(folder: Folder) -> None:
    folder.run("site", "add", "a.org")
    result = folder.run("share", "A.org")
    (key,) = folder.engine.keys.all()
    address, _, secret = result.stdout.strip().partition("&key=")
    assert address.endswith("/dashboard/#site=a.org")
    assert (key.digest, key.scope, key.sites) == (key_digest(secret), "read", ("a.org",))
    assert result.stderr == f"take it back with: milepost key revoke {key.id}\n"


def test_each_link_is_taken_back_by_itself(folder: Folder) -> None:
    folder.run("site", "add", "a.org")
    one, other = (folder.json("share", "a.org") for _ in range(2))
    assert list(one) == ["site", "id", "link"]
    assert one["link"] != other["link"]
    folder.run("key", "revoke", one["id"])
    assert [key.id for key in folder.engine.keys.all()] == [other["id"]]


@pytest.mark.parametrize("name", ["b.org", ""])
def test_what_is_no_site_is_not_shared(folder: Folder, name: str) -> None:
    folder.run("site", "add", "a.org")
    assert folder.error("share", name) == f"there is no site {name!r} here; registered: a.org"
    assert folder.engine.keys.all() == []
