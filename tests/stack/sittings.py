"""What some visitors do on a site: small enough to count its metrics by hand."""

from datetime import UTC, datetime
from typing import Any

from tests.stack.waiting import within
from tests.support.server import BROWSER, Server
from tests.unit.making import BOT

#: The site.
SITE = "counted.example"

_PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)
_LETTER = "/blog/one?utm_source=letter&utm_medium=email&utm_campaign=autumn"


def noon_timezone() -> str:
    """Gives a timezone in which it is about noon, so that no midnight cuts a visit."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


class Visitor:
    """A visitor, whose beacons are passed on by a server with a key that lets it name the address."""

    def __init__(self, server: Server, key: str, address: str, agent: str = BROWSER) -> None:
        self._server = server
        self._headers = {"user-agent": agent, "authorization": f"Bearer {key}", "x-forwarded-for": address}

    def does(self, path: str, **fields: Any) -> None:
        """Sends a pageview, or what else `fields` say."""
        answer = self._server.beacon(f"https://{SITE}{path}", headers=self._headers, **fields)
        assert (answer.status, answer.headers.get("x-plausible-dropped")) == (202, None)


def seat(server: Server) -> tuple[str, str]:
    """Adds the site, and gives a key to write to it and one to read from it."""
    server.command("site", "add", SITE, "--timezone", noon_timezone())
    keys = [server.command("key", "add", "--scope", s, "--site", SITE).stdout.strip() for s in ("write", "read")]
    within(2, lambda: server.get(f"/v1/sites/{SITE}", keys[1]).status == 200)
    return keys[0], keys[1]


def visit(server: Server, write_key: str, read_key: str) -> None:
    """Lets five people and a bot visit the site, with 7 pageviews, and waits until they are counted.

    One comes from Google, has a look at the prices, signs up and buys; one comes by a letter, stays for 4 seconds and
    scrolls; one comes from nowhere and leaves; one, with a phone in the US, signs up and buys; one comes from Google
    and leaves.
    """
    counts = f"/v1/sites/{SITE}/counts"
    first = Visitor(server, write_key, "192.0.2.1")
    first.does("/", referrer="https://www.google.com/")
    first.does("/pricing")
    first.does("/pricing", name="Signup", props={"plan": "pro"})
    first.does("/pricing", name="Purchase", revenue={"amount": 19.99, "currency": "EUR"})
    reader = Visitor(server, write_key, "192.0.2.2")
    reader.does(_LETTER)
    reader.does(_LETTER, name="engagement", sd=80, e=4_000)
    Visitor(server, write_key, "192.0.2.3").does("/")
    phone = Visitor(server, write_key, "8.8.8.8", _PHONE)
    phone.does("/pricing", referrer="https://news.ycombinator.com/item?id=1")
    phone.does("/pricing", name="Signup", props={"plan": "free"})
    phone.does("/pricing", name="Purchase", revenue={"amount": "5.01", "currency": "EUR"})
    Visitor(server, write_key, "192.0.2.5").does("/", referrer="https://www.google.com/")
    Visitor(server, write_key, "192.0.2.6", BOT).does("/")
    within(5, lambda: server.get(counts, read_key, bots="include").json()["totals"]["pageviews"] == 7)
