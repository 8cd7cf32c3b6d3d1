"""The settings of a deployment, and the Node.js that synthesis runs on."""

import os
import subprocess
from dataclasses import fields

import pytest

from infra.aws.config import Deployment, read_deployment
from infra.aws.node import provide_node
from infra.settings import BadSettings

ALL = {
    "STACK": "stats",
    "MILEPOST_MAIL_TO": "Me <me@example.org>, you@example.org",
    "MILEPOST_PUBLIC_URL": "https://example.org/",
    "MILEPOST_TRUSTED_PROXIES": "10.0.0.0/8",
    "MILEPOST_COUNTRY_HEADER": "CloudFront-Viewer-Country",
    "MILEPOST_WINDOW": "60",
    "MILEPOST_DOMAIN": "stats.example.org",
    "MILEPOST_CERTIFICATE_ARN": "arn:aws:acm:eu-central-1:123456789012:certificate/0-1",
    "MILEPOST_REQUESTS_PER_HOUR": "1",
    "MILEPOST_EVENTS_PER_DAY": "2",
    "MILEPOST_MONTHLY_COST": "3",
    "MILEPOST_RATE": "4",
    "MILEPOST_BURST": "5",
    "MILEPOST_LOG_DAYS": "7",
}


def test_without_any_setting_there_are_defaults() -> None:
    assert read_deployment({}) == Deployment()
    assert read_deployment(dict.fromkeys(ALL, "")) == Deployment()


def test_all_settings_are_read() -> None:
    deployment = read_deployment(ALL)
    assert deployment == Deployment(
        stack="stats",
        mail_to=("me@example.org", "you@example.org"),
        public_url="https://example.org",
        trusted_proxies="10.0.0.0/8",
        country_header="cloudfront-viewer-country",
        window=60,
        domain="stats.example.org",
        certificate_arn="arn:aws:acm:eu-central-1:123456789012:certificate/0-1",
        requests_per_hour=1,
        events_per_day=2,
        monthly_cost=3,
        rate=4,
        burst=5,
        log_days=7,
    )
    unset = {field.name for field in fields(Deployment) if getattr(deployment, field.name) == field.default}
    assert unset == set()
    assert deployment.site_stack == "stats-site"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("STACK", "1st", "STACK is '1st', not such as milepost"),
        ("MILEPOST_WINDOW", "0", "MILEPOST_WINDOW is '0', not a whole number from 1 to 300"),
        ("MILEPOST_WINDOW", "301", "a whole number from 1 to 300"),
        ("MILEPOST_RATE", "1.5", "MILEPOST_RATE is '1.5'"),
        ("MILEPOST_RATE", "²", "MILEPOST_RATE is '²'"),
        ("MILEPOST_LOG_DAYS", "8", "MILEPOST_LOG_DAYS is 8; CloudWatch knows 1, 3, 5, 7"),
        ("MILEPOST_MAIL_TO", "nobody", "MILEPOST_MAIL_TO is not a mail address"),
        ("MILEPOST_TRUSTED_PROXIES", "all", "MILEPOST_TRUSTED_PROXIES"),
        ("MILEPOST_COUNTRY_HEADER", "a b", "MILEPOST_COUNTRY_HEADER is not the name of a header"),
        ("MILEPOST_DOMAIN", "https://stats.example.org", "not such as stats.example.org"),
        ("MILEPOST_CERTIFICATE_ARN", "none", "MILEPOST_CERTIFICATE_ARN is 'none'"),
        ("MILEPOST_DOMAIN", "", "belong together"),
    ],
)
def test_what_cannot_be_used_is_told(name: str, value: str, message: str) -> None:
    with pytest.raises(BadSettings) as problem:
        read_deployment({**ALL, name: value})
    assert message in str(problem.value)


def test_node_is_the_locked_one_and_put_first_once() -> None:
    environment = {"PATH": os.environ["PATH"]}
    provide_node(environment)
    before = environment["PATH"]
    provide_node(environment)
    assert environment["PATH"] == before
    version = subprocess.run(["node", "--version"], env=environment, capture_output=True, text=True, check=True).stdout
    assert version.startswith(("v22.", "v24."))
