"""`milepost status`."""

from typing import Any

import click

from infra.cli.context import Context, json_option, pass_context, print_json
from shared import VERSION
from shared.backlog import backlog, lag_ms, live_projection
from shared.domain.rules import rule_set
from shared.process import now_ms


@click.command()
@json_option
@pass_context
def status(context: Context, as_json: bool) -> None:
    """Tell how the installation is doing."""
    found = _status(context)
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        click.echo(f"{name.replace('_', ' '):24} {_readable(value)}")
    if not found["rules_current"]:
        click.echo("The rules have changed since the counts were folded: milepost rebuild brings history up to them.")


def _status(context: Context) -> dict[str, Any]:
    installation = context.installation
    engine = installation.engine
    live = live_projection(engine.read_models)
    return {
        "version": VERSION,
        **installation.place.about(),
        "sites": [site.name for site in engine.sites.all()],
        "projection": live.version,
        "rules_current": live.rules == rule_set(),
        "lag_seconds": lag_ms(engine, now_ms()) / 1000,
        "waiting_events": sum(waiting.events for waiting in backlog(engine, live)),
        "quarantined": len(engine.read_models.quarantine(live.version)),
        "unsent_milestones": len(engine.milestones.pending()),
        "unsent_mails": len(engine.milestones.planned()),
        "dropped": [
            {"day": day, "site": site, "reason": reason, "events": events}
            for (day, site, reason), events in engine.drops.all().items()
        ],
    }


def _readable(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_readable, value)) or "none"
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values() if part != "")
    return str(value)
