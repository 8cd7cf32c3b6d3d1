"""The lines of a file, plain or gzip, each with the digest of the content up to it."""

import gzip
import hashlib
import os
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

#: A longer line is none of a log's; it is passed over without being held.
MAX_LINE_BYTES = 64 * 1024

_PORTION = MAX_LINE_BYTES + len(b"\r\n")
_GZIP_MAGIC = b"\x1f\x8b"


class BrokenFile(Exception):
    """A file that ends before it should, or cannot be read any further. The lines before that place were given."""


class Line(NamedTuple):
    """A line of a file.

    Attributes:
        number: Its number, from 1.
        content: Its bytes without the line ending; None if there are more than `MAX_LINE_BYTES`.
        digest: The hexadecimal SHA-256 of the file's content up to its end, unpacked, the digits that end a line left
            out.
        terminated: Whether a line ending follows. A file that is still being written may end in half a line.
    """

    number: int
    content: bytes | None
    digest: str
    terminated: bool


class LogFile:
    """A file of lines, open for one reading."""

    def __init__(self, path: Path) -> None:
        """Opens the file.

        Raises:
            OSError: It cannot be opened.
        """
        self.path = path
        self._file = path.open("rb")

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def __enter__(self) -> "LogFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def position(self) -> int:
        """How many bytes of the file have been taken in, compressed as it is; 0 of a pipe."""
        return self._file.tell() if self._file.seekable() else 0

    @property
    def is_regular(self) -> bool:
        """Whether it can be read more than once; a pipe cannot."""
        return stat.S_ISREG(os.fstat(self._file.fileno()).st_mode)

    def lines(self) -> Iterator[Line]:
        """Gives the lines, one after the other.

        Raises:
            BrokenFile: It cannot be read any further.
        """
        packed = self._file.peek(len(_GZIP_MAGIC)).startswith(_GZIP_MAGIC)
        stream: BinaryIO = gzip.GzipFile(fileobj=self._file) if packed else self._file  # type: ignore[assignment]
        try:
            yield from _lines(stream)
        except EOFError as error:
            raise BrokenFile(f"{self.path} is cut off: its compressed content ends early") from error
        except (OSError, zlib.error) as error:
            raise BrokenFile(f"{self.path} cannot be read any further: {error}") from error


def _lines(stream: BinaryIO) -> Iterator[Line]:
    running = hashlib.sha256()
    number = 0
    while raw := stream.readline(_PORTION):
        number += 1
        too_long = False
        while len(raw) == _PORTION and not raw.endswith(b"\n"):
            too_long = True
            running.update(raw)
            raw = stream.readline(_PORTION)
        content = raw.rstrip(b"\r\n")
        # A Common Log Format line ends with the response's size, of which half a line lacks digits that nothing needs.
        running.update(content.rstrip(b"0123456789") + b"\n")
        too_long = too_long or len(content) > MAX_LINE_BYTES
        yield Line(number, None if too_long else content, running.copy().hexdigest(), raw.endswith(b"\n"))
