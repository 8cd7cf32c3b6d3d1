"""The server of one machine: the front door and the ingest thread, with the projector in a process beside it."""

import signal
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

import uvicorn

from infra.installation import Installation
from infra.local.committer import Committer
from infra.local.doorbell import GroupLog
from infra.local.front_door import FrontDoor
from infra.local.installation import remember_address
from infra.local.projector_process import ProjectorProcess
from infra.local.schedule import Repeating
from infra.settings import Settings
from services.ingest.accept import Acceptor
from services.ingest.country import Countries
from services.ingest.drops import DropCounter
from services.ingest.handler import make_handler as make_ingest_handler
from services.ingest.visitors import VisitorHasher
from services.ingest.writer import Writer
from services.query.handler import make_handler as make_query_handler
from shared.engine import Engine, StorageUnavailable
from shared.engines.sqlite.log import SqliteEventLog
from shared.process import now_ms, random_id

PAGES = Path(__file__).resolve().parents[2] / "site"

#: Seconds between two times that the numbers of dropped events are stored.
DROPS_INTERVAL = 5.0

_SHUTDOWN_SECONDS = 5

#: Connections that may wait to be accepted.
_MAX_UNACCEPTED = 2_048


def bind(host: str, port: int) -> socket.socket:
    """Takes an address to listen on, before anything is started.

    Raises:
        OSError: It cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def serve(
    installation: Installation,
    folder: Path,
    settings: Settings,
    listener: socket.socket,
    ready: Callable[[str], None],
) -> None:
    """Serves until a signal (SIGINT or SIGTERM) ends it; what was accepted is finished first.

    Args:
        installation: The installation.
        folder: Its data folder.
        settings: Its settings.
        listener: What to listen on.
        ready: Told the server's address when it is about to accept connections.
    """
    engine = installation.engine
    if not isinstance(engine.log, SqliteEventLog):
        raise TypeError("a group commit needs the SQLite event log")
    drops = DropCounter()
    projector = ProjectorProcess([sys.executable, "-m", "infra.local.projector", str(folder)])
    log = GroupLog(engine.log, projector.ring)
    writer = Writer(log, now_ms, random_id)
    proxies = settings.trusted_proxies
    countries = Countries(settings.country_header, proxies)
    acceptor = Acceptor(installation.directory, VisitorHasher(engine.salts), drops, proxies, countries)
    committer = Committer(make_ingest_handler(acceptor, writer), writer, log.group_commit)
    drops_job = Repeating("drops", DROPS_INTERVAL, lambda: _store_drops(engine, drops))
    front_door = FrontDoor(committer.submit, make_query_handler(engine, installation.directory, now_ms), PAGES, now_ms)
    address = _address(listener)
    remember_address(folder, address)
    server = uvicorn.Server(_config(front_door))
    _stop_on_signals(server)
    with ExitStack() as stack:
        stack.callback(_store_drops, engine, drops)
        parts: list[Repeating | ProjectorProcess | Committer] = [drops_job, projector, committer]
        for part in parts:
            part.start()
            stack.callback(part.stop)
        listener.listen(_MAX_UNACCEPTED)
        ready(address)
        server.run(sockets=[listener])


def _stop_on_signals(server: uvicorn.Server) -> None:
    """Ends the server on a signal also before it runs, and nothing but the server.

    Uvicorn raises the signal that ended it once more; by default that would end the process before the other parts.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def _config(front_door: FrontDoor) -> uvicorn.Config:
    return uvicorn.Config(
        front_door,
        http="httptools",
        loop="uvloop",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )


def _store_drops(engine: Engine, drops: DropCounter) -> bool:
    counts = drops.take()
    try:
        if counts:
            engine.drops.add(counts)
    except StorageUnavailable:
        drops.give_back(counts)
        raise
    return True


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
