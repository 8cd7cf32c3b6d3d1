"""The web server of the sites: each client's pages are under a host name of its own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from mimetypes import guess_type

from tests.clients.client import SECOND, Client, Setting
from tests.support.server import ROOT
from tests.support.web import Quiet, listening

#: The host with the installation's static pages, where they are not served by the installation itself.
PAGES_HOST = "pages.site.example"

_PAGE = """<!doctype html>
<html lang=en>
<title>A page</title>
<link rel=icon href=data:,>
{markup}
<p><a href="{second}">Next</a> {button}
"""


class Web:
    """What the server serves.

    Attributes:
        port: Where it listens, on the loopback interface.
    """

    def __init__(self, port: int) -> None:
        """Begins with the installation's static pages."""
        self.port = port
        self._clients: dict[str, tuple[Client, Mapping[str, bytes], Setting]] = {}

    def publish(self, client: Client, origin: str, pages: str) -> None:
        """Serves a client's pages, told where the installation is.

        Args:
            client: Which.
            origin: Where browsers find the installation.
            pages: Where they find its static pages.
        """
        files = client.files(origin)
        for site in client.all_sites:
            setting = Setting(origin, pages, site, client.subdomain + site, "")
            self._clients[setting.host] = client, files, setting

    def answer(self, host: str, path: str) -> tuple[str, bytes]:
        """Gives the content type and the content of what a browser asks for.

        Raises:
            LookupError: There is no such site.
            OSError: There is no such static page.
        """
        plain = path.partition("?")[0]
        if host == PAGES_HOST:
            return guess_type(plain)[0] or "text/html", (ROOT / "site" / plain.lstrip("/")).read_bytes()
        client, files, setting = self._clients[host]
        if plain in files:
            return "text/javascript", files[plain]
        button = f"<button {client.button}>Sign up</button>" if client.button else ""
        markup = client.markup(replace(setting, path=path))
        return "text/html; charset=utf-8", _PAGE.format(markup=markup, second=SECOND, button=button).encode()


@contextmanager
def serving_pages() -> Iterator[Web]:
    """Starts the web server, and ends it."""

    class Handler(Quiet):
        def do_GET(self) -> None:
            try:
                kind, content = web.answer(self.headers["host"], self.path)
            except (LookupError, OSError):
                self.send_error(404)
            else:
                self.answer(content, kind)

    with listening(Handler) as port:
        web = Web(port)
        yield web
