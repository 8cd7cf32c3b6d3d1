"""Questions that are answered from events one by one: how long they take, in how much memory, and what they read."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from services.query.stats.evaluate import MAX_EVENTS
from shared.backlog import live_projection
from shared.domain.costs import ROUND
from shared.folded_days import EVENTS
from tests.benchmarks.billing import READ_UNIT
from tests.benchmarks.lines import Bench, Line, Quantity
from tests.benchmarks.logged_details import logged_details
from tests.benchmarks.made_visits import AFTERWARDS, store
from tests.benchmarks.timing import run
from tests.benchmarks.traffic import SITE, open_bench_engine
from tests.benchmarks.twelve_months import DAYS
from tests.support.days import day_folder

_MOST = 1_000_000
_SIZES = (10_000, 100_000, _MOST)
_DAYS = DAYS[-30:]

_QUESTIONS = {
    "filtered breakdown": "breakdown?property=visit:source&metrics=visitors,pageviews"
    "&filters=event:page!=/;visit:browser==Chrome|Firefox",
    "visits of some": "breakdown?property=visit:entry_page&metrics=visits,bounce_rate,visit_duration"
    "&filters=visit:device==Desktop",
}

_HERE = Path(__file__).parent
_MB = 1e6

_SWEEP_MIB = ROUND.memory
_SWEEP = _SWEEP_MIB * 2**20


class Asked(NamedTuple):
    """What a process that asked took: seconds of CPU of each time that it did, and bytes of memory at its peak."""

    taken: Sequence[float]
    peak: int


def measure(bench: Bench) -> Iterator[Line]:
    """Gives rates, times by the number of events, the peak of memory, and read units."""
    size = 0
    for events in _SIZES:
        folder, size = _site(bench.folder / str(events), _DAYS, events)
        for name, query in _QUESTIONS.items():
            asked = _ask(folder, query)
            warm = min(asked.taken)
            yield Line(
                f"{name}, {events:,} events",
                Quantity(1000 * warm, "ms CPU"),
                note=f"{events / warm:,.0f} events per CPU second, the first time {events / asked.taken[0]:,.0f}; of "
                f"{len(_DAYS)} days, SQLite; peak of memory {asked.peak / _MB:.0f} MB",
            )
    yield Line(
        "segments of a million events, read units",
        Quantity(size / READ_UNIT, "units"),
        note=f"{size / _MOST:.1f} bytes an event, in segments of an hour's events; read strongly consistent",
    )
    folder, _ = _site(bench.folder / "day", _DAYS[:1], _MOST)
    asked = _ask(folder, _QUESTIONS["filtered breakdown"])
    yield Line(
        f"filtered breakdown, {_MOST:,} events of one day",
        Quantity(asked.peak / _MB, "MB"),
        note=f"peak of the process; {_MOST / min(asked.taken):,.0f} events per CPU second; a question may be about "
        f"{MAX_EVENTS:,} events",
    )
    of_many, of_few = _roll_up(folder, _DAYS[:1]), _roll_up(bench.folder / str(_SIZES[0]), _DAYS)
    each = (of_many - of_few) / _MOST
    yield Line(
        f"rolling up a day of {_MOST:,} events again",
        Quantity(of_many / _MB, "MB"),
        note=f"peak of the process, {of_few / _MB:.0f} MB with days of {_SIZES[0] // len(_DAYS)}: {each:.0f} bytes an "
        f"event, so the {_SWEEP_MIB:,} MiB of the sweeper hold {(_SWEEP - of_few) / each / 1e6:.1f} million at most",
    )


def _site(folder: Path, days: Sequence[str], events: int) -> tuple[Path, int]:
    """Makes a site's events of the log's, as of so many days; gives the folder, and the bytes of its segments."""
    folder.mkdir()
    engine = open_bench_engine(folder, synchronous="OFF")
    for number, day in enumerate(days):
        share = events // len(days) + (number < events % len(days))
        store(engine, SITE, day, logged_details(day, share))
    projection = live_projection(engine.read_models)
    day_folder(engine).complete(projection, "", AFTERWARDS)
    return folder, sum(len(blob) for _, blob in engine.days.read(projection.version, SITE.name, EVENTS))


def _ask(folder: Path, query: str) -> Asked:
    path = f"/api/v1/stats/{query}&site_id={SITE.name}&period=custom&date={_DAYS[0]},{_DAYS[-1]}"
    taken, usage = _run("asked.py", folder, path)[-2:]
    return Asked(json.loads(taken), json.loads(usage)["peak"])


def _roll_up(folder: Path, days: Sequence[str]) -> int:
    """Rolls days up again, and gives the bytes of memory of the process at its peak."""
    peak: int = json.loads(_run("rolled_up.py", folder, *days)[-1])["peak"]
    return peak


def _run(script: str, folder: Path, *arguments: str) -> Sequence[str]:
    """Runs a script of this folder by itself; gives its lines, and as the last what it took."""
    command = [sys.executable, "-P", str(_HERE / "measured.py"), str(_HERE / script), str(folder), *arguments]
    return run(command).splitlines()
