"""What a benchmark tells: lines with what was measured, the yardstick of the same run, and the target."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

#: The unit of a ratio; a target in it is held against the measured over the yardstick.
RATIO = "x"

MET, MISSED, NO_TARGET, NOT_MEASURED = "met", "MISSED", "", "not measured"


class Quantity(NamedTuple):
    """A number and its unit, such as 7_150 and "/s"."""

    value: float
    unit: str


class Target(NamedTuple):
    """What is to be reached: of the ratio if its unit is "x", else of what was measured."""

    relation: Literal["<=", ">="]
    bound: float
    unit: str = RATIO


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table.

    Attributes:
        what: What was measured.
        measured: The result; None if there is none, and then `note` says why.
        yardstick: The same run's result for what it is compared with.
        yardstick_name: What that is.
        target: What is to be reached; None where the line only informs.
        note: What a reader should know besides.
    """

    what: str
    measured: Quantity | None
    yardstick: Quantity | None = None
    yardstick_name: str = ""
    target: Target | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The measured over the yardstick."""
        if self.measured is None or self.yardstick is None or not self.yardstick.value:
            return None
        return self.measured.value / self.yardstick.value

    @property
    def verdict(self) -> str:
        """`MET` or `MISSED`, `NO_TARGET`, or `NOT_MEASURED`."""
        if self.measured is None:
            return NOT_MEASURED
        if self.target is None:
            return NO_TARGET
        reached = self.ratio if self.target.unit == RATIO else self.measured.value
        if reached is None:
            return NOT_MEASURED
        met = reached <= self.target.bound if self.target.relation == "<=" else reached >= self.target.bound
        return MET if met else MISSED

    def to_dict(self) -> dict[str, Any]:
        """Gives what is written as JSON."""
        return {
            "what": self.what,
            "measured": self.measured and self.measured._asdict(),
            "yardstick": self.yardstick and {"name": self.yardstick_name, **self.yardstick._asdict()},
            "ratio": self.ratio,
            "target": self.target and self.target._asdict(),
            "verdict": self.verdict or None,
            "note": self.note or None,
        }


class Bench(NamedTuple):
    """What a benchmark is given: an empty folder on a disk, and whether it may take its full time."""

    folder: Path
    full: bool


class Benchmark(NamedTuple):
    """A benchmark as registered: the name that `--only` takes, and what runs it."""

    name: str
    run: Callable[[Bench], Iterator[Line]]
