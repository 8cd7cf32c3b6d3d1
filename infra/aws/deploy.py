"""The deployment: checks, templates, packages, stacks, static pages, a first key. Without any tool but Python's.

The templates are synthesized here, their files go to the bucket of `cdk bootstrap`, and CloudFormation executes change
sets, all with the caller's credentials.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from infra.aws.account import Account
from infra.aws.assembly import Environment, Template, publish, read_assembly
from infra.aws.config import API_ADDRESS, SITE_ADDRESS, Deployment
from infra.aws.hosting import Upload, deploy_pages
from infra.aws.installation import API_URL
from infra.aws.packages import PackagingFailed, build_packages
from infra.aws.pages import PAGES, pack
from infra.aws.problems import AwsProblem
from infra.aws.stacks import Proposal, Stack, Tell, Wait, discard, execute, find_stack, propose
from infra.aws.synthesis import synthesize
from shared.process import random_id

#: Where `cdk bootstrap` writes the version of what it has made, and the least that its bucket must be of.
_BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version"
_LEAST_BOOTSTRAP = 6


class Stacks(NamedTuple):
    """What stands after a deployment: the main stack and that of the static pages."""

    main: Stack
    site: Stack


@dataclass(frozen=True, slots=True)
class Deployer:
    """Brings a deployment's stacks up to date.

    Attributes:
        account: The account.
        environment: Which account and region that is.
        deployment: Names and settings.
        templates: The synthesized stacks, in the order of their deployment.
        wait: Waits so many seconds.
        tell: Is told each step, a line at a time.
    """

    account: Account
    environment: Environment
    deployment: Deployment
    templates: list[Template]
    wait: Wait
    tell: Tell

    def deploy(self) -> Stacks:
        """Deploys what has changed; a stack that learns of another's address by that is deployed once more.

        Raises:
            AwsProblem: AWS refused something. CloudFormation has rolled that stack back.
        """
        stacks = self._standing()
        given: dict[str, Mapping[str, str]] = {}
        for template in [*self.templates, *self.templates]:
            parameters = self._parameters(template, stacks)
            if given.get(template.stack) == parameters:
                continue
            given[template.stack] = parameters
            proposal = self._propose(template, parameters)
            if proposal is None:
                self.tell(f"{template.stack}: nothing to change")
                continue
            self.tell(f"{template.stack}: {len(proposal.changes)} changes")
            stacks[template.stack] = execute(self.account, proposal, self.wait, self.tell)
        return Stacks(stacks[self.deployment.stack], stacks[self.deployment.site_stack])

    def diff(self) -> list[Proposal]:
        """Gives what a deployment would change, and changes nothing.

        Raises:
            AwsProblem: As for `deploy`.
        """
        stacks = self._standing()
        proposals = []
        for template in self.templates:
            proposal = self._propose(template, self._parameters(template, stacks))
            if proposal is not None:
                discard(self.account, proposal)
                proposals.append(proposal)
        return proposals

    def _standing(self) -> dict[str, Stack]:
        found = {template.stack: find_stack(self.account, template.stack) for template in self.templates}
        return {name: stack for name, stack in found.items() if stack is not None}

    def _propose(self, template: Template, parameters: Mapping[str, str]) -> Proposal | None:
        publish(self.account, self.environment, template, self.tell)
        url = template.url(self.environment)
        return propose(self.account, template.stack, url, parameters, self.wait, f"milepost-{random_id()}")

    def _parameters(self, template: Template, stacks: Mapping[str, Stack]) -> dict[str, str]:
        """Gives the values of a template's parameters, as far as they are known by now."""
        outputs = {name: value for stack in stacks.values() for name, value in stack.outputs.items()}
        known = {
            SITE_ADDRESS: self.deployment.public_url or outputs.get(SITE_ADDRESS),
            API_ADDRESS: outputs.get(API_URL),
        }
        wanted = template.content.get("Parameters", {})
        return {name: value for name, value in known.items() if value and name in wanted}


def check_account(account: Account) -> Environment:
    """Finds out which account the credentials are of.

    Raises:
        AwsProblem: They are of none.
    """
    identity = account.call("sts", "get_caller_identity")
    partition = identity["Arn"].split(":")[1]
    return Environment(identity["Account"], account.region, partition)


def check_bootstrap(account: Account, environment: Environment) -> None:
    """Looks whether the region has the bucket for templates and packages.

    Raises:
        AwsProblem: It has none, or one of an old kind; says the command that makes it.
    """
    place = f"aws://{environment.account_id}/{environment.region}"
    advice = (
        f"run once: npx aws-cdk@2 bootstrap {place} (without Node.js here: in AWS CloudShell, which the AWS console "
        "opens and which has it)"
    )
    try:
        parameter = account.call("ssm", "get_parameter", Name=_BOOTSTRAP_PARAMETER)["Parameter"]
    except AwsProblem as problem:
        if problem.code == "ParameterNotFound":
            raise AwsProblem(f"{place} has no bucket for what is deployed: {advice}") from problem
        raise
    if int(parameter["Value"]) < _LEAST_BOOTSTRAP:
        raise AwsProblem(f"{place} was prepared by an old release of the AWS CDK: {advice}")


def build(deployment: Deployment, folder: Path, tell: Tell) -> list[Template]:
    """Builds the functions' packages, as far as they are not there yet, and writes the templates.

    Args:
        deployment: Names and settings.
        folder: A folder for both, which may be there from before.
        tell: Is told each step.

    Raises:
        AwsProblem: A package could not be built.
    """
    packages, assembly = folder / "packages", folder / "assembly"
    try:
        build_packages(deployment.platform, packages, tell)
    except PackagingFailed as failure:
        raise AwsProblem(f"a function's package could not be built: {failure}") from failure
    shutil.rmtree(assembly, ignore_errors=True)
    synthesize(deployment, packages, assembly)
    return read_assembly(assembly)


def upload_pages(account: Account, stacks: Stacks, upload: Upload, wait: Wait) -> str:
    """Uploads the static pages with the API's address filled in.

    Returns:
        The name of the site that the sample page counts for: the host that serves it.

    Raises:
        AwsProblem: Amplify did not take them.
    """
    sample_site = urlsplit(stacks.site.output(SITE_ADDRESS)).hostname or ""
    content = pack(PAGES, stacks.main.output(API_URL), sample_site)
    branch = stacks.site.output("AmplifyBranch")
    deploy_pages(account, stacks.site.output("AmplifyAppId"), branch, content, upload, wait)
    return sample_site


def mails_confirmed(account: Account, topic_arn: str) -> bool:
    """Tells whether anybody has confirmed the subscription to a topic; until then what is published reaches nobody.

    Raises:
        AwsProblem: As for `Account.call`.
    """
    attributes = account.call("sns", "get_topic_attributes", TopicArn=topic_arn)["Attributes"]
    return int(attributes.get("SubscriptionsConfirmed", 0)) > 0
