"""Synthesis: from settings and packages to templates."""

from pathlib import Path

from infra.aws.config import Deployment
from infra.aws.node import provide_node
from infra.aws.reach import ROOT

#: Where packages and templates are built; git ignores it.
BUILD = ROOT / ".build"


def synthesize(deployment: Deployment, packages: Path, folder: Path) -> None:
    """Writes the cloud assembly of a deployment: the templates of its two stacks, and what they need beside them.

    Args:
        deployment: Names and settings.
        packages: The folder with a package of each service, as `build_packages` makes them.
        folder: Where the assembly is written.
    """
    provide_node()
    from infra.aws.app import make_app

    make_app(deployment, packages, folder).synth()
