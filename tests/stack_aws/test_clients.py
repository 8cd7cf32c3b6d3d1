"""Every client against a stack; the static pages, our tracker among them, are another host's there."""

from urllib.parse import urlsplit

import pytest

from infra.aws.installation import API_URL
from tests.clients.crowd import Target
from tests.clients.suite import EveryClient
from tests.clients.web import PAGES_HOST
from tests.stack_aws.deploying import Deployed
from tests.stack_aws.registered import READ_KEY

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack_aws")]


class TestAStack(EveryClient):
    @pytest.fixture(scope="class")
    @classmethod
    def target(cls, deployed: Deployed) -> Target:
        # By its own host name, which the browser is told, so that the API's paths begin at the root as on AWS.
        host = urlsplit(deployed.stack.output(API_URL)).hostname
        return Target(deployed, READ_KEY, f"http://{host}", f"http://{PAGES_HOST}", seconds=60)
