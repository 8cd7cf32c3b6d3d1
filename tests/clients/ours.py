"""Milepost's own: the script, its core, the npm package, and the pixel for pages without JavaScript."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from tests.clients.client import Client, Setting, follow
from tests.clients.node import bundle, pack
from tests.support.server import ROOT

_BUTTON = """onclick="milepost('Signup', {props: {plan: 'pro'}})\""""
_OPT_OUT = "#milepost-ignore"

_PACKAGE = """
import { init, track } from '@milepost/tracker'
init({ domain: location.hostname, api: STATS + '/api/event' })
document.addEventListener('click', event => event.target.id && track('Signup', { props: { plan: 'pro' } }))
"""


def _snippet(setting: Setting, script: str) -> str:
    api = "" if setting.pages == setting.origin else f' data-api="{setting.origin}/api/event"'
    return f'<script defer data-domain="{setting.site}"{api} src="{setting.pages}/js/{script}"></script>'


def _bundled(origin: str) -> Mapping[str, bytes]:
    with TemporaryDirectory() as folder:
        pack(ROOT / "site/tracker", Path(folder))
        return {"/bundle.js": bundle(_PACKAGE, origin, Path(folder))}


def _pixel(setting: Setting) -> str:
    query = urlencode({"d": setting.site, "u": setting.url})
    return f'<noscript><img src="{setting.origin}/pixel.gif?{escape(query)}" alt="" width=1 height=1></noscript>'


SCRIPT = Client(
    "milepost",
    lambda setting: _snippet(setting, "script.js"),
    button=_BUTTON,
    opt_out_page=_OPT_OUT,
    engagement=True,
)

CORE = Client(
    "milepost-core",
    lambda setting: _snippet(setting, "script.core.js"),
    button=_BUTTON,
    opt_out_page=_OPT_OUT,
)

PACKAGE = Client(
    "milepost-package",
    lambda setting: '<script defer src="/bundle.js"></script>',
    _bundled,
    button="id=signup",
    opt_out_page=_OPT_OUT,
    engagement=True,
)

PIXEL = Client("milepost-pixel", _pixel, second=follow, scripting=False, referrer=False)
