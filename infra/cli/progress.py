"""Progress of long work: a bar on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

#: Seconds between two plain lines.
_LINE_INTERVAL = 5.0

Progress = Callable[[int], None]


@contextmanager
def event_progress(label: str, quiet: bool, length: int | None = None) -> Iterator[Progress]:
    """Shows how far a piece of work is, on standard error.

    Args:
        label: What is being done.
        quiet: Show nothing.
        length: How much there is to do, if that is known.

    Yields:
        A function to be told how much more was done.
    """
    if quiet:
        yield lambda done: None
    elif sys.stderr.isatty():
        with click.progressbar(length=length or 1, label=label, file=sys.stderr, show_pos=length is None) as bar:
            yield lambda done: _advance(bar, done, length is None)
    else:
        yield _plain_lines(label, length)


def _advance(bar: "click._termui_impl.ProgressBar[int]", done: int, grow: bool) -> None:
    if grow:
        bar.length = (bar.length or 0) + done
    bar.update(done)


def _plain_lines(label: str, length: int | None) -> Progress:
    total = 0
    last = time.monotonic()

    def progress(done: int) -> None:
        nonlocal total, last
        total += done
        now = time.monotonic()
        if now - last >= _LINE_INTERVAL:
            last = now
            click.echo(f"{label}: {total:,}" + (f" of {length:,}" if length else ""), err=True)

    return progress
