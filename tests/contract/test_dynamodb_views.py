"""What only the DynamoDB engine's read models have to hold: units, packs, lanes, levels and summaries."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.counts import Counts
from shared.domain.folds import DAY, HOUR, ORIGIN_DAY, PAGE_DAY, PAGE_TOTAL, TOTAL, Delta, RowKey
from shared.domain.visitors import MAX_EXACT
from shared.engine import Commit, CommitConflict, Quarantined, Row, StorageUnavailable
from shared.engines.dynamodb.client import Dynamo
from shared.engines.dynamodb.read_models import DynamoReadModels
from shared.engines.dynamodb.tables import Tables
from shared.engines.dynamodb.values import key, text
from tests.contract.making import SITE, add, counts_of, member, page_key, views
from tests.support.faulty_client import Faults
from tests.support.lean_client import LeanClient

DAY_BEFORE, TODAY = "2026-11-20", "2026-11-22"
#: The first hour whose closing summarises `DAY_BEFORE`.
CLOSING = "2026-11-23T00"


@pytest.fixture
def process(client: Any, tables: Tables) -> Any:
    """Starts another process: it remembers nothing."""
    return lambda: DynamoReadModels(Dynamo(client, lambda attempt: None), tables.views, "rules")


@pytest.fixture
def read_models(dynamo: Dynamo, tables: Tables) -> DynamoReadModels:
    found = DynamoReadModels(dynamo, tables.views, "rules")
    found.set_timezone(SITE, "UTC")
    return found


def pageviews_of(page: str, day: str, visitor: int, bot: bool = False) -> dict[RowKey, Delta]:
    """What one pageview adds, as the fold has it."""

    def delta(members: bool) -> Delta:
        some = {member(visitor)} if members else set()
        return Delta(0, 1, set(), some) if bot else Delta(1, 0, some, set())

    keys = [RowKey(SITE, HOUR, f"{day}T12", ""), RowKey(SITE, DAY, day, ""), RowKey(SITE, PAGE_DAY, day, page)]
    more = [RowKey(SITE, TOTAL, "", ""), RowKey(SITE, PAGE_TOTAL, "", page), RowKey(SITE, ORIGIN_DAY, day, "beacon")]
    return {row_key: delta(row_key in keys) for row_key in keys + more}


def added_up(some: list[dict[RowKey, Delta]]) -> dict[RowKey, Delta]:
    total: defaultdict[RowKey, Delta] = defaultdict(Delta)
    for deltas in some:
        for row_key, delta in deltas.items():
            total[row_key].pageviews += delta.pageviews
            total[row_key].bot_pageviews += delta.bot_pageviews
            total[row_key].visitors |= delta.visitors
            total[row_key].bot_visitors |= delta.bot_visitors
    return dict(total)


def counted(deltas: Mapping[RowKey, Delta]) -> dict[RowKey, Counts]:
    return {
        row_key: Counts(
            d.pageviews, d.bot_pageviews, len(d.visitors), len(d.bot_visitors), len(d.visitors | d.bot_visitors)
        )
        for row_key, d in deltas.items()
    }


def dumped(read_models: DynamoReadModels, version: int = 1) -> dict[RowKey, Row]:
    with read_models.dump(version) as (_, rows):
        return {row.key: row for row in rows}


def day_rows(read_models: DynamoReadModels, view: str, day: str) -> dict[RowKey, Counts]:
    return dict(read_models.rows(1, SITE, view, day, day + ("T23" if view == HOUR else "")))


def commit_in_prefixes(read_models: DynamoReadModels, events: list[dict[RowKey, Delta]], done: int) -> int:
    """Commits events as the projector does, in the longest prefixes that fit; `done` is the watermark before."""
    while events:
        size = len(events)
        while True:
            commit = Commit({"2026-11-22T12.a": (done, done + size)}, added_up(events[:size]))
            if size == 1 or read_models.fits(1, commit):
                break
            size //= 2
        read_models.commit(1, commit)
        events, done = events[size:], done + size
    return done


class Units:
    """Reads how many units something costs."""

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        self._dynamo, self._table = dynamo, table

    def __call__(self, kind: str) -> float:
        return self._dynamo.consumed[kind, self._table]


@pytest.fixture
def units(dynamo: Dynamo, tables: Tables) -> Units:
    return Units(dynamo, tables.views)


class TestBudgets:
    @pytest.mark.parametrize(("batch", "events", "most"), [(1_000, 6_000, 0.5), (20, 1_000, 3), (1, 300, 13)])
    def test_write_units_of_an_event(
        self, read_models: DynamoReadModels, units: Units, batch: int, events: int, most: float
    ) -> None:
        """The log's unit comes on top: <= 1.5 in batches of 1,000, <= 4 of 20, <= 14 alone."""
        made, done = traffic(events), -1
        for start in range(0, events, batch):
            done = commit_in_prefixes(read_models, made[start : start + batch], done)
        assert done == events - 1
        assert units("write") / events <= most

    def test_a_long_report_reads_less_of_summaries_and_no_more_of_a_busy_day(
        self, read_models: DynamoReadModels, units: Units
    ) -> None:
        pages = [f"/blog/article-{number}" for number in range(30)]
        quiet, busy = "2026-11-10", "2026-11-11"
        commit_in_prefixes(read_models, [pageviews_of(page, quiet, 1) for page in pages], -1)
        visits = [pageviews_of(page, busy, number) for page in pages for number in range(40)]
        commit_in_prefixes(read_models, [added_up(visits[at : at + 40]) for at in range(0, len(visits), 40)], 29)

        def cost(day: str) -> float:
            before = units("read")
            assert len(day_rows(read_models, PAGE_DAY, day)) == 30
            return units("read") - before

        live = cost(quiet), cost(busy)
        read_models.close(1, CLOSING)
        summarised = cost(quiet), cost(busy)
        assert summarised[0] == summarised[1] <= 1.5
        assert live[1] > 2 * summarised[1]


def traffic(events: int) -> list[dict[RowKey, Delta]]:
    """Pageviews as of a small site: few pages have most of them, many are seen once; some days."""
    rng = random.Random(7)
    pages = [f"/articles/{2000 + number}/about-{'x' * (number % 20)}-{number}" for number in range(800)]
    weights = [1 / (number + 1) for number in range(800)]
    found = []
    for number in range(events):
        day = f"2026-11-{18 + 4 * number // events}"
        page = rng.choices(pages, weights)[0]
        found.append(pageviews_of(page, day, rng.randrange(500), bot=rng.random() < 0.2))
    return found


class TestSummaries:
    @pytest.fixture
    def summarised(self, read_models: DynamoReadModels) -> DynamoReadModels:
        add(read_models, added_up([pageviews_of(f"/{n % 9}", DAY_BEFORE, n % 5, bot=n % 3 == 0) for n in range(40)]))
        self.live = {view: day_rows(read_models, view, DAY_BEFORE) for view in (DAY, HOUR, PAGE_DAY, ORIGIN_DAY)}
        read_models.close(1, CLOSING)
        return read_models

    def rows(self, read_models: DynamoReadModels) -> dict[str, dict[RowKey, Counts]]:
        return {view: day_rows(read_models, view, DAY_BEFORE) for view in self.live}

    def test_a_summarised_day_answers_as_a_live_one(self, summarised: DynamoReadModels, units: Units) -> None:
        before = units("read")
        assert self.rows(summarised) == self.live
        assert units("read") - before <= 5  # and from the summary
        assert len(self.live[PAGE_DAY]) == 9
        assert all(self.live.values())

    def test_a_late_commit_shows_at_once_and_in_the_next_summary(self, summarised: DynamoReadModels) -> None:
        add(summarised, pageviews_of("/late", DAY_BEFORE, 77))
        late = counts_of(summarised, RowKey(SITE, DAY, DAY_BEFORE, ""))
        for hour in ("", "2026-11-23T01"):
            if hour:
                summarised.close(1, hour)
            assert day_rows(summarised, PAGE_DAY, DAY_BEFORE)[page_key("/late", DAY_BEFORE)].pageviews == 1
            assert day_rows(summarised, DAY, DAY_BEFORE) == {RowKey(SITE, DAY, DAY_BEFORE, ""): late}
            assert late.pageviews == self.live[DAY][RowKey(SITE, DAY, DAY_BEFORE, "")].pageviews + 1

    def test_a_summary_that_lacks_a_part_is_not_used(
        self, summarised: DynamoReadModels, client: Any, tables: Tables
    ) -> None:
        pages = {page_key(f"/{number:04}", DAY_BEFORE): views(1) for number in range(700)}
        for start in range(0, 700, 100):
            add(summarised, dict(list(pages.items())[start : start + 100]))
        summarised.close(1, "2026-11-23T01")
        whole = day_rows(summarised, PAGE_DAY, DAY_BEFORE)
        client.delete_item(TableName=tables.views, Key=key(f"1|s|{SITE}", f"{DAY_BEFORE}|00001"))
        assert day_rows(summarised, PAGE_DAY, DAY_BEFORE) == whole
        assert len(whole) == 709

    def test_a_commit_between_reading_and_writing_a_summary_outdates_it(
        self, read_models: DynamoReadModels, process: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        add(read_models, pageviews_of("/a", DAY_BEFORE, 1))
        live = read_models._days.live

        def late(*day: Any) -> Any:
            found = live(*day)
            add(process(), pageviews_of("/a", DAY_BEFORE, 2))
            return found

        monkeypatch.setattr(read_models._days, "live", late)
        read_models.close(1, CLOSING)
        monkeypatch.undo()
        assert day_rows(read_models, PAGE_DAY, DAY_BEFORE) == {page_key("/a", DAY_BEFORE): Counts(2, 0, 2, 0, 2)}

    def test_days_that_are_carried_over_are_summarised_for_their_new_version(
        self, summarised: DynamoReadModels, units: Units
    ) -> None:
        summarised.seal(SITE, DAY_BEFORE, "2026-11-21T00")
        building = summarised.start("rules", {SITE: "UTC"})
        summarised.carry_over(1, building.version)

        def cost() -> float:
            before = units("read")
            rows = dict(summarised.rows(building.version, SITE, PAGE_DAY, DAY_BEFORE, DAY_BEFORE))
            assert rows == self.live[PAGE_DAY]
            return units("read") - before

        live = cost()
        summarised.close(building.version, CLOSING)
        assert cost() < live


class TestTotals:
    def test_they_are_found_beyond_one_level(
        self, read_models: DynamoReadModels, process: Any, client: Any, tables: Tables
    ) -> None:
        keys = [RowKey(SITE, PAGE_TOTAL, "", f"/a/page/of/some/length/{number}") for number in range(3_000)]
        for _ in range(2):
            for start in range(0, len(keys), 50):
                add(read_models, dict.fromkeys(keys[start : start + 50], Delta(1)))
                read_models.lookup(1, keys[start : start + 5])  # as the milestone check does
        shape = client.get_item(TableName=tables.views, Key=key(f"1|p|{SITE}|", "shape"))["Item"]
        assert int(shape["level"]["N"]) > 5
        assert process().lookup(1, keys) == dict.fromkeys(keys, Counts(2))

    def test_they_spread_out_when_nobody_reads_them(
        self, read_models: DynamoReadModels, client: Any, tables: Tables
    ) -> None:
        for start in range(0, 4_000, 50):
            pages = [RowKey(SITE, PAGE_TOTAL, "", f"/a/page/of/some/length/{n}") for n in range(start, start + 50)]
            add(read_models, {RowKey(SITE, TOTAL, "", ""): Delta(50), **dict.fromkeys(pages, Delta(1))})
        shape = client.get_item(TableName=tables.views, Key=key(f"1|p|{SITE}|", "shape")).get("Item")
        assert shape is not None

    def test_a_site_that_is_added_again_has_totals_although_a_process_remembers_the_first(
        self, read_models: DynamoReadModels, process: Any, faults: Faults
    ) -> None:
        total = RowKey(SITE, TOTAL, "", "")
        change_lane(read_models, faults)
        add(read_models, {total: Delta(5)})
        read_models.forget(SITE)
        assert counts_of(process(), total) == Counts()
        add(read_models, {total: Delta(1)})
        assert counts_of(process(), total) == Counts(1)


def change_lane(read_models: DynamoReadModels, faults: Faults) -> None:
    """Lets commits meet another's transaction until the process goes on in another lane."""
    for _ in range(99):
        if read_models._lane:
            return
        faults.conflict()
        with pytest.raises(CommitConflict, match="TransactionConflict"):
            add(read_models, {RowKey(SITE, TOTAL, "", ""): Delta(1)})
    pytest.fail("its lane stays the first one")


class TestLanes:
    def test_after_a_conflict_a_process_uses_a_lane_of_its_own_and_readers_see_the_sum(
        self, read_models: DynamoReadModels, process: Any, faults: Faults
    ) -> None:
        events = [pageviews_of("/a", TODAY, number, bot=number == 3) for number in range(4)]
        add(read_models, added_up(events[:2]))
        change_lane(read_models, faults)
        add(read_models, added_up(events[2:]))
        reader = process()
        assert {row_key: row.counts for row_key, row in dumped(reader).items()} == counted(added_up(events))
        assert reader.lookup(1, list(added_up(events))) == counted(added_up(events))
        assert day_rows(reader, DAY, TODAY) == {RowKey(SITE, DAY, TODAY, ""): Counts(3, 1, 3, 1, 4)}

    def test_a_throttled_transaction_is_a_conflict_too(self, read_models: DynamoReadModels, faults: Faults) -> None:
        faults.conflict(code="ThrottlingError")
        with pytest.raises(CommitConflict, match="ThrottlingError"):
            add(read_models, pageviews_of("/a", TODAY, 1))
        assert counts_of(read_models, RowKey(SITE, DAY, TODAY, "")).pageviews == 0

    def test_a_commit_whose_answer_is_lost_counts_once(self, read_models: DynamoReadModels, faults: Faults) -> None:
        faults.fail("TransactWriteItems", done=True)
        add(read_models, pageviews_of("/a", TODAY, 1))
        assert counts_of(read_models, RowKey(SITE, DAY, TODAY, "")).pageviews == 1

    def test_a_day_of_more_items_than_are_read_goes_on_in_a_private_lane(
        self, read_models: DynamoReadModels, process: Any, client: Any, tables: Tables
    ) -> None:
        partition = f"1|p|{SITE}|{TODAY}"
        for number in range(505):
            item = {**key(partition, f"c|0|{number:04d}"), f"/{number}": {"N": "1"}}
            client.put_item(TableName=tables.views, Item=item)
        long = "/" + "x" * 900  # it leaves no room for another in the day's own item
        add(read_models, {page_key(long): views(1)})
        add(read_models, {page_key("/new"): views(1, member(1)), page_key("/7"): views(2)})
        packs = client.query(
            TableName=tables.views,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
            ExpressionAttributeValues={":pk": text(partition), ":sk": text("c|")},
        )["Items"]
        assert "p|" in next(item["sk"]["S"] for item in packs if "/new" in item)
        found = process().lookup(1, [page_key("/new"), page_key("/7"), page_key("/504")])
        assert [found[page_key(page)].pageviews for page in ("/new", "/7", "/504")] == [1, 3, 1]


class TestSketches:
    def test_two_processes_promote_the_same_set(self, read_models: DynamoReadModels, process: Any) -> None:
        other = process()
        row_key = RowKey(SITE, DAY, TODAY, "")
        for start in range(0, 1_400, 100):
            add(read_models, {row_key: views(100, *map(member, range(start, start + 100)))})
            add(other, {row_key: views(100, *map(member, range(start + 50, start + 150)))})
        expected = {row_key: views(2_800, *map(member, range(1_450)))}
        fresh = process().start("rules", {}).version
        add(read_models, expected, fresh)
        assert dumped(read_models)[row_key] == dumped(read_models, fresh)[row_key]
        assert abs(counts_of(read_models, row_key).visitors - 1_450) < 100
        assert [item["name"]["S"] for item in packs_of(process()) if "sketch" in item] == ["pd"]

    @pytest.mark.parametrize("first", [MAX_EXACT - 1, MAX_EXACT + 1], ids=["a new one", "a known one"])
    def test_two_processes_write_the_sketch_at_once(
        self, read_models: DynamoReadModels, process: Any, monkeypatch: pytest.MonkeyPatch, first: int
    ) -> None:
        row_key, others = RowKey(SITE, DAY, TODAY, ""), process()
        hashes = [member(number) for number in range(2 * MAX_EXACT + 102)]
        add(read_models, {row_key: views(1, *hashes[:first])})
        add(others, {row_key: views(1)})
        get = read_models._dynamo.get
        met: list[Any] = []

        def late(table: str, where: Any, consistent: bool = True) -> Any:
            found = get(table, where, consistent)
            if where["sk"]["S"].startswith("w|") and not met:
                met.append(where)
                add(others, {row_key: views(1, *hashes[first + 100 :])})
            return found

        monkeypatch.setattr(read_models._dynamo, "get", late)
        add(read_models, {row_key: views(1, *hashes[: first + 100])})
        assert met
        fresh = process().start("rules", {}).version
        add(others, {row_key: views(4, *hashes)}, fresh)
        assert dumped(others)[row_key] == dumped(others, fresh)[row_key]

    def test_a_crash_between_the_sketch_and_the_members_deletion(
        self, read_models: DynamoReadModels, process: Any, monkeypatch: pytest.MonkeyPatch, faults: Faults
    ) -> None:
        row_key = RowKey(SITE, DAY, TODAY, "")
        people = {row_key: views(1, *map(member, range(MAX_EXACT + 1)))}
        update = read_models._dynamo.update

        def crash(table: str, where: Any, expression: str, *more: Any, **options: Any) -> Any:
            if expression.startswith("DELETE"):
                raise StorageUnavailable("a crash")
            return update(table, where, expression, *more, **options)

        monkeypatch.setattr(read_models._dynamo, "update", crash)
        with pytest.raises(StorageUnavailable):
            add(read_models, people)
        before = dumped(process())[row_key]
        survivor = process()
        add(survivor, people)
        after = dumped(process())[row_key]
        assert (before.visitors, before.counts.visitors) == (after.visitors, after.counts.visitors)
        assert after.counts.pageviews == 1
        assert not any("BS" in value for item in packs_of(survivor) for value in item.values())


def packs_of(read_models: DynamoReadModels) -> Iterator[Any]:
    return read_models._dynamo.partition(read_models._table, f"1|p|{SITE}|{TODAY}")


ODD_PAGES = [
    *("/" + "x" * 1_023, "/" + "é" * 511, "/rev", "rev", "pk", "sk", "/pk", "/summarised", "names", "d", "hT12", "t"),
    *("shape", "/a|b", "/a~", "~", "/ ", "/#0", "/:0", "/😀\u0000\u200b", "/\\\"'", "pd", "~page_day||/x", "obeacon"),
]


class TestPages:
    def test_of_any_name(self, read_models: DynamoReadModels, process: Any) -> None:
        pages: dict[RowKey, Delta] = {}
        for number, page in enumerate(ODD_PAGES):
            pages[page_key(page)] = views(number + 1, member(number))
            pages[RowKey(SITE, PAGE_TOTAL, "", page)] = Delta(number + 1, 2)
        small = {RowKey(SITE, DAY, TODAY, ""): views(50), RowKey(SITE, TOTAL, "", ""): Delta(60)}
        add(read_models, {**pages, **small})
        wanted = counted({**pages, **small})
        assert {row_key: row.counts for row_key, row in dumped(process()).items()} == wanted
        assert process().lookup(1, list(wanted)) == wanted
        read_models.close(1, "2026-11-27T00")
        assert day_rows(process(), PAGE_DAY, TODAY) == {k: v for k, v in wanted.items() if k.view == PAGE_DAY}

    @pytest.mark.parametrize("length", [4, 1_000])
    def test_hundreds_of_new_ones_at_once(self, read_models: DynamoReadModels, process: Any, length: int) -> None:
        pages = [f"/{number:0{length}d}" for number in range(600)]
        events = [pageviews_of(page, TODAY, number) for number, page in enumerate(pages)]
        assert commit_in_prefixes(read_models, events, -1) == len(pages) - 1
        assert {row_key: row.counts for row_key, row in dumped(process()).items()} == counted(added_up(events))

    def test_counts_beyond_a_million_million(self, read_models: DynamoReadModels, process: Any) -> None:
        row_key, large = page_key("/"), 3 * 10**12
        for _ in range(2):
            add(read_models, {row_key: Delta(large, large + 1), RowKey(SITE, TOTAL, "", ""): Delta(large, 1)})
        assert counts_of(process(), row_key) == Counts(2 * large, 2 * large + 2)
        assert counts_of(process(), RowKey(SITE, TOTAL, "", "")) == Counts(2 * large, 2)
        read_models.close(1, "2026-11-27T00")
        assert day_rows(process(), PAGE_DAY, TODAY) == {row_key: Counts(2 * large, 2 * large + 2)}


class TestVersions:
    def test_one_can_be_retired_while_a_transaction_is_at_it(
        self, read_models: DynamoReadModels, faults: Faults
    ) -> None:
        building = read_models.start("rules", {})
        faults.conflict()
        read_models.retire(building.version)
        assert [projection.version for projection in read_models.projections()] == [1]

    def test_one_that_another_rebuild_retires_as_it_begins_was_begun(
        self, read_models: DynamoReadModels, process: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put = read_models._versions._put

        def overtaken(version: int, *more: Any) -> None:
            put(version, *more)
            if version > 1:
                process().retire(version)

        monkeypatch.setattr(read_models._versions, "_put", overtaken)
        assert read_models.start("rules", {}).version == 2

    def test_a_redrive_between_two_pages_of_a_dump_lets_it_read_again(
        self, read_models: DynamoReadModels, process: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        epoch = "2026-11-22T12.a"
        read_models.commit(1, Commit({epoch: (-1, 0)}, {}, [Quarantined(epoch, 0, "why")]))
        rows = read_models._all_rows
        redriven: list[bool] = []

        def torn(version: int) -> list[Row]:
            found = rows(version)
            if not redriven:
                redriven.append(True)
                process().commit(1, Commit(deltas=pageviews_of("/", TODAY, 1), redriven=[(epoch, 0)]))
                return [row for row in rows(version) if row.key.view == DAY]
            return found

        monkeypatch.setattr(read_models, "_all_rows", torn)
        assert len(dumped(read_models)) == 6


few = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
keys_of = st.sampled_from(
    [
        *(RowKey(SITE, view, bucket, "") for view, bucket in ((DAY, TODAY), (HOUR, f"{TODAY}T07"), (TOTAL, ""))),
        *(
            RowKey(SITE, view, bucket, page)
            for page in ("/", "/é", "x")
            for view, bucket in ((PAGE_DAY, TODAY), (PAGE_TOTAL, ""))
        ),
        *(page_key("/", day) for day in (DAY_BEFORE, "2026-11-21")),
    ]
)
members_of = st.sets(st.integers(0, 40).map(member), max_size=6)
deltas_of = st.dictionaries(
    keys_of, st.builds(Delta, st.integers(0, 9), st.integers(0, 9), members_of, members_of), min_size=1, max_size=6
)


@few
@given(some=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.booleans(), deltas_of), max_size=12))
def test_whatever_processes_and_lanes_add_in_whatever_portions_is_the_sum(
    tables: Tables, some: list[tuple[int, int, bool, dict[RowKey, Delta]]]
) -> None:
    dynamo = Dynamo(LeanClient(), lambda attempt: None)
    processes = [DynamoReadModels(dynamo, tables.views, "rules") for _ in range(3)]
    version = processes[0].start("rules", {SITE: "UTC"}).version
    closings = iter(f"2026-11-{day}T00" for day in range(10, 26))
    for number, lane, close, deltas in some:
        processes[number]._lane = lane
        # A total has no visitors, and what adds nothing makes a row all the same.
        for row_key, delta in deltas.items():
            if not row_key.bucket:
                delta.visitors, delta.bot_visitors = set(), set()
        processes[number].commit(version, Commit(deltas=deltas))
        if close:
            processes[number].close(version, next(closings))
    processes[1].close(version, "2026-11-30T00")
    wanted = counted(added_up([deltas for *_, deltas in some]))
    reader = DynamoReadModels(dynamo, tables.views, "rules")
    assert {row_key: row.counts for row_key, row in dumped(reader, version).items()} == wanted
    assert reader.lookup(version, list(wanted)) == wanted
    read = {
        row_key: counts
        for view in (DAY, HOUR, PAGE_DAY, TOTAL, PAGE_TOTAL)
        for first, last in (("2026-01-01", "2026-12-31T23"), ("", ""))
        for row_key, counts in reader.rows(version, SITE, view, first, last)
    }
    assert read == wanted


def test_the_lean_client_answers_as_the_real_one(client: Any, tables: Tables) -> None:
    lean, table = LeanClient(), tables.views
    items = [
        {**key("a", str(n)), "B": {"B": bytes([n, 255])}, "BS": {"BS": [b"x", b"\x00"]}, "N": {"N": "1"}}
        for n in range(3)
    ]
    for one, item in zip((client, lean, client), items, strict=True):
        one.put_item(TableName=table, Item=item)
    action = {"Put": {"TableName": table, "Item": items[0], "ConditionExpression": "attribute_not_exists(pk)"}}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("get_item", {"TableName": table, "Key": key("a", "1"), "ReturnConsumedCapacity": "TOTAL"}),
        ("get_item", {"TableName": table, "Key": key("a", "9")}),
        ("batch_get_item", {"RequestItems": {table: {"Keys": [key("a", "0"), key("a", "2")]}}}),
        ("scan", {"TableName": table}),
        ("transact_write_items", {"TransactItems": [action]}),
        ("put_item", {"TableName": table, **action["Put"], "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}),
        ("put_item", {"TableName": table, "Item": {}}),
    ]
    for operation, parameters in calls:
        real, own = outcome(client, operation, parameters), outcome(lean, operation, parameters)
        assert real == own, operation


def outcome(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
    from botocore.exceptions import ClientError

    try:
        answer = getattr(client, operation)(**parameters)
    except ClientError as error:
        answer = {**error.response, "code": error.response["Error"]["Code"]}
        for name in ("__type", "message", "Message", "Error"):
            answer.pop(name, None)
    answer.pop("ResponseMetadata", None)
    return answer
