"""Processes on AWS: every task that runs beside another has an engine of its own, with what that has remembered."""

import random
from collections.abc import Callable
from typing import Any

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]

from shared.engine import Engine

#: The chance that a process ends with its task; else the next task finds it warm.
_ENDS = 0.3


class Processes:
    """Gives each task an engine: that of a process that has become free, or of a new one."""

    def __init__(self, rng: random.Random, start: Callable[[], Engine]) -> None:
        """Begins without a process; `start` opens the engine of a new one."""
        self._rng = rng
        self._start = start
        self._free: list[Engine] = []
        self._busy: dict[greenlet, Engine] = {}

    def engine(self) -> Engine:
        """Gives the engine of the task that asks."""
        task = getcurrent()
        if task not in self._busy:
            self._collect()
            self._busy[task] = self._free.pop() if self._free else self._start()
        return self._busy[task]

    def _collect(self) -> None:
        for task in [task for task in self._busy if task.dead]:
            engine = self._busy.pop(task)
            if self._rng.random() >= _ENDS:
                self._free.append(engine)


class Dispatched:
    """A port of whichever process the calling task runs in."""

    def __init__(self, processes: Processes, port: str) -> None:
        self._processes = processes
        self._port = port

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            return getattr(getattr(self._processes.engine(), self._port), name)(*args, **kwargs)

        return call
