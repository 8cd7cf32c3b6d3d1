"""What the imports have in common."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from infra.cli.progress import Progress, event_progress
from infra.installation import Place

files_argument = click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)


@contextmanager
def alone_with_progress(place: Place, size: int, quiet: bool) -> Iterator[Progress]:
    """Keeps a second import out, and shows how far this one is.

    Args:
        place: Where it imports to.
        size: How many bytes are to be read.
        quiet: Show nothing.

    Yields:
        A function to be told how many bytes more were read. It raises `NotAlone` if another import has got in.

    Raises:
        NotAlone: Another import is under way.
    """
    with place.alone() as still_alone, event_progress("importing (bytes)", quiet, size or None) as progress:

        def advance(done: int) -> None:
            still_alone()
            progress(done)

        yield advance
