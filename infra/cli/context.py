"""What every command is given, and how every command prints."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from infra.installation import Installation
from infra.local.installation import open_installation
from infra.settings import Settings, environment_settings
from shared.domain.sites import Site

#: The data folder, if no other is named.
DEFAULT_FOLDER = Path(".milepost")


class Context:
    """The data folder or the stack that a command works on; opened on first need."""

    def __init__(self, data: Path, stack: str | None = None) -> None:
        """Remembers where to look.

        Args:
            data: The data folder.
            stack: The name of a deployed stack, to be used in place of the folder.
        """
        self.data = data
        self.stack = stack

    @cached_property
    def settings(self) -> Settings:
        """The settings of the environment.

        Raises:
            BadSettings: One of them cannot be used.
        """
        return environment_settings()

    @cached_property
    def installation(self) -> Installation:
        """The installation.

        Raises:
            BadSettings, NewerData, StorageUnavailable, AwsProblem, click.ClickException: It cannot be opened.
        """
        if self.stack is not None:
            with needs_deployment_packages():
                from infra.aws.installation import open_stack
            return open_stack(self.stack)
        try:
            return open_installation(self.data, self.settings)
        except OSError as error:
            raise click.ClickException(f"the data folder cannot be used: {error}") from error

    def folder(self, instead: str) -> Path:
        """Gives the data folder, to a command that is for nothing else.

        Args:
            instead: What serves the same purpose on AWS.

        Raises:
            click.ClickException: The command was called for a stack.
        """
        if self.stack is not None:
            raise click.ClickException(f"this command is for a data folder (--data), not for a stack: {instead}")
        return self.data

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


@contextmanager
def needs_deployment_packages() -> Iterator[None]:
    """Turns a missing package, which only work on AWS needs, into one clear line."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"work on AWS needs packages that are not installed yet ({error.name}): run make install-deploy"
        ) from error
