"""The tracker as an npm package: what TypeScript makes of its types, and Node of it on a server."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.unit.test_tracker_build import NODE, PACKAGES, TRACKER

CONSUMER = """
import { init, track, type EventOptions, type Options } from '@milepost/tracker'

const options: Options = { api: 'https://stats.example/api/event', domain: 'site.example', hash: true }
const order: EventOptions = { props: { plan: 'small', seats: 3 }, revenue: { amount: 9.5, currency: 'EUR' } }
init(options)
init({ api: new URL('https://stats.example/api/event'), links: false, engagement: false })
track('Order', { ...order, interactive: false, callback: (result) => result && 'status' in result && result.status })
track('early')
"""

#: Each of these must be an error to the compiler.
WRONG = """
import { init, track } from '@milepost/tracker'

// @ts-expect-error without an address
init({ domain: 'site.example' })
// @ts-expect-error no such option
init({ api: '/api/event', domian: 'site.example' })
// @ts-expect-error a list is no property
track('Order', { props: { plans: ['small'] } })
// @ts-expect-error an amount without its currency
track('Order', { revenue: { amount: 5 } })
"""

SETTINGS = {
    "compilerOptions": {
        "strict": True,
        "target": "es2022",
        "module": "nodenext",
        "lib": ["es2022", "dom"],
        "types": [],
        "outDir": "out",
    }
}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package that uses the tracker, compiled."""
    folder = tmp_path_factory.mktemp("consumer")
    (folder / "node_modules/@milepost").mkdir(parents=True)
    (folder / "node_modules/@milepost/tracker").symlink_to(TRACKER)
    (folder / "package.json").write_text(json.dumps({"type": "module"}))
    (folder / "tsconfig.json").write_text(json.dumps(SETTINGS))
    (folder / "consumer.ts").write_text(CONSUMER)
    (folder / "wrong.ts").write_text(WRONG)
    compiler = [str(NODE), str(PACKAGES / "typescript/bin/tsc"), "--project", str(folder)]
    ran = subprocess.run(compiler, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
    return folder


def test_it_is_typed_and_does_nothing_without_a_window(compiled: Path) -> None:
    ran = subprocess.run([str(NODE), "out/consumer.js"], cwd=compiled, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_what_is_published_is_there() -> None:
    package = json.loads((TRACKER / "package.json").read_text())
    entry = package["exports"]["."]
    assert [name for name in (*package["files"], *entry.values()) if not (TRACKER / name).exists()] == []
