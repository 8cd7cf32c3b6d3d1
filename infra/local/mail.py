"""Two mail paths: SMTP, and one file per mail."""

import os
import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from services.projector.notify import NotDelivered, Notification, Send
from shared.domain.calendar import utc
from shared.engine import Clock

_SMTP_TIMEOUT_SECONDS = 20


def to_message(notification: Notification, sender: str, recipients: Sequence[str], now: int) -> EmailMessage:
    """Makes the mail. Its `Message-ID` is the same whenever it is sent. `now`: milliseconds since 1970."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = ", ".join(recipients) or sender
    message["Subject"] = notification.subject
    message["Date"] = format_datetime(utc(now))
    message["Message-ID"] = f"<{notification.mail_id}@milepost>"
    message["X-Milepost-Id"] = notification.mail_id
    message.set_content(notification.text)
    return message


def file_mail(folder: Path, sender: str, recipients: Sequence[str], clock: Clock) -> Send:
    """Gives the mail path that writes `ID.eml` into a folder; the same mail sent twice is one file."""

    def send(notification: Notification) -> None:
        target = folder / f"{notification.mail_id}.eml"
        part = target.with_suffix(".part")
        try:
            message = to_message(notification, sender, recipients, clock())
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with part.open("wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except (OSError, ValueError) as error:  # a ValueError: something in the mail cannot be written
            raise NotDelivered(str(error)) from error

    return send


def smtp_mail(url: str, sender: str, recipients: Sequence[str], clock: Clock) -> Send:
    """Gives the mail path that hands mails to an SMTP server.

    Args:
        url: smtp://, smtp+starttls:// or smtps://[user:password@]host[:port].
        sender: The sender's address.
        recipients: The recipients' addresses.
        clock: Gives milliseconds since 1970.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    secure = ssl.create_default_context()

    def connect() -> smtplib.SMTP:
        if parts.scheme == "smtps":
            return smtplib.SMTP_SSL(host, parts.port or 465, timeout=_SMTP_TIMEOUT_SECONDS, context=secure)
        return smtplib.SMTP(host, parts.port or 25, timeout=_SMTP_TIMEOUT_SECONDS)

    def send(notification: Notification) -> None:
        taken = False
        try:
            message = to_message(notification, sender, recipients, clock())
            with connect() as server:
                if parts.scheme == "smtp+starttls":
                    server.starttls(context=secure)
                if parts.username:
                    server.login(unquote(parts.username), unquote(parts.password or ""))
                server.send_message(message)
                taken = True
        except (OSError, ValueError, smtplib.SMTPException) as error:
            if not taken:  # a fault in the leave-taking is none in the mail, which would come again and again
                raise NotDelivered(f"{host}: {error}") from error

    return send
