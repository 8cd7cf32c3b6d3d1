"""What is deployed to the emulator is what is deployed to AWS, but for the processor and the Python that it runs on."""

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.aws.assembly import Template
from infra.aws.config import Platform
from infra.aws.duties import DUTIES
from tests.stack_aws.deploying import DEPLOYMENT, PLATFORM, template_of

pytestmark = pytest.mark.xdist_group("stack_aws")

_FUNCTION = "AWS::Lambda::Function"


def test_only_architecture_and_runtime_differ(template: Template, packages: Path, tmp_path: Path) -> None:
    here = deepcopy(dict(template.content))
    # With the same files, since they are named by what is in them.
    aws = dict(template_of(replace(DEPLOYMENT, platform=Platform()), packages, tmp_path).content)
    assert taken_out(here) == [([PLATFORM.architecture], PLATFORM.runtime)] * len(DUTIES)
    assert taken_out(aws) == [(["arm64"], "python3.14")] * len(DUTIES)
    assert here == aws


def taken_out(content: dict[str, Any]) -> list[tuple[list[str], str]]:
    """Takes architecture and runtime out of every function, and gives them."""
    functions = [one["Properties"] for one in content["Resources"].values() if one["Type"] == _FUNCTION]
    return [(function.pop("Architectures"), function.pop("Runtime")) for function in functions]
