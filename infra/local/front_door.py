"""The front door: an ASGI application that turns requests into Lambda events and calls the handlers."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from infra.local.gateway import (
    Receive,
    Scope,
    Send,
    TooLarge,
    is_preflight,
    preflight_response,
    read_body,
    send_response,
    to_request,
)
from services.ingest.endpoints import ENDPOINTS
from shared.engine import Clock
from shared.http import Handler, Request, Response, json_response

_API_PATHS = ("/health", "/openapi.json")
_API_PREFIXES = ("/v1/", "/api/", "/counter/")

#: Nothing but our own files may run or be loaded, whatever a visitor's data may say.
_STATIC_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; object-src 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-resource-policy": "cross-origin",
    "access-control-allow-origin": "*",
    "cache-control": "public, max-age=300",
}

#: How long caches keep a file, by what its path is like; the others have the `cache-control` above. A visitor's browser
#: asks for the tracker at most once an hour, and has a fix after that; under a versioned name it never changes.
_CACHE_CONTROL = {
    r"/js/script(\.core)?\.js": "public, max-age=3600",
    r"/js/script(\.core)?-[0-9.]+\.js": "public, max-age=31536000, immutable",
}

Submit = Callable[[Request], Awaitable[Response]]


class FrontDoor:
    """Routes requests to the ingest handler, to the query handler, and to the static pages."""

    def __init__(self, submit: Submit, query: Handler, pages: Path, clock: Clock) -> None:
        """Puts the front door together.

        Args:
            submit: Gives the ingest handler's answer.
            query: The query handler.
            pages: The folder of the static pages.
            clock: Gives milliseconds since 1970.
        """
        self._submit = submit
        self._query = query
        self._pages = GZipMiddleware(StaticFiles(directory=pages, html=True))
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request (ASGI)."""
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        if path in ENDPOINTS:
            await self._api(scope, receive, send, self._submit)
        elif path in _API_PATHS or path.startswith(_API_PREFIXES):
            await self._api(scope, receive, send, self._ask)
        else:
            await self._page(scope, receive, send)

    async def _api(self, scope: Scope, receive: Receive, send: Send, handle: Submit) -> None:
        if is_preflight(scope):
            response = preflight_response()
        else:
            try:
                response = await handle(to_request(scope, await read_body(receive), self._clock()))
            except TooLarge:
                response = json_response(413, {"errors": {"request": ["is too large"]}}, {"connection": "close"})
        await send_response(send, response, scope["method"])

    async def _ask(self, request: Request) -> Response:
        return await asyncio.get_running_loop().run_in_executor(None, self._query, request, None)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            response = json_response(405, {"error": "pages are read by GET"}, {"allow": "GET, HEAD"})
            await send_response(send, response, scope["method"])
            return
        try:
            await self._pages(scope, receive, partial(_send_page, send, scope["path"]))
        except HTTPException as error:
            await send_response(
                send, json_response(error.status_code, {"error": "there is no such page"}), scope["method"]
            )


async def _send_page(send: Send, path: str, message: Scope) -> None:
    if message["type"] == "http.response.start":
        headers = [(name.encode(), value.encode()) for name, value in _static_headers(path).items()]
        message["headers"] = [*message["headers"], *headers]
    await send(message)


def _static_headers(path: str) -> Mapping[str, str]:
    for pattern, cache_control in _CACHE_CONTROL.items():
        if re.fullmatch(pattern, path):
            return {**_STATIC_HEADERS, "cache-control": cache_control}
    return _STATIC_HEADERS
