import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.aws.duties import DUTIES
from shared.domain import costs
from shared.domain.costs import (
    FOLDS,
    MAX_BATCH,
    POINTS,
    PRICES,
    SECONDS_PER_MONTH,
    SHARDS,
    Fold,
    Point,
    Prices,
    Usage,
    interpolate,
    mean_batch,
    mean_segment,
    month_bill,
    month_cost,
    watching_cost,
)
from shared.environment import DIRECTORY_LIFETIME
from shared.folded_days import PORTION
from tests.benchmarks.cost_table import render
from tests.unit.making import few

DOCS = Path(__file__).parents[2] / "docs" / "costs.md"

counts = st.integers(0, 10**9)


def a_month(events: float, window: float = 5.0) -> Usage:
    return Usage(events, events, SECONDS_PER_MONTH, window)


def test_the_documented_table_is_the_models() -> None:
    """What is between the marks is `python -c 'from tests.benchmarks.cost_table import render; print(render())'`."""
    found = re.search(r"<!-- rendered by [^>]+ -->\n(.*)\n<!-- end -->", DOCS.read_text(), re.DOTALL)
    assert found
    assert found[1] == render()


def test_what_was_measured_is_used_as_it_was_and_what_lies_between_in_between() -> None:
    assert [interpolate(POINTS, point.batch) for point in POINTS] == [pytest.approx(point) for point in POINTS]
    assert interpolate(POINTS, 5_000) == POINTS[-1]
    assert interpolate(POINTS, 0.5) == POINTS[0]
    two = [Point(1, 16, 4, 2), Point(100, 1, 1, 8)]
    assert interpolate(two, 10) == pytest.approx(Point(10, 4, 2, 4))


@few
@given(st.floats(1, 2_000), st.floats(1, 2_000))
def test_an_event_never_takes_more_in_a_larger_batch(one: float, other: float) -> None:
    small, large = interpolate(POINTS, min(one, other)), interpolate(POINTS, max(one, other))
    assert large.write_units <= small.write_units
    assert large.read_units <= small.read_units
    assert large.calls >= small.calls


def test_a_batch_is_what_comes_to_one_shard_within_the_window() -> None:
    assert mean_batch(a_month(0)) == 1
    assert mean_batch(Usage(40, 0, 10, window=60)) == 1 + 40 / 10 / SHARDS * 60
    assert mean_batch(Usage(40, 0, 10, window=60, shards=1)) == 1 + 40 / 10 * 60
    assert mean_batch(a_month(10**9, 60)) == MAX_BATCH


def test_an_idle_month_costs_its_schedule_and_its_storage() -> None:
    idle = month_cost(Usage(0, 0, SECONDS_PER_MONTH), PRICES)
    assert 0 < idle < 1.60
    stored = month_cost(Usage(0, 10_000_000, SECONDS_PER_MONTH), PRICES)
    segments_of_twenty = next(fold.stored for fold in FOLDS if fold.events == 20)
    log_gb, views_gb = (10 * each / 1e3 for each in (costs.LOG_BYTES, costs.VIEW_BYTES + segments_of_twenty))
    assert stored - idle == pytest.approx(log_gb * (0.25 + 0.20) + views_gb * 0.25)


def test_a_million_alone_costs_what_its_parts_do() -> None:
    """By hand, of a million events so far apart that each comes alone and finds every function put away."""
    bill = month_bill(Usage(1_000_000, 0, 1e15), PRICES)
    nothing = month_bill(Usage(0, 0, 1e15), PRICES)
    assert bill["HTTP API"] - nothing["HTTP API"] == pytest.approx(1.00)
    per_event, days = POINTS[0].write_units + FOLDS[0].write_units, 30 / 1e6
    assert bill["writes"] - nothing["writes"] == pytest.approx((per_event + costs.DAY.write_units * days) * 0.625)
    refreshed, audited, rolled_up = 2, costs.LOG_BYTES / 4_096, FOLDS[0].stored / 4_096
    reads = POINTS[0].read_units + FOLDS[0].read_units + refreshed + audited + rolled_up
    assert bill["reads"] - nothing["reads"] == pytest.approx((reads + costs.DAY.read_units * days) * 0.125, rel=1e-6)
    assert bill["logs"] - nothing["logs"] == pytest.approx((221 + 2 * 266) / 1e9 * 1e6 * 0.50)
    ingest = 0.5 * ((0.001 + 0.6) / (512 / 1_769) + 0.005)
    cpu = 1 / 20_000 + POINTS[0].calls * 0.0008
    project = 0.5 * ((cpu + 0.6) / (512 / 1_769) + POINTS[0].calls * 0.005)
    audit = 1 / 20_000 / (1_024 / 1_769)
    folded = 1 / 10_000 + 1 / 30_000 + FOLDS[0].calls * 0.0008
    fold = folded / (1_024 / 1_769) + FOLDS[0].calls * 0.005
    lambdas = 2 * 0.20 + 13.3334 * (ingest + project + audit + fold)
    assert bill["Lambda"] - nothing["Lambda"] == pytest.approx(lambdas, rel=0.001)


def test_a_busy_function_is_rarely_started() -> None:
    """At a thousand a second the starts vanish: what remains is an event's share of a warm call."""
    seldom, often = (month_bill(Usage(10**6, 0, 10**6 / rate), PRICES)["Lambda"] for rate in (0.0001, 1_000))
    assert often < seldom / 20


def test_requests_beyond_three_hundred_million_cost_less() -> None:
    """$1.00 for the first 300 million and $0.90 for the others, and the reports'."""
    reports = month_bill(a_month(0), PRICES)["HTTP API"]
    assert month_bill(a_month(10**9), PRICES)["HTTP API"] - reports == pytest.approx(300 * 1.00 + 700 * 0.90)


def test_what_leaves_the_log_costs_a_write_each_and_a_write_for_each_kilobyte_of_segments() -> None:
    usage = a_month(10**6)
    kept, leaving = (month_bill(one, PRICES)["writes"] for one in (usage, usage._replace(expired=10**6)))
    in_segments = interpolate(FOLDS, mean_segment(usage)).stored
    assert leaving - kept == pytest.approx((1 + in_segments / 1_024) * 0.625)


def test_a_segment_is_an_hour_of_a_writer_or_what_is_folded_together() -> None:
    assert mean_segment(a_month(0)) == 1
    assert mean_segment(Usage(40, 0, 10)) == FOLDS[-1].events
    assert mean_segment(Usage(40, 0, 3_600)) == 40 / SHARDS
    assert FOLDS[-1].events == PORTION


def test_what_was_measured_of_segments_is_used_alike() -> None:
    assert [interpolate(FOLDS, fold.events) for fold in FOLDS] == [pytest.approx(fold) for fold in FOLDS]
    two = [Fold(1, 16, 1, 5, 400), Fold(100, 1, 1, 5, 4)]
    assert interpolate(two, 10) == pytest.approx(Fold(10, 4, 1, 5, 40))


def test_a_report_of_visits_reads_what_waits_to_be_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: of 14,400 events an hour, each of four writers has half a thousand of each of 3.5 hours waiting."""
    usage = Usage(14_400, 0, 3_600)
    reads = month_bill(usage, PRICES)["reads"]
    monkeypatch.setattr(costs, "_OPEN_HOURS", 0)
    waiting = 500 * 3.5 * SHARDS * 1_000 * costs.LOG_BYTES / 4_096
    assert reads - month_bill(usage, PRICES)["reads"] == pytest.approx(waiting * 0.125e-6)


@few
@given(counts, counts, st.floats(0, SECONDS_PER_MONTH))
def test_more_of_anything_never_costs_less(events: int, stored: int, seconds: float) -> None:
    cost = month_cost(Usage(events, stored, seconds), PRICES)
    assert cost >= month_cost(Usage(0, 0, seconds), PRICES)
    assert month_cost(Usage(events, stored + 1_000_000, seconds), PRICES) > cost


@few
@given(st.integers(1, 10**9))
def test_a_longer_window_never_costs_more(events: int) -> None:
    assert month_cost(a_month(events, 60), PRICES) <= month_cost(a_month(events, 5), PRICES)


def test_the_prices_are_those_handed_in() -> None:
    usage = Usage(10**9, 1_000, 1_000.0)
    doubled = Prices(*(2 * price for price in PRICES))
    assert month_cost(usage, doubled) == pytest.approx(2 * month_cost(usage, PRICES))


def test_watching_costs_seven_dollars_without_the_free_tier() -> None:
    assert watching_cost(PRICES) == pytest.approx(10 * 0.30 + 10 * 0.10 + 3.00)


def test_the_model_has_the_memory_that_is_deployed() -> None:
    modelled = {
        "Ingest": costs.INGEST,
        "Project": costs.PROJECT,
        "Sweep": costs.ROUND,
        "Audit": costs.AUDIT,
        "Query": costs.REPORT,
    }
    assert {name: function.memory for name, function in modelled.items()} == {
        name: DUTIES[name].memory for name in modelled
    }


def test_the_model_knows_how_long_the_sites_are_remembered() -> None:
    assert costs.DIRECTORY_LIFETIME == DIRECTORY_LIFETIME
