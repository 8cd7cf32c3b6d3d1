"""A client that was made for Plausible and knows nothing of Milepost reads a real server's numbers."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from tests.stack.sittings import SITE, seat, visit
from tests.support.server import Server, clean_environment

pytestmark = pytest.mark.xdist_group("stats_client")

_PROGRAM = Path(sys.executable).with_name("plausible-mcp")
_SECONDS = 60


class Client:
    """plausible-mcp, as an assistant runs it: its tools are called by messages over its standard input and output.

    Source: https://modelcontextprotocol.io/specification/2025-06-18/basic
    """

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._number = 0
        about = {"name": "milepost", "version": "1"}
        self._ask("initialize", {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": about})
        self._send({"method": "notifications/initialized"})

    def call(self, tool: str, **arguments: object) -> str:
        """Calls a tool and gives the text that it answers."""
        (content,) = self._ask("tools/call", {"name": tool, "arguments": arguments})["content"]
        text: str = content["text"]
        return text

    def told(self, tool: str, **arguments: object) -> Any:
        """Calls a tool about the site, and gives what its text says as JSON."""
        text = self.call(tool, site_id=SITE, **arguments)
        assert text.startswith("{"), text
        return json.loads(text)

    def _ask(self, method: str, params: object) -> Any:
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        assert self._process.stdout
        answer = json.loads(self._process.stdout.readline())
        assert answer["id"] == self._number
        return answer["result"]

    def _send(self, message: dict[str, object]) -> None:
        assert self._process.stdin
        print(json.dumps({"jsonrpc": "2.0", **message}), file=self._process.stdin, flush=True)


@contextmanager
def running(server: Server, key: str, home: Path) -> Iterator[Client]:
    """Runs the client; all that it is told is where the server is, and a key. It is not to report on its use."""
    told = {"PLAUSIBLE_BASE_URL": server.url, "PLAUSIBLE_API_KEY": key, "DO_NOT_TRACK": "1", "HOME": str(home)}
    environment = {**clean_environment(), **told}
    pipe = subprocess.PIPE
    with (home / "log").open("w") as log:
        process = subprocess.Popen([_PROGRAM], stdin=pipe, stdout=pipe, stderr=log, env=environment, text=True)
    timer = Timer(_SECONDS, process.kill)
    timer.start()
    try:
        yield Client(process)
    finally:
        timer.cancel()
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def client(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    write_key, read_key = seat(server)
    visit(server, write_key, read_key)
    with running(server, read_key, tmp_path_factory.mktemp("home")) as started:
        yield started


def test_an_aggregate(client: Client) -> None:
    metrics = ["visitors", "pageviews", "bounce_rate", "visits"]
    totals = client.told("get_aggregate_stats", date_range="7d", metrics=metrics)["totals"]
    assert totals == {"visitors": 5, "pageviews": 6, "bounce_rate": 60, "visits": 5}


def test_an_aggregate_as_it_asks_by_itself(client: Client) -> None:
    totals = client.told("get_aggregate_stats")["totals"]
    assert totals.pop("visit_duration") <= 2
    assert totals == {"visitors": 5, "pageviews": 6, "bounce_rate": 60}


@pytest.mark.parametrize(
    ("name", "key", "values"),
    [
        ("source", "source", {"Google": 2, "(Direct / None)": 1, "Hacker News": 1, "letter": 1}),
        ("page", "page", {"/": 3, "/pricing": 2, "/blog/one": 1}),
        ("country", "country", {"": 4, "US": 1}),
        ("browser", "browser", {"Chrome": 4, "Safari": 1}),
        ("device", "device", {"Desktop": 4, "Mobile": 1}),
        ("visit:entry_page", "entry_page", {"/": 3, "/blog/one": 1, "/pricing": 1}),
        ("event:props:plan", "plan", {"(none)": 5, "free": 1, "pro": 1}),
    ],
)
def test_a_breakdown(client: Client, name: str, key: str, values: dict[str, int]) -> None:
    results = client.told("get_breakdown", property_name=name, date_range="day")["results"]
    assert results == [{key: value, "visitors": visitors} for value, visitors in values.items()]


def test_a_timeseries(client: Client) -> None:
    days = client.told("get_timeseries", date_range="7d")["timeseries"]
    assert [day["visitors"] for day in days] == [0] * 6 + [5]
    months = client.told("get_timeseries", date_range="12mo", interval="month")["timeseries"]
    assert [month["visitors"] for month in months] == [0] * 11 + [5]


def test_who_is_here_now(client: Client) -> None:
    assert client.told("get_realtime_visitors")["realtime_visitors"] == 5


def test_it_passes_on_what_is_wrong(client: Client) -> None:
    refused = client.call("get_breakdown", site_id=SITE, property_name="visit:sauce")
    assert "HTTP 400" in refused
    assert "'visit:sauce' is not a dimension" in refused
    assert "Authentication failed" in client.call("get_realtime_visitors", site_id=SITE, token="mp_wrong")
