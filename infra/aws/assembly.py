"""What CDK synthesizes: templates in the order of their deployment, and the files that they need in the bucket.

Source of the format: AWS CDK, `cloud-assembly-schema` (manifest.json, *.assets.json).
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from infra.aws.account import Account
from infra.aws.problems import AwsProblem

_MISSING = {"404", "NoSuchKey", "NotFound"}


@dataclass(frozen=True, slots=True)
class Environment:
    """The account and region that a deployment goes to.

    Attributes:
        account_id: Twelve digits.
        region: Such as "eu-central-1".
        partition: "aws", or that of China or of a government.
    """

    account_id: str
    region: str
    partition: str

    def fill_in(self, text: str) -> str:
        """Replaces CDK's placeholders of the account, region and partition."""
        filled = text.replace("${AWS::AccountId}", self.account_id).replace("${AWS::Region}", self.region)
        return filled.replace("${AWS::Partition}", self.partition)


@dataclass(frozen=True)
class Template:
    """A synthesized stack.

    Attributes:
        stack: The stack's name.
        file: Its template.
        assets: The manifest of the files that it needs, the template among them.
        asset_url: Where the template is in the bucket, as s3://bucket/key with CDK's placeholders.
    """

    stack: str
    file: Path
    assets: Path
    asset_url: str

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """The template."""
        content: Mapping[str, Any] = json.loads(self.file.read_text())
        return content

    def url(self, environment: Environment) -> str:
        """Gives the template's address as CloudFormation takes it."""
        bucket, _, key = environment.fill_in(self.asset_url).removeprefix("s3://").partition("/")
        suffix = "amazonaws.com.cn" if environment.partition == "aws-cn" else "amazonaws.com"
        return f"https://s3.{environment.region}.{suffix}/{bucket}/{key}"


def read_assembly(folder: Path) -> list[Template]:
    """Reads a cloud assembly: its stacks, each after those that it depends on."""
    artifacts = json.loads((folder / "manifest.json").read_text())["artifacts"]
    stacks = {name: one for name, one in artifacts.items() if one["type"] == "aws:cloudformation:stack"}
    ordered: dict[str, Template] = {}

    def add(name: str) -> None:
        if name in stacks and name not in ordered:
            needed = stacks[name].get("dependencies", ())
            for other in needed:
                add(other)
            ordered[name] = _template(folder, artifacts, name)

    for name in stacks:
        add(name)
    return list(ordered.values())


def publish(account: Account, environment: Environment, template: Template, tell: Callable[[str], None]) -> int:
    """Uploads what of a template's files is not in the bucket yet.

    Returns:
        How many files were uploaded.

    Raises:
        AwsProblem: The bucket does not take them.
    """
    uploaded = 0
    for source, bucket, key in _files(template, environment):
        if _is_there(account, bucket, key):
            continue
        tell(f"uploading {source.name} to {bucket}")
        with _packed(source) as file, file.open("rb") as content:
            account.call(
                "s3", "put_object", Bucket=bucket, Key=key, Body=content, ExpectedBucketOwner=environment.account_id
            )
        uploaded += 1
    return uploaded


def _template(folder: Path, artifacts: Mapping[str, Any], name: str) -> Template:
    artifact = artifacts[name]
    properties = artifact["properties"]
    manifests = [artifacts[other] for other in artifact.get("dependencies", ()) if other.endswith(".assets")]
    (manifest,) = [one for one in manifests if one["type"] == "cdk:asset-manifest"]
    return Template(
        properties.get("stackName", name),
        folder / properties["templateFile"],
        folder / manifest["properties"]["file"],
        properties["stackTemplateAssetObjectUrl"],
    )


def _files(template: Template, environment: Environment) -> Iterator[tuple[Path, str, str]]:
    """Gives each file that a template needs, with the bucket and the key that it is to have."""
    manifest = json.loads(template.assets.read_text())
    for asset in manifest["files"].values():
        source = template.assets.parent / asset["source"]["path"]
        for destination in asset["destinations"].values():
            yield source, environment.fill_in(destination["bucketName"]), environment.fill_in(destination["objectKey"])


def _is_there(account: Account, bucket: str, key: str) -> bool:
    """A key holds the digest of what it names, so what is there is right."""
    try:
        account.call("s3", "head_object", Bucket=bucket, Key=key)
    except AwsProblem as problem:
        if problem.code in _MISSING:
            return False
        raise
    return True


@contextmanager
def _packed(source: Path) -> Iterator[Path]:
    """Gives a file as it is, and a folder as a zip."""
    if source.is_file():
        yield source
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(shutil.make_archive(str(Path(folder) / "asset"), "zip", source))
