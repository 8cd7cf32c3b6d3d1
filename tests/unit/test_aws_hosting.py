import io
import re
import zipfile
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from infra.aws.hosting import deploy_pages, put_zip
from infra.aws.pages import PAGES, pack
from infra.aws.problems import AwsProblem
from tests.unit.aws_stubs import Stubs, serving_http

PLACE = {"appId": "app", "branchName": "main"}
URL = "https://upload.example/secret"
API = "https://api.example"
SAMPLE = "main.app.amplifyapp.com"


def job(status: str, job_id: str = "2", reason: str = "") -> dict[str, Any]:
    instant = "2026-11-22T00:00:00Z"
    summary: dict[str, Any] = {"jobArn": "arn:x", "jobId": job_id, "commitId": "HEAD", "commitMessage": ""}
    summary |= {"commitTime": instant, "startTime": instant, "status": status, "jobType": "MANUAL"}
    step = {"stepName": "DEPLOY", "startTime": instant, "endTime": instant, "status": status, "statusReason": reason}
    return {"summary": summary, "steps": [step]}


def expect_deployment(stubs: Stubs, *after: dict[str, Any]) -> None:
    answer = {"jobId": "2", "fileUploadUrls": {}, "zipUploadUrl": URL}
    stubs.expect("amplify", "create_deployment", answer, **PLACE)
    stubs.expect("amplify", "start_deployment", {"jobSummary": job("PENDING")["summary"]}, **PLACE, jobId="2")
    for one in after:
        stubs.expect("amplify", "get_job", {"job": one}, **PLACE, jobId=one["summary"]["jobId"])


def no_jobs(stubs: Stubs) -> None:
    done = [job("SUCCEED", "1")["summary"], job("FAILED", "0")["summary"]]
    stubs.expect("amplify", "list_jobs", {"jobSummaries": done}, **PLACE)


def deploy(stubs: Stubs, patience: int = 10) -> list[tuple[str, bytes]]:
    uploaded: list[tuple[str, bytes]] = []
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        assert len(waits) <= patience

    deploy_pages(stubs.account, "app", "main", b"zip", lambda url, content: uploaded.append((url, content)), wait)
    stubs.assert_all_asked()
    return uploaded


def test_pages_are_created_uploaded_started_and_waited_for() -> None:
    stubs = Stubs()
    no_jobs(stubs)
    expect_deployment(stubs, job("PENDING"), job("RUNNING"), job("SUCCEED"))
    assert deploy(stubs) == [(URL, b"zip")]


@pytest.mark.parametrize("status", ["PENDING", "PROVISIONING", "RUNNING"])
def test_a_job_that_is_under_way_is_stopped_first(status: str) -> None:
    stubs = Stubs()
    stubs.expect("amplify", "list_jobs", {"jobSummaries": [job(status, "1")["summary"]]}, **PLACE)
    stubs.expect("amplify", "stop_job", {"jobSummary": job("CANCELLING", "1")["summary"]}, **PLACE, jobId="1")
    stubs.expect("amplify", "get_job", {"job": job("CANCELLING", "1")}, **PLACE, jobId="1")
    stubs.expect("amplify", "get_job", {"job": job("CANCELLED", "1")}, **PLACE, jobId="1")
    expect_deployment(stubs, job("SUCCEED"))
    deploy(stubs)


def test_a_job_that_is_being_stopped_is_only_waited_for() -> None:
    stubs = Stubs()
    stubs.expect("amplify", "list_jobs", {"jobSummaries": [job("CANCELLING", "1")["summary"]]}, **PLACE)
    stubs.expect("amplify", "get_job", {"job": job("CANCELLED", "1")}, **PLACE, jobId="1")
    expect_deployment(stubs, job("SUCCEED"))
    deploy(stubs)


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED"])
def test_a_job_that_fails_is_told_with_its_reason(status: str) -> None:
    stubs = Stubs()
    no_jobs(stubs)
    expect_deployment(stubs, job(status, reason="the zip is empty"))
    with pytest.raises(AwsProblem, match=rf"job 2 ended as {status}\): the zip is empty"):
        deploy(stubs)


def test_a_job_that_never_ends_is_given_up() -> None:
    stubs = Stubs()
    no_jobs(stubs)
    expect_deployment(stubs, *[job("RUNNING")] * 301)
    with pytest.raises(AwsProblem, match="still RUNNING after ten minutes"):
        deploy(stubs, patience=300)


@pytest.mark.parametrize("operation", ["list_jobs", "create_deployment"])
def test_what_amplify_refuses_is_a_clear_error(operation: str) -> None:
    stubs = Stubs()
    if operation != "list_jobs":
        no_jobs(stubs)
    stubs.refuse("amplify", operation, "AccessDeniedException", "not authorized")
    with pytest.raises(AwsProblem, match="these credentials may not do"):
        deploy(stubs)


def test_a_failed_upload_starts_nothing() -> None:
    stubs = Stubs()
    no_jobs(stubs)
    stubs.expect("amplify", "create_deployment", {"jobId": "2", "fileUploadUrls": {}, "zipUploadUrl": URL}, **PLACE)

    def refuse(url: str, content: bytes) -> None:
        raise AwsProblem("the static pages could not be uploaded")

    with pytest.raises(AwsProblem, match="could not be uploaded"):
        deploy_pages(stubs.account, "app", "main", b"zip", refuse, lambda seconds: None)
    stubs.assert_all_asked()


def test_a_zip_is_put_where_amplify_says() -> None:
    got: list[tuple[str, str, bytes]] = []

    def take(request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["content-length"]))
        got.append((request.command, request.headers["content-type"], body))
        request.send_response(200)
        request.send_header("content-length", "0")
        request.end_headers()

    with serving_http(take) as address:
        put_zip(f"{address}/x?signature=SECRET", b"PK")
    assert got == [("PUT", "application/zip", b"PK")]


def test_a_refused_zip_is_told_without_the_address_that_lets_anyone_upload() -> None:
    def refuse(request: BaseHTTPRequestHandler) -> None:
        request.rfile.read(int(request.headers["content-length"]))
        request.send_error(403)

    with serving_http(refuse) as address, pytest.raises(AwsProblem, match="HTTP 403") as told:
        put_zip(f"{address}/x?signature=SECRET", b"PK")
    assert "SECRET" not in str(told.value)
    with pytest.raises(AwsProblem, match="could not be uploaded"):
        put_zip("http://127.0.0.1:1/x", b"PK")


@pytest.fixture(scope="module")
def packed() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack(PAGES, API, SAMPLE))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_all_pages_are_packed_and_always_alike(packed: dict[str, bytes]) -> None:
    assert set(packed) == {path.relative_to(PAGES).as_posix() for path in PAGES.rglob("*") if path.is_file()}
    assert pack(PAGES, API, SAMPLE) == pack(PAGES, API, SAMPLE)
    assert packed["js/script.js"] == (PAGES / "js" / "script.js").read_bytes()
    assert packed["favicon.svg"] == (PAGES / "favicon.svg").read_bytes()


def test_every_page_sends_its_beacons_to_the_api_for_the_sample_site(packed: dict[str, bytes]) -> None:
    texts = [text for name, text in packed.items() if name.endswith(".html")]
    trackers = [line for text in texts for line in re.findall(rb"<script[^>]*data-domain=[^>]*>", text)]
    there = f'<script defer data-domain="{SAMPLE}" data-api="{API}/api/event" src="/js/script.js">'.encode()
    assert trackers == [there] * len(trackers)
    assert len(trackers) == 4
    assert not [name for name, content in packed.items() if b"localhost" in content]


def test_the_sample_pages_pictures_are_the_apis(packed: dict[str, bytes]) -> None:
    pages = [text for name, text in packed.items() if name.endswith(".html") and b"data-badge" in text]
    assert len(pages) == 4
    for text in pages:
        made = [source for source in re.findall(rb'<img[^>]* src="([^"]*)"', text) if not source.startswith(b"/img/")]
        assert made == [
            f"{API}/counter/{SAMPLE}/TOTAL.svg?show=visitors".encode(),
            f"{API}/pixel.gif?d={SAMPLE}".encode(),
        ]
        assert f'<meta name="milepost-api" content="{API}">'.encode() in text
    assert b"fetch(`${api}/counter/" in packed["js/pages.js"]


def test_the_counts_page_asks_the_api(packed: dict[str, bytes]) -> None:
    assert f'<meta name="milepost-api" content="{API}">'.encode() in packed["dashboard/index.html"]
    assert b"meta[name=milepost-api]" in packed["dashboard/api.js"]
    assert b"fetch(`${API}${path}`" in packed["dashboard/api.js"]
