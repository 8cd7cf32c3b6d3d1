"""What an import tells when it has ended."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: So many unreadable lines are named; the others are only counted.
MAX_NAMED = 1_000


@dataclass(frozen=True, slots=True)
class UnreadableLine:
    """A line that could not be read: its number in its file, and why."""

    file: Path
    line: int
    reason: str


@dataclass(slots=True)
class Report:
    """What an import has read and found.

    Attributes:
        lines: All lines.
        pageviews: Those that are pageviews, imported now or before.
        skipped: Those that can be read and are none.
        already_imported: The pageviews that were in the log before.
        sealed: The pageviews of days that no longer take any, since retention has begun to remove their events.
        unreadable_count: The lines that could not be read.
        unreadable: The first of them.
        broken: The files that could not be read to their end, and why.
    """

    lines: int = 0
    pageviews: int = 0
    skipped: int = 0
    already_imported: int = 0
    sealed: int = 0
    unreadable_count: int = 0
    unreadable: list[UnreadableLine] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def add_unreadable(self, file: Path, line: int, reason: str) -> None:
        """Counts an unreadable line, and names it if not too many were named."""
        self.unreadable_count += 1
        if len(self.unreadable) < MAX_NAMED:
            self.unreadable.append(UnreadableLine(file, line, reason))

    def to_dict(self, with_files: bool) -> dict[str, Any]:
        """Gives what `--json` prints; `with_files` names each unreadable line's file."""
        return {
            "lines": self.lines,
            "pageviews": self.pageviews,
            "skipped": self.skipped,
            "unreadable": [
                {"line": line.line, "reason": line.reason} | ({"file": str(line.file)} if with_files else {})
                for line in self.unreadable
            ],
            "already_imported": self.already_imported,
        }
