"""The templates as a whole: what cdk-nag says, what an emulator is given, and what has changed since the snapshot."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.aws.node import provide_node
from tests.template.synthesizing import Templates

pytestmark = pytest.mark.xdist_group("template")

SNAPSHOTS = Path(__file__).parents[1] / "golden" / "templates"

#: Set to anything, it lets this run write the snapshots anew: look at the difference, then commit it.
RENEW = "MILEPOST_RENEW_SNAPSHOTS"

_ASSET = re.compile(r"\b[0-9a-f]{64}\b")


def test_cdk_nag_finds_nothing(templates: Templates, full: Templates) -> None:
    """The fixtures synthesize under its AWS Solutions pack, and fail with what it finds."""
    assert templates.main["Resources"]
    assert full.main["Resources"]


def test_cdk_nag_would_find_something(tmp_path: Path) -> None:
    provide_node()
    from aws_cdk import App, Stack, Validations
    from aws_cdk.aws_sns import Topic
    from cdk_nag import AwsSolutionsChecks

    app = App(outdir=str(tmp_path), analytics_reporting=False)
    Topic(Stack(app, "careless"), "WithoutTls")
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    assert "AwsSolutions-SNS3" in (tmp_path / "validation-report.json").read_text()


def test_an_emulator_is_given_the_same_template_but_for_architecture_and_runtime(
    templates: Templates, emulated: Templates
) -> None:
    changed: list[tuple[str, ...]] = []

    def compare(path: tuple[str, ...], one: Any, other: Any) -> None:
        if isinstance(one, Mapping) and isinstance(other, Mapping) and one.keys() == other.keys():
            for key in one:
                compare((*path, key), one[key], other[key])
        elif one != other:
            changed.append(path)

    compare((), templates.main, emulated.main)
    assert {path[-1] for path in changed} == {"Architectures", "Runtime"}
    functions = emulated.resources("AWS::Lambda::Function")
    assert {path[1] for path in changed} == set(functions)
    assert len(changed) == 2 * len(functions)
    assert templates.site == emulated.site


@pytest.mark.parametrize("stack", ["main", "site"])
def test_nothing_differs_from_the_snapshot(templates: Templates, stack: str) -> None:
    text = json.dumps(getattr(templates, stack), indent=1, ensure_ascii=False)
    now = _ASSET.sub("(an asset)", text) + "\n"
    snapshot = SNAPSHOTS / f"{stack}.json"
    if os.environ.get(RENEW):
        snapshot.parent.mkdir(parents=True, exist_ok=True)
        snapshot.write_text(now)
    assert now == snapshot.read_text(), f"if this is meant, run these tests once with {RENEW}=1 and commit the snapshot"


def test_two_deployments_share_no_name(templates: Templates, full: Templates) -> None:
    """Names that CloudFormation does not make up hold the stack's name."""
    named = {"AlarmName", "BucketName", "DashboardName", "FunctionName", "LogGroupName", "RoleName", "TopicName"}
    for kind in ("S3::Bucket", "Lambda::Function", "Logs::LogGroup", "IAM::Role", "SNS::Topic", "CloudWatch::Alarm"):
        for properties in templates.properties(f"AWS::{kind}"):
            assert not named & set(properties)
    (policy,), (other,) = (each.properties("AWS::Logs::ResourcePolicy") for each in (templates, full))
    assert policy["PolicyName"] != other["PolicyName"]
