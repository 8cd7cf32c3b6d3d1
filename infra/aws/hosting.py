"""The static pages on Amplify Hosting: a manual deployment, with no repository and no token.

Source: AWS Amplify API Reference, CreateDeployment, StartDeployment, GetJob.
"""

import urllib.error
import urllib.request
from collections.abc import Callable

from infra.aws.account import Account
from infra.aws.problems import AwsProblem

_POLL_SECONDS = 2.0

#: A job that takes longer than this has come to nothing; a deployment takes some seconds.
_PATIENCE_SECONDS = 600.0

_UPLOAD_TIMEOUT_SECONDS = 120

_WAITING = {"CREATED", "PENDING", "PROVISIONING", "RUNNING", "CANCELLING"}

Wait = Callable[[float], None]
Upload = Callable[[str, bytes], None]


def deploy_pages(account: Account, app_id: str, branch: str, content: bytes, upload: Upload, wait: Wait) -> None:
    """Deploys a zip of pages to a branch, and waits until it is served. A job that is under way is stopped first.

    Args:
        account: The account.
        app_id: The Amplify app.
        branch: Its branch.
        content: The zip.
        upload: Puts bytes to a URL; raises `AwsProblem`.
        wait: Waits so many seconds.

    Raises:
        AwsProblem: Amplify refused it, or the job failed.
    """
    place = {"appId": app_id, "branchName": branch}
    for job in account.call("amplify", "list_jobs", **place)["jobSummaries"]:
        if job["status"] in _WAITING:
            if job["status"] != "CANCELLING":
                account.call("amplify", "stop_job", **place, jobId=job["jobId"])
            _wait_for(account, app_id, branch, job["jobId"], wait)
    deployment = account.call("amplify", "create_deployment", **place)
    upload(deployment["zipUploadUrl"], content)
    job_id = deployment["jobId"]
    account.call("amplify", "start_deployment", **place, jobId=job_id)
    status, reason = _wait_for(account, app_id, branch, job_id, wait)
    if status != "SUCCEED":
        raise AwsProblem(f"Amplify did not take the static pages (job {job_id} ended as {status}): {reason}")


def put_zip(url: str, content: bytes) -> None:
    """Puts a zip to the address that Amplify gave for it.

    Raises:
        AwsProblem: It was not taken. The address, which lets anyone upload for a while, is not told.
    """
    request = urllib.request.Request(url, content, {"content-type": "application/zip"}, method="PUT")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=_UPLOAD_TIMEOUT_SECONDS):  # noqa: S310 - of Amplify's answer
            pass
    except urllib.error.HTTPError as error:
        with error:
            raise AwsProblem(f"the static pages could not be uploaded: HTTP {error.code}") from None
    except OSError as error:
        raise AwsProblem(f"the static pages could not be uploaded: {error}") from None


def _wait_for(account: Account, app_id: str, branch: str, job_id: str, wait: Wait) -> tuple[str, str]:
    """Waits until a job has ended, and gives its status and the reason of its last step."""
    waited = 0.0
    while True:
        job = account.call("amplify", "get_job", appId=app_id, branchName=branch, jobId=job_id)["job"]
        status = str(job["summary"]["status"])
        if status not in _WAITING:
            reasons = [step["statusReason"] for step in job.get("steps", ()) if step.get("statusReason")]
            return status, reasons[-1] if reasons else "no reason given"
        if waited >= _PATIENCE_SECONDS:
            raise AwsProblem(f"Amplify's job {job_id} is still {status} after ten minutes; look at it in the console")
        wait(_POLL_SECONDS)
        waited += _POLL_SECONDS
