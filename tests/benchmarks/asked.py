"""A process that asks a question of visits some times, and tells the seconds of CPU of each. Run as a script.

Its arguments: a data folder, a site, and the path and query of a request.
"""

import json
import sys
import time
from pathlib import Path

from services.query.handler import make_handler
from shared.directory import Directory
from shared.engines.sqlite import open_engine
from shared.environment import DIRECTORY_LIFETIME
from tests.benchmarks.made_visits import AFTERWARDS
from tests.benchmarks.traffic import RULES, gateway_event

_TIMES = 3


def _main(folder: str, path: str) -> None:
    engine = open_engine(Path(folder), RULES)
    directory = Directory(engine.sites, engine.keys, DIRECTORY_LIFETIME, time.monotonic)
    ask = make_handler(engine, directory, lambda: AFTERWARDS)
    address, _, query = path.partition("?")
    request = gateway_event("GET", address, query)
    taken = []
    for _ in range(_TIMES):
        begin = time.process_time()
        answer = ask(request, None)
        taken.append(time.process_time() - begin)
        if answer["statusCode"] != 200:
            raise RuntimeError(f"the question failed: {answer['body']}")
    print(json.dumps(taken))


_main(*sys.argv[1:])
