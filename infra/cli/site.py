"""`milepost site add|list|set|remove`."""

import dataclasses
import secrets
import time
from typing import Any

import click

from infra.admin import add_site
from infra.cli.context import Context, json_option, pass_context, print_json, usage_errors
from infra.cli.progress import event_progress
from infra.cli.snippet import snippet
from infra.installation import Installation
from shared.backlog import live_projection
from shared.domain.calendar import FIRST_DAY, HOUR_MS, LAST_DAY, zone
from shared.domain.folds import ORIGIN_DAY
from shared.domain.milestones import Subject
from shared.domain.sites import (
    GPC_CHOICES,
    GPC_COUNT_WITHOUT_VISITOR,
    Site,
    check_distinct,
    new_site,
    origin,
    site_aliases,
    thresholds,
)
from shared.process import now_ms

_SILENCE_HOLDER = "site set"

#: Seconds of waiting that nobody needs to be told of.
_UNNOTICED = 2


def _numbers(_: click.Context, __: click.Parameter, value: str | None) -> tuple[int, ...] | None:
    """Reads "1,100,5000"; "default" for none of one's own."""
    if value is None:
        return None
    try:
        return thresholds([] if value == "default" else [int(part) for part in value.split(",")])
    except ValueError as error:
        raise click.BadParameter("give numbers of pageviews with commas between, such as 1,100,5000") from error


def _number_or_none(_: click.Context, __: click.Parameter, value: str | None) -> int | None:
    """Reads "none" as 0, which no setting has otherwise."""
    if value is None or value == "none":
        return None if value is None else 0
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise click.BadParameter("give a number of 1 or more, or none")
    return int(value)


_milestones_option = click.option(
    "--milestones", callback=_numbers, help="The site's own thresholds, such as 1,100,5000; or default."
)


@click.group()
def site() -> None:
    """The sites whose visits are counted."""


@site.command()
@click.argument("name", metavar="SITE")
@click.option("--timezone", default="UTC", show_default=True, help="An IANA timezone, such as Europe/Berlin.")
@click.option("--public", is_flag=True, help="Let anyone read its counts.")
@click.option("--origin", "origins", multiple=True, help="Only these origins may send, such as https://example.org.")
@_milestones_option
@click.option("--counter", is_flag=True, help="Show anyone how often a page was viewed, as a number or a badge.")
@json_option
@pass_context
def add(
    context: Context,
    name: str,
    timezone: str,
    public: bool,
    origins: tuple[str, ...],
    milestones: tuple[int, ...] | None,
    counter: bool,
    as_json: bool,
) -> None:
    """Register SITE, and print the snippet to paste into its pages."""
    with usage_errors():
        added = new_site(name, secrets.token_hex(8), timezone, public, origins, milestones or (), counter)
    engine = context.installation.engine
    registered = engine.sites.all()
    if any(known.name == added.name for known in registered):
        raise click.ClickException(f"{added.name} is registered already; change it with: milepost site set")
    with usage_errors():
        check_distinct(added, registered)
    add_site(engine, added)
    text = snippet(added, context.installation.place)
    if as_json:
        print_json({**_shown(added), "snippet": text})
    else:
        click.echo(text)


@site.command("list")
@json_option
@pass_context
def list_sites(context: Context, as_json: bool) -> None:
    """List the registered sites."""
    sites = context.installation.engine.sites.all()
    if as_json:
        print_json({"sites": [_shown(one) for one in sites]})
    for one in () if as_json else sites:
        click.echo("  ".join(_told(one)))


@site.command("set")
@click.argument("name", metavar="SITE")
@click.option("--timezone", help="Another timezone. The counts are rebuilt under it.")
@click.option("--public/--private", default=None, help="Who may read its counts.")
@click.option("--origin", "origins", multiple=True, help="Only these origins may send; 'any': all.")
@_milestones_option
@click.option("--cap", callback=_number_or_none, metavar="N|none", help="The most events stored in an hour.")
@click.option("--keep-query", multiple=True, metavar="NAME", help="Query parameters to store; 'none': no further ones.")
@click.option("--retention", callback=_number_or_none, metavar="MONTHS|none", help="How long events are kept.")
@click.option("--gpc", type=click.Choice(GPC_CHOICES), help="What is done where Global Privacy Control is on.")
@click.option("--counter/--no-counter", default=None, help="Whether anyone may see how often a page was viewed.")
@click.option("--alias", "aliases", multiple=True, metavar="NAME", help="Other names of it; 'none': no other ones.")
@json_option
@pass_context
def set_site(context: Context, /, name: str, as_json: bool, **options: Any) -> None:
    """Change what is registered of SITE."""
    known = context.site(name)
    with usage_errors():
        changed = dataclasses.replace(known, **_changes(options))
        zone(changed.timezone)
        check_distinct(changed, context.installation.engine.sites.all())
    _apply(context.installation, known, changed, as_json)
    if as_json:
        print_json(_shown(changed))
    else:
        click.echo(f"{changed.name} is changed")


@site.command()
@click.argument("name", metavar="SITE")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@pass_context
def remove(context: Context, name: str, yes: bool, as_json: bool) -> None:
    """Delete SITE with its events, counts and milestones, for good."""
    doomed = context.site(name)
    if not yes:
        click.confirm(
            f"Delete {doomed.name} with all its events, counts and milestones, for good?", abort=True, err=True
        )
    engine = context.installation.engine
    engine.sites.remove(doomed.name)
    _wait_until_forgotten(2 * context.installation.place.directory_lifetime, as_json)
    engine.read_models.set_timezone(doomed.name, None)
    engine.imports.forget(doomed.id)
    engine.milestones.forget(doomed.name)
    # Last in its file: it also empties the write-ahead log, where what was deleted before it would remain.
    with event_progress(f"deleting {doomed.name}", as_json) as progress:
        for erased in engine.log.erase(doomed.name):
            progress(erased)
    engine.read_models.forget(doomed.name)
    if as_json:
        print_json({"removed": doomed.name})
    else:
        click.echo(f"{doomed.name} is deleted")


def _wait_until_forgotten(seconds: float, quiet: bool) -> None:
    """A running server or function may know the site for a while; what it still appends must be deleted too."""
    if seconds > _UNNOTICED and not quiet:
        click.echo(f"waiting {seconds:.0f} s, until nothing accepts its events any more", err=True)
    time.sleep(seconds)


def _changes(options: dict[str, Any]) -> dict[str, Any]:
    """Turns the options that were given into fields of the site.

    Raises:
        ValueError: An origin or an alias is none.
    """
    plain = ("timezone", "public", "milestones", "gpc", "counter")
    changes = {field: options[field] for field in plain if options[field] is not None}
    if origins := options["origins"]:
        changes["origins"] = () if origins == ("any",) else tuple(map(origin, origins))
    if names := options["keep_query"]:
        changes["keep_query"] = () if names == ("none",) else names
    if aliases := options["aliases"]:
        changes["aliases"] = () if aliases == ("none",) else site_aliases(aliases)
    for option, field in (("cap", "cap"), ("retention", "retention_months")):
        if options[option] is not None:
            changes[field] = options[option] or None
    return changes


def _apply(installation: Installation, known: Site, changed: Site, quiet: bool) -> None:
    """Stores a change; thresholds below the present count are reached in silence."""
    engine = installation.engine
    live = live_projection(engine.read_models)
    if changed.timezone != known.timezone:
        timezones = {**live.timezones, changed.name: changed.timezone}
        if any(engine.read_models.rows(live.version, changed.name, ORIGIN_DAY, FIRST_DAY, LAST_DAY)):
            with event_progress("rebuilding", quiet) as progress:
                building = installation.rebuild.build(live.rules, timezones, progress)
            engine.sites.save(changed)
            installation.rebuild.switch(building, now_ms())
        else:
            engine.read_models.set_timezone(changed.name, changed.timezone)
    engine.milestones.silence(changed.name, _SILENCE_HOLDER, now_ms() + HOUR_MS)
    engine.sites.save(changed)
    installation.check({Subject(changed.name, None)})
    engine.milestones.end_silence(changed.name, _SILENCE_HOLDER)


def _told(site: Site) -> list[str]:
    """Gives what a line of the list says: of the settings that few sites change, those that were changed."""
    told = [site.name, site.timezone, "public" if site.public else "private"]
    if site.counter:
        told.append("counter")
    if site.gpc != GPC_COUNT_WITHOUT_VISITOR:
        told.append(f"gpc={site.gpc}")
    return told + [f"alias={alias}" for alias in site.aliases]


def _shown(shown: Site) -> dict[str, Any]:
    return {
        "site": shown.name,
        **{field: value for field, value in shown.to_dict().items() if field not in ("name", "id")},
    }
