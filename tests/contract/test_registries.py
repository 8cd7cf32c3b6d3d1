"""The contract of the registries: sites, keys, imports and drops."""

from shared.domain.keys import Key
from shared.domain.sites import Site
from shared.engine import Engine, ImportPart
from tests.contract.making import at_once

PLAIN = Site("example.org", "id 1")
FULL = Site(
    "grüße.example:8080",
    "id 2",
    "Asia/Kolkata",
    public=True,
    origins=("https://a.example", "http://b.example:81"),
    milestones=(5, 50),
    cap=None,
    keep_query=("page", "größe"),
    retention_months=None,
    gpc="skip",
    counter=True,
    aliases=("3d5ffb47-1d21-4d3b-9a5c-9a3a5d3b8d0a", "www.example.org"),
)


class TestSites:
    def test_they_are_listed_by_name_with_all_they_have(self, engine: Engine, other: Engine) -> None:
        engine.sites.save(FULL)
        engine.sites.save(PLAIN)
        assert other.sites.all() == [PLAIN, FULL]

    def test_saving_replaces(self, engine: Engine) -> None:
        engine.sites.save(PLAIN)
        changed = Site(PLAIN.name, "id 3", public=True)
        engine.sites.save(changed)
        assert engine.sites.all() == [changed]

    def test_removing_takes_one_out(self, engine: Engine, other: Engine) -> None:
        engine.sites.save(PLAIN)
        engine.sites.save(FULL)
        other.sites.remove(PLAIN.name)
        other.sites.remove("never.example")
        assert engine.sites.all() == [FULL]


class TestKeys:
    def test_they_are_listed_by_id_with_all_they_have(self, engine: Engine, other: Engine) -> None:
        keys = [Key("a", "digest of a", "admin"), Key("b", "digest of b", "read", ("example.org", "grüße.example"))]
        for key in reversed(keys):
            engine.keys.save(key)
        assert other.keys.all() == keys

    def test_saving_replaces(self, engine: Engine) -> None:
        engine.keys.save(Key("a", "digest", "admin"))
        engine.keys.save(Key("a", "other digest", "read", ("example.org",)))
        assert engine.keys.all() == [Key("a", "other digest", "read", ("example.org",))]

    def test_revoking_tells_whether_it_was_there(self, engine: Engine, other: Engine) -> None:
        engine.keys.save(Key("a", "digest", "admin"))
        assert other.keys.revoke("b") is False
        assert other.keys.revoke("a") is True
        assert other.keys.revoke("a") is False
        assert engine.keys.all() == []


def part(site_id: str, start: str, end: str) -> ImportPart:
    return ImportPart(f"import.{site_id}.{end}", site_id, start, end, 10_000, 9_000, "access-log")


class TestImports:
    def test_parts_are_found_by_where_they_begin(self, engine: Engine, other: Engine) -> None:
        first, longer, second = part("id 1", "", "d1"), part("id 1", "", "d1+"), part("id 1", "d1", "d2")
        for registered in (first, longer, second, part("id 2", "", "d1")):
            engine.imports.register(registered)
        assert sorted(other.imports.parts("id 1", "")) == sorted([first, longer])
        assert other.imports.parts("id 1", "d1") == [second]
        assert other.imports.parts("id 1", "d2") == []
        assert other.imports.parts("id 3", "") == []

    def test_one_beginning_is_not_the_other_that_it_begins(self, engine: Engine) -> None:
        parts = [part("id 1", start, f"of {start}") for start in ("", "d1", "d1#", "d1#2", "#", "d")]
        for registered in parts:
            engine.imports.register(registered)
        assert [engine.imports.parts("id 1", registered.start) for registered in parts] == [[one] for one in parts]

    def test_they_are_unfinished_until_they_are_finished(self, engine: Engine, other: Engine) -> None:
        parts = [part("id 1", "", "d1"), part("id 1", "d1", "d2")]
        for registered in parts:
            engine.imports.register(registered)
        assert set(other.imports.unfinished()) == {registered.epoch for registered in parts}
        engine.imports.finish(parts[0].epoch)
        assert other.imports.unfinished() == [parts[1].epoch]
        assert other.imports.parts("id 1", "") == parts[:1]

    def test_registering_again_changes_nothing(self, engine: Engine) -> None:
        registered = part("id 1", "", "d1")
        engine.imports.register(registered)
        engine.imports.finish(registered.epoch)
        engine.imports.register(registered._replace(lines=1, events=1))
        assert engine.imports.unfinished() == []
        assert engine.imports.parts("id 1", "") == [registered]

    def test_a_forgotten_site_has_none(self, engine: Engine) -> None:
        kept = part("id 2", "", "d1")
        for registered in (part("id 1", "", "d1"), part("id 1", "d1", "d2"), kept):
            engine.imports.register(registered)
        engine.imports.forget("id 1")
        assert engine.imports.parts("id 1", "") == []
        assert engine.imports.unfinished() == [kept.epoch]


class TestDrops:
    def test_numbers_add_up(self, engine: Engine, other: Engine) -> None:
        assert engine.drops.all() == {}
        engine.drops.add({("2026-11-22", "example.org", "cap"): 3, ("2026-11-22", "", "unknown_site"): 1})
        other.drops.add({("2026-11-22", "example.org", "cap"): 4, ("2026-11-23", "example.org", "cap"): 1})
        other.drops.add({})
        assert engine.drops.all() == {
            ("2026-11-22", "", "unknown_site"): 1,
            ("2026-11-22", "example.org", "cap"): 7,
            ("2026-11-23", "example.org", "cap"): 1,
        }

    def test_none_is_lost_when_many_add_at_once(self, engine: Engine, other: Engine) -> None:
        ports = [engine.drops, other.drops]
        key = ("2026-11-22", "example.org", "cap")
        assert at_once(6, lambda i: ports[i % 2].add({key: i})) == [None] * 6
        assert engine.drops.all() == {key: 15}
