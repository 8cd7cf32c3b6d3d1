"""What the contract's tests make engines hold."""

import threading
from collections.abc import Callable, Iterable

from shared.domain.counts import Counts
from shared.domain.folds import DAY, PAGE_DAY, Delta, RowKey
from shared.engine import Commit, Entry, ReadModels, Record

SITE = "example.org"
DAY_KEY = RowKey(SITE, DAY, "2026-11-22", "")


def entries(*names: str) -> list[Entry]:
    """Entries that differ; the name is the nonce, and in the body."""
    return [Entry(name, f'{{"site":"{SITE}","name":"{name}"}}'.encode()) for name in names]


def records(epoch: str, first: int, appended: Iterable[Entry]) -> list[Record]:
    """What the log gives back of entries."""
    return [Record(epoch, first + i, *entry) for i, entry in enumerate(appended)]


def page_key(page: str, day: str = "2026-11-22") -> RowKey:
    return RowKey(SITE, PAGE_DAY, day, page)


def views(pageviews: int = 1, *visitors: bytes) -> Delta:
    """Pageviews of people."""
    return Delta(pageviews, 0, set(visitors), set())


def member(number: int) -> bytes:
    """A visitor hash."""
    return number.to_bytes(8)


def add(read_models: ReadModels, deltas: dict[RowKey, Delta], version: int = 1) -> None:
    """Commits deltas on the condition of nothing."""
    read_models.commit(version, Commit(deltas=deltas))


def counts_of(read_models: ReadModels, key: RowKey, version: int = 1) -> Counts:
    """Reads a row; one that is not there has no counts."""
    return read_models.lookup(version, [key]).get(key, Counts())


def at_once(number: int, work: Callable[[int], object]) -> list[object]:
    """Runs work in threads that begin together, and gives what each returned or raised."""
    outcomes: list[object] = [None] * number
    begin = threading.Barrier(number)

    def run(index: int) -> None:
        begin.wait()
        try:
            outcomes[index] = work(index)
        except Exception as error:  # noqa: BLE001 - the test judges it
            outcomes[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
