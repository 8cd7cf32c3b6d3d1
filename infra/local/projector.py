"""The projector's process: it applies what the doorbell announces, sweeps, sends mails and keeps house.

It is a process of its own so that folding never takes the interpreter from the requests. It ends when the server does.
"""

import signal
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

import click

from infra.installation import Installation
from infra.local.doorbell import Ring, read_rings
from infra.local.installation import open_installation
from infra.local.logs import configure_logging
from infra.local.schedule import Repeating
from infra.settings import environment_settings
from services.projector.handler import Handler, make_handler
from services.projector.project import READ_PORTION
from services.projector.retention import expire
from shared.engine import EventLog
from shared.process import back_off, now_ms
from shared.stream import to_stream_event

#: Seconds that rings may gather: a commit costs much the same for one event as for hundreds.
WINDOW = 0.05

#: Seconds between two runs of each job.
SWEEP_INTERVAL = 5.0
NOTIFY_INTERVAL = 1.0
SALTS_INTERVAL = 5.0
RETENTION_INTERVAL = 3_600.0

_MAX_TRIES = 5


def main() -> None:
    """Says on standard output when it is ready, and works until standard input, the doorbell, is closed."""
    # A signal to the whole group is for the server; what it has accepted by then is still to be counted.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    configure_logging()
    installation = open_installation(Path(sys.argv[1]), environment_settings())
    engine = installation.engine
    installation.sweeper.recheck(now_ms())
    with ExitStack() as stack:
        for job in _jobs(installation):
            job.start()
            stack.callback(job.stop)
        click.echo("ready")  # the server waits for this line
        handler = make_handler(installation.projector)
        for rings in read_rings(sys.stdin.fileno()):
            deliver(rings, engine.log, handler, back_off)
            time.sleep(WINDOW)


def deliver(rings: Iterable[Ring], log: EventLog, handler: Handler, wait: Callable[[int], None]) -> None:
    """Hands the events of rings to the projector's handler, as DynamoDB Streams would.

    Args:
        rings: What was appended.
        log: The event log.
        handler: The projector's handler. What it reports as failed comes again, a few times; then the sweeper has it.
        wait: Waits before the try of the given number.

    Raises:
        StorageUnavailable: The log is out of reach.
    """
    for epoch, first, last in rings:
        after = first - 1
        while after < last and (records := log.read(epoch, after, min(READ_PORTION, last - after))):
            after = records[-1].version
            event = to_stream_event(records)
            for attempt in range(1, _MAX_TRIES + 1):
                if not handler(event, None)["batchItemFailures"]:
                    break
                wait(attempt)


def _jobs(installation: Installation) -> list[Repeating]:
    engine = installation.engine
    return [
        Repeating("sweeper", SWEEP_INTERVAL, lambda: installation.sweeper.sweep(now_ms()) >= 0),
        Repeating("notifier", NOTIFY_INTERVAL, lambda: installation.notifier.run() == 0),
        Repeating("salts", SALTS_INTERVAL, lambda: len(engine.salts.destroy(now_ms())) >= 0),
        Repeating("retention", RETENTION_INTERVAL, lambda: expire(engine, installation.days, now_ms()) >= 0),
    ]


if __name__ == "__main__":
    main()
