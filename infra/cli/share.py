"""`milepost share`."""

import click

from infra.admin import new_key
from infra.cli.context import Context, json_option, pass_context, print_json


@click.command()
@click.argument("name", metavar="SITE")
@json_option
@pass_context
def share(context: Context, name: str, as_json: bool) -> None:
    """Print a link to the dashboard of SITE, for whoever it is given to.

    The link carries a key of its own that reads this site and nothing else, in its fragment, which browsers send to
    nobody. `milepost key revoke` takes it back.
    """
    site = context.site(name)
    key, secret = new_key("read", [site.name])
    context.installation.engine.keys.save(key)
    link = f"{context.installation.place.dashboard(site)}&key={secret}"
    if as_json:
        print_json({"site": site.name, "id": key.id, "link": link})
    else:
        click.echo(link)
        click.echo(f"take it back with: milepost key revoke {key.id}", err=True)
