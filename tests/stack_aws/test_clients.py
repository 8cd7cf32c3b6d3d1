"""Every client against a stack; the static pages, our tracker among them, are another host's there."""

from urllib.parse import urlsplit

import pytest

from infra.aws.installation import API_URL
from tests.clients import goatcounter, ours, umami
from tests.clients.client import Client
from tests.clients.crowd import Target
from tests.clients.suite import EveryClient
from tests.clients.web import PAGES_HOST
from tests.stack_aws.deploying import Deployed
from tests.stack_aws.registered import READ_KEY

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack_aws")]


#: To opt out is the client's own doing, and the rest is the server's: for each path of it one client is enough here.
SHY = (ours.SCRIPT, ours.PIXEL, goatcounter.IMAGE, umami.TRACKER)


class TestAStack(EveryClient):
    @pytest.fixture(params=SHY, ids=lambda client: client.name)
    def shy(self, request: pytest.FixtureRequest) -> Client:
        return request.param

    @pytest.fixture(scope="class")
    @classmethod
    def target(cls, deployed: Deployed) -> Target:
        # By its own host name, which the browser is told, so that the API's paths begin at the root as on AWS.
        host = urlsplit(deployed.stack.output(API_URL)).hostname
        return Target(deployed, READ_KEY, f"http://{host}", f"http://{PAGES_HOST}", seconds=60)
