"""`milepost notify --test`."""

import click

from infra.cli.context import Context, json_option, pass_context, print_json
from infra.local.installation import address_of, random_id
from services.projector.notify import NotDelivered, Notification


@click.command()
@click.option("--test", is_flag=True, required=True, help="Send a test mail.")
@json_option
@pass_context
def notify(context: Context, test: bool, as_json: bool) -> None:
    """Send a mail over the path that milestones take."""
    installation = context.installation
    address = address_of(installation.folder, installation.settings)
    text = f"This is a test: milestones of your sites will arrive like this.\n\nDashboard: {address}/dashboard/\n"
    mail = Notification(f"test-{random_id()}", "Milepost: a test mail", text)
    try:
        installation.send(mail)
    except NotDelivered as error:
        raise click.ClickException(f"the mail was not delivered: {error}") from error
    way = "smtp" if installation.settings.smtp_url else "file"
    if as_json:
        print_json({"mail_id": mail.mail_id, "way": way, "sent": test})
    else:
        click.echo(f"sent {mail.mail_id} by {way}")
