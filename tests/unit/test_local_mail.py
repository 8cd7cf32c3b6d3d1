import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from infra.local.mail import file_mail, smtp_mail, to_message
from services.projector.notify import NotDelivered, Notification
from tests.unit.making import NOON

MAIL = Notification("m1", "example.org: the site reached 1,000 pageviews", "example.org: 1,000 pageviews, é 😀\n")
SENDER, RECIPIENTS = "Milepost <stats@example.org>", ("me@example.org", "you@example.org")


def read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)


def test_a_mail_has_the_same_ids_whenever_it_is_sent() -> None:
    message = read(to_message(MAIL, SENDER, RECIPIENTS, NOON).as_bytes())
    assert dict(message.items()) == {
        "From": "Milepost <stats@example.org>",
        "To": "me@example.org, you@example.org",
        "Subject": "example.org: the site reached 1,000 pageviews",
        "Date": "Sun, 22 Nov 2026 12:00:00 +0000",
        "Message-ID": "<m1@milepost>",
        "X-Milepost-Id": "m1",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": message["Content-Transfer-Encoding"],
    }
    assert message.get_content().replace("\r\n", "\n") == MAIL.text


def test_without_recipients_it_is_to_its_sender() -> None:
    assert to_message(MAIL, "a@example.org", (), NOON)["To"] == "a@example.org"


def test_a_mail_is_one_file_however_often_it_is_sent(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "mail"
    send = file_mail(folder, SENDER, RECIPIENTS, lambda: NOON)
    for _ in range(2):
        send(MAIL)
        assert [path.name for path in folder.iterdir()] == ["m1.eml"]
    assert read((folder / "m1.eml").read_bytes())["Subject"] == MAIL.subject
    assert folder.stat().st_mode & 0o077 == 0


def test_a_folder_that_takes_no_file_is_not_delivered(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("in the way")
    with pytest.raises(NotDelivered):
        file_mail(tmp_path / "mail", SENDER, RECIPIENTS, lambda: NOON)(MAIL)


@pytest.mark.parametrize("featureend", ["\n", "\r\n", "\r"])
def test_no_text_becomes_a_header(tmp_path: Path, featureend: str) -> None:
    hostile = f"x{featureend}Bcc: victim@evil.example{featureend}{featureend}body"
    send = file_mail(tmp_path, SENDER, RECIPIENTS, lambda: NOON)
    with pytest.raises(NotDelivered):
        send(MAIL._replace(subject=hostile))
    assert not list(tmp_path.iterdir())
    send(MAIL._replace(text=hostile))
    assert "Bcc" not in read((tmp_path / "m1.eml").read_bytes())


class Server:
    """A mail server for one connection. `refuses`: the beginning of the command that it answers with a fault."""

    def __init__(self, listener: socket.socket, refuses: str, features: tuple[str, ...], farewell: str) -> None:
        self._listener = listener
        self._refuses = refuses
        self._features = features
        self._farewell = farewell
        self.commands: list[str] = []
        self.mails: list[bytes] = []

    def serve(self) -> None:
        connection, _ = self._listener.accept()
        with suppress(ConnectionError), connection, connection.makefile("rwb") as stream:

            def say(line: str) -> None:
                stream.write(line.encode() + b"\r\n")
                stream.flush()

            say("220 ready")
            for line in stream:
                command = line.decode("latin-1").strip()
                self.commands.append(command)
                if self._refuses and command.startswith(self._refuses):
                    say("550 no")
                elif command.lower().startswith("ehlo"):
                    for feature in ("localhost", *self._features):
                        say(f"250-{feature}")
                    say("250 HELP")
                elif command.lower() == "data":
                    say("354 go on")
                    lines = iter(stream.readline, b".\r\n")
                    self.mails.append(b"".join(lines))
                    say("250 taken")
                elif command.startswith("AUTH"):
                    say("235 welcome")
                elif command.lower() == "quit":
                    say(self._farewell)
                    return
                else:
                    say("250 yes")


@contextmanager
def server(
    refuses: str = "", features: tuple[str, ...] = (), farewell: str = "221 bye"
) -> Iterator[tuple[Server, str]]:
    """A server, and its host and port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = Server(listener, refuses, features, farewell)
        thread = threading.Thread(target=running.serve)
        thread.start()
        yield running, f"127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


def smtp(url: str) -> None:
    smtp_mail(url, SENDER, RECIPIENTS, lambda: NOON)(MAIL)


def test_a_mail_server_gets_the_mail_for_every_recipient() -> None:
    with server() as (running, host):
        smtp(f"smtp://{host}")
    (mail,) = running.mails
    assert read(mail)["Message-ID"] == "<m1@milepost>"
    envelope = [command.lower().split(" ")[:2] for command in running.commands]
    assert ["mail", "from:<stats@example.org>"] in envelope
    assert ["rcpt", "to:<me@example.org>"] in envelope
    assert ["rcpt", "to:<you@example.org>"] in envelope


def test_user_and_password_are_decoded() -> None:
    with server(features=("AUTH PLAIN",)) as (running, host):
        smtp(f"smtp://us%40er:p%3A%2Fw@{host}")
    (login,) = [command for command in running.commands if command.startswith("AUTH PLAIN ")]
    assert base64.b64decode(login.split(" ")[2]) == b"\0us@er\0p:/w"
    assert len(running.mails) == 1


@pytest.mark.parametrize("refuses", ["mail", "rcpt", "data"])
def test_what_a_server_refuses_is_not_delivered(refuses: str) -> None:
    with server(refuses) as (running, host), pytest.raises(NotDelivered, match=r"127\.0\.0\.1"):
        smtp(f"smtp://{host}")
    assert not running.mails


@pytest.mark.parametrize(
    "credentials",
    ["user:wrong@", "user:p%C3%A4ss@"],
)
def test_a_login_that_fails_is_not_delivered(credentials: str) -> None:
    with server("AUTH", features=("AUTH PLAIN",)) as (running, host), pytest.raises(NotDelivered):
        smtp(f"smtp://{credentials}{host}")
    assert not running.mails


def test_a_mail_that_was_taken_is_delivered_whatever_the_server_says_at_the_end() -> None:
    with server(farewell="421 I am off") as (running, host):
        smtp(f"smtp://{host}")
    assert len(running.mails) == 1


@pytest.mark.parametrize("credentials", ["", "user:pw@"])
def test_a_server_that_cannot_encrypt_gets_no_mail_in_plain(credentials: str) -> None:
    with server(features=("AUTH PLAIN",)) as (running, host), pytest.raises(NotDelivered):
        smtp(f"smtp+starttls://{credentials}{host}")
    assert not running.mails
    assert not any("AUTH" in command for command in running.commands)


def test_a_server_that_does_not_speak_tls_gets_nothing_by_smtps() -> None:
    with server() as (running, host), pytest.raises(NotDelivered):
        smtp(f"smtps://user:pw@{host}")
    assert not running.mails


def test_a_server_that_is_not_there_is_not_delivered() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NotDelivered):
        smtp(f"smtp://127.0.0.1:{port}")
