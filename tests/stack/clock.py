"""A clock that a test moves, for the server and every process of its."""

import os
from collections.abc import Mapping
from pathlib import Path

_SHIFT = "SHIFTED_CLOCK"

#: Python runs a module of this name at its start, if it finds one.
_CUSTOMISATION = f"""
import os, time
from pathlib import Path

real = time.time_ns
shift = Path(os.environ["{_SHIFT}"])
time.time_ns = lambda: real() + int(shift.read_text())
"""


class ShiftedClock:
    """A clock that is ahead of the real one by as much as it was moved."""

    def __init__(self, folder: Path) -> None:
        """Begins at the present; `folder` is to be empty."""
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(_CUSTOMISATION)
        self._file = folder / "nanoseconds"
        self._folder = folder
        self._ahead = 0
        self.advance(0)

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process must have in its environment to follow this clock."""
        paths = [str(self._folder), *filter(None, [os.environ.get("PYTHONPATH")])]
        return {"PYTHONPATH": os.pathsep.join(paths), _SHIFT: str(self._file)}

    def advance(self, hours: int) -> None:
        """Moves the clock by so many hours."""
        self._ahead += hours * 3_600 * 10**9
        part = self._file.with_suffix(".part")
        part.write_text(str(self._ahead))
        part.replace(self._file)
