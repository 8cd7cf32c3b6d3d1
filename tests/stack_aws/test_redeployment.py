"""A redeployment while beacons come in loses none of them."""

import shutil
import warnings
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from shared import VERSION
from tests.stack_aws.beacons import send, simple_beacon, stored_bodies
from tests.stack_aws.deploying import DEPLOYMENT, Deployed, deploy, template_of
from tests.stack_aws.registered import REDEPLOYED

pytestmark = pytest.mark.xdist_group("stack_aws")

_NEXT = f"{VERSION}.next"
_PORTION = 30


def test_nothing_is_lost_while_functions_are_replaced(deployed: Deployed, packages: Path, tmp_path: Path) -> None:
    template = template_of(DEPLOYMENT, changed_packages(packages, tmp_path / "packages"), tmp_path / "templates")
    done = Event()
    with ThreadPoolExecutor(1) as beside:
        sending = beside.submit(send_until, deployed.url, done)
        try:
            deploy(deployed.emulator, template)
        finally:
            done.set()
        answers = sending.result()
    assert deployed.get("/health").json()["version"] == _NEXT

    accepted = {number for number, status in enumerate(answers) if status == 202}
    assert len(accepted) >= 2 * _PORTION
    stored = stored_bodies(deployed.engine, REDEPLOYED.name)
    # What was answered otherwise may be in the log or not: its sender was told to send it again.
    assert accepted <= stored.keys()
    deployed.await_counts(REDEPLOYED.name, len(stored))


def send_until(url: str, done: Event) -> list[int]:
    """Sends beacons until it is done and some more, and gives the statuses of the answers by their numbers."""
    answers: list[int] = []
    while True:
        last = done.is_set()
        answers += send(url, [simple_beacon(REDEPLOYED.name, len(answers) + more) for more in range(_PORTION)])
        if last:
            return answers


def changed_packages(packages: Path, folder: Path) -> Path:
    """Copies the packages as those of another release."""
    folder.mkdir()
    for package in packages.glob("*.zip"):
        changed = folder / package.name
        shutil.copy(package, changed)
        with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(changed, "a") as archive:
            # Of two files of the same name, the later one is unpacked.
            archive.writestr("shared/__init__.py", f'VERSION = "{_NEXT}"\n')
    return folder
