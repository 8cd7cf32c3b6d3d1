"""The contract of the read models: commits and what is read back."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from shared.domain.counts import Counts
from shared.domain.folds import DAY, PAGE_DAY, PAGE_TOTAL, TOTAL, Delta, RowKey
from shared.engine import Commit, CommitConflict, Engine, Quarantined, Row, StorageUnavailable
from tests.contract.making import DAY_KEY, SITE, add, at_once, counts_of, member, page_key, views

EPOCH, SECOND = "2026-11-22T17.a", "2026-11-22T17.b"


class TestCommit:
    def test_deltas_add_up(self, engine: Engine, other: Engine) -> None:
        add(engine.read_models, {DAY_KEY: Delta(3, 1, {member(1), member(2)}, {member(9)})})
        add(other.read_models, {DAY_KEY: Delta(4, 2, {member(2), member(3)}, {member(9), member(1)})})
        assert counts_of(engine.read_models, DAY_KEY) == Counts(7, 3, 3, 2, 4)

    def test_a_row_without_visitors_has_pageviews(self, engine: Engine) -> None:
        total = RowKey(SITE, TOTAL, "", "")
        add(engine.read_models, {total: Delta(2, 1)})
        add(engine.read_models, {total: Delta(2, 0)})
        assert counts_of(engine.read_models, total) == Counts(4, 1)

    def test_visitors_may_come_later_than_pageviews(self, engine: Engine) -> None:
        add(engine.read_models, {DAY_KEY: views(1)})
        add(engine.read_models, {DAY_KEY: views(1, member(1))})
        add(engine.read_models, {DAY_KEY: views(1)})
        assert counts_of(engine.read_models, DAY_KEY) == Counts(3, 0, 1, 0, 1)

    def test_watermarks_move(self, engine: Engine, other: Engine) -> None:
        assert engine.read_models.watermarks(1, [EPOCH, SECOND]) == {EPOCH: -1, SECOND: -1}
        engine.read_models.commit(1, Commit({EPOCH: (-1, 4), SECOND: (-1, 0)}))
        engine.read_models.commit(1, Commit({EPOCH: (4, 5)}))
        assert other.read_models.watermarks(1, [EPOCH, SECOND, "none"]) == {EPOCH: 5, SECOND: 0, "none": -1}

    def test_many_watermarks_are_read_at_once(self, engine: Engine) -> None:
        epochs = [f"2026-11-22T17.{number}" for number in range(1_200)]
        for start in range(0, 1_200, 40):
            engine.read_models.commit(1, Commit(dict.fromkeys(epochs[start : start + 40], (-1, 7))))
        assert engine.read_models.watermarks(1, [*epochs, "none"]) == {**dict.fromkeys(epochs, 7), "none": -1}

    @pytest.mark.parametrize(
        "conflicting",
        [
            Commit({SECOND: (-1, 3), EPOCH: (-1, 5)}),
            Commit({SECOND: (-1, 3), EPOCH: (3, 5)}),
            Commit({SECOND: (0, 3), EPOCH: (4, 5)}),
            Commit({EPOCH: (4, 5)}, redriven=[(EPOCH, 2), (EPOCH, 3)]),
            Commit({EPOCH: (4, 5)}, redriven=[(SECOND, 2)]),
        ],
        ids=["moved once", "moved elsewhere", "never moved", "not in quarantine", "of another epoch"],
    )
    def test_a_conflict_leaves_nothing(self, engine: Engine, conflicting: Commit) -> None:
        read_models = engine.read_models
        before = Commit({EPOCH: (-1, 4)}, {DAY_KEY: views(2, member(1))}, [Quarantined(EPOCH, 2, "why")])
        read_models.commit(1, before)
        more = {DAY_KEY: views(5, member(2)), page_key("/new"): views(5, member(2))}
        poison = [Quarantined(SECOND, 0, "why")]
        with pytest.raises(CommitConflict):
            read_models.commit(1, Commit(conflicting.moves, more, poison, conflicting.redriven))
        assert read_models.watermarks(1, [EPOCH, SECOND]) == {EPOCH: 4, SECOND: -1}
        assert counts_of(read_models, DAY_KEY)[:2] == (2, 0)
        assert counts_of(read_models, page_key("/new"))[:2] == (0, 0)
        assert read_models.quarantine(1) == [Quarantined(EPOCH, 2, "why")]

    def test_of_many_that_move_a_watermark_at_once_one_succeeds(self, engine: Engine, other: Engine) -> None:
        engine.read_models.commit(1, Commit({EPOCH: (-1, 0)}))
        models = [engine.read_models, other.read_models]
        commit = Commit({EPOCH: (0, 1)}, {DAY_KEY: views(1, member(1))})
        outcomes = at_once(6, lambda i: models[i % 2].commit(1, commit))
        assert sorted(map(type, outcomes), key=str) == [type(None), *[CommitConflict] * 5]
        assert counts_of(engine.read_models, DAY_KEY) == Counts(1, 0, 1, 0, 1)

    def test_additions_to_one_row_at_once_are_all_kept(self, engine: Engine, other: Engine) -> None:
        models = [engine.read_models, other.read_models]

        def work(index: int) -> None:
            for number in range(10):
                commit = Commit(
                    {f"{EPOCH}{index}": (number - 1, number)}, {DAY_KEY: views(1, member(number * 8 + index))}
                )
                models[index % 2].commit(1, commit)

        assert at_once(4, work) == [None] * 4
        assert counts_of(engine.read_models, DAY_KEY) == Counts(40, 0, 40, 0, 40)

    def test_an_unknown_version_takes_no_commit(self, engine: Engine) -> None:
        with pytest.raises(CommitConflict):
            engine.read_models.commit(7, Commit({EPOCH: (-1, 0)}, {DAY_KEY: views(1)}))
        assert engine.read_models.watermarks(7, [EPOCH]) == {EPOCH: -1}

    def test_an_empty_commit_is_none(self, engine: Engine) -> None:
        engine.read_models.commit(1, Commit())


class TestFits:
    def test_what_fits_can_be_committed(self, engine: Engine) -> None:
        def commit(rows: int) -> Commit:
            return Commit(
                {EPOCH: (-1, 9)}, {page_key(f"/{number}"): views(1, member(number)) for number in range(rows)}
            )

        rows = 20_000
        assert not engine.read_models.fits(1, commit(rows))
        while not engine.read_models.fits(1, commit(rows)):
            rows //= 2
        assert rows >= 6, "one event alone has as many"
        engine.read_models.commit(1, commit(rows))
        found = list(engine.read_models.rows(1, SITE, PAGE_DAY, "2026-11-22", "2026-11-22"))
        assert len(found) == rows

    def test_one_event_always_fits(self, engine: Engine) -> None:
        rows = {
            RowKey(SITE, f"view{number}", "2026-11-22", "/" + "x" * 1_000): views(1, member(1)) for number in range(9)
        }
        assert engine.read_models.fits(1, Commit({EPOCH: (6, 7)}, rows))
        engine.read_models.commit(1, Commit({EPOCH: (-1, 0)}, rows))


class TestQuarantine:
    def test_it_is_listed_by_epoch_and_version(self, engine: Engine, other: Engine) -> None:
        later, first, last = Quarantined(SECOND, 0, "b"), Quarantined(EPOCH, 2, "c"), Quarantined(EPOCH, 10, "a")
        engine.read_models.commit(1, Commit({EPOCH: (-1, 12), SECOND: (-1, 0)}, {}, [later, last, first]))
        assert other.read_models.quarantine(1) == [first, last, later]

    def test_what_is_redriven_leaves_it_with_its_counts(self, engine: Engine) -> None:
        poison = [Quarantined(EPOCH, version, "why") for version in (1, 2)]
        engine.read_models.commit(1, Commit({EPOCH: (-1, 2)}, {}, poison))
        redrive = Commit(deltas={DAY_KEY: views(1, member(1))}, redriven=[(EPOCH, 2)])
        engine.read_models.commit(1, redrive)
        assert engine.read_models.quarantine(1) == poison[:1]
        with pytest.raises(CommitConflict):
            engine.read_models.commit(1, redrive)
        assert counts_of(engine.read_models, DAY_KEY) == Counts(1, 0, 1, 0, 1)

    def test_of_many_that_redrive_an_event_at_once_one_succeeds(self, engine: Engine, other: Engine) -> None:
        engine.read_models.commit(1, Commit({EPOCH: (-1, 0)}, {}, [Quarantined(EPOCH, 0, "why")]))
        redrive = Commit(deltas={DAY_KEY: views(1)}, redriven=[(EPOCH, 0)])
        models = [engine.read_models, other.read_models]
        outcomes = at_once(6, lambda i: models[i % 2].commit(1, redrive))
        assert sorted(map(type, outcomes), key=str) == [type(None), *[CommitConflict] * 5]
        assert counts_of(engine.read_models, DAY_KEY).pageviews == 1


#: In the order of their bytes in UTF-8, which is neither that of any alphabet nor that of UTF-16.
PAGES = ["/", "/\x00", "/%", "/B", "/a", "/a\x01", "/a/", "/aa", "/é", "/\uffee", "/😀"]


class TestReading:
    @pytest.fixture(autouse=True)
    def rows(self, engine: Engine) -> None:
        for day in ("2026-11-23", "2026-11-21", "2026-11-22"):
            for number, page in enumerate(reversed(PAGES)):
                add(engine.read_models, {page_key(page, day): views(number + 1)})
        add(engine.read_models, {RowKey("example.com", PAGE_DAY, "2026-11-22", "/"): views(1), DAY_KEY: views(1)})

    def test_rows_come_by_bucket_and_page_in_bytes(self, other: Engine) -> None:
        found = list(other.read_models.rows(1, SITE, PAGE_DAY, "2026-11-21", "2026-11-22"))
        assert [key for key, _ in found] == [
            page_key(page, day) for day in ("2026-11-21", "2026-11-22") for page in PAGES
        ]
        assert [counts.pageviews for _, counts in found] == [*range(len(PAGES), 0, -1)] * 2

    def test_rows_of_one_page(self, engine: Engine) -> None:
        for page in PAGES:
            found = [key for key, _ in engine.read_models.rows(1, SITE, PAGE_DAY, "2026-11-22", "2026-11-30", page)]
            assert found == [page_key(page, "2026-11-22"), page_key(page, "2026-11-23")]

    def test_there_may_be_none(self, engine: Engine) -> None:
        read_models = engine.read_models
        assert list(read_models.rows(1, SITE, PAGE_DAY, "2026-11-24", "2026-11-30")) == []
        assert list(read_models.rows(1, SITE, PAGE_DAY, "2026-11-22", "2026-11-22", "/none")) == []
        assert list(read_models.rows(1, "unknown.example", DAY, "2026-11-22", "2026-11-22")) == []
        assert list(read_models.rows(2, SITE, DAY, "2026-11-22", "2026-11-22")) == []

    def test_lifetime_totals_have_no_bucket(self, engine: Engine) -> None:
        totals = {RowKey(SITE, PAGE_TOTAL, "", page): views(3) for page in PAGES}
        add(engine.read_models, totals)
        assert [key for key, _ in engine.read_models.rows(1, SITE, PAGE_TOTAL, "", "")] == list(totals)

    def test_lookup_leaves_out_what_is_not_there(self, engine: Engine) -> None:
        keys = [page_key("/none"), page_key("/"), DAY_KEY]
        assert engine.read_models.lookup(1, keys) == {page_key("/"): Counts(len(PAGES)), DAY_KEY: Counts(1)}
        assert engine.read_models.lookup(2, keys) == {}
        assert engine.read_models.lookup(1, []) == {}

    def test_a_forgotten_site_has_no_rows_in_any_version(self, engine: Engine, other: Engine) -> None:
        building = engine.read_models.start("rules", {SITE: "UTC"}).version
        add(engine.read_models, {page_key("/"): views(1, member(1))}, building)
        other.read_models.forget(SITE)
        for version in (1, building):
            with engine.read_models.dump(version) as (_, rows):
                assert {row.key.site for row in rows} <= {"example.com"}
        add(engine.read_models, {page_key("/"): views(1, member(2))})
        assert counts_of(engine.read_models, page_key("/")) == Counts(1, 0, 1, 0, 1)


class TestDump:
    def test_it_has_watermarks_and_rows_by_key(self, engine: Engine) -> None:
        deltas: dict[RowKey, Delta] = {page_key(page): Delta(1, 2, {member(1)}, {member(2)}) for page in PAGES}
        deltas |= {DAY_KEY: views(4), RowKey("example.com", TOTAL, "", ""): views(2)}
        engine.read_models.commit(1, Commit({EPOCH: (-1, 3), SECOND: (-1, 0)}, deltas))
        with engine.read_models.dump(1) as (watermarks, rows):
            found = list(rows)
        assert watermarks == {EPOCH: 3, SECOND: 0}
        assert [row.key for row in found] == sorted(deltas, key=lambda key: [part.encode() for part in key])
        assert found[0] == Row(RowKey("example.com", TOTAL, "", ""), Counts(2), b"", b"")
        assert found[-1].counts == Counts(1, 2, 1, 1, 2)

    @pytest.mark.parametrize("by", ["this process", "another process"])
    def test_it_is_of_one_moment(self, engine: Engine, other: Engine, by: str) -> None:
        writer = (engine if by == "this process" else other).read_models
        engine.read_models.commit(1, Commit({EPOCH: (-1, 0)}, {page_key("/"): views(1, member(1))}))
        with engine.read_models.dump(1) as (watermarks, rows):
            later = Commit({EPOCH: (0, 1)}, {page_key("/"): views(1, member(2)), page_key("/z"): views(1)})
            writer.commit(1, later)
            seen = [(row.key, row.counts) for row in rows]
        assert watermarks == {EPOCH: 0}
        assert seen == [(page_key("/"), Counts(1, 0, 1, 0, 1))]
        assert counts_of(engine.read_models, page_key("/")) == Counts(2, 0, 2, 0, 2)

    def test_it_is_so_under_traffic(self, engine: Engine, other: Engine) -> None:
        commits = 150
        dumped: list[int] = []

        def work(index: int) -> None:
            if index:
                for number in range(commits):
                    engine.read_models.commit(1, Commit({EPOCH: (number - 1, number)}, {DAY_KEY: views(1)}))
                return
            while not dumped or dumped[-1] < commits:
                # An engine may find no moment while there is traffic, but never gives two moments as one.
                with suppress(StorageUnavailable), other.read_models.dump(1) as (watermarks, rows):
                    dumped.append(sum(row.counts.pageviews for row in rows))
                    assert dumped[-1] == watermarks.get(EPOCH, -1) + 1

        assert at_once(2, work) == [None, None]


class TestClosedHours:
    def test_none_is_closed_at_first(self, engine: Engine) -> None:
        assert engine.read_models.closed(1) == ""

    def test_closing_never_goes_back(self, engine: Engine, other: Engine) -> None:
        for hour in ("2026-11-22T16", "2026-11-22T18", "2026-11-22T17"):
            engine.read_models.close(1, hour)
        assert other.read_models.closed(1) == "2026-11-22T18"

    def test_versions_close_apart(self, engine: Engine) -> None:
        version = engine.read_models.start("rules", {}).version
        engine.read_models.close(1, "2026-11-22T16")
        assert engine.read_models.closed(version) == ""


def test_the_helper_runs_at_once() -> None:
    """`at_once` must give what was raised, or the tests above would prove nothing."""
    failing: Callable[[int], object] = [0, 1].__getitem__
    assert [type(outcome) for outcome in at_once(3, failing)] == [int, int, IndexError]
