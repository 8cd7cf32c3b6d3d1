"""DynamoDB for another process, over HTTP on the loopback: the emulator answers reads once, then what it answered.

So a call takes hardly anything of the server, and both sides of a comparison meet the same one. Run as a script: it
prints its address and, as JSON, the environment of functions that use its tables.
"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from zlib import crc32

from botocore.awsrequest import AWSRequest

from shared.domain.calendar import local_date
from shared.environment import STACK, table_variable, variable
from shared.process import now_ms
from tests.benchmarks.emulated import open_emulated
from tests.benchmarks.traffic import SITE
from tests.support.dynamodb import _answer

_answers: dict[bytes, bytes] = {}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        """Answers an operation. What is written is acknowledged and not kept."""
        body = self.rfile.read(int(self.headers["content-length"]))
        said = _written(body) if self.headers["x-amz-target"].endswith("PutItem") else self._read(body)
        self.send_response(200)
        self.send_header("content-type", "application/x-amz-json-1.0")
        self.send_header("content-length", str(len(said)))
        self.send_header("x-amz-crc32", str(crc32(said)))
        self.end_headers()
        self.wfile.write(said)
        self.wfile.flush()

    def _read(self, body: bytes) -> bytes:
        if body not in _answers:
            _answers[body] = _answer(AWSRequest("POST", "", dict(self.headers), body).prepare()).content
        return _answers[body]

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing."""


def _written(body: bytes) -> bytes:
    request = json.loads(body)
    if "ReturnConsumedCapacity" not in request:
        return b"{}"
    return json.dumps({"ConsumedCapacity": {"TableName": request["TableName"], "CapacityUnits": 1.0}}).encode()


def _environment(address: str) -> dict[str, str]:
    """Gives the environment of a function that runs on this server."""
    emulated = open_emulated()
    now = now_ms()
    emulated.engine.salts.get(local_date(now, SITE.timezone), now)
    return {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        variable(STACK): "bench",
        **{table_variable(role): name for role, name in emulated.tables._asdict().items()},
    }


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        print(json.dumps(_environment(f"http://127.0.0.1:{server.server_port}")), flush=True)
        server.serve_forever()
