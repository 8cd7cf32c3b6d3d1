"""The real server as a process of its own on a free port of the loopback interface, and commands beside it."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parents[2]
MILEPOST = (str(Path(sys.executable).with_name("milepost")),)

#: The user agent of a person's browser.
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"

_START_SECONDS = 60
_COMMAND_SECONDS = 120
_ANSWER_SECONDS = 30
_SERVES = re.compile(r" serves (http://\S+)")
_ADMIN_KEY = re.compile(r"admin key +(\S+)")


class Answer(NamedTuple):
    """An answer: its header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Reads the body as JSON."""
        return json.loads(self.body)


class Api:
    """What is asked of an installation over HTTP, wherever it runs."""

    @property
    def url(self) -> str:
        """Its address, without a trailing slash."""
        raise NotImplementedError

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return urlsplit(self.url).port or 0

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        source: str | None = None,
    ) -> Answer:
        """Sends a request on a connection of its own, which comes from the address `source` if one is given."""
        origin = (source, 0) if source else None
        base = urlsplit(self.url)
        connection = http.client.HTTPConnection(base.hostname or "", base.port, _ANSWER_SECONDS, source_address=origin)
        try:
            connection.request(method, base.path + path, body, dict(headers or {}))
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()

    def beacon(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        source: str | None = None,
        **fields: object,
    ) -> Answer:
        """Sends a pageview, by default as a person's browser does."""
        body = json.dumps({"name": "pageview", "url": url, **fields}).encode()
        return self.request("POST", "/api/event", body, {"user-agent": BROWSER, **(headers or {})}, source)

    def get(self, path: str, key: str | None = None, **query: object) -> Answer:
        """Asks the API, with a key if one is given."""
        headers = {"authorization": f"Bearer {key}"} if key else {}
        return self.request("GET", f"{path}?{urlencode(query)}" if query else path, headers=headers)

    def pages(self, site: str, key: str | None = None, **query: object) -> dict[str, int]:
        """Reads the pageviews of every page, portion by portion."""
        found: dict[str, int] = {}
        cursor: dict[str, object] = {}
        while True:
            answer = self.get(f"/v1/sites/{site}/counts", key, by="page", limit=1000, **query, **cursor)
            if answer.status != 200:
                raise RuntimeError(f"{answer.status}: {answer.body.decode()}")
            portion = answer.json()
            found |= {row["page"]: row["pageviews"] for row in portion["rows"]}
            if portion["next"] is None:
                return found
            cursor = {"cursor": portion["next"]}


@dataclass(frozen=True)
class Server(Api):
    """A running server. Its output goes to files, `out` and `err`, beside its data folder."""

    process: subprocess.Popen[bytes]
    data: Path
    out: Path
    err: Path
    environment: Mapping[str, str] = field(repr=False)

    @property
    def url(self) -> str:
        """The address that it printed."""
        found = _SERVES.search(self.out.read_text())
        if found is None:
            raise RuntimeError("the server has printed no address")
        return found[1]

    @property
    def admin_key(self) -> str | None:
        """The key that it drew and printed, if it did."""
        found = _ADMIN_KEY.search(self.out.read_text())
        return found and found[1]

    def command(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs a `milepost` command on its data folder."""
        return command(self.data, *arguments, environment=self.environment, check=check)

    def signal(self, number: int) -> int:
        """Sends a signal, waits for the end and gives the exit code."""
        self.process.send_signal(number)
        return self.process.wait(_ANSWER_SECONDS)

    def stop(self) -> int:
        """Stops it as a service manager does."""
        return self.signal(signal.SIGTERM)

    def kill(self) -> int:
        """Kills it where it stands."""
        return self.signal(signal.SIGKILL)


def start(
    data: Path,
    environment: Mapping[str, str] | None = None,
    program: Sequence[str] = MILEPOST,
    host: str = "127.0.0.1",
) -> Server:
    """Starts a server and waits until it has printed its address and answers.

    Args:
        data: Its data folder; made if it is absent.
        environment: Its settings, such as {"MILEPOST_MAIL_TO": "me@example.org"}.
        program: What to run in place of the installed command.
        host: What to listen on.

    Raises:
        RuntimeError: It ended, or took too long.
    """
    out, err = data.with_name(data.name + ".out"), data.with_name(data.name + ".err")
    settings = clean_environment(environment)
    line = [*program, "--data", str(data), "serve", "--host", host, "--port", "0"]
    with out.open("wb") as printed, err.open("ab") as logged:
        process = subprocess.Popen(line, stdout=printed, stderr=logged, env=settings)
    server = Server(process, data, out, err, dict(environment or {}))
    try:
        _wait_until_ready(server)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return server


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _SERVES.search(server.out.read_text()):
        if server.process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the server did not come up:\n{server.err.read_text()}")
        time.sleep(0.01)
    # Connections are taken from the first line on, and answered once the last one is printed.
    server.request("OPTIONS", "/health")


@contextmanager
def serving(
    data: Path,
    environment: Mapping[str, str] | None = None,
    program: Sequence[str] = MILEPOST,
    host: str = "127.0.0.1",
) -> Iterator[Server]:
    """Starts a server as `start` does, and kills it in the end if it still runs."""
    server = start(data, environment, program, host)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()


def command(
    data: Path, *arguments: str, environment: Mapping[str, str] | None = None, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Runs a `milepost` command on a data folder; with `check`, its exit code must be 0."""
    done = subprocess.run(
        [*MILEPOST, "--data", str(data), *arguments],
        env=clean_environment(environment),
        capture_output=True,
        text=True,
        timeout=_COMMAND_SECONDS,
    )
    if check and done.returncode:
        raise RuntimeError(f"milepost {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done


def clean_environment(settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """Gives this process's environment with these settings in place of whatever it has of them."""
    own = {"HOST", "PORT", "DATA"}
    kept = {name: value for name, value in os.environ.items() if name not in own and not name.startswith("MILEPOST_")}
    return {**kept, **(settings or {})}
