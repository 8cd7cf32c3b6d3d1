"""What every refusal looks like, and what bad input must leave behind: nothing."""

import socket

from tests.stack.waiting import within
from tests.support.server import Answer, Server


def assert_refused(answer: Answer, fields: set[str]) -> None:
    """Checks that a refusal has Plausible's form and says something of these fields."""
    assert answer.headers["content-type"].startswith("application/json")
    errors = answer.json()
    assert errors.keys() == {"errors"}
    assert errors["errors"].keys() == fields
    assert all(text and isinstance(text, str) for texts in errors["errors"].values() for text in texts)


def assert_error(answer: Answer) -> None:
    """Checks that a refusal says what is wrong."""
    assert answer.headers["content-type"].startswith("application/json")
    error = answer.json()
    assert error.keys() == {"error"}
    assert error["error"]


def raw(server: Server, request: bytes) -> int:
    """Sends bytes and gives the status of the answer."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(request)
        return int(connection.recv(4096).split(b" ", 2)[1])


def assert_unharmed(server: Server, taken: set[str]) -> None:
    """Checks that a server still counts, and has counted, quarantined and complained of nothing but what it should.

    Args:
        server: The server, after whatever was sent to it.
        taken: The pages of what it may have accepted.
    """
    before = server.pages("localhost").get("/good", 0)
    assert server.beacon("https://localhost/good").status == 202
    within(2, lambda: server.pages("localhost").get("/good") == before + 1)
    assert set(server.pages("localhost", bots="include")) <= taken | {"/good"}
    assert server.command("verify", check=False).returncode == 0
    assert server.command("quarantine", "list").stdout == "0 in quarantine\n"
    logged = server.err.read_text()
    assert "Traceback" not in logged
    assert "ERROR" not in logged
    assert server.process.poll() is None
