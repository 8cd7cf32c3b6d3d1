"""`milepost deploy|diff|destroy`."""

import os
import sys
import time
from typing import TYPE_CHECKING

import click

from infra.admin import prepare
from infra.cli.context import Context, json_option, needs_deployment_packages, pass_context, print_json
from infra.cli.progress import event_progress
from infra.cli.snippet import snippet
from shared.domain.costs import PRICES, SECONDS_PER_MONTH, Usage, month_cost, watching_cost
from shared.process import random_id

if TYPE_CHECKING:
    from infra.aws.account import Account
    from infra.aws.config import Deployment
    from infra.aws.deploy import Stacks
    from infra.installation import Installation

_PHRASE = "delete all events of {}"

yes_option = click.option("--yes", is_flag=True, help="Do not ask.")


@click.command()
@click.option("--adopt", "adopted", multiple=True, metavar="ROLE=TABLE", help="Make a new stack over tables there are.")
@yes_option
@pass_context
def deploy(context: Context, adopted: tuple[str, ...], yes: bool) -> None:
    """Put Milepost into the AWS account of the current credentials, or bring it up to date."""
    deployment = deployment_of(context)
    tables = _adopted(adopted)
    from infra.aws.account import open_account
    from infra.aws.adopt import adopt, count_again
    from infra.aws.deploy import Deployer, build, check_account, check_bootstrap, upload_pages
    from infra.aws.hosting import put_zip
    from infra.aws.installation import dynamo_of, installation_of
    from infra.aws.synthesis import BUILD

    account = open_account()
    environment = check_account(account)
    check_bootstrap(account, environment)
    _announce(account, deployment, environment.account_id)
    if not yes and sys.stdin.isatty():
        click.confirm("Go on?", abort=True, err=True)
    templates = build(deployment, BUILD, click.echo)
    if tables:
        main_template = next(template for template in templates if template.stack == deployment.stack)
        adopt(account, main_template, tables, f"adopt-{random_id()}", time.sleep, click.echo)
    stacks = Deployer(account, environment, deployment, templates, time.sleep, click.echo).deploy()
    click.echo("uploading the static pages")
    sample_site = upload_pages(account, stacks, put_zip, time.sleep)
    installation = installation_of(account, stacks.main, dynamo_of(account))
    if tables:
        with event_progress("counting again", quiet=False) as progress:
            count_again(installation, progress)
    new_key = prepare(installation.engine, None, sample_site)
    _report(account, stacks, installation, new_key)


@click.command()
@json_option
@pass_context
def diff(context: Context, as_json: bool) -> None:
    """Show what deploy would change, and change nothing."""
    deployment = deployment_of(context)
    from infra.aws.account import open_account
    from infra.aws.deploy import Deployer, build, check_account, check_bootstrap
    from infra.aws.synthesis import BUILD

    account = open_account()
    environment = check_account(account)
    check_bootstrap(account, environment)
    templates = build(deployment, BUILD, _tell_aside)
    proposals = Deployer(account, environment, deployment, templates, time.sleep, _tell_aside).diff()
    if as_json:
        print_json({proposal.stack: [change._asdict() for change in proposal.changes] for proposal in proposals})
        return
    for proposal in proposals:
        click.echo(f"{proposal.stack}{' (new)' if proposal.new else ''}")
        for change in proposal.changes:
            replaced = {"True": "  is replaced by another", "Conditional": "  may be replaced by another"}
            named = f": {', '.join(change.properties)}" if change.properties else ""
            ending = f"{named}{replaced.get(change.replacement, '')}"
            click.echo(f"  {change.action:7} {change.kind}  {change.resource}{ending}")
    if not proposals:
        click.echo("nothing to change")


@click.command()
@click.option("--delete-data", metavar="WORDS", help='Also delete the events: "delete all events of NAME".')
@yes_option
@pass_context
def destroy(context: Context, delete_data: str | None, yes: bool) -> None:
    """Take the deployment out of the AWS account. Its events stay there unless told otherwise."""
    deployment = deployment_of(context)
    from infra.aws.account import open_account
    from infra.aws.adopt import ADOPTABLE
    from infra.aws.destroy import delete_kept, kept_resources
    from infra.aws.stacks import delete_stack, existing_stack, find_stack

    phrase = _PHRASE.format(deployment.stack)
    if delete_data is not None and delete_data != phrase:
        raise click.UsageError(f'to delete the events too, give exactly: --delete-data "{phrase}"')
    account = open_account()
    site_stack = find_stack(account, deployment.site_stack)
    # What an unfinished deployment or destruction has left may be the pages alone.
    stack = find_stack(account, deployment.stack) if site_stack else existing_stack(account, deployment.stack)
    kept = kept_resources(account, stack) if stack else []
    if not yes:
        _confirm(deployment.stack, account.region, delete_data is not None)
    for doomed in filter(None, [site_stack, stack]):
        click.echo(f"deleting {doomed.name}")
        delete_stack(account, doomed, time.sleep, click.echo)
    for one in kept:
        if delete_data is None:
            click.echo(f"kept: {one.name} ({one.kind})")
        else:
            delete_kept(account, one, time.sleep)
            click.echo(f"deleted: {one.name} ({one.kind})")
    if stack and kept and delete_data is None:
        tables = {role: stack.outputs.get(f"Table{role.capitalize()}", "NAME") for role in ADOPTABLE}
        options = " ".join(f"--adopt {role}={name}" for role, name in tables.items())
        click.echo(f'To deploy again with these events: make deploy ARGS="{options}"')


def deployment_of(context: Context) -> "Deployment":
    """Reads the settings of the deployment; --stack goes before STACK.

    Raises:
        BadSettings, click.ClickException: One cannot be used, or the packages for it are missing.
    """
    with needs_deployment_packages():
        import botocore  # noqa: F401 - whether it is there

        from infra.aws.config import read_deployment
    return read_deployment({**os.environ, **({"STACK": context.stack} if context.stack else {})})


def _adopted(options: tuple[str, ...]) -> dict[str, str]:
    """Reads the tables to adopt.

    Raises:
        click.UsageError: One is not of a kind that can be adopted.
    """
    from infra.aws.adopt import ADOPTABLE

    tables = dict(option.partition("=")[::2] for option in options)
    if not all(tables.values()) or not set(tables) <= set(ADOPTABLE):
        raise click.UsageError(f"--adopt wants one of {', '.join(ADOPTABLE)}, = and a table's name: --adopt log=NAME")
    return tables


def _announce(account: "Account", deployment: "Deployment", account_id: str) -> None:
    """Says what will be made, and what it costs while nobody visits."""
    idle = month_cost(Usage(events=0, stored=0, seconds=SECONDS_PER_MONTH), PRICES)
    click.echo(f"Account {account_id}, region {account.region}")
    click.echo(
        f"  {deployment.stack}: an HTTP API, functions, tables, a bucket for dead letters, mail topics, alarms and a "
        f"dashboard\n  {deployment.site_stack}: an Amplify app for the static pages"
    )
    watched = idle + watching_cost(PRICES)
    click.echo(
        f"  While nobody visits it costs about ${idle:.2f} a month, ${watched:.2f} where CloudWatch's free tier is "
        "used up by others; docs/costs.md has the arithmetic"
    )
    recipients = ", ".join(deployment.mail_to) or "nobody: MILEPOST_MAIL_TO is not set"
    click.echo(f"  Milestones and alarms are mailed to {recipients}")


def _report(account: "Account", stacks: "Stacks", installation: "Installation", new_key: str | None) -> None:
    """Says where everything is, and what is still to be done."""
    from infra.aws.deploy import mails_confirmed
    from infra.aws.installation import ALARM_TOPIC_ARN, TOPIC_ARN, WATCH_URL

    place, stack = installation.place, stacks.main
    click.echo(f"API        {place.api()}")
    click.echo(f"pages      {place.address()}")
    click.echo(f"dashboard  {place.address()}/dashboard/")
    click.echo(f"CloudWatch {stack.output(WATCH_URL)}")
    if new_key is not None:
        click.echo(f"admin key  {new_key}  (shown this once: keep it)")
    for site in installation.engine.sites.all():
        click.echo(f"{site.name}: {snippet(site, place)}")
    click.echo(f"Add a site: milepost --stack {stack.name} site add example.org")
    if not mails_confirmed(account, stack.output(TOPIC_ARN)):
        click.echo(
            "Nobody has confirmed the subscription to the mails of milestones: follow the link in the mail from AWS "
            "Notifications. Until then notified_at stays null, and what is reached waits"
        )
    if not mails_confirmed(account, stack.output(ALARM_TOPIC_ARN)):
        click.echo("Nobody has confirmed the subscription to the mails of alarms: until then an alarm reaches nobody")


def _confirm(name: str, region: str, with_data: bool) -> None:
    """Lets the stack's name be typed.

    Raises:
        click.Abort, click.ClickException: It was not.
    """
    what = "with all its events, for good" if with_data else "and keep its events"
    if click.prompt(f"To destroy {name} in {region} {what}, type its name", err=True) != name:
        raise click.ClickException("that is not its name; nothing was destroyed")


def _tell_aside(line: str) -> None:
    click.echo(line, err=True)
