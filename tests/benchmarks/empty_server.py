"""The yardstick's server: Milepost's own HTTP server, configured as it is, with a handler that does nothing."""

from typing import Any, cast

import uvicorn

from infra.local import server
from infra.local.gateway import Receive, Scope, Send, read_body

_HEADERS = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"2")]


async def _accept(scope: Scope, receive: Receive, send: Send) -> None:
    await read_body(receive)
    await send({"type": "http.response.start", "status": 202, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": b"ok"})


if __name__ == "__main__":
    listener = server.bind("127.0.0.1", 0)
    listener.listen(server._MAX_UNACCEPTED)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(server._config(cast(Any, _accept))).run(sockets=[listener])
