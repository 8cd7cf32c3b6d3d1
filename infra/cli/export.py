"""`milepost export`."""

import gzip
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from infra.cli.context import Context, json_option, pass_context, print_json
from infra.cli.progress import event_progress
from infra.exports.export import Export, Sealed

#: A file of this ending is written packed.
_PACKED = ".gz"


@click.command()
@click.option("--site", "names", multiple=True, metavar="SITE", help="Only this site; without it, all.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write this file; packed if it ends in .gz."
)
@json_option
@pass_context
def export(context: Context, names: tuple[str, ...], output: Path | None, as_json: bool) -> None:
    """Write sites with their settings, events and milestones as NDJSON, for `milepost import events`.

    What is appended meanwhile is not in it. Salts and keys are in no export.
    """
    if as_json and output is None:
        raise click.UsageError(
            "--json describes the file that --output names; without it, the export itself is printed"
        )
    sites = [context.site(name) for name in dict.fromkeys(names)] or context.installation.engine.sites.all()
    # A bar between the lines on a terminal would make both unreadable.
    quiet = as_json or (output is None and sys.stdout.isatty())
    try:
        job = Export(context.installation.engine, sites)
        with (
            _output(output) as file,
            event_progress("exporting", quiet, job.length) as progress,
        ):
            done = job.write(file.write, progress)
    except Sealed as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"the export could not be written: {error}") from error
    if as_json:
        print_json({"file": str(output), "sites": [site.name for site in sites], **done._asdict()})
    else:
        to_people = f"{done.events:,} events and {done.milestones:,} milestones of {len(sites)} sites"
        click.echo(f"{to_people}{f' are in {output}' if output else ''}", err=output is None)
        if done.unannounced:
            click.echo(f"{done.unannounced:,} milestones are still to be announced, from here", err=output is None)


@contextmanager
def _output(path: Path | None) -> Iterator[BinaryIO]:
    """Opens the file beside its final name, which it gets when it is whole and on the disk; or standard output."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    beside = path.with_name(f"{path.name}.part")
    try:
        with beside.open("wb") as file:
            if path.name.endswith(_PACKED):
                with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                    yield packed  # type: ignore[misc]
            else:
                yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
