"""The AWS emulator as a process of its own on a free port of the loopback interface, and clients of it."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.session import Session

from infra.aws.account import Account
from infra.aws.assembly import Environment
from tests.support.server import ROOT, clean_environment

#: The account and region that everything is deployed to.
ENVIRONMENT = Environment("000000000000", "us-east-1", "aws")

#: The account's root user, as the emulator knows it.
_ROOT_USER = "test"

_START_SECONDS, _END_SECONDS = 60, 20
_HEALTH = "/_ministack/health"

#: Functions see the standard library and their own package: a module that the package lacks is missing here too.
_FUNCTION_PYTHON = '#!/bin/sh\nexec "{python}" -I -S "$@"\n'


@dataclass(frozen=True)
class Emulator:
    """A running emulator. What it prints goes to the file `log`; its state is in memory and goes with it."""

    port: int
    log: Path

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables by which AWS's own tools, and `milepost --stack`, find it."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_ACCESS_KEY_ID": _ROOT_USER,
            "AWS_SECRET_ACCESS_KEY": _ROOT_USER,
            "AWS_REGION": ENVIRONMENT.region,
        }

    def client(self, service: str, **options: Any) -> Any:
        """Makes botocore's client of a service, which sends every request once unless `options` say otherwise."""
        config = Config(**{"read_timeout": 120, "retries": {"total_max_attempts": 1}, **options})
        address = self.environment["AWS_ENDPOINT_URL"]
        return _session().create_client(service, region_name=ENVIRONMENT.region, endpoint_url=address, config=config)

    def account(self) -> Account:
        """Makes what deployments are made with."""
        return Account(self.client)


@cache
def _session() -> Session:
    """Gives the session of all clients, which reads each service's description once."""
    session = Session()
    session.set_credentials(_ROOT_USER, _ROOT_USER)
    return session


@contextmanager
def emulating(folder: Path) -> Iterator[Emulator]:
    """Starts an emulator, waits until it answers, and ends it.

    Args:
        folder: For its scratch files and its log.

    Raises:
        RuntimeError: It ended, or took too long.
    """
    python = folder / "python"
    python.write_text(_FUNCTION_PYTHON.format(python=Path(sys.executable).resolve()))
    python.chmod(0o755)
    emulator = Emulator(_free_port(), folder / "emulator.log")
    settings = {
        "GATEWAY_PORT": str(emulator.port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": ENVIRONMENT.region,
        "TMPDIR": str(folder),
        "STATE_DIR": str(folder / "state"),
        "LOG_LEVEL": "WARNING",
        # Policies are in force: a function may do what its role says, and nothing else.
        "AUTH": "true",
        # What else would listen, and on every interface.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }
    with emulator.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.stack_aws.run_emulator", str(python)],
            cwd=ROOT,
            env={**_without_aws(clean_environment()), **settings},
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_ready(emulator, process)
        yield emulator
    finally:
        _end(process)


def prepare_account(emulator: Emulator) -> None:
    """Makes what `cdk bootstrap` makes, as far as a deployment uses it."""
    bucket = ENVIRONMENT.fill_in("cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}")
    emulator.client("s3").create_bucket(Bucket=bucket)
    emulator.client("ssm").put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="21", Type="String")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _without_aws(environment: Mapping[str, str]) -> dict[str, str]:
    """Functions inherit the emulator's environment: nothing of the caller's own account may be in it."""
    return {name: value for name, value in environment.items() if not name.startswith("AWS_")}


def _wait_until_ready(emulator: Emulator, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(emulator.port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the emulator did not come up:\n{emulator.log.read_text()}")
        time.sleep(0.1)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", _HEALTH)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.communicate(timeout=_END_SECONDS)  # closes its input
    except subprocess.TimeoutExpired:
        # The functions' processes end by themselves when nobody speaks to them any more.
        process.kill()
        process.wait()
