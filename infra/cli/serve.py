"""`milepost serve`."""

import shlex
import sys

import click

from infra.admin import prepare
from infra.cli.context import DEFAULT_FOLDER, Context, pass_context
from infra.local.logs import configure_logging
from infra.local.server import bind
from infra.local.server import serve as run_server
from shared import VERSION


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, envvar="HOST", help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, envvar="PORT", help="0: any free one."
)
@pass_context
def serve(context: Context, host: str, port: int) -> None:
    """Serve the site, the API and the dashboard, and count."""
    folder = context.folder("AWS serves it, at the addresses that milepost status tells")
    try:
        listener = bind(host, port)
    except OSError as error:
        raise click.ClickException(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another with PORT= or HOST="
        ) from error
    installation = context.installation
    new_key = prepare(installation.engine, context.settings.admin_key)
    configure_logging()
    command = shlex.join([sys.argv[0], *(() if folder == DEFAULT_FOLDER else ("--data", str(folder)))])

    def ready(address: str) -> None:
        click.echo(f"Milepost {VERSION} serves {address} (data in {folder})")
        click.echo(f"  dashboard  {address}/dashboard/")
        click.echo(f"  API        {address}/openapi.json")
        click.echo(f"  your site  {command} site add example.org")
        if new_key is not None:
            click.echo(f"  admin key  {new_key}  (shown this once: keep it)")

    run_server(installation, folder, context.settings, listener, ready)
