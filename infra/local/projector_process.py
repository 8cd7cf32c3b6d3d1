"""The server's end of the projector's process: starts it, rings it, and starts it again should it end."""

import contextlib
import logging
import os
import subprocess
import threading
from collections.abc import Sequence

from infra.local.doorbell import Ring, to_line

logger = logging.getLogger(__name__)

#: Seconds before a process that ended is started again.
_RESTART_DELAY = 1.0

#: Seconds that it has for what was rung before the server ended.
_STOP_SECONDS = 20.0


class ProjectorProcess:
    """A child process that is rung through its standard input."""

    def __init__(self, command: Sequence[str]) -> None:
        """Remembers the command that is to be run."""
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._pipes = threading.Lock()  # none is closed while it is written to: its number may be another file's then
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="projector-watcher")

    def start(self) -> None:
        """Starts the process, and waits until it is ready or has ended."""
        self._process = self._spawn()
        if self._process.stdout is not None:
            self._process.stdout.readline()
        self._watcher.start()

    def stop(self) -> None:
        """Lets the process finish what was rung, and ends it."""
        self._stopping.set()
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        self._watcher.join(_STOP_SECONDS)
        if self._process is not None and self._process.poll() is None:
            logger.warning("the projector did not end by itself; what it has left is done at the next start")
            self._process.kill()
            self._watcher.join()

    def ring(self, rings: Sequence[Ring]) -> None:
        """Announces durable events. What a full or broken pipe does not take is left to the sweeper."""
        with self._pipes, contextlib.suppress(BlockingIOError, BrokenPipeError, ValueError):
            if self._process is not None and self._process.stdin is not None:
                os.write(self._process.stdin.fileno(), b"".join(map(to_line, rings)))

    def _spawn(self) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own command
        if process.stdin is not None:
            os.set_blocking(process.stdin.fileno(), False)
        return process

    def _watch(self) -> None:
        while self._process is not None:
            code = self._process.wait()
            with self._pipes:
                for pipe in (self._process.stdin, self._process.stdout):
                    if pipe is not None:
                        pipe.close()
            if self._stopping.is_set():
                return
            logger.error("the projector ended with exit code %d and is started again", code)
            if self._stopping.wait(_RESTART_DELAY):
                return
            self._process = self._spawn()
