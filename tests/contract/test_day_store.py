"""The contract of the store of days: blobs by version, site, collection and key."""

from random import Random

import pytest

from shared.engine import Engine
from tests.contract.making import DAY_KEY, SITE, add, at_once, counts_of, views

EVENTS, STATE = "events", "state"

#: In the order of their bytes.
KEYS = [
    "",
    " ",
    "2026-11-21",
    "2026-11-22",
    "2026-11-22 ",
    "2026-11-22T17",
    "2026-11-22|a",
    "2026-11-22|b|c",
    "2026-11-22~",
    "2026-11-23",
    "=",
    "a",
    "a/b?c=d&e#f%00'\"\\",
    "ab",
    "b",
    "|",
    "~",
    "~~",
    "é",
    "日本",
    "\uffff",
    "\U0001f600",
]

LARGE = Random(4).randbytes(1_000_000)


def stored(
    engine: Engine,
    version: int = 1,
    site: str = SITE,
    collection: str = EVENTS,
    first: str = "",
    last: str | None = None,
) -> dict[str, bytes]:
    """What is read, in its order."""
    return dict(engine.days.read(version, site, collection, first, last))


def filled(engine: Engine, keys: list[str]) -> dict[str, bytes]:
    blobs = {key: f"blob {key}".encode() for key in keys}
    engine.days.put(1, SITE, EVENTS, blobs)
    return blobs


class TestReading:
    def test_nothing_is_there_at_first(self, engine: Engine) -> None:
        assert stored(engine) == {}

    def test_keys_are_in_the_order_of_their_bytes(self, engine: Engine, other: Engine) -> None:
        assert sorted(KEYS, key=str.encode) == KEYS
        shuffled = Random(1).sample(KEYS, len(KEYS))
        blobs = filled(engine, shuffled)
        assert list(other.days.read(1, SITE, EVENTS)) == [(key, blobs[key]) for key in KEYS]

    def test_every_range_has_both_its_ends(self, engine: Engine) -> None:
        filled(engine, KEYS)
        for start, first in enumerate(KEYS):
            assert list(stored(engine, first=first)) == KEYS[start:]
        rng = Random(2)
        for _ in range(60):
            start, end = rng.randrange(len(KEYS)), rng.randrange(len(KEYS))
            assert list(stored(engine, first=KEYS[start], last=KEYS[end])) == KEYS[start : end + 1]

    def test_ends_need_not_be_there(self, engine: Engine) -> None:
        filled(engine, ["2026-11-20T03", "2026-11-21", "2026-11-21T05", "2026-11-22"])
        assert list(stored(engine, first="2026-11-20T04", last="2026-11-21T23")) == ["2026-11-21", "2026-11-21T05"]
        assert list(stored(engine, first="2026-11-23")) == []
        assert list(stored(engine, last="2026-11-20")) == []

    def test_more_than_a_page_is_read_whole(self, engine: Engine) -> None:
        blobs = {f"{number:03}": bytes([number]) * 60_000 for number in range(45)}
        engine.days.put(1, SITE, EVENTS, blobs)
        assert stored(engine) == blobs
        assert list(stored(engine, last="019")) == [f"{number:03}" for number in range(20)]

    def test_it_may_be_written_while_it_is_read(self, engine: Engine) -> None:
        blobs = filled(engine, [f"{number:03}" for number in range(50)])
        for key, _ in engine.days.read(1, SITE, EVENTS):
            engine.days.put(1, SITE, STATE, {key: b"seen"})
        assert list(stored(engine, collection=STATE)) == list(blobs)

    def test_the_longest_key(self, engine: Engine) -> None:
        keys = ["é" * 250, "é" * 249 + "è"]
        engine.days.put(1, SITE, "c" * 200, {keys[0]: b"1", keys[1]: LARGE})
        assert stored(engine, collection="c" * 200, first=keys[0]) == {keys[0]: b"1"}
        assert stored(engine, collection="c" * 200, last=keys[1]) == {keys[1]: LARGE}


class TestPutting:
    def test_a_blob_takes_the_place_of_one(self, engine: Engine, other: Engine) -> None:
        engine.days.put(1, SITE, EVENTS, {"a": b"1", "b": b"2"})
        other.days.put(1, SITE, EVENTS, {"b": b"3", "c": b""})
        assert stored(engine) == {"a": b"1", "b": b"3", "c": b""}

    def test_nothing_is_put(self, engine: Engine) -> None:
        engine.days.put(1, SITE, EVENTS, {})
        assert stored(engine) == {}

    def test_any_bytes(self, engine: Engine) -> None:
        blobs = {"all": bytes(range(256)), "empty": b"", "zeros": b"\0" * 9}
        engine.days.put(1, SITE, EVENTS, blobs)
        assert stored(engine) == blobs

    def test_a_large_blob_among_small_ones_and_in_their_place(self, engine: Engine, other: Engine) -> None:
        engine.days.put(1, SITE, EVENTS, {"a": b"1", "b": LARGE, "b ": b"2", "c": b"3"})
        assert list(other.days.read(1, SITE, EVENTS)) == [("a", b"1"), ("b", LARGE), ("b ", b"2"), ("c", b"3")]
        assert stored(other, first="b", last="b") == {"b": LARGE}
        assert stored(other, first="b ", last="c") == {"b ": b"2", "c": b"3"}
        larger = LARGE[::-1] + b"more"
        other.days.put(1, SITE, EVENTS, {"a": LARGE, "b": larger, "c": b""})
        assert stored(engine) == {"a": LARGE, "b": larger, "b ": b"2", "c": b""}
        engine.days.put(1, SITE, EVENTS, {"a": b"", "b": LARGE[:700_000]})
        assert stored(engine) == {"a": b"", "b": LARGE[:700_000], "b ": b"2", "c": b""}

    def test_readers_see_one_or_the_other(self, engine: Engine, other: Engine) -> None:
        blobs = [bytes([value]) * size for value, size in ((1, 700_000), (2, 20), (3, 900_000))]
        engine.days.put(1, SITE, EVENTS, {"a": blobs[0], "b": b"beside"})

        def work(index: int) -> None:
            if index == 0:
                for turn in range(1, 7):
                    engine.days.put(1, SITE, EVENTS, {"a": blobs[turn % 3]})
            else:
                for _ in range(10):
                    found = stored(other)
                    assert found["a"] in blobs
                    assert found["b"] == b"beside"

        assert at_once(3, work) == [None] * 3

    def test_writers_at_once_leave_what_one_of_them_wrote(self, engine: Engine, other: Engine) -> None:
        engines = [engine, other]
        blobs = [bytes([65 + index]) * size for index, size in enumerate((10, 350_000, 0, 650_000))]
        assert at_once(4, lambda index: engines[index % 2].days.put(1, SITE, EVENTS, {"a": blobs[index]})) == [None] * 4
        assert stored(engine)["a"] in blobs


class TestDeleting:
    @pytest.mark.parametrize(
        ("first", "last", "left"),
        [("", None, []), ("b", None, ["a"]), ("", "b", ["ba", "c"]), ("aa", "b", ["a", "ba", "c"]), ("c", "a", None)],
    )
    def test_a_range(self, engine: Engine, other: Engine, first: str, last: str | None, left: list[str] | None) -> None:
        blobs = filled(engine, ["a", "b", "ba", "c"])
        engine.days.put(1, SITE, STATE, {"b": b"kept"})
        other.days.delete(1, SITE, EVENTS, first, last)
        assert stored(engine) == {key: blobs[key] for key in (blobs if left is None else left)}
        assert stored(engine, collection=STATE) == {"b": b"kept"}

    def test_large_blobs(self, engine: Engine) -> None:
        engine.days.put(1, SITE, EVENTS, {"a": LARGE, "b": LARGE, "ba": LARGE[:400_000]})
        engine.days.delete(1, SITE, EVENTS, "b", "b")
        assert stored(engine) == {"a": LARGE, "ba": LARGE[:400_000]}
        engine.days.put(1, SITE, EVENTS, {"b": b"again"})
        assert stored(engine)["b"] == b"again"

    def test_what_is_not_there(self, engine: Engine) -> None:
        engine.days.delete(1, SITE, EVENTS)
        assert stored(engine) == {}


class TestReplacing:
    @staticmethod
    def replace(engine: Engine, expected: bytes | None, blob: bytes | None) -> bool:
        return engine.days.replace(1, SITE, STATE, "a", expected, blob)

    def test_only_what_is_expected(self, engine: Engine, other: Engine) -> None:
        assert not self.replace(engine, b"1", b"2")
        assert stored(engine, collection=STATE) == {}
        assert self.replace(engine, None, b"1")
        assert not self.replace(other, None, b"2")
        assert not self.replace(other, b"", b"2")
        assert stored(engine, collection=STATE) == {"a": b"1"}
        assert self.replace(other, b"1", b"2")
        assert not self.replace(engine, b"1", b"3")
        assert stored(engine, collection=STATE) == {"a": b"2"}

    def test_deleting(self, engine: Engine) -> None:
        engine.days.put(1, SITE, STATE, {"a": b"1", "b": b"1"})
        assert not self.replace(engine, None, None)
        assert not self.replace(engine, b"2", None)
        assert stored(engine, collection=STATE) == {"a": b"1", "b": b"1"}
        assert self.replace(engine, b"1", None)
        assert not self.replace(engine, b"1", None)
        assert self.replace(engine, None, None)
        assert stored(engine, collection=STATE) == {"b": b"1"}

    def test_an_empty_blob_is_not_none(self, engine: Engine) -> None:
        assert self.replace(engine, None, b"")
        assert not self.replace(engine, None, b"1")
        assert self.replace(engine, b"", b"1")
        assert self.replace(engine, b"1", b"")
        assert stored(engine, collection=STATE) == {"a": b""}

    def test_the_largest(self, engine: Engine) -> None:
        first, second = LARGE[:100_000], LARGE[-100_000:]
        assert self.replace(engine, None, first)
        assert not self.replace(engine, second, first)
        assert self.replace(engine, first, second)
        assert stored(engine, collection=STATE) == {"a": second}

    def test_what_put_has_stored_of_any_size(self, engine: Engine) -> None:
        engine.days.put(1, SITE, STATE, {"a": LARGE})
        for wrong in (None, b"", LARGE[:-1] + b"?", LARGE[:400_000]):
            assert not self.replace(engine, wrong, b"1")
        assert stored(engine, collection=STATE) == {"a": LARGE}
        assert self.replace(engine, LARGE, b"1")
        assert not self.replace(engine, LARGE, b"2")
        engine.days.put(1, SITE, STATE, {"a": LARGE})
        assert self.replace(engine, LARGE, None)
        assert stored(engine, collection=STATE) == {}

    @pytest.mark.parametrize(("expected", "deleting"), [(None, False), (b"before", False), (b"before", True)])
    def test_of_many_at_once_one_succeeds(
        self, engine: Engine, other: Engine, expected: bytes | None, deleting: bool
    ) -> None:
        if expected is not None:
            engine.days.put(1, SITE, STATE, {"a": expected})
        engines = [engine, other]
        outcomes = at_once(
            6, lambda index: self.replace(engines[index % 2], expected, None if deleting else f"by {index}".encode())
        )
        assert sorted(map(str, outcomes)) == ["False"] * 5 + ["True"]
        winner = f"by {outcomes.index(True)}".encode()
        assert stored(engine, collection=STATE) == ({} if deleting else {"a": winner})

    def test_each_of_many_changes_at_once_is_kept(self, engine: Engine, other: Engine) -> None:
        engines = [engine, other]

        def work(index: int) -> None:
            days = engines[index % 2].days
            for _ in range(5):
                added = False
                while not added:
                    before = dict(days.read(1, SITE, STATE)).get("a")
                    added = days.replace(1, SITE, STATE, "a", before, (before or b"") + bytes([65 + index]))

        assert at_once(3, work) == [None] * 3
        assert sorted(stored(engine, collection=STATE)["a"]) == sorted(b"ABC" * 5)


class TestApart:
    SITES = ("", "a", "a.example", "a.example.org", "b.a.example")

    def test_sites_and_collections(self, engine: Engine) -> None:
        for site in self.SITES:
            for collection in (EVENTS, "event", STATE):
                engine.days.put(1, site, collection, {"a": f"{site} {collection}".encode()})
        engine.days.delete(1, "a.example", "event")
        for site in self.SITES:
            for collection in (EVENTS, "event", STATE):
                gone = (site, collection) == ("a.example", "event")
                assert stored(engine, 1, site, collection) == ({} if gone else {"a": f"{site} {collection}".encode()})

    def test_versions(self, engine: Engine, other: Engine) -> None:
        versions = [1, *(engine.read_models.start("rules", {}).version for _ in range(10))]
        for version in versions:
            engine.days.put(version, SITE, EVENTS, {"a": f"{version}".encode(), "b": LARGE[:400_000]})
        engine.days.put(1, SITE, EVENTS, {"a": b"new"})
        other.days.delete(2, SITE, EVENTS)
        assert stored(other, 1)["a"] == b"new"
        assert stored(other, 2) == {}
        assert stored(other, 11) == {"a": b"11", "b": LARGE[:400_000]}


class TestRetiring:
    def test_a_version_loses_its_blobs_and_no_other_does(self, engine: Engine, other: Engine) -> None:
        doomed = engine.read_models.start("rules", {}).version
        kept = engine.read_models.start("rules", {}).version
        for version in (1, doomed, kept):
            for site in ("", SITE):
                engine.days.put(version, site, EVENTS, {"a": b"1", "b": LARGE})
        other.read_models.retire(doomed)
        for site in ("", SITE):
            assert stored(engine, doomed, site) == {}
            assert stored(engine, kept, site) == stored(engine, 1, site) == {"a": b"1", "b": LARGE}

    def test_the_live_one_keeps_them(self, engine: Engine) -> None:
        engine.days.put(1, SITE, EVENTS, {"a": b"1"})
        engine.read_models.retire(1)
        assert stored(engine) == {"a": b"1"}


class TestForgetting:
    def test_a_site_loses_its_blobs_in_every_version_and_no_other_does(self, engine: Engine, other: Engine) -> None:
        building = engine.read_models.start("rules", {}).version
        for version in (1, building):
            for site in TestApart.SITES:
                for collection in (EVENTS, STATE):
                    engine.days.put(version, site, collection, {"a": b"1", "b": LARGE[:350_000]})
        other.read_models.forget("a.example")
        for version in (1, building):
            for site in TestApart.SITES:
                for collection in (EVENTS, STATE):
                    found = stored(engine, version, site, collection)
                    assert found == ({} if site == "a.example" else {"a": b"1", "b": LARGE[:350_000]})

    def test_it_may_come_back(self, engine: Engine) -> None:
        engine.days.put(1, SITE, EVENTS, {"a": LARGE, "b": b"1"})
        engine.read_models.forget(SITE)
        engine.days.put(1, SITE, EVENTS, {"b": b"2"})
        assert stored(engine) == {"b": b"2"}


class TestCarryingOver:
    def test_some_collections_up_to_a_key(self, engine: Engine, other: Engine) -> None:
        target = engine.read_models.start("rules", {}).version
        for collection in (EVENTS, STATE, "other"):
            engine.days.put(1, SITE, collection, {"2026-11-20": LARGE, "2026-11-21": b"1", "2026-11-22": b"2"})
        engine.days.put(1, "example.com", EVENTS, {"2026-11-20": b"not asked for"})
        engine.days.put(target, SITE, EVENTS, {"2026-11-21": b"before", "2026-11-23": b"kept"})
        other.days.carry_over(1, target, SITE, {EVENTS, STATE}, "2026-11-21")
        assert stored(engine, target) == {"2026-11-20": LARGE, "2026-11-21": b"1", "2026-11-23": b"kept"}
        assert stored(engine, target, collection=STATE) == {"2026-11-20": LARGE, "2026-11-21": b"1"}
        assert stored(engine, target, collection="other") == stored(engine, target, "example.com") == {}
        engine.days.put(target, SITE, STATE, {"2026-11-20": b"changed"})
        assert stored(engine, 1, collection=STATE)["2026-11-20"] == LARGE

    def test_many(self, engine: Engine) -> None:
        target = engine.read_models.start("rules", {}).version
        blobs = {f"{number:04}": f"{number}".encode() for number in range(300)}
        engine.days.put(1, SITE, EVENTS, blobs)
        engine.days.carry_over(1, target, SITE, [EVENTS], "~")
        assert stored(engine, target) == blobs


def test_the_counts_are_read_as_if_no_blobs_were_there(engine: Engine) -> None:
    add(engine.read_models, {DAY_KEY: views(2)})
    engine.days.put(1, SITE, EVENTS, {"2026-11-22": b"1", "2026-11-23": LARGE})
    engine.days.put(1, "", EVENTS, {"2026-11-22": b"1"})
    assert counts_of(engine.read_models, DAY_KEY).pageviews == 2
    with engine.read_models.dump(1) as (_, rows):
        assert [row.key for row in rows] == [DAY_KEY]
