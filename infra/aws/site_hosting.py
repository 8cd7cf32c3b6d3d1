"""The static pages on Amplify Hosting, in a stack of their own: no repository, no token; `make deploy` uploads them."""

import json
from collections.abc import Mapping

from aws_cdk import CfnOutput, CfnParameter, Stack
from aws_cdk import aws_amplify as amplify
from constructs import Construct

from infra.aws.config import API_ADDRESS, SITE_ADDRESS, Deployment

BRANCH = "main"

#: The same as one machine's front door gives; the pages also read from the API, which has another origin here, and show
#: pictures that it makes.
PAGE_HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'self'; connect-src 'self' {api}; img-src 'self' {api}; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self'; object-src 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-resource-policy": "cross-origin",
    "access-control-allow-origin": "*",
    "strict-transport-security": "max-age=31536000",
    "cache-control": "public, max-age=300",
}

#: Where another `cache-control` stands instead, as on one machine. Where several patterns fit a path, the later one's
#: header stands (so those who use it say; its documentation does not): if it did not, five minutes would do no harm.
CACHE_CONTROL: Mapping[str, str] = {
    "/js/script.js": "public, max-age=3600",
    "/js/script.core.js": "public, max-age=3600",
    "/js/script-*.js": "public, max-age=31536000, immutable",
    "/js/script.core-*.js": "public, max-age=31536000, immutable",
}


class SiteStack(Stack):
    """The static pages' stack.

    Its parameter ApiAddress says which API the pages may read from. That is known only once the main stack stands,
    which in turn is told where the pages are: so the pages' stack comes first, and is brought up to date afterwards.
    """

    def __init__(self, scope: Construct, deployment: Deployment) -> None:
        """Makes the app and its branch."""
        super().__init__(scope, deployment.site_stack, description=f"Milepost: the static pages of {deployment.stack}")
        api = CfnParameter(
            self, API_ADDRESS, type="String", default="", description="The API's address, such as https://…"
        )
        app = amplify.CfnApp(
            self,
            "App",
            name=deployment.site_stack,
            platform="WEB",
            custom_headers=_custom_headers(api.value_as_string),
        )
        branch = amplify.CfnBranch(
            self,
            "Branch",
            app_id=app.attr_app_id,
            branch_name=BRANCH,
            stage="PRODUCTION",
            enable_auto_build=False,
        )
        outputs = {
            "AmplifyAppId": app.attr_app_id,
            "AmplifyBranch": branch.attr_branch_name,
            SITE_ADDRESS: f"https://{BRANCH}.{app.attr_default_domain}",
        }
        for name, value in outputs.items():
            CfnOutput(self, f"Out{name}", value=value).override_logical_id(name)


def _custom_headers(api: str) -> str:
    """Writes the headers as Amplify wants them, in YAML, of which JSON is a part."""
    headers = [{"key": name, "value": value.replace("{api}", api)} for name, value in PAGE_HEADERS.items()]
    rules = [{"pattern": "**", "headers": headers}]
    for pattern, value in CACHE_CONTROL.items():
        rules.append({"pattern": pattern, "headers": [{"key": "cache-control", "value": value}]})
    return json.dumps({"customHeaders": rules})
