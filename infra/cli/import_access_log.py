"""`milepost import access-log`."""

import secrets
from pathlib import Path

import click

from infra.cli.context import Context, json_option, pass_context, print_json
from infra.cli.importing import alone_with_progress, files_argument
from infra.imports.overlap import Overlap
from infra.imports.report import Report
from infra.imports.run import AccessLogImport, Options
from shared.process import now_ms

_SALT_BYTES = 32

#: So many unreadable lines are shown to a person.
_MAX_SHOWN = 20


@click.command("access-log")
@files_argument
@click.option("--site", "site_name", required=True, help="The registered site whose visits these are.")
@click.option(
    "--days",
    type=click.Choice(["site", "as-written"]),
    default="site",
    show_default=True,
    help="Count days in the site's timezone, or by the dates in the stamps.",
)
@click.option("--overlap", is_flag=True, help="Also import days that hold events of another origin.")
@click.option("--notify", is_flag=True, help="Announce the milestones that the import reaches.")
@json_option
@pass_context
def import_access_log(
    context: Context, files: tuple[Path, ...], site_name: str, days: str, overlap: bool, notify: bool, as_json: bool
) -> None:
    """Import web server logs, in Combined or Common Log Format, plain or gzip.

    Lines that were imported before count once, also when a file has grown since or an import was stopped.
    """
    installation = context.installation
    job = AccessLogImport(
        installation.engine,
        installation.projector,
        installation.check,
        installation.days,
        now_ms,
        context.site(site_name),
        Options(days == "as-written", overlap, notify),
        secrets.token_bytes(_SALT_BYTES),
    )
    size = sum(file.stat().st_size for file in files)
    with alone_with_progress(installation.place, size, as_json) as progress:
        try:
            report = job.run(files, progress)
        except (Overlap, OSError) as error:
            raise click.ClickException(str(error)) from error
    _print(report, len(files) > 1, as_json)
    if report.broken:
        raise click.ClickException("; ".join(report.broken) + ". What comes before that place was imported")


def _print(report: Report, with_files: bool, as_json: bool) -> None:
    if as_json:
        print_json(report.to_dict(with_files))
        return
    for line in report.unreadable[:_MAX_SHOWN]:
        click.echo(f"{f'{line.file}, ' if with_files else ''}line {line.line} could not be read: {line.reason}")
    if report.unreadable_count > _MAX_SHOWN:
        click.echo(f"... and {report.unreadable_count - _MAX_SHOWN:,} further lines")
    click.echo(
        f"{report.lines:,} lines: {report.pageviews:,} pageviews, {report.skipped:,} other requests, "
        f"{report.unreadable_count:,} unreadable"
    )
    if report.sealed:
        click.echo(f"{report.sealed:,} pageviews are not counted: their days are sealed, see site set --retention")
    imported = report.pageviews - report.already_imported
    click.echo(f"{imported:,} pageviews imported, {report.already_imported:,} were there already")
