"""What every command is given, and how every command prints."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from infra.local.installation import Installation, open_installation
from infra.settings import environment_settings
from shared.domain.sites import Site


class Context:
    """The data folder that a command works on; opened on first need."""

    def __init__(self, data: Path) -> None:
        """Remembers where to look: `data` is the data folder."""
        self.data = data

    @cached_property
    def installation(self) -> Installation:
        """The installation.

        Raises:
            BadSettings, NewerData, StorageUnavailable, click.ClickException: It cannot be opened.
        """
        settings = environment_settings()
        try:
            return open_installation(self.data, settings)
        except OSError as error:
            raise click.ClickException(f"the data folder cannot be used: {error}") from error

    def site(self, name: str) -> Site:
        """Finds a registered site.

        Raises:
            click.ClickException: There is none of that name.
        """
        sites = {site.name: site for site in self.installation.engine.sites.all()}
        try:
            return sites[name.lower()]
        except KeyError:
            known = ", ".join(sites) or "none yet"
            raise click.ClickException(f"there is no site {name!r} here; registered: {known}") from None


pass_context = click.make_pass_decorator(Context)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def print_json(content: Any) -> None:
    """Prints a JSON document on standard output."""
    click.echo(json.dumps(content, ensure_ascii=False))


@contextmanager
def usage_errors() -> Iterator[None]:
    """Turns a ValueError, which says what would be right, into a usage error of the command."""
    try:
        yield
    except ValueError as error:
        raise click.UsageError(str(error)) from error
