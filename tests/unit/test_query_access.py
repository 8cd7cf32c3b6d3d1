"""Who may read what: the answers of every kind of key, for sites that exist and sites that do not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.folders import scratch_folder
from tests.unit.querying import World

KEYS = {
    "reads-all": ("read", ()),
    "reads-private": ("read", ("private.example",)),
    "reads-gone": ("read", ("gone.example",)),
    "reads-other": ("read", ("other.example",)),
    "writes-all": ("write", ()),
    "writes-private": ("write", ("private.example",)),
    "admin": ("admin", ()),
    "admin-of-private": ("admin", ("private.example",)),
}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with scratch_folder() as folder:
        yield filled(World(folder))


def filled(world: World) -> World:
    world.add_site("public.example", public=True)
    world.add_site("private.example", public=False)
    world.add_site("other.example", public=False)
    for key, (scope, sites) in KEYS.items():
        world.add_key(key, scope, sites)
    return world


#: By key: the status for a public site, a private one, one that is not there.
MATRIX = {
    None: (200, 401, 401),
    "wrong": (200, 401, 401),
    "reads-all": (200, 200, 404),
    "reads-private": (200, 200, 403),
    "reads-gone": (200, 403, 404),
    "reads-other": (200, 403, 403),
    "writes-all": (200, 403, 403),
    "writes-private": (200, 403, 403),
    "admin": (200, 200, 404),
    "admin-of-private": (200, 200, 403),
}


@pytest.mark.parametrize("key", MATRIX)
@pytest.mark.parametrize("path", ["/v1/sites/{}", "/v1/sites/{}/counts", "/v1/sites/{}/milestones"])
def test_a_site(world: World, path: str, key: str | None) -> None:
    sites = ("public.example", "private.example", "gone.example")
    found = [world.get(path.format(site), key) for site in sites]
    assert tuple(answer.status for answer in found) == MATRIX[key]
    for answer in found:
        assert answer.status == 200 or answer.error
        assert ("www-authenticate" in answer.headers) == (answer.status == 401)


@pytest.mark.parametrize("key", [None, "wrong", "reads-other", "writes-all"])
def test_no_answer_tells_whether_a_site_exists(world: World, key: str | None) -> None:
    """Also not with a query that would be refused."""
    for path in ("/v1/sites/{}", "/v1/sites/{}/counts", "/v1/sites/{}/milestones"):
        for query in ("", "from=nonsense"):
            there, not_there = (
                world.get(path.format(site), key, query) for site in ("private.example", "gone.example")
            )
            assert there == not_there
            assert there.status in (401, 403)


@pytest.mark.parametrize(
    ("key", "seen"),
    [
        ("reads-all", ["other.example", "private.example", "public.example"]),
        ("admin", ["other.example", "private.example", "public.example"]),
        ("reads-private", ["private.example"]),
        ("admin-of-private", ["private.example"]),
        ("reads-gone", []),
    ],
)
def test_the_sites_that_a_key_sees(world: World, key: str, seen: list[str]) -> None:
    assert [site["site"] for site in world.get("/v1/sites", key).json["sites"]] == seen


@pytest.mark.parametrize(("key", "status"), [(None, 401), ("wrong", 401), ("writes-all", 403)])
def test_the_sites_need_a_key(world: World, key: str | None, status: int) -> None:
    answer = world.get("/v1/sites", key)
    assert (answer.status, bool(answer.error)) == (status, True)
    assert answer.headers.get("www-authenticate") == ("Bearer" if status == 401 else None)


@pytest.mark.parametrize("path", ["/health", "/openapi.json"])
@pytest.mark.parametrize("key", [None, "wrong", "writes-private"])
def test_what_needs_no_key(world: World, path: str, key: str | None) -> None:
    assert world.get(path, key).status == 200


def test_a_site_in_upper_case_is_the_same_to_a_key(world: World) -> None:
    assert world.get("/v1/sites/PRIVATE.example", "reads-private").status == 200
    assert world.get("/v1/sites/PRIVATE.example").status == 401


def test_a_revoked_key_is_none(tmp_path: Path) -> None:
    world = filled(World(tmp_path))
    world.engine.keys.revoke("id of reads-all")
    assert world.get("/v1/sites/private.example", "reads-all").status == 401
