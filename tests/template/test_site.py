"""The static pages' stack: served as on one machine, with no repository and no token."""

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest

from infra.local import front_door
from tests.template.synthesizing import Templates

pytestmark = pytest.mark.xdist_group("template")

API = "https://api.example"


def headers(templates: Templates, path: str) -> dict[str, str]:
    """The headers of a path: those of all patterns that fit it, the later ones before the earlier."""
    (app,) = templates.properties("AWS::Amplify::App")
    parts = app["CustomHeaders"]["Fn::Join"][1]
    rules: list[Any] = json.loads("".join(part if isinstance(part, str) else API for part in parts))["customHeaders"]
    assert rules[0]["pattern"] == "**"
    fitting = [rule for rule in rules if fnmatchcase(path, rule["pattern"])]
    return {header["key"]: header["value"] for rule in fitting for header in rule["headers"]}


@pytest.mark.parametrize(
    ("path", "cache_control"),
    [
        ("/", "public, max-age=300"),
        ("/dashboard/", "public, max-age=300"),
        ("/js/pages.js", "public, max-age=300"),
        ("/js/script.js", "public, max-age=3600"),
        ("/js/script.core.js", "public, max-age=3600"),
        ("/js/script-1.0.0.js", "public, max-age=31536000, immutable"),
        ("/js/script.core-1.20.0.js", "public, max-age=31536000, immutable"),
    ],
)
def test_pages_have_the_headers_of_one_machine(templates: Templates, path: str, cache_control: str) -> None:
    given = headers(templates, path)
    local = dict(front_door._static_headers(path))
    assert local["cache-control"] == cache_control
    assert given.pop("strict-transport-security")
    policy, local_policy = (
        dict(part.strip().partition(" ")[::2] for part in each.pop("content-security-policy").split(";"))
        for each in (given, local)
    )
    assert policy.pop("connect-src") == policy.pop("img-src") == f"'self' {API}"
    assert policy == local_policy
    assert given == local


def test_amplify_gets_no_repository_and_no_token(templates: Templates) -> None:
    (app,) = templates.properties("AWS::Amplify::App")
    assert set(app) == {"CustomHeaders", "Name", "Platform"}
    assert app["Platform"] == "WEB"
    (branch,) = templates.properties("AWS::Amplify::Branch")
    assert branch["EnableAutoBuild"] is False


def test_amplify_is_alone_in_its_stack(templates: Templates) -> None:
    assert {one["Type"] for one in templates.site["Resources"].values()} == {
        "AWS::Amplify::App",
        "AWS::Amplify::Branch",
    }
    assert not any("Amplify" in one["Type"] for one in templates.main["Resources"].values())


def test_the_stacks_tell_what_the_other_is_to_be_told(templates: Templates) -> None:
    assert {"AmplifyAppId", "AmplifyBranch", "SiteAddress"} == set(templates.site["Outputs"])
    assert "ApiAddress" in templates.site["Parameters"]
    assert "SiteAddress" in templates.main["Parameters"]
    assert "ApiUrl" in templates.main["Outputs"]
