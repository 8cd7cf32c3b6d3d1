"""`milepost`: the command line."""

from pathlib import Path

import click
from click.core import ParameterSource

from infra.aws.problems import AwsProblem
from infra.cli.backup import backup
from infra.cli.context import DEFAULT_FOLDER, Context
from infra.cli.deploy import deploy, destroy, diff
from infra.cli.doctor import doctor
from infra.cli.export import export
from infra.cli.goal import goal
from infra.cli.import_access_log import import_access_log
from infra.cli.import_events import import_events
from infra.cli.key import key
from infra.cli.notify import notify
from infra.cli.quarantine import quarantine
from infra.cli.rebuild import rebuild
from infra.cli.serve import serve
from infra.cli.share import share
from infra.cli.site import site
from infra.cli.status import status
from infra.cli.verify import verify
from infra.installation import NotAlone
from infra.settings import BadSettings
from shared import VERSION
from shared.engine import CommitConflict, StorageUnavailable
from shared.engines.sqlite.database import NewerData


class _Group(click.Group):
    """Turns the faults that a user can do something about into one clear line and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (BadSettings, NewerData, NotAlone, AwsProblem) as error:
            raise click.ClickException(str(error)) from error
        except StorageUnavailable as error:
            raise click.ClickException(f"the storage is not to be had: {error}") from error
        except CommitConflict as error:
            raise click.ClickException(f"others were at the counts too often ({error}); start it again") from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="milepost")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT_FOLDER,
    show_default=True,
    envvar="DATA",
    help="The data folder.",
)
@click.option("--stack", metavar="NAME", envvar="MILEPOST_STACK", help="A stack in your AWS account, in its place.")
@click.pass_context
def main(ctx: click.Context, data: Path, stack: str | None) -> None:
    """Event-sourced visitor analytics that you run yourself."""
    of_data, of_stack = ctx.get_parameter_source("data"), ctx.get_parameter_source("stack")
    if stack and of_data == of_stack:
        raise click.UsageError("--data names a data folder and --stack a stack on AWS: give one of them")
    # What is given on the command line goes before what the environment says.
    ctx.obj = Context(data, None if of_data == ParameterSource.COMMANDLINE else stack or None)


@main.group("import")
def import_group() -> None:
    """Bring in visits that were counted elsewhere."""


import_group.add_command(import_access_log)
import_group.add_command(import_events)
for command in (
    serve,
    site,
    goal,
    key,
    share,
    export,
    backup,
    rebuild,
    verify,
    quarantine,
    notify,
    status,
    deploy,
    diff,
    destroy,
    doctor,
):
    main.add_command(command)
