"""`milepost verify`."""

import itertools

import click

from infra.cli.context import Context, json_option, pass_context, print_json
from infra.cli.differences import difference_as_dict, difference_as_line
from infra.cli.progress import event_progress
from services.projector.recount import verify as recount
from shared.backlog import live_projection
from shared.process import now_ms

#: Enough to see what is wrong.
_MAX_SHOWN = 1_000


@click.command()
@json_option
@pass_context
def verify(context: Context, as_json: bool) -> None:
    """Recount everything from the log, and show any difference (exit code 1)."""
    installation = context.installation
    installation.sweeper.sweep(now_ms())
    live = live_projection(installation.engine.read_models)
    events = 0
    with event_progress("verifying", as_json) as progress:

        def counted(portion: int) -> None:
            nonlocal events
            events += portion
            progress(portion)

        found = list(itertools.islice(recount(installation.engine, live, counted), _MAX_SHOWN))
    if as_json:
        print_json({"events": events, "differences": [difference_as_dict(difference) for difference in found]})
    else:
        for difference in found:
            click.echo(difference_as_line(difference))
        click.echo(f"{events:,} events recounted, {len(found)} differences")
    if found:
        raise SystemExit(1)
