"""The `milepost` commands over a data folder that a test throws away."""

import itertools
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from infra.cli.main import main
from services.ingest.writer import Writer
from shared.domain.events import Event, encode_event
from shared.domain.rules import rule_set
from shared.engine import Engine
from shared.engines.sqlite import VIEWS_FILE, open_engine
from shared.process import now_ms
from tests.unit.making import SITE, event


class Folder:
    """A data folder, and what a person does to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ids = itertools.count()

    def run(self, *arguments: str, code: int = 0, answer: str | None = None) -> Result:
        """Runs a command that must end with the given exit code; a fault that nobody expected is none of them."""
        result = CliRunner().invoke(main, ["--data", str(self.path), *arguments], input=answer)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    def out(self, *arguments: str, code: int = 0) -> str:
        return self.run(*arguments, code=code).stdout

    def json(self, *arguments: str, code: int = 0) -> Any:
        """What a command prints with --json: one document, and nothing beside it."""
        result = self.run(*arguments, "--json", code=code)
        assert result.stderr == ""
        return json.loads(result.stdout)

    def error(self, *arguments: str, code: int = 1) -> str:
        """What a command that fails says, on standard error alone, without a traceback."""
        result = self.run(*arguments, code=code)
        assert result.stdout == ""
        assert "Traceback" not in result.stderr
        return result.stderr.rpartition("Error: ")[2].strip()

    @property
    def engine(self) -> Engine:
        return open_engine(self.path, rule_set(), synchronous="OFF")

    def append(self, *bodies: bytes) -> None:
        """Appends events as a server would; nothing is counted yet."""
        Writer(self.engine.log, now_ms, lambda: f"{os.getpid()}.{next(self._ids)}").append(bodies)

    def visit(self, *urls: str, site: str = SITE) -> None:
        visits: list[Event] = [event(url, now_ms(), visitor, site=site) for visitor, url in enumerate(urls)]
        self.append(*map(encode_event, visits))

    def tamper(self, sql: str) -> None:
        """Changes the read models behind the product's back."""
        with closing(sqlite3.connect(self.path / VIEWS_FILE)) as connection, connection:
            assert connection.execute(sql).rowcount > 0


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    """An empty data folder, in an environment without settings."""
    for name in [name for name in os.environ if name.startswith("MILEPOST_") or name == "DATA"]:
        monkeypatch.delenv(name)
    mask = os.umask(0o022)
    yield Folder(tmp_path / "data")
    os.umask(mask)


@pytest.fixture
def counted(folder: Folder) -> Folder:
    """A folder with a site, three pageviews of it, and their counts."""
    folder.run("site", "add", SITE)
    folder.visit("/", "/a", "/a")
    folder.run("verify")
    return folder
