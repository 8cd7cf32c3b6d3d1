"""Nothing that must not be kept is anywhere: not in the data folder, the output, the mails, a backup."""

import base64
import contextlib
import json
import socket
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

from tests.stack.clock import ShiftedClock
from tests.stack.leaks import Forms, forms_of, forms_of_address, occurrences
from tests.stack.mails import read_mails, text_of
from tests.stack.waiting import within
from tests.support.server import Answer, Api, serving

SECRET = "s3cr3tq7vkx"
WRONG_KEY = "mp_wr0ngq7vkxw9m2pz"
FORWARDED = "198.51.100.213"
FORWARDED_6 = "2001:db8:7a31:c0de::5eed"
PEER = "127.83.61.207"
VISIBLE = "/visible-page"

#: A page's own address and a referrer, full of secrets.
URL = f"https://user:{SECRET}@localhost{VISIBLE}?token={SECRET}&gclid={SECRET}&utm_source=letter#access_token={SECRET}"
OTHERS = f"https://user:{SECRET}@other.example/from?token={SECRET}&utm_source={SECRET}#{SECRET}"
OWN = f"https://user:{SECRET}@localhost/before?token={SECRET}&fbclid={SECRET}#{SECRET}"

#: So many pageviews are a page's first milestone, whose mail names the page.
FIRST_OF_A_PAGE = 100

pytestmark = pytest.mark.xdist_group("leaks")


def send(server: Api, key: str) -> None:
    """Sends secrets in every way that ends well, badly, or in nothing."""
    trusted = {"x-forwarded-for": f"{FORWARDED_6}, {FORWARDED}"}
    for _ in range(FIRST_OF_A_PAGE):
        assert server.beacon(URL, headers=trusted, referrer=OTHERS).status == 202
    assert server.beacon(URL, headers=trusted, referrer=OWN, hashMode=1).status == 202
    assert server.beacon(f"https://localhost/#/route?token={SECRET}", source=PEER, h=1).status == 202
    # With a key that may write, the first address that it names is the visitor's.
    with_key = {**trusted, "authorization": f"Bearer {key}"}
    assert server.beacon(URL, headers=with_key, source=PEER).status == 202

    assert dropped(server.beacon(URL, domain=f"{SECRET}.example", headers=trusted))
    assert dropped(server.beacon(URL, domain="strict.example", headers={"origin": f"https://{SECRET}.example"}))
    wrong = {"authorization": f"Bearer {WRONG_KEY}", "x-forwarded-for": FORWARDED}
    assert server.beacon(URL, headers=wrong, source=PEER).status == 401
    assert server.get("/v1/sites/strict.example/counts", WRONG_KEY).status == 401
    assert server.get("/v1/sites/strict.example/counts", key, token=SECRET).status == 403
    assert server.get("/v1/sites/localhost/counts", token=SECRET).status == 400
    assert server.get(f"/v1/{SECRET}", key).status == 404
    by_other_trackers(server, with_key)
    for body, status in malformed():
        assert server.request("POST", "/api/event", body, with_key).status == status
    broken(server)


def by_other_trackers(server: Api, with_key: Mapping[str, str]) -> None:
    """Sends secrets as other trackers and the pixel do; a message of Umami's says who the visitor is."""
    url = URL.replace(VISIBLE, "/tracked")
    path = urlsplit(url)._replace(scheme="", netloc="").geturl()
    payload = {"website": "localhost", "url": url, "referrer": OTHERS, "title": SECRET, "id": SECRET, "ip": FORWARDED}
    for kind in ("event", "identify"):
        body = json.dumps({"type": kind, "payload": {**payload, "timestamp": SECRET}}).encode()
        assert server.request("POST", "/api/send", body, with_key).status == 200
    for query in (
        f"/count?{urlencode({'p': path, 'q': urlsplit(url).query, 'r': OTHERS, 't': SECRET, 'rnd': SECRET})}",
        f"/pixel.gif?{urlencode({'u': url, 'r': OWN, 'more': SECRET})}",
    ):
        assert server.request("GET", query, headers={**with_key, "referer": url}).status == 200
    for wrong in (f"/count?e={SECRET}", f"/pixel.gif?u={SECRET}"):
        assert server.request("GET", wrong, headers={**with_key, "referer": f"https://[{SECRET}"}).status == 400


def dropped(answer: Answer) -> bool:
    """Tells whether the answer is that of a dropped event."""
    return answer.status == 202 and answer.headers.get("x-plausible-dropped") == "1"


def malformed() -> Iterator[tuple[bytes, int]]:
    """Bodies with secrets in them, and the status of their answers."""
    beacon = json.dumps({"n": "pageview", "u": URL, "r": OTHERS}).encode()
    yield beacon[:-1], 400
    yield beacon.replace(b"pageview", b"\xff"), 400
    yield beacon.replace(b"pageview", b"\\ud800"), 400
    yield beacon.replace(b"pageview", b"\\u0000"), 400
    yield beacon.replace(b"@localhost", b"@[localhost"), 400
    yield json.dumps({"n": "pageview", "u": f"https://user:{SECRET}@\u2100.example/{SECRET}"}).encode(), 400
    yield beacon.ljust(70_000), 413


def broken(server: Api) -> None:
    """Sends what is no HTTP."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(f"GET /{SECRET} HTTP/1.1\r\n{SECRET}\x00\r\n\r\n".encode())
        with contextlib.suppress(ConnectionError):
            connection.recv(1024)


def mails_of(data: Path) -> str:
    """Gives all mails that were written, decoded."""
    return "\n".join(map(text_of, read_mails(data)))


@contextmanager
def storage_held(data: Path) -> Iterator[None]:
    """Keeps the server from writing events."""
    with closing(sqlite3.connect(data / "milepost.db", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def leaked(secrets: Mapping[str, Forms], places: Sequence[Path]) -> dict[str, list[str]]:
    """Gives where each secret occurs that does."""
    found = {name: occurrences(places, forms) for name, forms in secrets.items()}
    return {name: where for name, where in found.items() if where}


def places_of(found: Sequence[str]) -> set[str]:
    """Names the files of what was found."""
    return {where.partition(":")[0] for where in found}


def test_no_secret_is_kept_anywhere(tmp_path: Path) -> None:
    data, copy, decoded = tmp_path / "data", tmp_path / "copy", tmp_path / "mails"
    environment = {"MILEPOST_TRUSTED_PROXIES": "127.0.0.1", "MILEPOST_MAIL_TO": "owner@example.org"}
    with serving(data, environment) as server:
        server.command("site", "add", "strict.example", "--origin", "https://strict.example")
        key = server.command("key", "add", "--scope", "write").stdout.strip()
        within(2, lambda: server.get("/v1/sites", key).status == 403)
        send(server, key)
        with storage_held(data):
            held = {"x-forwarded-for": FORWARDED, "authorization": f"Bearer {key}"}
            assert server.beacon(URL, headers=held, referrer=OWN).status == 503
        within(10, lambda: server.pages("localhost").get(VISIBLE) == FIRST_OF_A_PAGE + 2)
        # As in every mail, what looks like a link is broken up.
        within(10, lambda: VISIBLE.strip("/") in mails_of(data))
        decoded.write_text(mails_of(data))
        server.command("backup", str(copy))
        printed = server.admin_key or ""
        places = [data, copy, decoded, server.out, server.err]
        secrets = {
            "a part of a URL": forms_of(SECRET.encode()),
            "a right key": forms_of(key.encode()),
            "a wrong key": forms_of(WRONG_KEY.encode()),
            "the peer's address": forms_of_address(PEER),
            "a forwarded address": forms_of_address(FORWARDED),
            "a forwarded IPv6 address": forms_of_address(FORWARDED_6),
        }
        running = leaked(secrets, places)
        assert server.stop() == 0

    assert running == {}
    assert leaked(secrets, places) == {}
    assert places_of(occurrences(places, forms_of(printed.encode()))) == {"data.out"}
    # The search does find what is kept.
    kept = {"page": VISIBLE.encode()}
    assert places_of(occurrences([copy], kept)) == {"milepost.db", "views.db"}


def parts_of(salt: bytes) -> Forms:
    """Gives the spellings of each part of a salt, of which no more than that may have remained."""
    parts = {f"from byte {start}": salt[start : start + 8] for start in range(0, len(salt), 8)}
    return {f"{part}, {form}": text for part, piece in parts.items() for form, text in forms_of(piece).items()}


def salts(data: Path) -> dict[str, bytes | None]:
    """Reads the salt of every day; None of one that was destroyed."""
    with closing(sqlite3.connect(data / "salts.db")) as connection:
        return dict(connection.execute("SELECT day, salt FROM salts"))


def stored_visitors(data: Path) -> list[str]:
    """Reads the visitor hash of every event, in the order of their epochs."""
    with closing(sqlite3.connect(data / "milepost.db")) as connection:
        bodies = connection.execute("SELECT body FROM events ORDER BY epoch, version").fetchall()
    return [json.loads(body)["visitor"] for (body,) in bodies]


def test_an_old_salt_is_nowhere(tmp_path: Path) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy"
    clock = ShiftedClock(tmp_path / "clock")
    with serving(data, clock.environment) as server:
        assert server.beacon("https://localhost/first").status == 202
        [(first_day, first)] = salts(data).items()
        assert first is not None
        server.command("backup", str(copy))
        places = [data, copy, server.out, server.err]
        found = places_of(occurrences(places, parts_of(first)))
        assert found
        assert found <= {"salts.db", "salts.db-wal"}

        clock.advance(hours=51)
        within(20, lambda: salts(data)[first_day] is None)
        within(10, lambda: not occurrences(places, parts_of(first)))
        assert server.beacon("https://localhost/second").status == 202
        second = next(salt for salt in salts(data).values() if salt)
        server.kill()

    clock.advance(hours=51)
    with serving(data, clock.environment) as server:
        assert occurrences(places, parts_of(second)) == []
        # A day whose salt was destroyed keeps its mark, and the same visitor has another hash on another day.
        assert list(salts(data).values()) == [None, None]
        one, other = stored_visitors(data)
        assert one != other
        server.stop()
    assert occurrences(places, parts_of(first)) == []


@pytest.mark.parametrize("before", [b"", b"x", b"xy"])
@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.hex().encode(),
        lambda text: text.hex().upper().encode(),
        lambda text: quote(text).encode(),
        base64.b64encode,
        base64.urlsafe_b64encode,
    ],
)
def test_the_search_finds_every_spelling(tmp_path: Path, before: bytes, encode: Callable[[bytes], bytes]) -> None:
    secret = b"\x00hidden?>\xff"
    file = tmp_path / "file"
    file.write_bytes(encode(before + secret + b"z"))
    assert occurrences([tmp_path], forms_of(secret))
    file.write_bytes(encode(before + secret[:-1] + b"z"))
    assert not occurrences([tmp_path], forms_of(secret))


@pytest.mark.parametrize("spelling", [b"3325256917", b"c63364d5", b"213.100.51.198", b"MTk4LjUxLjEwMC4yMTM"])
def test_the_search_finds_every_spelling_of_an_address(tmp_path: Path, spelling: bytes) -> None:
    (tmp_path / "file").write_bytes(b"-" + spelling + b"-")
    assert occurrences([tmp_path], forms_of_address("198.51.100.213"))
