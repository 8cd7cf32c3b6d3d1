"""What strace saw: whether each 202 left only after the fsync or fdatasync that covers its event.

An event is covered once a sync of the write-ahead log that began after the event was written there has returned.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

#: -D: the server stays the child of who started it. -y: every descriptor with its file.
COMMAND = ("strace", "-D", "-f", "--seccomp-bpf", "-y", "-s", "4096")
CALLS = "trace=fsync,fdatasync,pwrite64,write,writev,sendto,sendmsg,recvfrom,read,readv,recvmsg"

_SYNCS = {"fsync", "fdatasync"}
_WRITES = {"pwrite64", "write", "writev", "sendto", "sendmsg"}
_READS = {"recvfrom", "read", "readv", "recvmsg"}

_BEGUN = re.compile(r"(\d+) +(\w+)\((.*)")
_RESUMED = re.compile(r"(\d+) +<\.\.\. \w+ resumed>(.*)")
_UNFINISHED = " <unfinished ...>"
_FILE = re.compile(r"\d+<([^>]*)>")
_RESULT = re.compile(r"\) += (-?\d+)")


class Moment(NamedTuple):
    """The begin or the end of a system call; what it read, and how it ended, is known at its end."""

    thread: str
    begins: bool
    call: str
    file: str
    arguments: str
    succeeded: bool = False


def moments(trace: Iterable[str]) -> Iterator[Moment]:
    """Reads a trace made with `-f -y`, in which a call that others interrupt has two lines."""
    open_calls: dict[str, tuple[str, str]] = {}
    for line in map(str.rstrip, trace):
        if begun := _BEGUN.match(line):
            thread, call, rest = begun.groups()
            unfinished = rest.endswith(_UNFINISHED)
            rest = rest.removesuffix(_UNFINISHED)
            yield Moment(thread, True, call, _file(rest), rest)
            if unfinished:
                open_calls[thread] = call, rest
            else:
                yield _end(thread, call, rest)
        elif (resumed := _RESUMED.match(line)) and resumed[1] in open_calls:
            call, earlier = open_calls.pop(resumed[1])
            yield _end(resumed[1], call, earlier + resumed[2])


def _end(thread: str, call: str, arguments: str) -> Moment:
    results = _RESULT.findall(arguments)
    return Moment(thread, False, call, _file(arguments), arguments, bool(results) and int(results[-1]) >= 0)


def _file(arguments: str) -> str:
    found = _FILE.match(arguments)
    return found[1] if found else ""


@dataclass
class Verdict:
    """The markers whose 202 left after their sync, and those whose 202 left before it."""

    covered: set[str] = field(default_factory=set)
    early: set[str] = field(default_factory=set)


def judge(trace: Iterable[str], log: str, marker: re.Pattern[str]) -> Verdict:
    """Follows every marker from its request to its answer.

    Args:
        trace: The lines of the trace.
        log: The write-ahead log's path.
        marker: Finds a request's unique marker; a connection has one request at a time.
    """
    verdict = Verdict()
    written: set[str] = set()
    durable: set[str] = set()
    syncing: dict[str, set[str]] = {}
    asked: dict[str, str] = {}
    for moment in moments(trace):
        if moment.file == log and moment.call in _SYNCS:
            if moment.begins:
                syncing[moment.thread] = set(written)
            elif moment.succeeded:
                durable |= syncing.pop(moment.thread)
        elif moment.file == log and moment.call in _WRITES and not moment.begins and moment.succeeded:
            written.update(marker.findall(moment.arguments))
        elif moment.file.startswith("socket:"):
            found = marker.search(moment.arguments)
            if moment.call in _READS and not moment.begins and found:
                asked[moment.file] = found[0]
            elif moment.call in _WRITES and moment.begins and '"HTTP/1.1 202' in moment.arguments:
                page = asked.pop(moment.file)
                (verdict.covered if page in durable else verdict.early).add(page)
    return verdict
