"""CORS, throttle, routes, and an access log that tells nothing of a visitor."""

import json
import re

import pytest

from infra.local.gateway import preflight_response
from tests.template.synthesizing import Templates

pytestmark = pytest.mark.xdist_group("template")


def test_cors_is_that_of_one_machine(templates: Templates) -> None:
    (api,) = templates.properties("AWS::ApiGatewayV2::Api")
    cors = api["CorsConfiguration"]
    headers = preflight_response()["headers"]

    def listed(name: str) -> set[str]:
        return set(headers[f"access-control-{name}"].split(", "))

    assert set(cors["AllowOrigins"]) == listed("allow-origin") == {"*"}
    assert set(cors["AllowMethods"]) == listed("allow-methods")
    assert set(cors["AllowHeaders"]) == listed("allow-headers")
    assert set(cors["ExposeHeaders"]) == listed("expose-headers") == {"x-plausible-dropped", "x-goatcounter"}
    assert str(cors["MaxAge"]) == headers["access-control-max-age"]
    assert not cors.get("AllowCredentials")


def test_the_access_log_holds_nothing_of_a_visitor(templates: Templates) -> None:
    (stage,) = templates.properties("AWS::ApiGatewayV2::Stage")
    format_ = stage["AccessLogSettings"]["Format"]
    named = set(re.findall(r"\$context\.([\w.]+)", format_))
    assert named == {
        *("requestId", "routeKey", "status", "responseLatency", "responseLength"),
        *("integrationLatency", "integrationStatus", "integrationErrorMessage"),
    }
    assert all(re.fullmatch(r"\$context\.[\w.]+", value) for value in json.loads(format_).values())


def test_the_stage_is_throttled(templates: Templates) -> None:
    (stage,) = templates.properties("AWS::ApiGatewayV2::Stage")
    assert stage["DefaultRouteSettings"] == {"ThrottlingBurstLimit": 500, "ThrottlingRateLimit": 100}
    assert stage["StageName"] == "$default"
    assert stage["AutoDeploy"] is True


def test_beacons_go_to_ingest_and_everything_else_to_query(templates: Templates) -> None:
    integrations = templates.resources("AWS::ApiGatewayV2::Integration")
    assert {one["Properties"]["PayloadFormatVersion"] for one in integrations.values()} == {"2.0"}
    called = {name: one["Properties"]["IntegrationUri"]["Fn::GetAtt"][0] for name, one in integrations.items()}
    routes = {
        route["RouteKey"]: called[route["Target"]["Fn::Join"][1][1]["Ref"]]
        for route in templates.properties("AWS::ApiGatewayV2::Route")
    }
    ingest, query = (templates.main["Outputs"][f"Function{name}"]["Value"]["Ref"] for name in ("Ingest", "Query"))
    reading = ("ANY /v1/{proxy+}", "ANY /api/{proxy+}", "ANY /counter/{proxy+}", "ANY /health", "ANY /openapi.json")
    sending = ("ANY /api/event", "ANY /api/send", "ANY /count", "ANY /pixel.gif")
    assert routes == {**dict.fromkeys(sending, ingest), **dict.fromkeys(reading, query)}


def test_a_domain_takes_the_place_of_the_given_address(templates: Templates, full: Templates) -> None:
    assert not templates.resources("AWS::ApiGatewayV2::DomainName")
    (domain,) = full.properties("AWS::ApiGatewayV2::DomainName")
    assert domain["DomainName"] == "stats.example.org"
    assert domain["DomainNameConfigurations"][0]["SecurityPolicy"] == "TLS_1_2"
    (api,) = full.properties("AWS::ApiGatewayV2::Api")
    assert api["DisableExecuteApiEndpoint"] is True
    assert full.main["Outputs"]["ApiUrl"]["Value"] == "https://stats.example.org"
    assert "DomainTarget" in full.main["Outputs"]
