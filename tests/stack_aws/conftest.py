from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

# Before they are imported: their assertions say what they saw.
pytest.register_assert_rewrite("tests.stack.waiting", "tests.stack_aws.beacons", "tests.browser.visiting")
pytest.register_assert_rewrite(*(f"tests.clients.{name}" for name in ("asking", "seen", "suite")))

from infra.aws.assembly import Template  # noqa: E402
from infra.aws.installation import TOPIC_ARN  # noqa: E402
from tests.clients.catalogue import CLIENT_SITES  # noqa: E402
from tests.stack_aws.deploying import DEPLOYMENT, Deployed, deploy, local_packages, template_of  # noqa: E402
from tests.stack_aws.emulator import Emulator, emulating, prepare_account  # noqa: E402
from tests.stack_aws.mailbox import Mailbox  # noqa: E402
from tests.stack_aws.registered import COMMANDED, KEYS, SITES  # noqa: E402
from tests.support.folders import scratch_folder  # noqa: E402


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """The emulator that all tests share, with an account in which anything can be deployed."""
    with scratch_folder() as folder, emulating(folder) as started:
        prepare_account(started)
        yield started


@pytest.fixture(scope="session")
def packages() -> Path:
    """The functions' packages for this machine."""
    return local_packages()


@pytest.fixture(scope="session")
def template(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The template that is deployed."""
    return template_of(DEPLOYMENT, packages, tmp_path_factory.mktemp("templates"))


@pytest.fixture(scope="session")
def bare(emulator: Emulator, template: Template) -> Deployed:
    """A stack to which nothing was sent yet."""
    return deploy(emulator, template)


@pytest.fixture(scope="session")
def mailbox(bare: Deployed) -> Mailbox:
    """A subscriber of the milestones of the shared stack, from its beginning on."""
    return Mailbox(bare.emulator, bare.stack.output(TOPIC_ARN), "milestones")


@pytest.fixture(scope="session")
def deployed(bare: Deployed, mailbox: Mailbox) -> Deployed:
    """The stack that all tests share, with their sites and keys."""
    for key, scope in KEYS.items():
        bare.add_key(key, scope)
    bare.command("site", "add", COMMANDED, "--public", "--timezone", "Europe/Berlin")
    for site in CLIENT_SITES:
        bare.register(site)
    return _with_sites(bare)


@pytest.fixture(scope="session")
def second(emulator: Emulator, packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """Another stack in the same account, with the same sites and no keys. Nobody has subscribed to its topic."""
    deployment = replace(DEPLOYMENT, stack="second")
    return _with_sites(deploy(emulator, template_of(deployment, packages, tmp_path_factory.mktemp("second"))))


def _with_sites(stack: Deployed) -> Deployed:
    """Registers all sites before the first request: what a function knows of sites may be half a minute old."""
    for site in SITES:
        stack.register(site)
    return stack
