"""`milepost backup`."""

from pathlib import Path

import click

from infra.cli.context import Context, json_option, pass_context, print_json
from shared.engines.sqlite import backup as backup_folder


@click.command()
@click.argument("target", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@json_option
@pass_context
def backup(context: Context, target: Path, as_json: bool) -> None:
    """Copy the data folder into FOLDER, consistent also while the server runs.

    The salts are not in it. To restore: stop the server, and start it on a copy of FOLDER.
    """
    if target.exists() and any(target.iterdir()):
        raise click.ClickException(f"{target} is not empty; give a new folder")
    folder = context.folder("the tables of a stack can be restored to any second of the last 35 days")
    if not folder.is_dir():
        raise click.ClickException(f"there is no data folder {folder}")
    try:
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise click.ClickException(f"there can be no backup in {target}: {error}") from error
    _ = context.installation  # what a later release has written is refused
    backup_folder(folder, target)
    size = sum(file.stat().st_size for file in target.iterdir())
    if as_json:
        print_json({"folder": str(target), "bytes": size})
    else:
        click.echo(f"{target}: {size:,} bytes")
