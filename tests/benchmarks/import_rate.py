"""How fast an access log is imported, and how much memory that takes."""

import gzip
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

from tests.benchmarks.lines import Bench, Line, Quantity, Target
from tests.benchmarks.paths import MILEPOST
from tests.benchmarks.timing import Usage, usage_of
from tests.benchmarks.traffic import SITE, open_bench_engine, read_traffic

_LINES = 100_000
_MANY, _MOST = 1_000_000, 10_000_000
_ROUNDS = 2
_MB = 1e6
_YARDSTICK = Path(__file__).with_name("log_yardstick.py")

_DATE = re.compile(rb"\[(\d\d/\w{3}/\d{4}):")
_DATE_FORMAT = "%d/%b/%Y"


def measure(bench: Bench) -> Iterator[Line]:
    """Gives lines per second of CPU beside what parsing alone takes, and the peak of memory for many lines and few."""
    traffic = read_traffic()
    log = _write_log(bench.folder / "few.log.gz", traffic.lines, _LINES)
    usages = [(_import(bench.folder / str(n), log), usage_of(_YARDSTICK, str(log))) for n in range(_ROUNDS)]
    few = usages[0][0]
    yield Line(
        "import of an access log, lines",
        Quantity(_LINES / min(ours.cpu for ours, _ in usages), "/CPU s"),
        Quantity(_LINES / min(bare.cpu for _, bare in usages), "/CPU s"),
        "gunzip, apachelogs and HMAC alone",
        Target(">=", 0.25),
        f"{_LINES:,} lines, {traffic.source} again and again with later dates; whole processes",
    )
    number = _MOST if bench.full else _MANY
    log = _write_log(bench.folder / "many.log.gz", traffic.lines, number)
    many = _import(bench.folder / "many", log)
    yield Line(
        f"import of {number:,} lines, peak of memory",
        Quantity(many.peak / _MB, "MB"),
        Quantity(few.peak / _MB, "MB"),
        f"import of {_LINES:,} lines",
        Target("<=", 1.5),
        f"{number / many.cpu:,.0f} lines per CPU second"
        + ("" if bench.full else f"; the budget says {_MOST:,} lines, which --full imports"),
    )


def _import(data: Path, log: Path) -> Usage:
    open_bench_engine(data)
    return usage_of(MILEPOST, "--data", str(data), "import", "access-log", str(log), "--site", SITE.name)


def _write_log(path: Path, lines: Sequence[bytes], number: int) -> Path:
    """Writes a log of a number of lines: the given ones again and again, each time on the days after."""
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.writelines(islice(_repeated(lines), number))
    return path


def _repeated(lines: Sequence[bytes]) -> Iterator[bytes]:
    split = [_DATE.split(line + b"\n", maxsplit=1) for line in lines]
    dates = sorted({_read_date(parts[1]) for parts in split if len(parts) > 1})
    days = timedelta(days=(dates[-1] - dates[0]).days + 1)
    shift = timedelta()
    while True:
        shifted = {f"{day:{_DATE_FORMAT}}".encode(): f"[{day + shift:{_DATE_FORMAT}}:".encode() for day in dates}
        yield from (b"".join((parts[0], shifted[parts[1]], parts[2])) for parts in split if len(parts) > 1)
        shift += days


def _read_date(text: bytes) -> date:
    return datetime.strptime(text.decode(), _DATE_FORMAT).replace(tzinfo=UTC).date()
