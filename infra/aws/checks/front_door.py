"""The API and the pages as they are served: which version, to whom, and whether they find each other.

Nothing here is a visit: no beacon is sent.
"""

import json
import re
from collections.abc import Iterator

from infra.aws.checks.finding import FAILED, OK, Answer, Finding, Subject, verdict
from infra.aws.installation import API_URL, site_address
from shared import VERSION

#: Any origin that is not our own.
_ORIGIN = {"origin": "https://example.org"}

_DEPLOY = "run make deploy"


def version(subject: Subject) -> Iterator[Finding]:
    """Looks whether the API answers, and whether what is deployed is of this release."""
    answer = subject.fetch("GET", f"{subject.stack.output(API_URL)}/health", {})
    try:
        health = json.loads(answer.body)
        deployed, lag = str(health["version"]), float(health["lag_seconds"])
    except (ValueError, KeyError, TypeError):
        yield Finding("API", FAILED, f"/health answers {answer.status} and not what Milepost answers", _DEPLOY)
        return
    yield Finding("API", OK, f"answers; the oldest event that is not counted has waited for {lag:,.1f} s")
    wrong = [f"{deployed} is deployed, this is {VERSION}"] if deployed != VERSION else []
    yield verdict("version", wrong, VERSION, f"{_DEPLOY}, or use the release that is deployed")


def cors(subject: Subject) -> Iterator[Finding]:
    """Asks as a browser does before it sends a beacon from another site or reads with a key."""
    api = subject.stack.output(API_URL)
    asking = {**_ORIGIN, "access-control-request-headers": "authorization,content-type"}
    for method, path in (("POST", "/api/event"), ("GET", "/v1/sites")):
        preflight = subject.fetch("OPTIONS", api + path, {**asking, "access-control-request-method": method})
        yield verdict(f"CORS {method} {path}", list(_refusals(preflight, method)), "any origin may", _DEPLOY)
    answer = subject.fetch("GET", f"{api}/health", _ORIGIN)
    exposed = "x-plausible-dropped" in _listed(answer, "access-control-expose-headers")
    readable = answer.headers.get("access-control-allow-origin") == "*"
    wrong = [] if exposed and readable else ["x-plausible-dropped cannot be read by other origins"]
    yield verdict("CORS answers", wrong, "can be read by any origin", _DEPLOY)


def pages(subject: Subject) -> Iterator[Finding]:
    """Looks whether the tracker is served, and whether the dashboard asks this API and may do so."""
    address, api = site_address(subject.stack), subject.stack.output(API_URL)
    script = subject.fetch("GET", f"{address}/js/script.js", {})
    counts = subject.fetch("GET", f"{address}/dashboard/", {})
    wrong = []
    if script.status != 200 or b"/api/event" not in script.body:
        wrong.append(f"/js/script.js answers {script.status} and is not the tracker")
    if counts.status != 200 or f'content="{api}"'.encode() not in counts.body:
        wrong.append(f"/dashboard/ answers {counts.status} and does not ask {api}")
    policy = counts.headers.get("content-security-policy", "")
    allowed = re.search(r"connect-src ([^;]*)", policy)
    if allowed and api not in allowed[1].split():
        wrong.append(f"the dashboard may not ask {api}")
    yield verdict("pages", wrong, f"served at {address}", _DEPLOY)


def _refusals(preflight: Answer, method: str) -> Iterator[str]:
    if not 200 <= preflight.status < 300:
        yield f"the preflight is answered {preflight.status}"
        return
    if preflight.headers.get("access-control-allow-origin") != "*":
        yield "not any origin may"
    if not {method.lower(), "*"} & _listed(preflight, "access-control-allow-methods"):
        yield f"{method} is not allowed"
    if "authorization" not in _listed(preflight, "access-control-allow-headers"):
        yield "authorization is not allowed"


def _listed(answer: Answer, header: str) -> set[str]:
    return {part.strip().lower() for part in answer.headers.get(header, "").split(",")}
