"""The processes that a server has started."""

from pathlib import Path


def children(process: int) -> list[int]:
    """Lists the processes that a process has started and that still run; none where there is no Linux /proc."""
    found = []
    for thread in Path(f"/proc/{process}/task").glob("*/children"):
        found += [int(child) for child in thread.read_text().split()]
    return found


def runs(process: int) -> bool:
    """Tells whether a process runs, other than as a dead one that nobody has asked about."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"
