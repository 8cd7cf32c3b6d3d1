"""The documentation names what there is, all of it, and nothing else."""

import ast
import dataclasses
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest

from infra.cli.main import main
from services.ingest.drops import CAP, GPC, ORIGIN, PREFETCH, UNKNOWN_SITE
from services.query.openapi import document
from services.query.parameters import MAX_DAYS
from services.query.stats.body import KEYS, MAX_BODY_BYTES
from services.query.stats.conditions import MAX_VALUES
from services.query.stats.dimensions import TIME, TIMES, UNSET
from services.query.stats.evaluate import MAX_EVENTS
from services.query.stats.filters_v2 import MAX_CONDITIONS, MAX_DEPTH
from services.query.stats.include import MAX_LIMIT
from services.query.stats.metrics import METRICS
from services.query.stats.parameters import MAX_LIMIT as MAX_LIMIT_V1
from services.query.stats.trees import MAX_PATTERNS
from services.query.stats.v2 import MAX_DIMENSIONS
from shared import VERSION
from shared.domain.events import Event
from shared.domain.reports.patterns import MAX_PATTERN_BYTES
from shared.engines.sqlite.schema import MILEPOST, SALTS, VIEWS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
PRODUCT = [path for ring in ("shared", "services", "infra") for path in sorted((ROOT / ring).rglob("*.py"))]

# What no text of ours may promise, in whatever spelling.
PROMISES = re.compile(r"anonym|gdpr[-\s]compliant|no\s+consent\s+(is\s+)?(needed|required|necessary)", re.IGNORECASE)

SETTING = re.compile(r"MILEPOST_[A-Z_]+")

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def sections(page: str, level: int) -> dict[str, str]:
    """The sections of a page of docs/ under headings of a level, by heading."""
    parts = re.split(rf"^#{{{level}}} (.+)$", (DOCS / page).read_text(), flags=re.MULTILINE)
    return {
        title: re.split(r"^#", body, flags=re.MULTILINE)[0]
        for title, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def cells(text: str, column: int) -> list[list[str]]:
    """The code spans in a column of all rows of the tables of a text."""
    rows = re.findall(r"^\|(.*)\|$", text, re.MULTILINE)
    spans = [re.findall(r"`([^`]+)`", re.split(r"(?<!\\)\|", row)[column]) for row in rows if row.count("|") >= column]
    return [found for found in spans if found]


def first_words(text: str, column: int = 0) -> set[str]:
    """The first word of each code span in a column: `--site SITE` is --site."""
    return {span.split()[0] for row in cells(text, column) for span in row}


def code(text: str) -> Iterator[str]:
    """The lines of code blocks, with continued lines joined, and the code spans elsewhere."""
    for number, part in enumerate(re.split(r"^```.*$", text, flags=re.MULTILINE)):
        joined = part.replace("\\\n", " ")
        yield from joined.splitlines() if number % 2 else re.findall(r"`([^`]+)`", joined)


def commands(command: click.Command, *names: str) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, and the program itself, by the words that call it."""
    if not isinstance(command, click.Group) or not names:
        yield " ".join(("milepost", *names)), command
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from commands(inner, *names, name)


def options(command: click.Command) -> set[str]:
    return {
        name
        for param in command.params
        if isinstance(param, click.Option)
        for name in (*param.opts, *param.secondary_opts)
    }


def takes_value(command: click.Command, name: str) -> bool:
    return any(isinstance(param, click.Option) and name in param.opts and not param.is_flag for param in command.params)


def arguments(command: click.Command) -> list[str]:
    return [str(param.metavar) for param in command.params if isinstance(param, click.Argument)]


HELP = {"-h", "--help"}
COMMANDS = dict(commands(main))


def test_every_command_and_option_is_documented_and_no_other() -> None:
    documented = {title.strip("`"): first_words(body) for title, body in sections("commands.md", 3).items()}
    there = {" ".join((name, *arguments(command))): options(command) for name, command in COMMANDS.items()}
    there["milepost"] |= HELP
    assert documented == there


def wrong_call(line: str) -> str | None:
    """What of a call of `milepost` in a line of documentation does not exist."""
    call = re.match(r"(?:.*(?:bin/|sudo ))?milepost((?: +[^\s`|;&>#()\x22]+)*)", line)
    command: click.Command = main
    words = iter(call[1].split() if call else ())
    for word in words:
        if word.startswith("-"):
            name = word.partition("=")[0]
            if name not in options(command) | HELP:
                return f"{command.name} has no option {name}"
            if takes_value(command, name) and "=" not in word:
                next(words, None)
        elif isinstance(command, click.Group):
            if word not in command.commands:
                return f"{command.name} has no command {word}"
            command = command.commands[word]
    return None


@pages
def test_calls_of_commands_exist(page: Path) -> None:
    assert [wrong for line in code(page.read_text()) if (wrong := wrong_call(line.strip()))] == []


@pytest.mark.parametrize(
    "line",
    [
        "milepost sites",
        "milepost site add example.org --zone UTC",
        "sudo milepost --folder x status",
        "KEY=$(.venv/bin/milepost --data d key add --scope read --name x)",
    ],
)
def test_a_call_that_does_not_exist_is_found(line: str) -> None:
    assert wrong_call(line)


@cache
def settings_in_code() -> set[str]:
    """The settings that are read from the environment: by name in a string of the product, by click, by make."""
    trees = [ast.parse(path.read_text()) for path in PRODUCT]
    strings = [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    named = {name for text in strings if isinstance(text, str) for name in SETTING.findall(text)}
    of_commands = {str(param.envvar) for command in COMMANDS.values() for param in command.params if param.envvar}
    makefile = (ROOT / "Makefile").read_text()
    own = set(re.findall(r"^([A-Z]+) :=", makefile, re.MULTILINE))
    of_make = set(re.findall(r"\$\(([A-Z]+)\)|\$\$\{([A-Z]+)", makefile))
    return named | of_commands | {name for names in of_make for name in names if name} - own


def test_every_setting_is_documented_and_no_other() -> None:
    table = sections("settings.md", 2)["Environment and make variables"]
    assert first_words(table) == settings_in_code()


@pages
def test_settings_that_are_named_exist(page: Path) -> None:
    assert set(SETTING.findall(page.read_text())) <= settings_in_code()


def make_targets() -> set[str]:
    phony = re.search(r"^\.PHONY:(.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return {word for word in (phony[1] if phony else "").split() if not word.startswith("$")}


def test_every_make_target_is_documented() -> None:
    table = sections("settings.md", 2)["Make targets"]
    assert {span for row in cells(table, 0) for span in row} == {f"make {target}" for target in make_targets()}


@pages
def test_make_targets_that_are_called_exist(page: Path) -> None:
    text = page.read_text()
    called = {call[1] for line in code(text) if (call := re.match(r"\s*(?:sudo )?make ([a-z]+)", line))}
    assert called <= make_targets()


def test_every_option_of_a_site_is_explained() -> None:
    table = sections("settings.md", 2)["Settings of a site"]
    assert first_words(table) == options(COMMANDS["milepost site set"]) - {"--json"}


STATS_API = re.compile(r"/api/v\d/")


def described() -> dict[tuple[str, str], set[str]]:
    """The names of the parameters of each path, by method and path, as the OpenAPI document has them."""
    return {
        (method, path): {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
        for path, operations in document()["paths"].items()
        for method, operation in operations.items()
    }


def test_every_path_and_parameter_is_documented_and_no_other() -> None:
    documented = {}
    for title, body in sections("http-api.md", 3).items():
        # The fields of a body, and answers, stand in tables of their own.
        parameters = body if "| parameter |" in body else ""
        for method, path in re.findall(r"`(GET|POST) (/\S+)`", title):
            documented[method.lower(), path] = first_words(parameters)
    there = {call: names for call, names in described().items() if not STATS_API.match(call[1])}
    assert documented == there


def test_every_path_of_the_stats_api_is_documented_and_no_other() -> None:
    head = (DOCS / "stats-api.md").read_text().partition("\n## ")[0]
    rows = re.findall(r"^\| `(/\S+)` \| (GET|POST)", head, re.MULTILINE)
    assert {(method.lower(), path) for path, method in rows} == {
        call for call in described() if STATS_API.match(call[1])
    }


def test_every_parameter_of_the_stats_api_is_documented_and_no_other() -> None:
    first, _, second = sections("stats-api.md", 2)["How it is asked"].partition("In version 2")
    assert first_words(second) == set(KEYS)
    documented = defaultdict(set)
    answers = [path.rpartition("/")[2] for method, path in described() if method == "get" and STATS_API.match(path)]
    for name, of in re.findall(r"^\| `(\w+)` \| ([^|]+) \|", first, re.MULTILINE):
        for answer in answers if of == "all" else re.findall(r"\w+", of):
            documented[answer].add(name)
    there = {path.rpartition("/")[2]: names for (method, path), names in described().items() if STATS_API.match(path)}
    assert documented == {answer: names for answer, names in there.items() if answer != "query"}


def test_every_metric_and_dimension_of_the_stats_api_is_documented() -> None:
    text = sections("stats-api.md", 2)["What can be asked"]
    spans = set(re.findall(r"`([^`\s]+)`", text))
    assert {*METRICS, TIME, *TIMES, *UNSET} <= spans


@pytest.mark.parametrize(
    "bound",
    [
        f"more than {MAX_EVENTS:,} events",
        f"| a body | {MAX_BODY_BYTES // 1024} KB |",
        f"| filters, and how deep they are nested | {MAX_CONDITIONS}, {MAX_DEPTH} |",
        f"| values of a filter | {MAX_VALUES:,} |",
        f"| patterns and wildcards of a query | {MAX_PATTERNS} of {MAX_PATTERN_BYTES:,} bytes |",
        f"| dimensions | {MAX_DIMENSIONS}, one of them of time |",
        f"| days | {MAX_DAYS:,};",
        f"| rows of one answer | {MAX_LIMIT:,} in version 2, {MAX_LIMIT_V1:,} in version 1 |",
    ],
)
def test_the_bounds_of_the_stats_api_are_documented(bound: str) -> None:
    assert bound in sections("stats-api.md", 2)["Bounds"]


def test_the_bound_of_a_question_is_the_same_everywhere() -> None:
    for page in ("how-it-works.md", "adr/0034-days-are-folded.md", "adr/0035-numpy-columns.md"):
        assert f"{MAX_EVENTS:,}" in (DOCS / page).read_text()


def test_every_field_and_status_of_an_event_is_documented() -> None:
    section = sections("http-api.md", 3)["`POST /api/event`"]
    fields, statuses = section[: section.index("| status |")], section[section.index("| status |") :]
    beacon: dict[str, Any] = document()["components"]["schemas"]["Beacon"]
    assert first_words(fields, 0) | first_words(fields, 1) == set(beacon["properties"])
    responses = set(document()["paths"]["/api/event"]["post"]["responses"])
    assert responses <= first_words(statuses)


def test_every_field_of_umamis_events_is_documented_and_no_other() -> None:
    section = sections("http-api.md", 3)["`POST /api/send`"]
    payload: dict[str, Any] = document()["components"]["schemas"]["UmamiPayload"]
    assert {name for row in cells(section, 0) for name in row} == set(payload["properties"])


@pytest.mark.parametrize("reason", [UNKNOWN_SITE, ORIGIN, PREFETCH, GPC, CAP])
def test_every_reason_of_a_drop_is_documented(reason: str) -> None:
    assert f"- `{reason}`: " in sections("http-api.md", 3)["`POST /api/event`"]


def test_every_stored_field_is_in_the_privacy_page_and_no_other() -> None:
    stored = {field.name for field in dataclasses.fields(Event)} | {"schema_version"}
    assert first_words(sections("privacy.md", 2)["What is stored of an event"]) == stored


def test_every_stored_column_is_in_the_privacy_page_and_no_other() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| ((?:`\w+` ?)+)\|", sections("privacy.md", 2)["Everything else that is stored"], re.MULTILINE
    )
    documented = {table: re.findall(r"\w+", columns) for table, columns in rows}
    there = {}
    for migrations in (MILEPOST, VIEWS, SALTS):
        database = sqlite3.connect(":memory:")
        for script in migrations:
            database.executescript(script)
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            there[table] = [column[1] for column in database.execute(f"PRAGMA table_info({table})")]
        database.close()
    assert documented == there


def test_no_text_promises_what_we_cannot_keep() -> None:
    texts = [*PAGES, *PRODUCT, *(path for path in (ROOT / "site").rglob("*.*") if path.is_file())]
    found = {
        str(path.relative_to(ROOT)): promise[0] for path in texts if (promise := PROMISES.search(path.read_text()))
    }
    assert not found


@pytest.mark.parametrize("text", ["Anonymous counts", "GDPR-compliant", "gdpr compliant", "so no consent is needed"])
def test_a_promise_is_found(text: str) -> None:
    assert PROMISES.search(text)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pages
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)\s]+)\)", page.read_text())
    for target in targets:
        name, _, anchor = target.partition("#")
        linked = (page.parent / name).resolve() if name else page
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


def test_decision_records_are_numbered_listed_and_complete() -> None:
    records = sorted((DOCS / "adr").glob("[0-9]*.md"))
    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    index = (DOCS / "adr" / "README.md").read_text()
    for record in records:
        text = record.read_text()
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"], record
        number, _, title = text.splitlines()[0].removeprefix("# ").partition(". ")
        assert int(number) == int(record.name[:4])
        assert f"- [{number}. {title}]({record.name})\n" in index


def test_the_changelog_has_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text()
    assert re.search(rf"^## \[{re.escape(VERSION)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE)
