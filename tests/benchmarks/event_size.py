"""The size of an event's item: one write unit on DynamoDB is 1,024 bytes."""

import json
from collections.abc import Iterable, Iterator, Sequence

from infra.imports.access_log import Hit, LineReader, event_of
from infra.imports.lines import Line as LogLine
from shared.domain.beacon import MAX_PROP_VALUE_LENGTH, MAX_REFERRER_LENGTH
from shared.domain.epochs import import_epoch
from shared.domain.events import encode_event
from shared.domain.minimise import MAX_URL_BYTES
from shared.domain.sites import Site
from shared.engine import Record
from shared.http import Handler, Request
from tests.benchmarks.billing import item_size
from tests.benchmarks.emulated import item_of
from tests.benchmarks.lines import Bench, Line, Quantity, Target
from tests.benchmarks.paths import DATA
from tests.benchmarks.traffic import (
    SITE,
    Tape,
    beacon_of,
    hits_of,
    make_ingest,
    open_bench_engine,
    read_traffic,
    request_of,
)

WRITE_UNIT = 1_024
MOST = 16 * 1_024

_CAPTURES = DATA / "clients" / "captures"
_CAPTURED_SITE = Site("site.example", "captured")
_INSTANT = 1_800_000_000_000
_ADDRESS = "192.0.2.1"
_DIGEST = "0" * 64
_VISITOR = bytes(8)


def measure(bench: Bench) -> Iterator[Line]:
    """Gives the share of events within one write unit, and the size of the largest event that can be made."""
    engine = open_bench_engine(bench.folder)
    engine.sites.save(_CAPTURED_SITE)
    tape = Tape()
    ingest = make_ingest(engine, tape)
    traffic = read_traffic()
    if traffic.real:
        hits = hits_of(traffic)
        yield _share(f"{traffic.source} as imported", _imported(hits))
        yield _share(f"{traffic.source} as beacons", _sent(ingest, tape, map(beacon_of, hits)))
    else:
        yield Line("event items", None, note="skipped: the real access log is not at hand")
    captured = list(_captured())
    if captured:
        yield _share("recorded trackers", _sent(ingest, tape, captured))
    else:
        yield Line("event items, recorded trackers", None, note="skipped: the recordings are not at hand")
    yield _largest("beacon", _sent(ingest, tape, _huge_beacons()))
    yield _largest("log line", _imported(_hits(_huge_lines())))


def _share(what: str, records: Sequence[Record]) -> Line:
    sizes = sorted(map(item_size, map(item_of, records)))
    within = sum(size <= WRITE_UNIT for size in sizes)
    return Line(
        f"event items <= 1,024 bytes, {what}",
        Quantity(100 * within / len(sizes), "%"),
        target=Target(">=", 99, "%"),
        note=f"{len(sizes):,} events, median {sizes[len(sizes) // 2]} bytes, largest {sizes[-1]} bytes",
    )


def _largest(kind: str, records: Iterable[Record]) -> Line:
    largest = Quantity(max(map(item_size, map(item_of, records))), "bytes")
    note = "of all sizes and of the characters that take most in JSON"
    return Line(f"event item, largest made of a {kind}", largest, target=Target("<=", MOST, "bytes"), note=note)


def _imported(hits: Iterable[Hit]) -> list[Record]:
    epoch = import_epoch(SITE.id, _DIGEST)
    bodies = (encode_event(event_of(hit, SITE, _VISITOR)) for hit in hits)
    return [Record(epoch, version, _DIGEST[:32], body) for version, body in enumerate(bodies)]


def _sent(ingest: Handler, tape: Tape, requests: Iterable[Request]) -> list[Record]:
    """Sends beacons; those that are refused leave no record."""
    tape.records = []
    for request in requests:
        ingest(request, None)
    return tape.records


def _captured() -> Iterator[Request]:
    """Gives the recorded requests that speak Plausible's protocol."""
    for path in sorted(_CAPTURES.glob("*.json")):
        for request in json.loads(path.read_text()):
            if request["request_line"].startswith("POST /api/event "):
                headers = {name.lower(): value for name, value in request["headers"].items()}
                yield request_of(request["body"].encode(), headers, _ADDRESS, _INSTANT)


def _huge_beacons() -> Iterator[Request]:
    """Gives beacons of all sizes up to the largest, and some of characters that JSON spells with six."""
    for filling in range(0, 2 * MOST, 32):
        values = [MAX_PROP_VALUE_LENGTH] * (filling // MAX_PROP_VALUE_LENGTH) + [filling % MAX_PROP_VALUE_LENGTH]
        yield _beacon({"p": {f"property {n}": "x" * length for n, length in enumerate(values)}})
        yield _beacon({"$": {"currency": "x" * filling}})
    for character in ("x", "é", '"', "\\", "\x01", "😀"):
        url = f"https://{SITE.name}/"
        path = character * ((MAX_URL_BYTES - len(url)) // len(character.encode()))
        referrer = "https://a.example/" + character * MAX_REFERRER_LENGTH
        yield _beacon({"n": character * 120, "u": url + path, "r": referrer[:MAX_REFERRER_LENGTH]})


def _beacon(fields: dict[str, object]) -> Request:
    body = {"n": "pageview", "u": f"https://{SITE.name}/", "d": SITE.name, **fields}
    headers = dict.fromkeys(("sec-ch-ua", "sec-ch-ua-platform", "user-agent", "accept-language"), "x" * 1_000)
    return request_of(json.dumps(body, ensure_ascii=False).encode(), headers, _ADDRESS, _INSTANT)


def _huge_lines() -> Iterator[bytes]:
    begin = f"{_ADDRESS} - - [17/May/2015:10:05:03 +0000]"
    for escape in ("x", r"\"", r"\\", r"\x01", r"\xc3\xa9"):
        long = escape * 4_000
        yield f'{begin} "GET /{long} HTTP/1.1" 200 1 "http://a/{long}" "{long}"'.encode()


def _hits(lines: Iterable[bytes]) -> Iterator[Hit]:
    reader = LineReader(SITE.timezone, as_written=False)
    for content in lines:
        hit = reader.read(LogLine(1, content, _DIGEST, terminated=True))
        if hit:
            yield hit
