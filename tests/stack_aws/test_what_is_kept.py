"""After all that was sent: no address, no key, no salt and no dropped part of a URL is anywhere in the account.

Named so that it comes last, and searches what all the other tests have left too.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.aws.installation import tables_of
from tests.stack.leaks import forms_of, forms_of_address, occurrences
from tests.stack.test_leaks import (
    FIRST_OF_A_PAGE,
    FORWARDED,
    FORWARDED_6,
    PEER,
    SECRET,
    URL,
    VISIBLE,
    WRONG_KEY,
    leaked,
    parts_of,
    places_of,
    send,
)
from tests.stack.waiting import within
from tests.stack_aws.deploying import Deployed
from tests.stack_aws.everything import write_everything
from tests.stack_aws.mailbox import Mailbox
from tests.stack_aws.registered import LOCALHOST, READ_KEY, WRITE_KEY

pytestmark = pytest.mark.xdist_group("stack_aws")


def test_no_secret_is_kept_anywhere(deployed: Deployed, mailbox: Mailbox, tmp_path: Path) -> None:
    send(deployed, WRITE_KEY)
    headers = {"x-forwarded-for": FORWARDED, "authorization": f"Bearer {WRITE_KEY}"}
    with refused(deployed, "Ingest"):
        within(20, lambda: deployed.beacon(URL, headers=headers).status == 503)
    with refused(deployed, "Project"):
        assert deployed.beacon(URL, headers=headers).status == 202
        within(20, lambda: any("AccessDenied" in line for group, line in deployed.log_lines() if "Project" in group))
    # The refused batch comes again.
    deployed.invoke("Sweep")
    within(60, lambda: deployed.pages(LOCALHOST.name).get(VISIBLE) == FIRST_OF_A_PAGE + 3)
    within(60, lambda: any(VISIBLE.strip("/") in mail.text for mail in mailbox.mails()))

    kept = tmp_path / "kept"
    kept.mkdir()
    write_everything(deployed, kept)
    (kept / "messages").write_text("\n".join(mailbox.raw))
    (kept / "mails").write_text("\n".join(mail.text for mail in mailbox.mails()))
    deployed.command("export", "--output", str(kept / "export"))
    (kept / "status").write_text(deployed.command("status").stdout + deployed.command("key", "list").stdout)

    secrets = {
        "a part of a URL": forms_of(SECRET.encode()),
        "a key that writes": forms_of(WRITE_KEY.encode()),
        "a key that reads": forms_of(READ_KEY.encode()),
        "a wrong key": forms_of(WRONG_KEY.encode()),
        "the peer's address": forms_of_address(PEER),
        "a forwarded address": forms_of_address(FORWARDED),
        "a forwarded IPv6 address": forms_of_address(FORWARDED_6),
    }
    assert leaked(secrets, [kept]) == {}
    # The search does find what is kept.
    page = {"page": VISIBLE.strip("/").encode()}
    places = {"table-log", "table-views", "table-milestones", "export", "messages"}
    assert places_of(occurrences([kept], page)) >= places
    found = [places_of(occurrences([kept], parts_of(salt))) for salt in salts(deployed)]
    assert found
    assert all(named == {"table-salts"} for named in found)


@contextmanager
def refused(deployed: Deployed, function: str) -> Iterator[None]:
    """Takes away what a function may do, as if its tables were out of reach."""
    configured = deployed.emulator.client("lambda").get_function_configuration(
        FunctionName=deployed.stack.output(f"Function{function}")
    )
    role = configured["Role"].rpartition("/")[2]
    iam = deployed.emulator.client("iam")
    statement = {"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=role, PolicyName="refused", PolicyDocument=policy)
    try:
        yield
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName="refused")


def salts(deployed: Deployed) -> list[bytes]:
    """Reads the salts that live."""
    table = tables_of(deployed.stack).salts
    items = deployed.emulator.client("dynamodb").scan(TableName=table)["Items"]
    return [value["B"] for item in items for value in item.values() if "B" in value]
