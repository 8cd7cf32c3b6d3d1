"""`milepost notify --test`."""

import click

from infra.cli.context import Context, json_option, pass_context, print_json
from services.projector.notify import NotDelivered, Notification
from shared.process import random_id


@click.command()
@click.option("--test", is_flag=True, required=True, help="Send a test mail.")
@json_option
@pass_context
def notify(context: Context, test: bool, as_json: bool) -> None:
    """Send a mail over the path that milestones take."""
    place = context.installation.place
    dashboard = f"{place.address()}/dashboard/"
    text = f"This is a test: milestones of your sites will arrive like this.\n\nDashboard: {dashboard}\n"
    mail = Notification(f"test-{random_id()}", "Milepost: a test mail", text)
    try:
        place.send(mail)
    except NotDelivered as error:
        raise click.ClickException(f"the mail was not delivered: {error}") from error
    if as_json:
        print_json({"mail_id": mail.mail_id, "way": place.mail_way, "sent": test})
    else:
        click.echo(f"sent {mail.mail_id} by {place.mail_way}")
