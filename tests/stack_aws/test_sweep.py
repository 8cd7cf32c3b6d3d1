"""What the stream never delivered is found by the sweeper."""

import pytest

from tests.stack_aws.beacons import send, simple_beacon
from tests.stack_aws.deploying import Deployed
from tests.stack_aws.registered import SWEPT

pytestmark = pytest.mark.xdist_group("stack_aws")


def test_the_sweeper_counts_what_a_disabled_mapping_missed(deployed: Deployed) -> None:
    deployed.set_mapping(False)
    try:
        assert set(send(deployed.url, [simple_beacon(SWEPT.name, number) for number in range(10)])) == {202}
        assert deployed.counted(SWEPT.name) == 0
        deployed.invoke("Sweep")
        assert deployed.counted(SWEPT.name) == 10
    finally:
        deployed.set_mapping(True)
    # Now the stream delivers it after all, and something new.
    send(deployed.url, [simple_beacon(SWEPT.name, 10)])
    deployed.await_counts(SWEPT.name, 11)
