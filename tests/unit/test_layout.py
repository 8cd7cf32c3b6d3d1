"""Imports point inward, ingest stays light, and what is committed names no machine."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RINGS = ("shared", "services", "infra")

# What of our own a module may import: the longest name that fits the module decides.
# `*` stands for one name, the same one on both sides.
MAY_IMPORT = {
    "shared.domain": ["shared.domain"],
    "shared.engine": ["shared.domain"],
    "shared.engines.*": ["shared.domain", "shared.engine", "shared.engines.*"],
    "shared": ["shared"],
    "services.*": ["shared", "services.*"],
    "infra": ["shared", "services", "infra"],
}

# Modules with a clock, chance, I/O or an SDK behind them, and calls that come without such an import.
IMPURE_MODULES = {
    *("asyncio", "boto3", "botocore", "ctypes", "ftplib", "glob", "http", "httpx", "io", "logging", "multiprocessing"),
    *("os", "pathlib", "random", "requests", "secrets", "selectors", "shutil", "signal", "smtplib", "socket"),
    *("sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "urllib.request", "uuid"),
}
IMPURE_CALLS = {"now", "utcnow", "today", "open", "print", "input"}

SLOW_FOR_INGEST = {
    *("aws_lambda_powertools", "boto3", "botocore", "click", "crawleruseragents"),
    *("hyperloglog", "numpy", "pydantic", "re2", "starlette", "uvicorn"),
}

# Not imported by us: uvicorn finds its loop and its parser, zoneinfo its data.
FOUND_BY_OTHERS = {"httptools", "uvloop", "tzdata"}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources() -> dict[str, str]:
    """The source of every module of the product, by its dotted name."""
    return {module_name(path): path.read_text() for ring in RINGS for path in sorted((ROOT / ring).rglob("*.py"))}


def imports(source: str) -> Iterator[str]:
    """Every name a source imports at any depth, `from a import b` as `a.b`. Relative imports are forbidden by ruff."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, package: str) -> bool:
    return f"{name}.".startswith(f"{package}.")


def allowed(module: str) -> list[str]:
    """The packages that `module` may import; none for a module that no ring knows."""
    for ring in sorted(MAY_IMPORT, key=len, reverse=True):
        fit = re.match(ring.replace(".", r"\.").replace("*", r"(\w+)") + r"(\.|$)", module)
        if fit:
            return [package.replace("*", fit[1]) for package in MAY_IMPORT[ring]]
    return []


def outward(module: str, source: str) -> list[str]:
    """The imports of our own that lead `module` out of its ring or into a neighbour."""
    ours = [name for name in imports(source) if name.split(".")[0] in (*RINGS, "tests")]
    return [name for name in ours if not any(within(name, package) for package in allowed(module))]


def impurities(source: str) -> list[str]:
    """What a source imports or calls that has a clock, chance or I/O behind it."""
    found = [name for name in imports(source) if any(within(name, module) for module in IMPURE_MODULES)]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found += [called] if called in IMPURE_CALLS else []
    return found


def distributions() -> dict[str, set[str]]:
    """The distributions that provide each foreign top-level module that the product imports."""
    top_levels = {name.split(".")[0] for source in sources().values() for name in imports(source)}
    foreign = top_levels - set(RINGS) - sys.stdlib_module_names
    provided = packages_distributions()
    return {module: {name.lower().replace("_", "-") for name in provided.get(module, ())} for module in foreign}


def test_imports_point_inward() -> None:
    violations = {module: found for module, source in sources().items() if (found := outward(module, source))}
    assert not violations


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("shared.domain.events", "from shared.engine import Engine"),
        ("shared.engine", "import shared.engines.sqlite"),
        ("shared.engines.sqlite.log", "from shared.engines.dynamodb.log import put"),
        ("shared.stream", "def f():\n    import services.ingest.handler"),
        ("services.query.handler", "from services import ingest"),
        ("services.projector.handler", "from infra.local import clock"),
        ("infra.cli.main", "import tests.fakes"),
    ],
)
def test_an_outward_import_is_found(module: str, source: str) -> None:
    assert outward(module, source)


def test_the_domain_is_pure() -> None:
    domain = {module: source for module, source in sources().items() if within(module, "shared.domain")}
    assert domain
    assert not {module: found for module, source in domain.items() if (found := impurities(source))}


@pytest.mark.parametrize(
    "source", ["from os import environ", "import urllib.request", "datetime.now(UTC)", "open(name)"]
)
def test_an_impurity_is_found(source: str) -> None:
    assert impurities(source)


@pytest.mark.parametrize(("module", "allowed"), [("handler", set()), ("lambda_function", {"botocore"})])
def test_ingest_loads_nothing_slow(module: str, allowed: set[str]) -> None:
    script = f"import json, sys, services.ingest.{module}; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in json.loads(run.stdout)}
    assert "services" in loaded
    assert loaded & SLOW_FOR_INGEST == allowed
    assert "shared.engines.dynamodb.read_models" not in json.loads(run.stdout)


@pytest.mark.parametrize("service", ["ingest", "query", "projector"])
def test_a_function_makes_nothing_at_import(service: str) -> None:
    """A snapshot of a started function must hold no client, and a missing setting must not stop its import."""
    script = (
        "import botocore.session as session\n"
        "def fail(*_, **__): raise AssertionError('made at import')\n"
        "session.Session.__init__ = session.Session.create_client = fail\n"
        f"import services.{service}.lambda_function"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MILEPOST_", "AWS_"))}
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_requirements_are_what_is_imported() -> None:
    lines = [
        line for name in ("run.in", "deploy.in") for line in (ROOT / "requirements" / name).read_text().splitlines()
    ]
    declared = {line.partition("==")[0] for line in lines if not line.startswith(("#", "-"))}
    needed = distributions()
    undeclared = sorted(module for module, names in needed.items() if not names & declared)
    assert undeclared == []
    unused = sorted(declared - FOUND_BY_OTHERS - set().union(*needed.values()))
    assert unused == []


def test_committed_files_name_no_machine() -> None:
    git = shutil.which("git")
    if not git or not (ROOT / ".git").exists():
        pytest.skip("needs git and a checkout of it")
    listing = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    # A checkout called milepost may well stand where the docs tell an operator to put it.
    here = [] if ROOT.name == "milepost" else [f"{ROOT}/", f"{ROOT.parent}/shared/"]
    telling = re.compile("|".join([*map(re.escape, here), r"pypi\.\w", r"pythonhosted\.\w", r"npmjs\.\w"]))
    texts = {name: (ROOT / name).read_text(errors="replace") for name in names if (ROOT / name).is_file()}
    assert not {name: found[0] for name, text in texts.items() if (found := telling.search(text))}
