"""Tasks that take turns at every call of a port, in an order that follows from a seed."""

import random
from collections.abc import Callable
from functools import partial
from typing import Any

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]

from shared.engine import StorageUnavailable


class Injected(StorageUnavailable):
    """An injected fault of the storage. Any other would be a mistake."""


class Crash(BaseException):
    """The process of the task ends here: nothing of it runs any further."""


class Task:
    """A running piece of work. `crashed` is called when it crashes, `timed_out` when it is held back."""

    def __init__(self, thread: greenlet, crashed: Callable[[], None], timed_out: Callable[[], None]) -> None:
        self.thread = thread
        self.crashed = crashed
        self.timed_out = timed_out


def _nothing() -> None:
    pass


class Tasks:
    """Runs tasks in turns."""

    def __init__(self, rng: random.Random, crashes: float) -> None:
        """Begins without a task; `crashes` is the chance that a task crashes at its turn."""
        self._rng = rng
        self._crashes = crashes
        self._main = getcurrent()
        self._current: Task | None = None
        self.ready: list[Task] = []
        self.held: list[Task] = []

    def spawn(
        self, run: Callable[[], None], crashed: Callable[[], None] = _nothing, timed_out: Callable[[], None] = _nothing
    ) -> None:
        """Adds a task, which begins when its turn comes."""
        self.ready.append(Task(greenlet(run, self._main), crashed, timed_out))

    def step(self) -> None:
        """Lets one task run up to its next turn."""
        task = self._current = self._rng.choice(self.ready)
        try:
            task.thread.switch()
        except Crash:
            task.crashed()
        self._current = None
        if task.thread.dead:
            self.ready.remove(task)

    def finish(self) -> None:
        """Runs what is ready to its end."""
        while self.ready:
            self.step()

    @property
    def inside(self) -> bool:
        """Whether the caller is a task."""
        return self._current is not None

    def turn(self) -> None:
        """Ends the task's turn. Outside of tasks nothing happens."""
        if self._current is not None:
            self._main.switch()
            if self._rng.random() < self._crashes:
                raise Crash

    def hold(self) -> None:
        """Holds the task back, as one that has timed out but is not dead: a zombie."""
        task = self._current
        if task is None:
            raise AssertionError("only a task can be held back")
        self.ready.remove(task)
        self.held.append(task)
        task.timed_out()
        self._main.switch()

    def release(self, chance: float) -> None:
        """Lets tasks that were held back go on, each with a chance."""
        for task in [task for task in self.held if self._rng.random() < chance]:
            self.held.remove(task)
            self.ready.append(task)


class Port:
    """A port, at every call of which the tasks take turns; `around` has what stands in for a method, given that."""

    def __init__(self, inner: object, tasks: Tasks, **around: Callable[..., Any]) -> None:
        self._inner = inner
        self._tasks = tasks
        self._around = around

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._inner, name)
        call = partial(self._around[name], method) if name in self._around else method
        tasks = self._tasks

        def in_turn(*args: Any) -> Any:
            tasks.turn()
            result = call(*args)
            tasks.turn()
            return result

        setattr(self, name, in_turn)
        return in_turn
