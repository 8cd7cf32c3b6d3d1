"""A small SMTP server, which can be down, and can be there without ever answering."""

import socket
import threading
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import BinaryIO

_CONNECTION_SECONDS = 60


class SmtpServer:
    """An address for mails. Nobody listens there until it is opened."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        """Its address as a setting."""
        return f"smtp://127.0.0.1:{self._listener.getsockname()[1]}"

    def hang(self) -> None:
        """Lets connections be made, and answers none."""
        self._listener.listen()

    def open(self) -> None:
        """Takes mails from now on."""
        self._listener.listen()
        self._thread.start()

    def close(self) -> None:
        """Goes away."""
        # Closing alone would not wake a thread that waits for a connection.
        if self._thread.is_alive():
            self._listener.shutdown(socket.SHUT_RDWR)
            self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(_CONNECTION_SECONDS)
            with connection, connection.makefile("rb") as lines:
                self._talk(connection, lines)

    def _talk(self, connection: socket.socket, lines: BinaryIO) -> None:
        _say(connection, 220)
        for line in iter(lines.readline, b""):
            verb = line[:4].upper()
            if verb == b"DATA":
                _say(connection, 354)
                text = b"".join(part.removeprefix(b".") for part in iter(lines.readline, b".\r\n"))
                self.mails.append(message_from_bytes(text, EmailMessage, policy=default))
            elif verb == b"RCPT":
                self.recipients.append(line.decode().partition(":")[2].strip().strip("<>"))
            _say(connection, 221 if verb == b"QUIT" else 250)


def _say(connection: socket.socket, code: int) -> None:
    connection.sendall(b"%d localhost\r\n" % code)
