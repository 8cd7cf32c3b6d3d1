"""`milepost import events`."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from infra.cli.context import Context, json_option, pass_context, print_json
from infra.cli.importing import alone_with_progress, files_argument
from infra.exports.check import DamagedLine
from infra.exports.lines import Damaged, LaterRelease
from infra.exports.run import DamagedExport, EventsImport, OtherSite, Report
from infra.imports.lines import BrokenFile
from shared.engine import VersionTaken
from shared.process import now_ms

#: So many damaged lines are shown to a person.
_MAX_SHOWN = 20


@click.command("events")
@files_argument
@json_option
@pass_context
def import_events(context: Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Import what `milepost export` wrote, plain or gzip.

    The files are checked first; if anything in them is damaged, nothing is imported. Events that are here already count
    once.
    """
    installation = context.installation
    job = EventsImport(installation.engine, installation.projector, installation.days, now_ms)
    size = 2 * sum(file.stat().st_size for file in files)  # it is checked, then imported
    with alone_with_progress(installation.place, size, as_json) as progress:
        try:
            report = job.run(files, progress)
        except DamagedExport as error:
            _print_damaged(error.named, len(files) > 1, as_json)
            raise click.ClickException(str(error)) from error
        except (BrokenFile, LaterRelease, OtherSite, OSError) as error:
            raise click.ClickException(f"{error}. Nothing was imported") from error
        except (Damaged, VersionTaken) as error:
            raise click.ClickException(
                f"the file or the log was changed by others meanwhile ({error}); start it again"
            ) from error
    _print(report, as_json)


def _print_damaged(damaged: Sequence[DamagedLine], with_files: bool, as_json: bool) -> None:
    if as_json:
        named = [
            {"line": line.line, "reason": line.reason} | ({"file": str(line.file)} if with_files else {})
            for line in damaged
        ]
        print_json({"unreadable": named})
        return
    for line in damaged[:_MAX_SHOWN]:
        click.echo(f"{f'{line.file}, ' if with_files else ''}line {line.line} is damaged: {line.reason}", err=True)


def _print(report: Report, as_json: bool) -> None:
    if as_json:
        print_json(asdict(report))
        return
    for site, settings in report.kept.items():
        click.echo(f"{site} is registered here with other settings, which stay: {', '.join(settings)}")
    imported = report.events - report.already_imported
    click.echo(
        f"{', '.join(report.sites)}: {imported:,} events imported, {report.already_imported:,} were there already"
    )
