"""From a line of an access log to an event."""

import time
from typing import Any

import pytest
from apachelogs import COMBINED, COMMON, InvalidEntryError, LogParser
from hypothesis import example, given
from hypothesis import strategies as st

from infra.imports import access_log
from infra.imports.access_log import Hit, LineReader, Unreadable, event_of
from infra.imports.lines import Line
from shared.domain.calendar import rfc3339
from shared.domain.events import Event, decode_event, encode_event
from shared.domain.pages import page_of
from shared.domain.sites import new_site

SITE = new_site("example.org", "id")
STAMP = "20/Nov/2026:10:00:00 +0100"
COMBINED_LINE = f'192.0.2.1 - - [{STAMP}] "GET /a?x=1 HTTP/1.1" 200 512 "http://other.example/" "Agent"'


def read(text: str | bytes, reader: LineReader | None = None, terminated: bool = True) -> Hit | None:
    content = text.encode() if isinstance(text, str) else text
    return (reader or LineReader("UTC", as_written=False)).read(Line(1, content, "", terminated))


def hit_of(text: str | bytes, **options: Any) -> Hit:
    hit = read(text, **options)
    assert hit is not None
    return hit


def event(**fields: Any) -> Event:
    known: dict[str, Any] = {"address": "", "agent": "", "instant": 0, "day": "", "written": None}
    known |= {"path": "/", "referrer": None}
    return event_of(Hit(**(known | fields)), SITE, b"visitor!")


def test_a_combined_line() -> None:
    hit = hit_of(COMBINED_LINE)
    assert (hit.address, hit.agent, hit.path) == ("192.0.2.1", "Agent", "/a?x=1")
    assert (hit.referrer, hit.day, hit.written) == ("http://other.example/", "2026-11-20", None)
    assert rfc3339(hit.instant) == "2026-11-20T09:00:00.000Z"


def test_a_common_line() -> None:
    hit = hit_of('host.example - frank [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 2326')
    assert (hit.address, hit.agent, hit.path, hit.referrer) == ("host.example", "", "/a", None)


@pytest.mark.parametrize(
    ("request_line", "path"),
    [
        ("GET http://host.example/a HTTP/1.1", "/a"),
        ("GET HTTPS://host.example:8443 HTTP/1.1", "/"),
        ("GET http://host.example?x=1 HTTP/1.1", "/?x=1"),
        ("GET //a/b HTTP/1.1", "//a/b"),
        ("GET /a b HTTP/1.1", "/a b"),
        ("GET /a", "/a"),
        ("GET a HTTP/1.1", "/a"),
        (r"GET /\xc3\xa4 HTTP/1.1", "/ä"),
        ("GET /ä HTTP/1.1", "/ä"),
        (r"GET /\xff HTTP/1.1", "/\ufffd"),
        (r"GET /\"quoted\" HTTP/1.1", '/"quoted"'),
        ("GET /redirect?to=http://host.example/ HTTP/1.1", "/redirect?to=http://host.example/"),
    ],
)
def test_the_path_of_a_request(request_line: str, path: str) -> None:
    hit = hit_of(f'192.0.2.1 - - [20/Nov/2026:10:00:00 +0000] "{request_line}" 200 5')
    assert hit.path == path


@pytest.mark.parametrize(
    "line",
    [
        COMBINED_LINE.replace("GET", "POST"),
        COMBINED_LINE.replace("GET", "HEAD"),
        COMBINED_LINE.replace(" 200 ", " 404 "),
        COMBINED_LINE.replace(" 200 ", " 206 "),
        COMBINED_LINE.replace("/a?x=1", "/style.css?x=1"),
        COMBINED_LINE.replace("GET /a?x=1 HTTP/1.1", "-"),
        COMBINED_LINE.replace("GET /a?x=1 HTTP/1.1", r"\x16\x03\x01"),
        COMBINED_LINE.replace("GET /a?x=1 HTTP/1.1", ""),
    ],
)
def test_what_is_no_pageview_is_skipped(line: str) -> None:
    assert read(line) is None


@pytest.mark.parametrize("user", ["frank", "frank n furter", '""', r"\"frank\"", "frank@example.org", r"fr\xc3\xa4nk"])
def test_a_user_may_have_any_name(user: str) -> None:
    assert read(COMBINED_LINE.replace("- -", f"- {user}")) == read(COMBINED_LINE)


def test_an_address_may_be_of_any_kind() -> None:
    for address in ("2001:db8::1", "::ffff:192.0.2.1", "host.example", "-"):
        assert hit_of(COMBINED_LINE.replace("192.0.2.1", address)).address == address


def test_raw_bytes_are_read_like_escaped_ones() -> None:
    raw = COMBINED_LINE.replace("Agent", "Agent ä\t").encode() + b"\r"
    escaped = COMBINED_LINE.replace("Agent", r"Agent \xc3\xa4\t")
    assert hit_of(raw.rstrip(b"\r")) == hit_of(escaped)
    assert hit_of(escaped).agent == "Agent ä\t"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "empty"),
        (b"hello", "neither Combined nor Common"),
        (COMBINED_LINE[:-1].encode(), "neither Combined nor Common"),
        (COMBINED_LINE.encode() + b" 0.001", "neither Combined nor Common"),
        (b"\xef\xbb\xbf\0\xff", "neither Combined nor Common"),
        (COMBINED_LINE.replace("20/Nov/2026", "31/Feb/2026").encode(), "time"),
        (COMBINED_LINE.replace("20/Nov/2026", "20/Xyz/2026").encode(), "time"),
        (COMBINED_LINE.replace("20/Nov/2026", "20/Nov/0000").encode(), "time"),
        (COMBINED_LINE.replace("20/Nov/2026", "20/Nov/99999").encode(), "time"),
        (COMBINED_LINE.replace("20/Nov/2026:10:00:00 +0100", "01/Jan/0001:00:00:00 +1000").encode(), "time"),
        (COMBINED_LINE.replace("+0100", "+9900").encode(), "time"),
        (COMBINED_LINE.replace(" 512 ", " " + "9" * 5_000 + " ").encode(), "size"),
    ],
)
def test_a_line_that_cannot_be_read_says_why(line: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(line)


def test_a_line_that_is_too_long_says_so() -> None:
    with pytest.raises(Unreadable, match="longer than 65,536 bytes"):
        LineReader("UTC", as_written=False).read(Line(1, None, "", True))


@pytest.mark.parametrize("damaged", [r"\xe4" * 5_000, r"\"" * 20_000, "a " * 30_000, '" ' * 30_000, "[] " * 20_000])
@pytest.mark.parametrize("start", ["", '192.0.2.1 - - [20/Nov/2026:10:00:00 +0000] "GET /', COMBINED_LINE[:-1]])
def test_no_line_takes_long(damaged: str, start: str) -> None:
    began = time.process_time()
    with pytest.raises(Unreadable):
        read(start + damaged)
    assert time.process_time() - began < 0.5


printable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12)
pieces = st.sampled_from(["-", '"', '""', "\\", r"\x", r"\xe4", "[", "]", " ", "0", "007", "-1", "200", "GET /"])
field = st.one_of(printable, st.lists(pieces, max_size=5).map("".join))


@given(st.tuples(field, field, field, field, field, field, field), st.booleans())
@example((r"h", "l", "u [x] ", "20/Nov/2026:10:00:00 +0000", "r", "200", "5"), True)
def test_the_parsers_match_what_has_the_shape(fields: tuple[str, ...], combined: bool) -> None:
    """Otherwise they might take years over it."""
    host, name, user, stamp, request_line, status, size = fields
    text = f'{host} {name} {user} [{stamp}] "{request_line}" {status} {size}' + (' "-" "-"' if combined else "")
    shape = access_log._SHAPE.fullmatch(text)
    if shape:
        parser = LogParser(COMBINED if shape["more"] else COMMON)
        try:
            parser.parse(text)
        except InvalidEntryError:
            raise AssertionError(text) from None
        except ValueError:
            pass  # its time or a number is none


def test_half_a_combined_line_is_not_taken_for_a_common_one() -> None:
    reader = LineReader("UTC", as_written=False)
    half = COMBINED_LINE.partition(' "http')[0]
    hit_of(COMBINED_LINE, reader=reader)
    with pytest.raises(Unreadable, match="cut off"):
        read(half, reader=reader, terminated=False)
    assert read(half, reader=reader) is not None


def test_a_last_common_line_needs_no_ending() -> None:
    reader = LineReader("UTC", as_written=False)
    common = COMBINED_LINE.partition(' "http')[0]
    assert read(common, reader=reader) == read(common, reader=reader, terminated=False)


def test_the_day_is_the_sites() -> None:
    line = COMBINED_LINE.replace("20/Nov/2026:10:00:00 +0100", "20/Nov/2026:23:30:00 -0500")
    assert hit_of(line, reader=LineReader("UTC", as_written=False)).day == "2026-11-21"
    as_written = hit_of(line, reader=LineReader("UTC", as_written=True))
    assert (as_written.day, as_written.written) == ("2026-11-20", "2026-11-20T23")
    assert rfc3339(as_written.instant) == "2026-11-21T04:30:00.000Z"


def test_the_event_holds_what_may_be_kept() -> None:
    made = event_of(
        hit_of(COMBINED_LINE.replace("/a?x=1", "/a?token=SECRET&utm_source=mail&gclid=SECRET")), SITE, b"visitor!"
    )
    assert made == Event(
        site="example.org",
        origin="access-log",
        instant=made.instant,
        name="pageview",
        url="/a?utm_source=mail",
        visitor=b"visitor!".hex(),
        referrer="http://other.example/",
        click_id="gclid",
        user_agent="Agent",
    )
    assert decode_event(encode_event(made)) == made


@pytest.mark.parametrize("path", ["//host/a", "/a:b@c", "/[x", "/%zz", "/a;b=c", "/http://host/a", "/\0\ud7ff"])
def test_any_path_keeps_its_page(path: str) -> None:
    assert page_of(event(path=path + "?x=1").url) == page_of(path)


@pytest.mark.parametrize(
    ("referrer", "kept"),
    [
        ("https://other.example/a?q=SECRET", "https://other.example/a"),
        ("https://user:SECRET@example.org/a?q=SECRET&ref=x", "https://example.org/a?ref=x"),
        ("android-app://com.example/", "android-app://com.example/"),
        ("hello", None),
        ("http://[", None),
        ("", None),
        (None, None),
    ],
)
def test_a_referrer_is_stripped(referrer: str | None, kept: str | None) -> None:
    assert event(referrer=referrer).referrer == kept


def test_what_is_too_long_is_cut_and_marked() -> None:
    made = event(path="/" + "ä" * 10_000, agent="x" * 2_000, referrer="http://other.example/" + "x" * 10_000)
    assert len(made.url.encode()) <= 4_000
    assert len(made.user_agent or "") == 512
    assert len(made.referrer or "") == 2_000
    assert made.cut == ("url", "referrer", "user_agent")
    assert len(encode_event(made)) < 8_000


def test_what_fits_is_not_marked() -> None:
    assert event(path="/" + "x" * 3_999, agent="x" * 512, referrer="http://other.example/?" + "x" * 1_900).cut == ()
