from pathlib import Path

import pytest

from infra.aws.config import Deployment, Platform
from infra.aws.synthesis import synthesize
from tests.template.synthesizing import Templates, checked, make_stub_packages, read_templates

#: Every optional part.
FULL = Deployment(
    stack="other",
    mail_to=("owner@example.org", "friend@example.org"),
    trusted_proxies="10.0.0.0/8",
    domain="stats.example.org",
    certificate_arn="arn:aws:acm:eu-central-1:123456789012:certificate/1",
    window=60,
)


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_stub_packages(tmp_path_factory.mktemp("packages"))


@pytest.fixture(scope="session")
def templates(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """The default deployment's."""
    return checked(Deployment(), packages, tmp_path_factory.mktemp("default"))


@pytest.fixture(scope="session")
def full(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """Those of a deployment with all that is optional."""
    return checked(FULL, packages, tmp_path_factory.mktemp("full"))


@pytest.fixture(scope="session")
def emulated(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """Those that an emulator on this machine could run."""
    deployment = Deployment(platform=Platform("x86_64", "3.11"))
    folder = tmp_path_factory.mktemp("emulated")
    synthesize(deployment, packages, folder)
    return read_templates(deployment, folder)
