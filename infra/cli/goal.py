"""`milepost goal add|list|remove`."""

import dataclasses
from collections.abc import Sequence

import click

from infra.cli.context import Context, json_option, pass_context, print_json, usage_errors
from infra.cli.progress import event_progress
from shared.backlog import live_projection
from shared.domain.goals import new_goal, with_goal
from shared.domain.sites import Goal, Site


@click.group()
def goal() -> None:
    """What visitors of a site are wanted to do."""


@goal.command()
@click.argument("site_name", metavar="SITE")
@click.option("--event", metavar="NAME", default="", help="The name of a custom event, as the pages send it.")
@click.option("--page", metavar="PATTERN", default="", help="A page, such as /thanks, /blog/*.")
@click.option("--name", default="", help="What it is called in reports; without it: NAME, or 'Visit PATTERN'.")
@json_option
@pass_context
def add(context: Context, site_name: str, event: str, page: str, name: str, as_json: bool) -> None:
    """Set up a goal of SITE: a custom event (--event), or a page that is visited (--page).

    Days of the past get it too. What was stopped is finished by the same call.
    """
    with usage_errors():
        added = new_goal(event, page, name)
    site = context.site(site_name)
    days = _change(context, site, site.goals if added in site.goals else _with(site, added), as_json)
    if as_json:
        print_json({"goal": added._asdict(), "days": days})
    else:
        click.echo(f"{added.name} is a goal of {site.name}; {_rolled_up(days)}")


@goal.command("list")
@click.argument("site_name", metavar="SITE")
@json_option
@pass_context
def list_goals(context: Context, site_name: str, as_json: bool) -> None:
    """List the goals of SITE."""
    goals = context.site(site_name).goals
    if as_json:
        print_json({"goals": [one._asdict() for one in goals]})
    for one in () if as_json else goals:
        click.echo(f"{one.name}  {'event' if one.event else 'page'}  {one.event or one.page}")


@goal.command()
@click.argument("site_name", metavar="SITE")
@click.argument("name", metavar="NAME")
@json_option
@pass_context
def remove(context: Context, site_name: str, name: str, as_json: bool) -> None:
    """Remove the goal called NAME from SITE. No event is deleted: added again, it has its past again."""
    site = context.site(site_name)
    left = tuple(one for one in site.goals if one.name != name)
    if left == site.goals:
        raise click.ClickException(f"{site.name} has no goal {name!r}; see: milepost goal list {site.name}")
    days = _change(context, site, left, as_json)
    if as_json:
        print_json({"removed": name, "days": days})
    else:
        click.echo(f"{name} is no goal of {site.name} any more; {_rolled_up(days)}")


def _with(site: Site, added: Goal) -> Sequence[Goal]:
    try:
        return with_goal(site.goals, added)
    except ValueError as error:
        raise click.ClickException(str(error)) from error


def _change(context: Context, site: Site, goals: Sequence[Goal], quiet: bool) -> int:
    """Stores a site's goals, then rolls its days up again under them. Gives the number of days."""
    installation = context.installation
    installation.engine.sites.save(dataclasses.replace(site, goals=tuple(goals)))
    rolled = 0
    with event_progress("rolling days up", quiet) as progress:

        def count(days: int) -> None:
            nonlocal rolled
            rolled += days
            progress(days)

        live = live_projection(installation.engine.read_models)
        installation.days.roll_up_again(live, site.name, goals, count)
    return rolled


def _rolled_up(days: int) -> str:
    return f"{days:,} {'day' if days == 1 else 'days'} rolled up again"
