"""The functions: lean, with logs of their own that are kept for a while, and told only of what they use."""

import ast

import pytest

from infra.aws.duties import DUTIES
from infra.aws.reach import ROOT
from shared.environment import table_variable
from tests.template.synthesizing import Templates, as_list

pytestmark = pytest.mark.xdist_group("template")


@pytest.mark.parametrize("name", DUTIES)
def test_a_function_runs_a_handler_that_exists(templates: Templates, name: str) -> None:
    module, _, handler = templates.function(name)["Handler"].rpartition(".")
    source = (ROOT / module.replace(".", "/")).with_suffix(".py").read_text()
    assert handler in {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("name", DUTIES)
def test_a_function_is_lean(templates: Templates, name: str) -> None:
    function = templates.function(name)
    assert function["Architectures"] == ["arm64"]
    assert function["Runtime"] == "python3.14"
    # A new account has ten executions at a time; what is reserved would be taken from the others.
    assert not {"ReservedConcurrentExecutions", "VpcConfig", "Layers", "TracingConfig"} & set(function)


@pytest.mark.parametrize("name", DUTIES)
def test_logs_are_json_and_kept_for_a_while(templates: Templates, name: str) -> None:
    logging = templates.function(name)["LoggingConfig"]
    assert (logging["LogFormat"], logging["ApplicationLogLevel"], logging["SystemLogLevel"]) == ("JSON", "INFO", "WARN")
    group = templates.main["Resources"][logging["LogGroup"]["Ref"]]
    assert group["Properties"] == {"RetentionInDays": 30}


def test_every_log_group_has_a_retention_and_goes_with_the_stack(templates: Templates) -> None:
    groups = templates.resources("AWS::Logs::LogGroup").values()
    assert len(groups) == len(DUTIES) + 2
    assert {(group["Properties"]["RetentionInDays"], group["DeletionPolicy"]) for group in groups} == {(30, "Delete")}


@pytest.mark.parametrize("name", DUTIES)
def test_a_function_knows_what_it_uses_and_no_more(templates: Templates, name: str) -> None:
    variables = templates.function(name)["Environment"]["Variables"]
    duty = DUTIES[name]
    expected = {"MILEPOST_STACK", *map(table_variable, duty.tables)}
    expected |= {"MILEPOST_TOPIC_ARN", "MILEPOST_DASHBOARD_URL"} if duty.announces else set()
    expected |= {"MILEPOST_TRUSTED_PROXIES", "MILEPOST_COUNTRY_HEADER"} if name == "Ingest" else set()
    expected |= {"MILEPOST_WINDOW"} if name == "Sweep" else set()
    assert set(variables) == expected
    assert variables["MILEPOST_STACK"] == "milepost"


def test_no_function_but_the_sweeper_may_change_an_event(templates: Templates) -> None:
    log = templates.main["Outputs"]["TableLog"]["Value"]["Ref"]
    changing = {
        (name, action)
        for name, statement in templates.statements()
        if statement["Resource"] == {"Fn::GetAtt": [log, "Arn"]}
        for action in as_list(statement["Action"])
        if action not in ("dynamodb:Query", "dynamodb:PutItem")
    }
    assert {action for _, action in changing} == {"dynamodb:UpdateItem"}
    assert all("Sweep" in name for name, _ in changing)
