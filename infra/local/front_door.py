"""The front door: an ASGI application that turns requests into Lambda events and calls the handlers."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from starlette.exceptions import HTTPException
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
from shared.engine import Clock
from shared.http import Handler, Request, Response, json_response

EVENT_PATH = "/api/event"
_API_PATHS = ("/health", "/openapi.json")
_API_PREFIXES = ("/v1/", "/api/")

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
_RAW_STATIC_HEADERS = [(name.encode(), value.encode()) for name, value in _STATIC_HEADERS.items()]

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
        self._pages = StaticFiles(directory=pages, html=True)
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request (ASGI)."""
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        if path == EVENT_PATH:
            await self._api(scope, receive, send, self._submit_event)
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

    async def _submit_event(self, request: Request) -> Response:
        if request["requestContext"]["http"]["method"] != "POST":
            return json_response(405, {"error": "send events by POST"}, {"allow": "POST, OPTIONS"})
        return await self._submit(request)

    async def _ask(self, request: Request) -> Response:
        return await asyncio.get_running_loop().run_in_executor(None, self._query, request, None)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            response = json_response(405, {"error": "pages are read by GET"}, {"allow": "GET, HEAD"})
            await send_response(send, response, scope["method"])
            return
        try:
            await self._pages(scope, receive, partial(_send_page, send))
        except HTTPException as error:
            await send_response(
                send, json_response(error.status_code, {"error": "there is no such page"}), scope["method"]
            )


async def _send_page(send: Send, message: Scope) -> None:
    if message["type"] == "http.response.start":
        message["headers"] = [*message["headers"], *_RAW_STATIC_HEADERS]
    await send(message)
