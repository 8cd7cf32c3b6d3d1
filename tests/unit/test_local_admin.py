from pathlib import Path

import pytest

from infra.admin import ENVIRONMENT_KEY, SAMPLE_SITE, add_site, new_key, prepare
from shared.domain.keys import key_digest
from shared.domain.sites import Site
from shared.engine import Engine
from shared.engines.sqlite import open_engine


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_engine(tmp_path / "data", "rules", synchronous="OFF")


def scopes(engine: Engine) -> dict[str, str]:
    return {key.digest: key.scope for key in engine.keys.all()}


def test_an_empty_folder_gets_the_public_sample_site_and_a_key_that_is_shown_once(engine: Engine) -> None:
    secret = prepare(engine, None)
    assert secret is not None
    (site,) = engine.sites.all()
    assert (site.name, site.public, site.counter) == (SAMPLE_SITE, True, True)
    assert engine.read_models.projections()[0].timezones == {SAMPLE_SITE: "UTC"}
    assert scopes(engine) == {key_digest(secret): "admin"}
    assert prepare(engine, None) is None
    assert scopes(engine) == {key_digest(secret): "admin"}


def test_a_key_from_the_environment_is_in_force_as_long_as_it_is_given(engine: Engine) -> None:
    assert prepare(engine, "mp_mine") is None
    assert scopes(engine) == {key_digest("mp_mine"): "admin"}
    assert prepare(engine, "mp_other") is None
    assert scopes(engine) == {key_digest("mp_other"): "admin"}
    drawn = prepare(engine, None)
    assert drawn is not None
    assert scopes(engine) == {key_digest(drawn): "admin"}


@pytest.mark.parametrize(("scope", "sites"), [("read", []), ("admin", ["a.org"])])
def test_there_is_always_a_key_that_may_do_everything(engine: Engine, scope: str, sites: list[str]) -> None:
    engine.keys.save(new_key(scope, sites)[0])
    assert prepare(engine, None) is not None


def test_a_folder_that_has_something_gets_no_sample_site(engine: Engine) -> None:
    engine.keys.save(new_key("admin", ())[0])
    assert prepare(engine, "mp_mine") is None
    assert engine.sites.all() == []
    assert ENVIRONMENT_KEY in {key.id for key in engine.keys.all()}


def test_a_key_is_random_and_stored_by_its_hash() -> None:
    (one, secret), (other, another) = new_key("read", ["a.org"]), new_key("read", ["a.org"])
    assert secret.startswith("mp_")
    assert len({one.id, other.id, secret, another}) == 4
    assert one.digest == key_digest(secret)
    assert secret not in repr(one)


def test_a_new_site_counts_before_it_is_known(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    known: list[object] = []
    save = engine.sites.save

    def watched(site: Site) -> None:
        known.append(engine.read_models.projections()[0].timezones)
        save(site)

    monkeypatch.setattr(engine.sites, "save", watched)
    add_site(engine, Site("a.org", "id", "Asia/Tokyo"))
    assert known == [{"a.org": "Asia/Tokyo"}]
