"""Deploying, showing a difference and destroying, over an account that behaves as CloudFormation does."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from infra.admin import add_site
from infra.aws import account as account_module
from infra.aws import deploy as deploy_module
from infra.aws import hosting, installation
from infra.aws.account import Account
from infra.aws.adopt import ADOPTABLE
from infra.aws.assembly import Environment, Template, publish, read_assembly
from infra.aws.config import Deployment
from infra.aws.deploy import Deployer, check_account, check_bootstrap
from infra.aws.problems import AwsProblem
from infra.aws.synthesis import synthesize
from infra.cli.main import main
from services.ingest.writer import Writer
from shared.backlog import live_projection
from shared.domain.events import encode_event
from shared.domain.folds import TOTAL, RowKey
from shared.domain.sites import Site
from shared.engines.dynamodb.tables import TABLES
from shared.process import now_ms, random_id
from tests.support.dynamodb import drop_tables, make_emulated_client, make_tables
from tests.unit.aws_cloud import Cloud
from tests.unit.aws_stubs import Stubs, main_stack
from tests.unit.making import event

PAGES = "https://main.app.amplifyapp.com"
API = "https://api.example"
HERE = Environment("123456789012", "eu-central-1", "aws")


def _table(role: str) -> dict[str, Any]:
    properties = {"KeySchema": [role], "PointInTimeRecoverySpecification": {}, "DeletionProtectionEnabled": True}
    if TABLES[role].stream:
        properties["StreamSpecification"] = {"StreamViewType": "NEW_IMAGE"}
    kept = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    return {"Type": "AWS::DynamoDB::Table", "Properties": properties, **kept}


@pytest.fixture
def templates(tmp_path: Path) -> list[Template]:
    made = []
    for name, parameter in (("milepost-site", "ApiAddress"), ("milepost", "SiteAddress")):
        file, assets = tmp_path / f"{name}.json", tmp_path / f"{name}.assets.json"
        resources = {f"Tables{role}": _table(role) for role in TABLES} if name == "milepost" else {}
        outputs = {f"Table{role.capitalize()}": {"Value": {"Ref": f"Tables{role}"}} for role in TABLES}
        parameters: dict[str, Any] = {parameter: {}, "BootstrapVersion": {}}
        file.write_text(json.dumps({"Parameters": parameters, "Resources": resources, "Outputs": outputs}))
        assets.write_text(json.dumps({"files": {}}))
        made.append(Template(name, file, assets, "s3://bucket/key"))
    return made


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, templates: list[Template]) -> Iterator[Cloud]:
    client = make_emulated_client()
    tables = make_tables(client)
    outputs = {"ApiUrl": API, "TopicArn": "t", "AlarmTopicArn": "a", "WatchUrl": "https://watch"}
    outputs |= {f"Table{role.capitalize()}": name for role, name in tables._asdict().items()}
    site = {"SiteAddress": PAGES, "AmplifyAppId": "app", "AmplifyBranch": "main"}
    made = Cloud({"milepost": outputs, "milepost-site": site})
    other_tables = make_tables(client)
    made.new_views = other_tables.views
    account = Account(lambda service: made)
    for module in (account_module, installation):
        monkeypatch.setattr(module, "open_account", lambda: account)
    monkeypatch.setattr(installation, "make_client", lambda session: client)
    monkeypatch.setattr(deploy_module, "build", lambda *_: templates)
    monkeypatch.setattr(hosting, "put_zip", lambda url, content: None)
    monkeypatch.setattr("infra.cli.deploy.time.sleep", lambda seconds: None)
    for name in ("STACK", "MILEPOST_STACK", "DATA", "MILEPOST_PUBLIC_URL", "MILEPOST_MAIL_TO"):
        monkeypatch.delenv(name, raising=False)
    yield made
    drop_tables(client, tables)
    drop_tables(client, other_tables)


def run(*arguments: str, code: int = 0, answer: str | None = None) -> Result:
    result = CliRunner().invoke(main, arguments, input=answer)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def deployer(cloud: Cloud, templates: list[Template], **settings: Any) -> Deployer:
    account = Account(lambda service: cloud)
    return Deployer(account, HERE, Deployment(**settings), templates, lambda seconds: None, lambda line: None)


def test_each_stack_learns_the_others_address(cloud: Cloud, templates: list[Template]) -> None:
    stacks = deployer(cloud, templates).deploy()
    assert cloud.done == [
        "deploy milepost-site {}",
        f"deploy milepost {{'SiteAddress': '{PAGES}'}}",
        f"deploy milepost-site {{'ApiAddress': '{API}'}}",
    ]
    assert (stacks.main.output("ApiUrl"), stacks.site.output("SiteAddress")) == (API, PAGES)


def test_a_deployment_of_the_same_changes_nothing(cloud: Cloud, templates: list[Template]) -> None:
    deployer(cloud, templates).deploy()
    cloud.done.clear()
    assert deployer(cloud, templates).deploy().main.output("ApiUrl") == API
    assert cloud.done == []


def test_the_owners_own_address_of_the_pages_goes_before_amplifys(cloud: Cloud, templates: list[Template]) -> None:
    deployer(cloud, templates, public_url="https://stats.example.org").deploy()
    assert cloud.stacks["milepost"] == {"SiteAddress": "https://stats.example.org"}


def test_a_region_that_is_not_bootstrapped_is_told_with_the_command() -> None:
    stubs = Stubs()
    stubs.refuse("ssm", "get_parameter", "ParameterNotFound")
    with pytest.raises(AwsProblem, match=r"npx aws-cdk@2 bootstrap aws://123456789012/eu-central-1 .*CloudShell"):
        check_bootstrap(stubs.account, HERE)
    stubs.expect("ssm", "get_parameter", {"Parameter": {"Value": "5"}}, Name="/cdk-bootstrap/hnb659fds/version")
    with pytest.raises(AwsProblem, match="an old release"):
        check_bootstrap(stubs.account, HERE)
    stubs.expect("ssm", "get_parameter", {"Parameter": {"Value": "6"}})
    check_bootstrap(stubs.account, HERE)
    stubs.refuse("ssm", "get_parameter", "AccessDeniedException")
    with pytest.raises(AwsProblem, match="may not do GetParameter"):
        check_bootstrap(stubs.account, HERE)


def test_the_account_says_where_it_is() -> None:
    stubs = Stubs()
    stubs.expect("sts", "get_caller_identity", {"Account": "1" * 12, "Arn": "arn:aws-cn:iam::1:user/x"})
    assert check_account(stubs.account) == Environment("1" * 12, "eu-central-1", "aws-cn")


def test_deploy_says_what_it_makes_and_where_it_is(cloud: Cloud) -> None:
    out = run("deploy", "--yes").stdout
    assert "Account 123456789012, region eu-central-1" in out
    assert re.search(r"While nobody visits it costs about \$\d+\.\d\d a month", out)
    assert "mailed to nobody: MILEPOST_MAIL_TO is not set" in out
    for line in (
        f"API        {API}",
        f"pages      {PAGES}",
        f"dashboard  {PAGES}/dashboard/",
        "CloudWatch https://watch",
    ):
        assert f"\n{line}\n" in out
    assert f'data-domain="main.app.amplifyapp.com" data-api="{API}/api/event" src="{PAGES}/js/script.js"' in out
    assert len(re.findall(r"^admin key  mp_\S{43}  \(shown this once: keep it\)$", out, re.MULTILINE)) == 1
    assert out.count("Until then notified_at stays null") == 1
    assert out.count("until then an alarm reaches nobody") == 1
    assert cloud.done[-1] == "pages"


def test_a_second_deployment_shows_no_key_and_says_nothing_of_confirmed_mails(cloud: Cloud) -> None:
    run("deploy", "--yes")
    cloud.confirmed = 1
    out = run("deploy", "--yes").stdout
    assert "milepost: nothing to change" in out
    assert "admin key" not in out
    assert "confirmed" not in out


def test_an_installation_with_sites_gets_no_sample_site(cloud: Cloud) -> None:
    run("deploy", "--yes")
    opened = installation.open_stack("milepost")
    opened.engine.sites.remove("main.app.amplifyapp.com")
    add_site(opened.engine, Site("example.org", "id"))
    assert 'amplifyapp.com" data-api' not in run("deploy", "--yes").stdout


def test_the_option_goes_before_the_setting(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STACK", "other")
    run("--stack", "milepost", "deploy", "--yes")
    assert set(cloud.stacks) == {"milepost", "milepost-site"}
    assert "STACK is 'a b'" in run("--stack", "a b", "deploy", "--yes", code=1).stderr


def test_diff_shows_and_changes_nothing(cloud: Cloud) -> None:
    out = run("diff").stdout
    assert out.count("(new)") == 2
    assert "  Add     AWS::DynamoDB::Table  TablesLog\n" in out
    assert (cloud.stacks, cloud.proposed, cloud.done) == ({}, {}, [])
    assert set(json.loads(run("diff", "--json").stdout)) == {"milepost", "milepost-site"}
    run("deploy", "--yes")
    assert run("diff").stdout == "nothing to change\n"


def test_destroy_keeps_the_events_and_says_where(cloud: Cloud) -> None:
    run("deploy", "--yes")
    cloud.done.clear()
    out = run("destroy", answer="milepost\n").stdout
    assert cloud.done == ["delete milepost-site", "delete milepost"]
    assert "kept: name-of-TablesLog (AWS::DynamoDB::Table)\nkept: name-of-DeadLetters (AWS::S3::Bucket)\n" in out


@pytest.mark.parametrize("answer", ["no\n", "milepost-site\n", ""])
def test_destroy_wants_the_name_typed(cloud: Cloud, answer: str) -> None:
    run("deploy", "--yes")
    run("destroy", code=1, answer=answer)
    assert set(cloud.stacks) == {"milepost", "milepost-site"}


@pytest.mark.parametrize("words", ["yes", "delete all events of other", "Delete all events of milepost"])
def test_events_are_deleted_only_in_so_many_words(cloud: Cloud, words: str) -> None:
    run("deploy", "--yes")
    message = run("destroy", "--yes", "--delete-data", words, code=2).stderr
    assert '--delete-data "delete all events of milepost"' in message
    assert set(cloud.stacks) == {"milepost", "milepost-site"}


def test_events_are_deleted_when_asked_for(cloud: Cloud) -> None:
    run("deploy", "--yes")
    cloud.done.clear()
    run("destroy", "--yes", "--delete-data", "delete all events of milepost")
    assert cloud.done == [
        "delete milepost-site",
        "delete milepost",
        "unprotect name-of-TablesLog",
        "delete name-of-TablesLog",
        "delete name-of-DeadLetters",
    ]
    assert cloud.objects == []


def test_what_an_unfinished_deployment_left_can_be_destroyed(cloud: Cloud) -> None:
    cloud.stacks["milepost-site"] = {}
    run("destroy", "--yes")
    assert cloud.stacks == {}


def test_there_is_nothing_to_destroy_twice(cloud: Cloud) -> None:
    assert "there is no stack milepost" in run("destroy", "--yes", code=1).stderr


def test_a_kept_log_is_adopted_by_a_new_stack_and_counted_again(cloud: Cloud) -> None:
    run("deploy", "--yes")
    opened = installation.open_stack("milepost")
    add_site(opened.engine, Site("example.org", "id", "Europe/Berlin"))
    Writer(opened.engine.log, now_ms, random_id).append([encode_event(event("/", now_ms(), 1))])
    opened.sweeper.sweep(now_ms())
    told = run("destroy", "--yes").stdout.rpartition("ARGS=")[2].strip().strip('"').split()
    cloud.done.clear()
    cloud.outputs["milepost"]["TableViews"] = cloud.new_views
    log = cloud.outputs["milepost"]["TableLog"]
    cloud.streaming = {log}
    out = run("deploy", "--yes", *told).stdout
    assert cloud.done[0] == "deploy milepost {}"
    assert {name: set(table["Properties"]) for name, table in cloud.imported.items()} == {
        log: {"KeySchema", "StreamSpecification"},
        cloud.outputs["milepost"]["TableMilestones"]: {"KeySchema"},
        cloud.outputs["milepost"]["TableRegistry"]: {"KeySchema"},
    }
    assert all(table["DeletionPolicy"] == "Retain" for table in cloud.imported.values())
    assert "admin key" not in out
    engine = installation.open_stack("milepost").engine
    live = live_projection(engine.read_models)
    assert live.timezones["example.org"] == "Europe/Berlin"
    total = RowKey("example.org", TOTAL, "", "")
    assert engine.read_models.lookup(live.version, [total])[total].pageviews == 1
    # Milestones are in a table of their own: none is reached twice.
    assert len(engine.milestones.page("example.org", 10, None)) == 1


def test_tables_are_adopted_by_a_new_stack_only(cloud: Cloud) -> None:
    run("deploy", "--yes")
    assert "the stack milepost has tables already" in run("deploy", "--yes", "--adopt", "log=x", code=1).stderr


@pytest.mark.parametrize("option", ["views=x", "log=", "log"])
def test_only_what_cannot_be_folded_again_is_adopted(cloud: Cloud, option: str) -> None:
    message = run("deploy", "--yes", "--adopt", option, code=2).stderr
    assert "--adopt wants one of log, milestones, registry" in message
    assert cloud.stacks == {}


def test_the_synthesized_stacks_take_and_tell_what_the_commands_ask_of_them(tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    packages.mkdir()
    for service in ("ingest", "projector", "query"):
        (packages / f"{service}.zip").write_bytes(b"a package")
    deployment = Deployment()
    synthesize(deployment, packages, tmp_path / "assembly")
    site, main_template = read_assembly(tmp_path / "assembly")
    assert (site.stack, main_template.stack) == (deployment.site_stack, deployment.stack)
    assert "ApiAddress" in site.content["Parameters"]
    assert "SiteAddress" in main_template.content["Parameters"]
    assert {"AmplifyAppId", "AmplifyBranch", "SiteAddress"} <= set(site.content["Outputs"])
    assert set(main_stack().outputs) <= set(main_template.content["Outputs"])
    for role in ADOPTABLE:
        resource = main_template.content["Outputs"][f"Table{role.capitalize()}"]["Value"]["Ref"]
        assert main_template.content["Resources"][resource]["DeletionPolicy"] == "Retain"
    assert publish(Account(lambda service: Cloud({})), HERE, main_template, print) == 0
