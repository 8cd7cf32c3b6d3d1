"""The part of a file that is held in memory while it is decided what of it is new."""

from collections.abc import Iterator
from typing import NamedTuple

from infra.imports.access_log import Hit

#: How much is held at most. Where a part ends follows from these, so another value would not find the same parts again
#: in what has been imported; it would find their ends nevertheless.
MAX_LINES = 10_000
MAX_BYTES = 8 * 1024 * 1024

_NONCE_LENGTH = 32


class Read(NamedTuple):
    """A line that was read.

    Attributes:
        digest: The digest of the file's content up to its end.
        hit: The pageview that it tells of, if it does.
        size: Its length in bytes.
    """

    digest: str
    hit: Hit | None
    size: int


def nonce_of(digest: str) -> str:
    """Gives the nonce of the event of a line: it follows from the content up to it, so that a repeat is recognised."""
    return digest[:_NONCE_LENGTH]


class Window:
    """The lines after those that have been dealt with.

    Attributes:
        start: The digest of the content up to the last part's end; "" before the first.
        passed: How many lines after it have been dropped because they hold no hit.
        lines: The lines held.
    """

    def __init__(self, source: Iterator[Read]) -> None:
        self.start = ""
        self.passed = 0
        self.lines: list[Read] = []
        self._source = source
        self._next = next(source, None)
        self._size = 0

    @property
    def ended(self) -> bool:
        """Whether the file ends with the lines held."""
        return self._next is None

    def fill(self) -> bool:
        """Reads on as far as the window reaches; tells whether it holds anything."""
        while self._next and len(self.lines) < MAX_LINES and self._size < MAX_BYTES:
            self.lines.append(self._next)
            self._size += self._next.size
            self._next = next(self._source, None)
        return bool(self.lines)

    def hits(self, lines: int) -> list[tuple[str, Hit]]:
        """Gives the hits of the first lines, each with the nonce of its event."""
        return [(nonce_of(read.digest), read.hit) for read in self.lines[:lines] if read.hit]

    def drop(self, lines: int, is_part: bool) -> None:
        """Leaves the first lines behind, because they are a part or because there is no hit in them."""
        if is_part:
            self.start, self.passed = self.lines[lines - 1].digest, 0
        else:
            self.passed += lines
        self._size -= sum(read.size for read in self.lines[:lines])
        del self.lines[:lines]
