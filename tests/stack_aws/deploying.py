"""Milepost deployed to the emulator: from its own templates, with its own packages, by its own deployment code."""

import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from infra.aws.assembly import Template, publish, read_assembly
from infra.aws.config import Deployment, Platform
from infra.aws.deploy import check_account, check_bootstrap
from infra.aws.installation import API_URL, installation_of
from infra.aws.packages import build_packages
from infra.aws.stacks import Stack, execute, propose
from infra.aws.synthesis import BUILD, synthesize
from shared.domain.keys import Key, key_digest
from shared.domain.sites import Site
from shared.engine import Engine
from shared.engines.dynamodb.client import Dynamo
from shared.process import back_off, random_id
from tests.stack_aws.emulator import Emulator
from tests.support.server import MILEPOST, Api, clean_environment

#: This machine, as Lambda would name it.
PLATFORM = Platform(
    {"aarch64": "arm64"}.get(platform.machine(), platform.machine()), ".".join(map(str, sys.version_info[:2]))
)

#: What was built for this machine stays: only what has changed is built again.
PACKAGES = BUILD / "emulator"

#: What all tests share. The address of the pages is known from the start, since their stack is not deployed.
DEPLOYMENT = Deployment(
    stack="milepost",
    public_url="https://stats.example.org",
    trusted_proxies="127.0.0.1",
    platform=PLATFORM,
)

_COMMAND_SECONDS, _COUNTING_SECONDS = 120, 60


@dataclass(frozen=True)
class Deployed(Api):
    """A stack in the emulator.

    Attributes:
        emulator: Where it is.
        stack: The stack.
    """

    emulator: Emulator
    stack: Stack

    @property
    def url(self) -> str:
        """The API's address, by a path: its own host name would have to be known to this machine."""
        api_id = (urlsplit(self.stack.output(API_URL)).hostname or "").partition(".")[0]
        return f"http://127.0.0.1:{self.emulator.port}/_aws/execute-api/{api_id}/$default"

    @cached_property
    def engine(self) -> Engine:
        """The engine, as `milepost --stack` opens it."""
        dynamo = Dynamo(self.emulator.client("dynamodb"), back_off)
        return installation_of(self.emulator.account(), self.stack, dynamo).engine

    def register(self, site: Site) -> None:
        """Registers a site. The functions learn of it when they look next, within a minute."""
        self.engine.read_models.set_timezone(site.name, site.timezone)
        self.engine.sites.save(site)

    def add_key(self, key: str, scope: str, *sites: str) -> None:
        """Lets a key in, as soon as the functions look next."""
        self.engine.keys.save(Key(random_id()[:8], key_digest(key), scope, sites))

    def command(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs `milepost --stack NAME …`; with `check`, its exit code must be 0."""
        done = subprocess.run(
            [*MILEPOST, "--stack", self.stack.name, *arguments],
            env=clean_environment(self.emulator.environment),
            capture_output=True,
            text=True,
            timeout=_COMMAND_SECONDS,
        )
        if check and done.returncode:
            raise RuntimeError(
                f"milepost {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done

    def invoke(self, function: str) -> None:
        """Calls a function as its schedule does, such as "Sweep", and waits for its end.

        Raises:
            RuntimeError: It failed.
        """
        name = self.stack.output(f"Function{function}")
        answer = self.emulator.client("lambda").invoke(FunctionName=name, Payload=b"{}")
        if "FunctionError" in answer:
            raise RuntimeError(f"{function} failed: {answer['Payload'].read().decode()}")

    def await_counts(self, site: str, pageviews: int, key: str | None = None) -> None:
        """Waits until so many pageviews of the last days are counted, bots among them.

        Raises:
            AssertionError: After a minute there were others, or in the end more.
        """
        deadline = time.monotonic() + _COUNTING_SECONDS
        while (found := self.counted(site, key)) != pageviews:
            assert found < pageviews, f"{site}: {found}, more than {pageviews}"
            assert time.monotonic() < deadline, f"{site}: {found}, not yet {pageviews}"
            time.sleep(0.3)

    def counted(self, site: str, key: str | None = None) -> int:
        """Tells how many pageviews of the last days are counted, bots among them."""
        return int(self.get(f"/v1/sites/{site}/counts", key, bots="include").json()["totals"]["pageviews"])

    def set_mapping(self, enabled: bool) -> None:
        """Lets the log's stream call the projector, or not."""
        mapping = self.stack.output("MappingId")
        self.emulator.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=enabled)

    def log_lines(self) -> Iterator[tuple[str, str]]:
        """Gives all that the stack's log groups hold: the group's name and a line."""
        logs = self.emulator.client("logs")
        for page in logs.get_paginator("describe_log_groups").paginate():
            for group in page["logGroups"]:
                if f"/{self.stack.name}/" in group["logGroupName"]:
                    for part in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
                        yield from ((group["logGroupName"], event["message"]) for event in part["events"])


def template_of(deployment: Deployment, packages: Path, folder: Path) -> Template:
    """Synthesizes a deployment's main stack; Amplify, which the other one is about, is unknown to the emulator.

    Args:
        deployment: Names and settings.
        packages: The folder with the functions' packages.
        folder: Where the templates are written.
    """
    synthesize(deployment, packages, folder)
    (template,) = [one for one in read_assembly(folder) if one.stack == deployment.stack]
    return template


def local_packages() -> Path:
    """Builds the functions' packages for this machine, and gives their folder."""
    build_packages(PLATFORM, PACKAGES)
    return PACKAGES


def deploy(emulator: Emulator, template: Template) -> Deployed:
    """Deploys a template with its files, or what of it has changed.

    Raises:
        AwsProblem: Something of it was refused.
    """
    account = emulator.account()
    environment = check_account(account)
    check_bootstrap(account, environment)
    steps: list[str] = []
    publish(account, environment, template, steps.append)
    name = f"milepost-{random_id()}"
    proposal = propose(account, template.stack, template.url(environment), {}, _wait, name)
    assert proposal is not None, f"{template.stack} is there already"
    return Deployed(emulator, execute(account, proposal, _wait, steps.append))


def _wait(seconds: float) -> None:
    """Waits much less than one would for AWS."""
    time.sleep(seconds / 20)
