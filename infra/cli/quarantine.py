"""`milepost quarantine list|redrive`."""

import click

from infra.cli.context import Context, json_option, pass_context, print_json
from services.projector.redrive import redrive as redrive_events
from shared.backlog import live_projection


@click.group()
def quarantine() -> None:
    """Events that could not be folded."""


@quarantine.command("list")
@json_option
@pass_context
def list_quarantined(context: Context, as_json: bool) -> None:
    """List them, with the reason."""
    read_models = context.installation.engine.read_models
    entries = read_models.quarantine(live_projection(read_models).version)
    if as_json:
        print_json({"quarantined": [entry._asdict() for entry in entries]})
        return
    for entry in entries:
        click.echo(f"{entry.epoch} {entry.version}: {entry.reason}")
    click.echo(f"{len(entries)} in quarantine")


@quarantine.command()
@json_option
@pass_context
def redrive(context: Context, as_json: bool) -> None:
    """Fold what can be folded now, exactly once (exit code 1 if some cannot)."""
    here = context.installation
    done = redrive_events(here.engine, here.check, here.days)
    if as_json:
        print_json(done._asdict())
    else:
        click.echo(f"{done.folded} folded, {done.remaining} still in quarantine")
    if done.remaining:
        raise SystemExit(1)
