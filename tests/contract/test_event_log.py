"""The contract of the event log."""

import pytest

from shared.engine import Engine, Entry, EpochHead, VersionTaken
from tests.contract.making import SITE, at_once, entries, records

EPOCH, HOUR = "2026-11-22T17.a", "2026-11-22T17"
LATER_EPOCH, LATER_HOUR = "2026-11-22T18.b", "2026-11-22T18"


class TestPut:
    def test_an_appended_entry_is_read_by_every_process(self, engine: Engine, other: Engine) -> None:
        appended = entries("a", "b", "c")
        engine.log.put(EPOCH, HOUR, 0, appended)
        assert engine.log.read(EPOCH, -1, 10) == records(EPOCH, 0, appended)
        assert other.log.read(EPOCH, -1, 10) == records(EPOCH, 0, appended)

    def test_versions_go_on(self, engine: Engine) -> None:
        engine.log.put(EPOCH, HOUR, 0, entries("a"))
        engine.log.put(EPOCH, HOUR, 1, entries("b", "c"))
        assert engine.log.read(EPOCH, -1, 10) == records(EPOCH, 0, entries("a", "b", "c"))

    def test_a_retry_is_success_and_stores_nothing_twice(self, engine: Engine) -> None:
        engine.log.put(EPOCH, HOUR, 0, entries("a", "b"))
        engine.log.put(EPOCH, HOUR, 0, entries("a", "b"))
        assert engine.log.read(EPOCH, -1, 10) == records(EPOCH, 0, entries("a", "b"))

    def test_a_retry_stores_what_is_missing(self, engine: Engine) -> None:
        engine.log.put(EPOCH, HOUR, 0, entries("a", "b"))
        engine.log.put(EPOCH, HOUR, 0, entries("a", "b", "c", "d"))
        assert engine.log.read(EPOCH, -1, 10) == records(EPOCH, 0, entries("a", "b", "c", "d"))

    def test_an_entry_is_known_by_its_nonce_and_never_rewritten(self, engine: Engine) -> None:
        engine.log.put(EPOCH, HOUR, 0, [Entry("nonce", b"first")])
        engine.log.put(EPOCH, HOUR, 0, [Entry("nonce", b"second")])
        assert engine.log.read(EPOCH, -1, 10) == records(EPOCH, 0, [Entry("nonce", b"first")])

    def test_another_writers_version_is_taken(self, engine: Engine, other: Engine) -> None:
        engine.log.put(EPOCH, HOUR, 0, entries("a", "b"))
        with pytest.raises(VersionTaken):
            other.log.put(EPOCH, HOUR, 1, entries("clone's", "clone's next"))
        assert engine.log.read(EPOCH, -1, 10) == records(EPOCH, 0, entries("a", "b"))

    def test_what_stands_before_a_taken_version_is_all_that_may_be_stored(self, engine: Engine) -> None:
        engine.log.put(EPOCH, HOUR, 0, entries("a", "b", "c"))
        with pytest.raises(VersionTaken):
            engine.log.put(EPOCH, HOUR, 1, entries("b", "clone's", "clone's next", "clone's last"))
        assert engine.log.read(EPOCH, -1, 10) == records(EPOCH, 0, entries("a", "b", "c"))

    def test_of_two_clones_that_append_at_once_one_succeeds(self, engine: Engine, other: Engine) -> None:
        engine.log.put(EPOCH, HOUR, 0, entries("a"))
        names = [f"clone {number}" for number in range(6)]
        logs = [engine.log, other.log]
        outcomes = at_once(6, lambda i: logs[i % 2].put(EPOCH, HOUR, 1, entries(names[i], names[i] + " again")))
        assert sorted(map(type, outcomes), key=str) == [type(None), *[VersionTaken] * 5]
        winner = names[outcomes.index(None)]
        assert engine.log.read(EPOCH, -1, 10) == records(EPOCH, 0, entries("a", winner, winner + " again"))

    @pytest.mark.parametrize("body", [b"", b"\x00\xff", "grüße 😀".encode(), b"x" * 16_384], ids=len)
    def test_a_body_is_any_bytes(self, engine: Engine, body: bytes) -> None:
        engine.log.put(EPOCH, HOUR, 0, [Entry("nonce", body)])
        assert engine.log.read(EPOCH, -1, 1)[0].body == body


class TestReading:
    def test_read_begins_after_a_version_and_stops_at_the_limit(self, engine: Engine) -> None:
        appended = entries(*map(str, range(25)))
        engine.log.put(EPOCH, HOUR, 0, appended)
        engine.log.put(LATER_EPOCH, LATER_HOUR, 0, entries("of another epoch"))
        assert engine.log.read(EPOCH, 9, 7) == records(EPOCH, 10, appended[10:17])
        assert engine.log.read(EPOCH, 20, 100) == records(EPOCH, 21, appended[21:])
        assert engine.log.read(EPOCH, 24, 100) == []

    def test_an_unknown_epoch_is_empty(self, engine: Engine) -> None:
        assert engine.log.read("2026-11-22T17.unknown", -1, 10) == []
        assert engine.log.head("2026-11-22T17.unknown") == -1

    def test_head_is_the_last_version(self, engine: Engine, other: Engine) -> None:
        engine.log.put(EPOCH, HOUR, 0, entries("a", "b"))
        assert other.log.head(EPOCH) == 1
        engine.log.put(EPOCH, HOUR, 2, entries("c"))
        assert other.log.head(EPOCH) == 2

    def test_epochs_are_listed_in_the_order_of_opening(self, engine: Engine) -> None:
        engine.log.put(LATER_EPOCH, LATER_HOUR, 0, entries("b"))
        engine.log.put(EPOCH, HOUR, 0, entries("a", "b", "c"))
        engine.log.put("import.id.digest", "2026-11-22T16", 0, entries("i"))
        found = [
            EpochHead("import.id.digest", "2026-11-22T16", 0),
            EpochHead(EPOCH, HOUR, 2),
            EpochHead(LATER_EPOCH, LATER_HOUR, 0),
        ]
        assert engine.log.epochs() == found
        assert engine.log.epochs(HOUR) == found[1:]
        assert engine.log.epochs("2026-11-22T19") == []
        assert engine.log.epochs(before=HOUR) == found[:1]
        assert engine.log.epochs(HOUR, LATER_HOUR) == found[1:2]
        assert engine.log.epochs(LATER_HOUR, HOUR) == []

    def test_an_epoch_belongs_to_the_hour_in_which_it_was_opened(self, engine: Engine) -> None:
        engine.log.put(EPOCH, HOUR, 0, entries("a"))
        engine.log.put(EPOCH, LATER_HOUR, 1, entries("b"))
        assert engine.log.epochs() == [EpochHead(EPOCH, HOUR, 1)]


class TestErase:
    def test_a_sites_events_become_markers(self, engine: Engine, other: Engine) -> None:
        mixed = [*entries("a"), Entry("kept", b'{"site":"kept.example"}'), *entries("b"), Entry("broken", b"{")]
        engine.log.put(EPOCH, HOUR, 0, mixed)
        engine.log.put(LATER_EPOCH, LATER_HOUR, 0, entries("c"))
        assert sum(engine.log.erase(SITE)) == 3
        found = other.log.read(EPOCH, -1, 10)
        assert [(record.version, record.nonce) for record in found] == [(0, "a"), (1, "kept"), (2, "b"), (3, "broken")]
        assert [record.body for record in found] == [None, mixed[1].body, None, b"{"]
        assert other.log.read(LATER_EPOCH, -1, 10)[0].body is None
        assert other.log.epochs() == [EpochHead(EPOCH, HOUR, 3), EpochHead(LATER_EPOCH, LATER_HOUR, 0)]

    def test_only_epochs_opened_in_between_lose_events(self, engine: Engine) -> None:
        hours = ["2026-11-22T16", HOUR, LATER_HOUR, "2026-11-22T19"]
        for hour in hours:
            engine.log.put(f"{hour}.x", hour, 0, entries("a", "b"))
        assert sum(engine.log.erase(SITE, HOUR, "2026-11-22T19")) == 4
        erased = [engine.log.read(f"{hour}.x", -1, 1)[0].body is None for hour in hours]
        assert erased == [False, True, True, False]
        assert sum(engine.log.erase(SITE, "", HOUR)) == 2

    def test_a_second_time_finds_nothing(self, engine: Engine) -> None:
        engine.log.put(EPOCH, HOUR, 0, entries("a"))
        assert sum(engine.log.erase(SITE)) == 1
        assert sum(engine.log.erase(SITE)) == 0

    def test_a_retry_does_not_bring_an_event_back(self, engine: Engine) -> None:
        engine.log.put(EPOCH, HOUR, 0, entries("a"))
        assert sum(engine.log.erase(SITE)) == 1
        engine.log.put(EPOCH, HOUR, 0, entries("a", "b"))
        assert [record.body is None for record in engine.log.read(EPOCH, -1, 10)] == [True, False]

    def test_many_events_are_erased_in_portions(self, engine: Engine) -> None:
        names = [str(number) for number in range(2_500)]
        engine.log.put(EPOCH, HOUR, 0, entries(*names))
        portions = list(engine.log.erase(SITE))
        assert sum(portions) == 2_500
        assert len(portions) > 1
        assert all(record.body is None for record in engine.log.read(EPOCH, -1, 3_000))
