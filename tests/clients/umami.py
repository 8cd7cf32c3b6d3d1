"""Umami's tracker (the last one that is in a registry, and a newer one if it is handed over) and client for Node.js."""

import base64
import hashlib
import json
import os
import tarfile
from typing import Any

import pytest

from tests.clients.client import DOMAIN, Client, Setting, website_id
from tests.clients.handed import handed_script
from tests.clients.node import PACKAGES, minify, node

#: `make test` fetches the package umami, of which only the tracker is wanted.
PACKAGE = PACKAGES / "umami-2.10.0.tgz"
_SHA512 = "+lmrnV0751R6U2rkIgVAlE1nWI7yZawlMlJDguW9tlFacCKhnGeCyc7tCMIhNNYIiGIQy4DEX5IzJhm4b3+dPA=="

#: What Umami's build puts in place of these; the address of its server is `data-host-url` here.
_PLACEHOLDERS = {"__COLLECT_API_HOST__": "", "__COLLECT_API_ENDPOINT__": "/api/send"}


def packed_tracker() -> str:
    """Reads the tracker's source from the package; where that was not fetched, the test is skipped."""
    if not PACKAGE.exists():
        reason = f"{PACKAGE.name} was not fetched; `make test` does"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    content = PACKAGE.read_bytes()
    assert base64.b64encode(hashlib.sha512(content).digest()).decode() == _SHA512
    with tarfile.open(PACKAGE) as package:
        source = package.extractfile("package/src/tracker/index.js")
        assert source
        return source.read().decode()


def _newer_tracker() -> str:
    source = handed_script("umami.js")
    for placeholder, value in _PLACEHOLDERS.items():
        source = source.replace(placeholder, value)
    return source


def _script(setting: Setting) -> str:
    return (
        f'<script defer src="/umami.js" data-website-id="{website_id(setting.site)}" '
        f'data-host-url="{setting.origin}"></script>'
    )


#: Umami's id alone tells which site such a page is of.
_SUBDOMAIN = "blog."

_BUTTON = "data-umami-event=Signup data-umami-event-plan=pro"
_DISABLED = "localStorage.setItem('umami.disabled', 1)"

#: https://umami.is/docs/tracker-configuration, /docs/track-events and, to be left out, /docs/exclude-my-own-visits
TRACKER = Client(
    "umami",
    _script,
    lambda origin: {"/umami.js": minify(packed_tracker())},
    button=_BUTTON,
    opt_out=_DISABLED,
    preflight=True,
    subdomain=_SUBDOMAIN,
)

NEWER = Client(
    "umami-newer",
    _script,
    lambda origin: {"/umami.js": _newer_tracker().encode()},
    button=_BUTTON,
    opt_out=_DISABLED,
    preflight=True,
    subdomain=_SUBDOMAIN,
)

#: The site that the client for Node.js counts for.
NODE_SITE = f"umami-node.{DOMAIN}"

_NODE = """
import { Umami } from '@umami/node'
const umami = new Umami({ websiteId: '%s', hostUrl: '%s' })
const page = { url: '/landing?utm_campaign=spring', hostname: '%s', referrer: 'https://news.ycombinator.com/' }
const answers = [
  await umami.track({ ...page, title: 'Landing', language: 'en-GB', screen: '1920x1080' }),
  await umami.track('Signup', { plan: 'pro' }),
  await umami.identify({ name: 'somebody' })
]
console.log(JSON.stringify(await Promise.all(answers.map(async answer => [answer.status, await answer.json()]))))
"""


def count_on_node(url: str) -> list[tuple[int, Any]]:
    """Runs the client for Node.js, as the README of the package @umami/node says.

    Args:
        url: The installation's address.

    Returns:
        The status and the content of each answer: to a pageview, an event and a description of a visitor.
    """
    source = _NODE % (website_id(NODE_SITE), url, _SUBDOMAIN + NODE_SITE)
    return [tuple(answer) for answer in json.loads(node("--input-type=module", source=source))]
