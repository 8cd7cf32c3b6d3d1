"""The events of one site and day together, from any number of segments, in the order in which they happened."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from shared.domain.reports.segments import Segment

#: Places among values are 32 bits wide, since a day has many columns; what is reckoned with them is wider.
Ints = npt.NDArray[np.integer[Any]]
Flags = npt.NDArray[np.bool_]


class Column(NamedTuple):
    """A text for each row: its place among the values."""

    codes: Ints
    values: Sequence[str]

    def code_of(self, value: str) -> int:
        """Gives a value's place; -1 if no row has it."""
        try:
            return self.values.index(value)
        except ValueError:
            return -1

    def equals(self, value: str) -> Flags:
        """Tells of each row whether it has a value."""
        flags: Flags = self.codes == self.code_of(value)
        return flags


class Table:
    """The rows of one day in the order of their instants; of the same instant, in the order of the segments."""

    def __init__(self, segments: Iterable[Segment]) -> None:
        """Joins segments; their columns are read when they are asked for."""
        self._segments = [segment for segment in segments if segment.rows]
        self.rows = sum(segment.rows for segment in self._segments)
        self._columns: dict[str, Column] = {}
        self._numbers: dict[str, npt.NDArray[Any]] = {}
        self._order = np.argsort(self._join("instant"), kind="stable")

    def text(self, name: str) -> Column:
        """Gives a text column."""
        if name not in self._columns:
            self._columns[name] = self._join_texts(name)
        return self._columns[name]

    def number(self, name: str) -> npt.NDArray[Any]:
        """Gives a column of numbers."""
        if name not in self._numbers:
            self._numbers[name] = self._join(name)[self._order]
        return self._numbers[name]

    def _join(self, name: str) -> npt.NDArray[Any]:
        parts = [segment.numbers(name) for segment in self._segments]
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    def _join_texts(self, name: str) -> Column:
        places: dict[str, int] = {}
        parts = []
        for segment in self._segments:
            values = [places.setdefault(value, len(places)) for value in segment.values[name]]
            parts.append(np.array(values, np.int32)[segment.codes(name)])
        codes = np.concatenate(parts) if parts else np.zeros(0, np.int32)
        return Column(codes[self._order], list(places))
