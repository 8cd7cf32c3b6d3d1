import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from infra.local import committer as committer_module
from infra.local.committer import Committer
from services.ingest.writer import Writer
from shared.engine import StorageUnavailable
from shared.http import Request, Response
from tests.unit.ingesting import FakeLog
from tests.unit.making import NOON


class World:
    """A committer whose first group can be held back, so that the next requests become a group."""

    def __init__(self) -> None:
        self.log = FakeLog()
        ids = iter(range(1_000_000))
        self.writer = Writer(self.log, lambda: NOON, lambda: f"r{next(ids)}")
        self.groups: list[list[str]] = []
        self.failing: set[int] = set()
        self.held, self.go = threading.Event(), threading.Event()
        self.go.set()
        self.committer = Committer(self.handle, self.writer, self.group_commit)

    def handle(self, request: Request, _: object) -> Response:
        name = request["name"]
        self.groups[-1].append(name)
        if name == "faulty":
            raise KeyError(name)
        self.writer.append([name.encode()])
        return {"statusCode": 202, "headers": {}, "body": name}

    @contextmanager
    def group_commit(self) -> Iterator[None]:
        self.held.set()
        self.go.wait(10)
        self.groups.append([])
        yield
        if len(self.groups) - 1 in self.failing:
            raise StorageUnavailable("full")

    async def send(self, *names: str) -> list[tuple[int, str]]:
        """The first request is a group by itself, the others are the next one."""
        tasks = [await self.hold(names[0])]
        tasks += [await self.submit(name) for name in names[1:]]
        self.go.set()
        answers = await asyncio.gather(*tasks)
        return [(answer["statusCode"], answer["body"]) for answer in answers]

    async def hold(self, name: str) -> "asyncio.Future[Response]":
        """Submits a request and holds its group back."""
        self.held.clear()
        self.go.clear()
        task = await self.submit(name)
        assert await asyncio.to_thread(self.held.wait, 10)
        return task

    async def submit(self, name: str) -> "asyncio.Future[Response]":
        task = asyncio.ensure_future(self.committer.submit({"name": name}))
        await asyncio.sleep(0)  # it is in the queue now
        return task

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        self.committer.start()
        try:
            return asyncio.run(asyncio.wait_for(work, 30))
        finally:
            self.committer.stop()


@pytest.fixture
def world() -> World:
    return World()


def test_requests_that_come_meanwhile_share_a_commit_and_each_has_its_own_answer(world: World) -> None:
    assert world.run(world.send("a", "b", "c")) == [(202, "a"), (202, "b"), (202, "c")]
    assert world.groups == [["a"], ["b", "c"]]
    assert len(world.log.epochs) == 1


def test_a_commit_that_fails_is_a_503_for_all_of_its_group_and_the_epoch_is_left(world: World) -> None:
    world.failing = {1}

    async def work() -> list[list[tuple[int, str]]]:
        return [await world.send("a", "b", "c"), await world.send("d")]

    first, second = world.run(work())
    assert [status for status, _ in first] == [202, 503, 503]
    assert second == [(202, "d")]
    left, opened = world.log.epochs.values()
    assert [entry.body for entry in opened] == [b"d"]
    assert left[0].body == b"a"


def test_a_fault_in_one_request_is_not_anothers(world: World, caplog: pytest.LogCaptureFixture) -> None:
    answers = world.run(world.send("a", "b", "faulty", "c"))
    assert [status for status, _ in answers] == [202, 202, 500, 202]
    assert "faulty" not in answers[2][1]
    assert "a request failed" in caplog.text
    (stored,) = world.log.epochs.values()
    assert [entry.body for entry in stored] == [b"a", b"b", b"c"]


def test_a_group_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committer_module, "MAX_GROUP", 2)
    world.run(world.send("a", "b", "c", "d"))
    assert [len(group) for group in world.groups] == [1, 2, 1]


def test_when_too_many_wait_the_next_are_told_to_come_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committer_module, "MAX_WAITING", 2)
    answers = world.run(world.send("a", "b", "c", "d"))
    assert [status for status, _ in answers] == [202, 202, 202, 503]
    assert [name for group in world.groups for name in group] == ["a", "b", "c"]


def test_a_request_whose_sender_has_gone_holds_nobody_up(world: World) -> None:
    async def work() -> Any:
        gone = await world.hold("gone")
        gone.cancel()
        world.go.set()
        return await world.send("a")

    assert world.run(work()) == [(202, "a")]


def test_stopping_answers_what_waits(world: World) -> None:
    async def work() -> Any:
        tasks = [await world.hold("a"), await world.submit("b"), await world.submit("c")]
        stopping = asyncio.get_running_loop().run_in_executor(None, world.committer.stop)
        world.go.set()
        answers = await asyncio.gather(*tasks)
        await stopping
        return [answer["statusCode"] for answer in answers]

    world.committer.start()
    assert asyncio.run(asyncio.wait_for(work(), 30)) == [202, 202, 202]
