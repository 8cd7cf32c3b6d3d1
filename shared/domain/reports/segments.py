"""Segments: the details of some events of one site and day, laid out in columns and compressed.

The format, version 1: a byte 1, then compressed by zlib: the length of a head (four bytes, little-endian), the head
(JSON in UTF-8: the number of rows, and for each text column the values in the order of their first appearance), then
the columns in the head's order: for texts each row's place among the values (as 1, 2 or 4 bytes, whichever suffices),
then the numbers as `NUMBERS` lays them out.
"""

import json
import struct
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from shared.domain.reports.details import NUMBERS, TEXTS, Detail

_FORMAT = b"\x01"

Codes = npt.NDArray[np.integer[Any]]
Numbers = npt.NDArray[Any]


class Segment:
    """Columns that are read when they are asked for."""

    __slots__ = ("_body", "_places", "rows", "values")

    def __init__(self, stored: bytes) -> None:
        """Reads a stored form.

        Raises:
            ValueError: It is none of a format that this release knows.
        """
        if stored[:1] != _FORMAT:
            raise ValueError("a segment of a format that this release does not know")
        self._body = zlib.decompress(stored[1:])
        (length,) = struct.unpack_from("<I", self._body)
        head = json.loads(self._body[4 : 4 + length])
        self.rows: int = head["rows"]
        self.values: dict[str, list[str]] = head["values"]
        self._places = self._lay_out(4 + length)

    def codes(self, name: str) -> Codes:
        """Gives a text column: for each row, the place of its value among `values`."""
        codes: Codes = self._array(name)
        return codes

    def numbers(self, name: str) -> Numbers:
        """Gives a column of numbers."""
        numbers: Numbers = self._array(name)
        return numbers

    def _lay_out(self, at: int) -> dict[str, tuple[int, np.dtype[Any]]]:
        kinds = {name: _kind(len(values)) for name, values in self.values.items()}
        places = {}
        for name, kind in {**kinds, **NUMBERS}.items():
            dtype = np.dtype(kind)
            places[name] = at, dtype
            at += self.rows * dtype.itemsize
        return places

    def _array(self, name: str) -> Any:
        at, dtype = self._places[name]
        return np.frombuffer(self._body, dtype, self.rows, at)


def encode_segment(details: Iterable[Detail]) -> bytes:
    """Lays details out, in the order of their instants; those of the same instant stay in the order given."""
    ordered = sorted(details, key=lambda detail: detail.instant)
    columns = dict(zip(Detail._fields, zip(*ordered, strict=True), strict=True))
    values: dict[str, list[str]] = {}
    body = []
    for name in TEXTS:
        places = {value: place for place, value in enumerate(dict.fromkeys(columns[name]))}
        values[name] = list(places)
        body.append(_pack([places[value] for value in columns[name]], _kind(len(places))))
    body += [_pack(columns[name], kind) for name, kind in NUMBERS.items()]
    head = json.dumps({"rows": len(ordered), "values": values}, ensure_ascii=False, separators=(",", ":")).encode()
    return _FORMAT + zlib.compress(struct.pack("<I", len(head)) + head + b"".join(body))


def _pack(numbers: Sequence[int], kind: str) -> bytes:
    return np.array(numbers, np.dtype(kind)).tobytes()


def _kind(values: int) -> str:
    """Gives the layout that suffices for the places of so many values."""
    if values <= 1 << 8:
        return "<u1"
    return "<u2" if values <= 1 << 16 else "<u4"
