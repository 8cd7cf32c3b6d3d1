"""A process that answers one beacon and ends: what a cold start of the ingest function does. Run as a script."""

import sys
import time

from services.ingest.lambda_function import lambda_handler

answer = lambda_handler(
    {
        "rawPath": "/api/event",
        "headers": {
            "content-type": "text/plain",
            "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0",
        },
        "requestContext": {
            "http": {"method": "POST", "path": "/api/event", "sourceIp": "192.0.2.1"},
            "timeEpoch": time.time_ns() // 1_000_000,
        },
        "body": '{"n":"pageview","u":"https://bench.example/","d":"bench.example","r":"https://a.example/b"}',
        "isBase64Encoded": False,
    },
    None,
)
sys.exit(answer["statusCode"] != 202 or "x-plausible-dropped" in answer["headers"])
