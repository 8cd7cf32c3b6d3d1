"""Deployments synthesized in this process, with stubs for packages: nothing is downloaded."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from infra.aws.config import Deployment
from infra.aws.node import provide_node
from infra.aws.packages import SERVICES

Resource = Mapping[str, Any]


class Templates(NamedTuple):
    """The templates of a deployment's two stacks."""

    main: Mapping[str, Any]
    site: Mapping[str, Any]

    def resources(self, kind: str) -> dict[str, Resource]:
        """Gives the resources of a type in both stacks, by their logical ids."""
        return {
            name: resource
            for template in self
            for name, resource in template["Resources"].items()
            if resource["Type"] == kind
        }

    def properties(self, kind: str) -> list[Mapping[str, Any]]:
        """Gives the properties of the resources of a type."""
        return [resource.get("Properties", {}) for resource in self.resources(kind).values()]

    def statements(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Gives each statement of the roles' policies, with the logical id of the policy."""
        for name, policy in self.resources("AWS::IAM::Policy").items():
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
                yield name, statement

    def function(self, name: str) -> Mapping[str, Any]:
        """Gives the properties of a function by its name in the stack."""
        (reference,) = self.main["Outputs"][f"Function{name}"]["Value"].values()
        found: Mapping[str, Any] = self.main["Resources"][reference]["Properties"]
        return found


def make_stub_packages(folder: Path) -> Path:
    """Makes a package for each service that holds nothing but its name."""
    for service in SERVICES:
        with zipfile.ZipFile(folder / f"{service}.zip", "w") as archive:
            archive.writestr(zipfile.ZipInfo("name.txt"), service)
    return folder


def checked(deployment: Deployment, packages: Path, folder: Path) -> Templates:
    """Synthesizes a deployment under cdk-nag's eyes.

    Raises:
        RuntimeError: cdk-nag has found something; the message says what.
    """
    provide_node()
    from aws_cdk import Validations
    from cdk_nag import AwsSolutionsChecks

    from infra.aws.app import make_app

    app = make_app(deployment, packages, folder)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()
    return read_templates(deployment, folder)


def read_templates(deployment: Deployment, folder: Path) -> Templates:
    """Reads the templates that were synthesized into a folder."""
    names = (deployment.stack, deployment.site_stack)
    return Templates(*(json.loads((folder / f"{name}.template.json").read_text()) for name in names))


def as_list(value: Any) -> list[Any]:
    """CloudFormation writes one thing without a list."""
    return value if isinstance(value, list) else [value]
