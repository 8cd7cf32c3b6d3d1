"""`milepost key add|list|revoke`."""

from typing import Any

import click

from infra.admin import new_key
from infra.cli.context import Context, json_option, pass_context, print_json
from shared.domain.keys import SCOPES, Key


@click.group()
def key() -> None:
    """The keys of the API."""


@key.command()
@click.option("--scope", type=click.Choice(SCOPES), required=True, help="What the key allows; admin: all.")
@click.option("--site", "sites", multiple=True, metavar="SITE", help="Only for these sites.")
@json_option
@pass_context
def add(context: Context, scope: str, sites: tuple[str, ...], as_json: bool) -> None:
    """Draw a key and print it. It is stored nowhere, so this is the only time."""
    names = [context.site(name).name for name in sites]
    added, secret = new_key(scope, names)
    context.installation.engine.keys.save(added)
    if as_json:
        print_json({"id": added.id, "key": secret, "scope": added.scope, "sites": list(added.sites)})
    else:
        click.echo(secret)


@key.command("list")
@json_option
@pass_context
def list_keys(context: Context, as_json: bool) -> None:
    """List the keys by their ids."""
    keys = context.installation.engine.keys.all()
    if as_json:
        print_json({"keys": [_shown(one) for one in keys]})
    for one in () if as_json else keys:
        click.echo(f"{one.id}  {one.scope}  {', '.join(one.sites) or 'all sites'}")


@key.command()
@click.argument("key_id", metavar="ID")
@json_option
@pass_context
def revoke(context: Context, key_id: str, as_json: bool) -> None:
    """Take the key with this ID out of force."""
    if not context.installation.engine.keys.revoke(key_id):
        raise click.ClickException(f"there is no key with the id {key_id!r}; see: milepost key list")
    if as_json:
        print_json({"revoked": key_id})
    else:
        click.echo(f"{key_id} is revoked")


def _shown(shown: Key) -> dict[str, Any]:
    return {"id": shown.id, "scope": shown.scope, "sites": list(shown.sites)}
