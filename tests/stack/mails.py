"""The mails that a server wrote as files."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path


def read_mails(data: Path) -> list[EmailMessage]:
    """Reads the mails of a data folder, in the order of their names."""
    files = sorted((data / "mail").glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), EmailMessage, policy=default) for file in files]


def text_of(mail: EmailMessage) -> str:
    """Gives a mail's headers and its text, decoded."""
    return "\n".join(f"{name}: {value}" for name, value in mail.items()) + "\n\n" + mail.get_content()
