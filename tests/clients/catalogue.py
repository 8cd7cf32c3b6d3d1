"""Every client that is run in a browser, and the sites of all."""

from shared.domain.sites import Site
from tests.clients import goatcounter, ours, plausible, umami
from tests.clients.client import site_of

CLIENTS = (
    ours.SCRIPT,
    ours.CORE,
    ours.PACKAGE,
    ours.PIXEL,
    plausible.TRACKER,
    plausible.OLD_TRACKER,
    plausible.SCRIPT,
    goatcounter.SCRIPT,
    goatcounter.IMAGE,
    goatcounter.BY_HAND,
    umami.TRACKER,
    umami.NEWER,
)

#: What is to be registered before any of them is run.
CLIENT_SITES: list[Site] = [*(site for client in CLIENTS for site in client.sites()), site_of(umami.NODE_SITE)]
