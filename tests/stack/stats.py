"""The Stats API of a server, asked over HTTP."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.server import Answer, Server


@dataclass(frozen=True)
class Stats:
    """The API of a server for one site, asked with a key."""

    server: Server
    site: str
    key: str | None

    def post(self, **body: object) -> Answer:
        """Asks version 2 about the last week, unless another range is given."""
        content = json.dumps({"site_id": self.site, "date_range": "7d", **body}).encode()
        headers = {"authorization": f"Bearer {self.key}"} if self.key else {}
        return self.server.request("POST", "/api/v2/query", content, {"content-type": "application/json", **headers})

    def rows(self, metrics: str, *dimensions: str, **body: object) -> dict[tuple[str, ...], Sequence[Any]]:
        """Gives the metrics of each row of version 2; the metrics' names have spaces between them."""
        answer = self.post(metrics=metrics.split(), dimensions=dimensions, **body)
        assert answer.status == 200, answer.body
        results = answer.json()["results"]
        found = {tuple(row["dimensions"]): row["metrics"] for row in results}
        assert len(found) == len(results)
        return found

    def get(self, name: str, **query: object) -> Answer:
        """Asks version 1."""
        return self.server.get(f"/api/v1/stats/{name}", self.key, site_id=self.site, **query)

    def results(self, name: str, **query: object) -> Any:
        """Gives the results of version 1, of the last week unless another period is given."""
        answer = self.get(name, **{"period": "7d", **query})
        assert answer.status == 200, answer.body
        return answer.json()["results"]
