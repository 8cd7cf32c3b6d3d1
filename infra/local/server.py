"""The server of one machine: the front door, with what works behind it on threads."""

import socket
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import uvicorn

from infra.local.committer import Committer
from infra.local.doorbell import Doorbell, GroupLog
from infra.local.front_door import FrontDoor
from infra.local.installation import ADDRESS_FILE, Installation, back_off, now_ms, random_id
from infra.local.schedule import Repeating
from services.ingest.accept import Acceptor
from services.ingest.drops import DropCounter
from services.ingest.handler import make_handler as make_ingest_handler
from services.ingest.visitors import VisitorHasher
from services.ingest.writer import Writer
from services.projector.handler import make_handler as make_projector_handler
from services.projector.retention import expire
from services.query.handler import make_handler as make_query_handler
from shared.engine import StorageUnavailable
from shared.engines.sqlite.log import SqliteEventLog

PAGES = Path(__file__).resolve().parents[2] / "site"

#: Seconds between two runs of each job.
SWEEP_INTERVAL = 5.0
NOTIFY_INTERVAL = 1.0
HOUSEKEEPING_INTERVAL = 5.0
RETENTION_INTERVAL = 3_600.0

_SHUTDOWN_SECONDS = 5


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


def serve(installation: Installation, listener: socket.socket, ready: Callable[[str], None]) -> None:
    """Serves until a signal (SIGINT or SIGTERM) ends it; what was accepted is finished first.

    Args:
        installation: The installation.
        listener: What to listen on.
        ready: Told the server's address when it is about to accept connections.
    """
    engine = installation.engine
    if not isinstance(engine.log, SqliteEventLog):
        raise TypeError("a group commit needs the SQLite event log")
    drops = DropCounter()
    doorbell = Doorbell(make_projector_handler(installation.projector), back_off)
    log = GroupLog(engine.log, doorbell.ring)
    writer = Writer(log, now_ms, random_id)
    acceptor = Acceptor(
        installation.directory, VisitorHasher(engine.salts), drops, installation.settings.trusted_proxies
    )
    committer = Committer(make_ingest_handler(acceptor, writer), writer, log.group_commit)
    jobs = [
        Repeating("sweeper", SWEEP_INTERVAL, lambda: installation.sweeper.sweep(now_ms()) >= 0),
        Repeating("notifier", NOTIFY_INTERVAL, lambda: installation.notifier.run() == 0),
        Repeating("retention", RETENTION_INTERVAL, lambda: expire(engine, now_ms()) >= 0),
        Repeating("housekeeping", HOUSEKEEPING_INTERVAL, lambda: _keep_house(installation, drops)),
    ]
    front_door = FrontDoor(committer.submit, make_query_handler(engine, installation.directory, now_ms), PAGES, now_ms)
    address = _address(listener)
    (installation.folder / ADDRESS_FILE).write_text(address + "\n")
    installation.sweeper.recheck(now_ms())
    with ExitStack() as stack:
        stack.callback(_keep_house, installation, drops)
        parts: list[Repeating | Doorbell | Committer] = [*jobs, doorbell, committer]
        for part in parts:
            part.start()
            stack.callback(part.stop)
        ready(address)
        _run(front_door, listener)


def _run(front_door: FrontDoor, listener: socket.socket) -> None:
    config = uvicorn.Config(
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
    uvicorn.Server(config).run(sockets=[listener])


def _keep_house(installation: Installation, drops: DropCounter) -> bool:
    """Destroys salts whose dates are over, and stores how many events were dropped."""
    installation.engine.salts.destroy(now_ms())
    counts = drops.take()
    try:
        if counts:
            installation.engine.drops.add(counts)
    except StorageUnavailable:
        drops.give_back(counts)
        raise
    return True


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
