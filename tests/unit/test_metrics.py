import json
from typing import Any

import pytest

from shared.metrics import (
    DIFFERENCES,
    EVENTS_ACCEPTED,
    LAG_SECONDS,
    NAMESPACE,
    QUARANTINED,
    TALLY_INTERVAL,
    UNITS,
    Tally,
    make_emitter,
)
from tests.unit.making import NOON


class Watch:
    """Emitter and tally under a clock that can be moved, and the lines that they wrote."""

    def __init__(self) -> None:
        self.now = NOON
        self.written: list[str] = []
        self.emit = make_emitter("my-stack", lambda: self.now, self.written.append)
        self.tally = Tally(self.emit, lambda: self.now)

    @property
    def lines(self) -> list[dict[str, Any]]:
        assert all(line.endswith("\n") and line.count("\n") == 1 for line in self.written)
        return [json.loads(line) for line in self.written]


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_a_line_is_of_the_embedded_metric_format(watch: Watch) -> None:
    watch.emit({LAG_SECONDS: 1.5, QUARANTINED: 2}, Reason="why")
    assert watch.lines == [
        {
            "_aws": {
                "Timestamp": NOON,
                "CloudWatchMetrics": [
                    {
                        "Namespace": "Milepost",
                        "Dimensions": [["Stack"]],
                        "Metrics": [
                            {"Name": "LagSeconds", "Unit": "Seconds"},
                            {"Name": "Quarantined", "Unit": "Count"},
                        ],
                    }
                ],
            },
            "Stack": "my-stack",
            "LagSeconds": 1.5,
            "Quarantined": 2,
            "Reason": "why",
        }
    ]


def test_a_line_has_metrics_that_exist_and_none_is_written_without(watch: Watch) -> None:
    watch.emit({})
    assert watch.lines == []
    with pytest.raises(KeyError):
        watch.emit({"Unknown": 1})


def test_there_are_no_more_metrics_than_the_free_tier_holds() -> None:
    assert NAMESPACE == "Milepost"
    assert len(UNITS) <= 10


def test_zero_is_written_so_that_an_alarm_sees_that_all_is_well(watch: Watch) -> None:
    watch.emit({DIFFERENCES: 0})
    assert watch.lines[0]["Differences"] == 0


def test_a_single_event_leaves_with_its_own_call(watch: Watch) -> None:
    for _ in range(3):
        watch.tally.accepted(1)
        watch.tally.flush()
        watch.now += TALLY_INTERVAL
    assert [line["EventsAccepted"] for line in watch.lines] == [1, 1, 1]


def test_many_events_are_one_line_a_second_and_none_is_lost(watch: Watch) -> None:
    for _ in range(2_500):
        watch.tally.accepted(2)
        watch.tally.flush()
        watch.now += 1
    watch.now += TALLY_INTERVAL
    watch.tally.flush()
    assert len(watch.lines) == 4
    assert sum(line[EVENTS_ACCEPTED] for line in watch.lines) == 5_000


def test_drops_are_one_metric_with_their_reasons_as_a_property(watch: Watch) -> None:
    watch.tally.dropped("cap", 2)
    watch.tally.dropped("origin", 1)
    watch.tally.flush()
    (line,) = watch.lines
    assert line["EventsDropped"] == 3
    assert line["DropReasons"] == {"cap": 2, "origin": 1}
    assert [metric["Name"] for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]] == ["EventsDropped"]
    assert line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["Stack"]]


def test_what_was_written_is_not_written_again_and_nothing_is_no_line(watch: Watch) -> None:
    watch.tally.dropped("cap", 2)
    watch.tally.flush()
    watch.now += TALLY_INTERVAL
    watch.tally.flush()
    watch.tally.accepted(1)
    watch.tally.flush()
    assert len(watch.lines) == 2
    assert "DropReasons" not in watch.lines[1]


def test_a_clock_that_goes_back_holds_up_nothing(watch: Watch) -> None:
    watch.tally.accepted(1)
    watch.tally.flush()
    watch.now -= 86_400_000
    watch.tally.accepted(1)
    watch.tally.flush()
    assert len(watch.lines) == 2
