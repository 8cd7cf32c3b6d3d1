"""A process that rolls up the days of a site again. Run as a script; its arguments: a data folder, and days."""

import sys
from pathlib import Path

from shared.backlog import live_projection
from shared.engines.sqlite import open_engine
from shared.folded_days import UNROLLED
from tests.benchmarks.made_visits import AFTERWARDS
from tests.benchmarks.traffic import RULES, SITE
from tests.support.days import day_folder


def _main(folder: str, *days: str) -> None:
    engine = open_engine(Path(folder), RULES)
    projection = live_projection(engine.read_models)
    engine.days.put(projection.version, SITE.name, UNROLLED, dict.fromkeys(days, b"again"))
    day_folder(engine).roll_up(projection, AFTERWARDS)


_main(*sys.argv[1:])
