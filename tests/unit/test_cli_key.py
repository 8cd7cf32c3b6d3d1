import pytest

from shared.domain.keys import key_digest
from tests.unit.commanding import Folder, folder

__all__ = ["folder"]


def test_add_prints_the_key_alone_and_stores_its_hash(folder: Folder) -> None:
    key = folder.out("key", "add", "--scope", "read")
    assert key.startswith("mp_")
    assert key.count("\n") == 1
    (stored,) = folder.engine.keys.all()
    assert stored.digest == key_digest(key.strip())
    assert not any(key.strip().encode() in path.read_bytes() for path in folder.path.iterdir())


def test_add_as_json_and_list(folder: Folder) -> None:
    folder.run("site", "add", "a.org")
    added = folder.json("key", "add", "--scope", "write", "--site", "A.org")
    assert list(added) == ["id", "key", "scope", "sites"]
    assert added == {"id": added["id"], "key": added["key"], "scope": "write", "sites": ["a.org"]}
    del added["key"]
    assert folder.json("key", "list") == {"keys": [added]}
    assert folder.out("key", "list") == f"{added['id']}  write  a.org\n"
    everywhere = folder.json("key", "add", "--scope", "admin")
    assert f"{everywhere['id']}  admin  all sites\n" in folder.out("key", "list")


def test_a_revoked_key_is_gone(folder: Folder) -> None:
    one, other = (folder.json("key", "add", "--scope", "read")["id"] for _ in range(2))
    assert folder.json("key", "revoke", one) == {"revoked": one}
    assert [key["id"] for key in folder.json("key", "list")["keys"]] == [other]
    assert folder.out("key", "revoke", other) == f"{other} is revoked\n"
    assert folder.error("key", "revoke", other) == f"there is no key with the id '{other}'; see: milepost key list"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "Missing option '--scope'"),
        (["--scope", "root"], 2, "'root' is not one of 'read', 'write', 'admin'."),
        (["--scope", "read", "--site", "a.org"], 1, "there is no site 'a.org' here; registered: none yet"),
    ],
)
def test_add_refuses_what_is_wrong(folder: Folder, arguments: list[str], code: int, message: str) -> None:
    assert message in folder.error("key", "add", *arguments, code=code)
    assert folder.json("key", "list") == {"keys": []}
