"""`milepost rebuild`."""

import click

from infra.cli.context import Context, json_option, pass_context, print_json
from infra.cli.differences import difference_as_dict, difference_as_line
from infra.cli.progress import event_progress
from services.projector.rebuild import NotCaughtUp
from shared.backlog import live_projection
from shared.domain.rules import rule_set
from shared.process import now_ms

_MAX_SHOWN = 1_000


@click.command()
@click.option("--compare-only", is_flag=True, help="Show what would change, and keep the live counts.")
@json_option
@pass_context
def rebuild(context: Context, compare_only: bool, as_json: bool) -> None:
    """Fold the whole log again under today's rules, compare, and switch to the result."""
    installation = context.installation
    read_models = installation.engine.read_models
    with event_progress("rebuilding", as_json) as progress:
        building = installation.rebuild.build(rule_set(), live_projection(read_models).timezones, progress)
    try:
        found = installation.rebuild.compare(building, _MAX_SHOWN)
    except NotCaughtUp as error:
        read_models.retire(building.version)
        raise click.ClickException(f"{error}; nothing was changed, try again") from error
    if compare_only:
        read_models.retire(building.version)
    else:
        installation.rebuild.switch(building, now_ms())
    if as_json:
        shown = [difference_as_dict(difference) for difference in found]
        outcome = {"version": building.version, "switched": not compare_only, "carried_over": dict(building.sealed)}
        print_json({**outcome, "differences": shown})
    else:
        for site, day in building.sealed.items():
            click.echo(f"{site}: days up to {day} are carried over; their events have left the log")
        for difference in found:
            click.echo(difference_as_line(difference))
        ending = "compared only" if compare_only else f"version {building.version} is live"
        click.echo(f"{len(found)} rows differ; {ending}")
