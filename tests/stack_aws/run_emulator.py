"""Runs MiniStack with what a deployment relies on and it leaves out.

Run as `python -m tests.stack_aws.run_emulator PYTHON`, where PYTHON is what the functions are run with. It ends when
its standard input does, so that it never outlives who started it.
"""

import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ministack import app as emulator
from ministack.services import apigateway

from tests.support.lean_client import quick_emulator

Send = Callable[..., Awaitable[Any]]

_answer = emulator.app


async def _over_tls(scope: dict[str, Any], receive: Send, send: Send) -> None:
    """Passes every request on as one that came over TLS: topics and buckets take no other."""
    await _answer({**scope, "scheme": "https"} if scope["type"] == "http" else scope, receive, send)


def _as_templates_say(answer: Callable[[dict[str, Any], str], Any]) -> Callable[[Mapping[str, Any], str], Any]:
    """Answers about CORS by a configuration as CloudFormation writes it, with capitals, and not as the API does."""
    return lambda cors, origin: answer({name[0].lower() + name[1:]: value for name, value in cors.items()}, origin)


def _end_with_input() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_input, daemon=True).start()
    # It runs a function's code with the interpreter that it believes to run in itself.
    sys.executable = sys.argv.pop(1)
    emulator.app = _over_tls
    for name in ("_cors_response_headers", "_cors_preflight_response"):
        setattr(apigateway, name, _as_templates_say(getattr(apigateway, name)))
    with quick_emulator():
        emulator.main()
