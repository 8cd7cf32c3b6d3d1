"""GoatCounter's script, and what its documentation says to do without it."""

from html import escape
from urllib.parse import urlencode

from playwright.sync_api import Page

from tests.clients.client import Client, Setting, follow, push
from tests.clients.handed import handed_script


def _script(setting: Setting) -> str:
    return f'<script data-goatcounter="{setting.origin}/count" async src="/count.js"></script>'


def _push(page: Page) -> None:
    """The script does not watch the history: a single-page app counts by itself."""
    push(page)
    page.evaluate("goatcounter.count({path: location.pathname + location.search})")


def _image(setting: Setting) -> str:
    return f'<noscript><img src="{escape(setting.origin)}/count?{escape(urlencode({"p": setting.path}))}"></noscript>'


def _by_hand(setting: Setting) -> str:
    """A beacon without a body, which says everything in its address."""
    return f"""<script>
      const count = more => {{
        const page = {{p: location.pathname, q: location.search, r: document.referrer, s: screen.width}}
        navigator.sendBeacon('{setting.origin}/count?' + new URLSearchParams({{...page, rnd: Math.random(), ...more}}))
      }}
      count()
    </script>"""


def _push_by_hand(page: Page) -> None:
    push(page)
    page.evaluate("count()")


#: https://www.goatcounter.com/help/js, /help/events and, for the page that is opened to be left out, /help/skip-dev
SCRIPT = Client(
    "goatcounter",
    _script,
    lambda origin: {"/count.js": handed_script("count.js").encode()},
    button="data-goatcounter-click=Signup",
    properties=False,
    second=_push,
    opt_out_page="#toggle-goatcounter",
)

#: https://www.goatcounter.com/help/pixel
IMAGE = Client("goatcounter-image", _image, second=follow, scripting=False, referrer=False)

BY_HAND = Client(
    "goatcounter-by-hand",
    _by_hand,
    button="""onclick="count({p: 'Signup', e: 'true'})\"""",
    properties=False,
    second=_push_by_hand,
    subdomain="www.",
)
