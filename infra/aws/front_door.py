"""The front door: an HTTP API with CORS, a throttle, and an access log that tells nothing of a visitor."""

import json

from aws_cdk import CfnOutput, Duration
from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct

from infra.aws.acknowledged import acknowledge
from infra.aws.config import Deployment
from infra.aws.log_groups import make_log_group, plain_arn

#: What the access log holds of a request: no `$context.identity.*`, no path, no query, no header. CloudWatch adds when.
ACCESS_LOG = {
    "requestId": "$context.requestId",
    "routeKey": "$context.routeKey",
    "status": "$context.status",
    "responseLatency": "$context.responseLatency",
    "responseLength": "$context.responseLength",
    "integrationLatency": "$context.integrationLatency",
    "integrationStatus": "$context.integrationStatus",
    "integrationError": "$context.integrationErrorMessage",
}

#: Either function answers every method on its paths: 405 for those that it does not know.
_EVENT_PATHS = ("/api/event", "/api/send", "/count", "/pixel.gif")
_READ_PATHS = ("/v1/{proxy+}", "/api/{proxy+}", "/counter/{proxy+}", "/health", "/openapi.json")


class FrontDoor(Construct):
    """The HTTP API in front of ingest and query.

    Attributes:
        api_id: The API's id.
        address: Where it is reached, without a trailing slash.
    """

    def __init__(
        self, scope: Construct, name: str, deployment: Deployment, ingest: lambda_.Function, query: lambda_.Function
    ) -> None:
        """Makes the API and its routes."""
        super().__init__(scope, name)
        api = gateway.HttpApi(
            self,
            "Api",
            api_name=deployment.stack,
            create_default_stage=False,
            disable_execute_api_endpoint=deployment.domain is not None,
            # Any origin may send and read: what may be read is guarded by keys, and no cookie exists.
            cors_preflight=gateway.CorsPreflightOptions(
                allow_origins=["*"],
                allow_methods=[
                    gateway.CorsHttpMethod.GET,
                    gateway.CorsHttpMethod.POST,
                    gateway.CorsHttpMethod.HEAD,
                    gateway.CorsHttpMethod.OPTIONS,
                ],
                allow_headers=["authorization", "content-type", "x-umami-cache"],
                expose_headers=["x-plausible-dropped", "x-goatcounter"],
                max_age=Duration.days(1),
            ),
        )
        for paths, integration in (
            (_EVENT_PATHS, HttpLambdaIntegration("Ingest", ingest)),
            (_READ_PATHS, HttpLambdaIntegration("Query", query)),
        ):
            for path in paths:
                self._route(api, path, gateway.HttpMethod.ANY, integration)
        stage = self._stage(api, deployment)
        self.api_id = api.api_id
        if deployment.domain:
            self._serve_domain(api, stage, deployment.domain, deployment.certificate_arn or "")
            self.address = f"https://{deployment.domain}"
        else:
            self.address = api.api_endpoint

    @staticmethod
    def _route(api: gateway.HttpApi, path: str, method: gateway.HttpMethod, target: HttpLambdaIntegration) -> None:
        for route in api.add_routes(path=path, methods=[method], integration=target):
            acknowledge(
                route,
                "AwsSolutions-APIG4",
                "Anybody may send a beacon; what is read is guarded by keys, which the function checks.",
            )

    def _stage(self, api: gateway.HttpApi, deployment: Deployment) -> gateway.CfnStage:
        log = make_log_group(self, "AccessLog", deployment)
        return gateway.CfnStage(
            self,
            "Stage",
            api_id=api.api_id,
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=gateway.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=deployment.rate, throttling_burst_limit=deployment.burst
            ),
            access_log_settings=gateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=plain_arn(log), format=json.dumps(ACCESS_LOG, separators=(",", ":"))
            ),
        )

    def _serve_domain(self, api: gateway.HttpApi, stage: gateway.CfnStage, domain: str, certificate_arn: str) -> None:
        name = gateway.CfnDomainName(
            self,
            "Domain",
            domain_name=domain,
            domain_name_configurations=[
                gateway.CfnDomainName.DomainNameConfigurationProperty(
                    certificate_arn=certificate_arn, endpoint_type="REGIONAL", security_policy="TLS_1_2"
                )
            ],
        )
        mapping = gateway.CfnApiMapping(self, "Mapping", api_id=api.api_id, domain_name=name.ref, stage=stage.ref)
        mapping.node.add_dependency(stage)
        CfnOutput(
            self,
            "DomainTarget",
            description=f"{domain} is to be a CNAME of this name",
            value=name.attr_regional_domain_name,
        ).override_logical_id("DomainTarget")
