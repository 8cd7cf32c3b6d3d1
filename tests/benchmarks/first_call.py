"""A process that answers one beacon and ends: what a cold start of the ingest Lambda does. Run as a script."""

import sys
import time
from pathlib import Path

from services.ingest.accept import Acceptor
from services.ingest.drops import DropCounter
from services.ingest.handler import make_handler
from services.ingest.visitors import VisitorHasher
from services.ingest.writer import Writer
from shared.directory import Directory
from shared.engines.sqlite import open_engine

engine = open_engine(Path(sys.argv[1]), rules="")
directory = Directory(engine.sites, engine.keys, 60, time.monotonic)
acceptor = Acceptor(directory, VisitorHasher(engine.salts), DropCounter(), ())
now = time.time_ns() // 1_000_000
writer = Writer(engine.log, lambda: now, lambda: f"{time.time_ns():x}")
answer = make_handler(acceptor, writer)(
    {
        "headers": {
            "content-type": "text/plain",
            "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0",
        },
        "requestContext": {"http": {"method": "POST", "path": "/api/event", "sourceIp": "192.0.2.1"}, "timeEpoch": now},
        "body": '{"n":"pageview","u":"https://bench.example/","d":"bench.example","r":"https://a.example/b"}',
        "isBase64Encoded": False,
    },
    None,
)
sys.exit(answer["statusCode"] != 202 or "x-plausible-dropped" in answer["headers"])
