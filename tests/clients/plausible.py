"""Plausible's trackers: both npm packages, and the script that is told a site by `data-domain`."""

from tests.clients.client import Client, Setting
from tests.clients.handed import handed_script
from tests.clients.node import bundle

_IGNORE = "localStorage.plausible_ignore = 'true'"

_TRACKER = """
import { init, track } from '@plausible-analytics/tracker'
init({ domain: location.hostname, endpoint: STATS + '/api/event' })
document.addEventListener('click', event => event.target.id && track('Signup', { props: { plan: 'pro' } }))
"""

_OLD_TRACKER = """
import Plausible from 'plausible-tracker'
const { enableAutoPageviews, trackEvent } = Plausible({ domain: location.hostname, apiHost: STATS })
enableAutoPageviews()
document.addEventListener('click', event => event.target.id && trackEvent('Signup', { props: { plan: 'pro' } }))
"""


def _bundled(setting: Setting) -> str:
    return '<script defer src="/bundle.js"></script>'


def _by_attributes(setting: Setting) -> str:
    return (
        f'<script defer data-domain="{setting.site}" data-api="{setting.origin}/api/event" src="/script.js"></script>'
    )


#: As the README of the package @plausible-analytics/tracker says.
TRACKER = Client(
    "plausible",
    _bundled,
    lambda origin: {"/bundle.js": bundle(_TRACKER, origin)},
    button="id=signup",
    opt_out=_IGNORE,
    engagement=True,
)

#: As the README of the package plausible-tracker says.
OLD_TRACKER = Client(
    "plausible-tracker",
    _bundled,
    lambda origin: {"/bundle.js": bundle(_OLD_TRACKER, origin)},
    button="id=signup",
    opt_out=_IGNORE,
)

#: https://plausible.io/docs/plausible-script and, for `data-api`, https://plausible.io/docs/proxy/introduction
SCRIPT = Client(
    "plausible-script",
    _by_attributes,
    lambda origin: {"/script.js": handed_script("plausible.js").encode()},
    button="""onclick="plausible('Signup', {props: {plan: 'pro'}})\"""",
    opt_out=_IGNORE,
)
