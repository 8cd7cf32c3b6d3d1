"""The server's own log: one JSON object a line on standard error. It names no address, agent, key or query."""

import logging
import sys

from pythonjsonlogger.json import JsonFormatter


def configure_logging() -> None:
    """Sends every log record to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter("{asctime}{levelname}{name}{threadName}{message}", style="{", datefmt="%Y-%m-%dT%H:%M:%S%z")
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
