import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOTokenLoadError,
)

from infra.aws.account import open_account, refusals
from infra.aws.problems import AwsProblem
from tests.unit.aws_stubs import REGION, Stubs, stack_answer


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NoCredentialsError(), "there are no AWS credentials"),
        (PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"), "there are no AWS credentials"),
        (SSOTokenLoadError(error_msg="expired"), "sign in again"),
        (ProfileNotFound(profile="work"), "(work) could not be found: set AWS_PROFILE"),
        (
            EndpointConnectionError(endpoint_url="https://sts.invalid"),
            "a call to AWS failed: Could not connect to the endpoint",
        ),
    ],
)
def test_what_keeps_a_call_from_aws_is_told_in_one_line(error: Exception, words: str) -> None:
    with pytest.raises(AwsProblem) as told, refusals():
        raise error
    assert words in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ExpiredToken", "the AWS credentials have expired: sign in again"),
        ("ExpiredTokenException", "the AWS credentials have expired: sign in again"),
        ("InvalidClientTokenId", "AWS does not know these credentials"),
        ("AccessDenied", "these credentials may not do DescribeStacks: two lines"),
        ("Throttling", "AWS refused DescribeStacks: two lines (Throttling)"),
    ],
)
def test_what_aws_refuses_is_told_in_one_line(code: str, words: str) -> None:
    stubs = Stubs()
    stubs.refuse("cloudformation", "describe_stacks", code, "two\n lines")
    with pytest.raises(AwsProblem) as told:
        stubs.account.call("cloudformation", "describe_stacks", StackName="x")
    assert words in str(told.value)
    assert told.value.code == code
    assert isinstance(told.value.__cause__, ClientError)


def test_all_pages_are_read() -> None:
    stubs = Stubs()
    first, second = stack_answer(name="a"), stack_answer(name="b")
    stubs.expect("cloudformation", "describe_stacks", {**first, "NextToken": "more"})
    stubs.expect("cloudformation", "describe_stacks", second, NextToken="more")
    names = [one["StackName"] for one in stubs.account.all("cloudformation", "describe_stacks", "Stacks")]
    assert names == ["a", "b"]
    assert stubs.account.region == REGION


@pytest.fixture
def no_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that names no account, no region and no place to ask for them."""
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def test_without_a_region_or_credentials_nothing_is_asked(no_aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AwsProblem, match="no AWS region is chosen"):
        open_account()
    monkeypatch.setenv("AWS_REGION", REGION)
    with pytest.raises(AwsProblem, match="there are no AWS credentials"):
        open_account()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    assert open_account().region == REGION
    monkeypatch.setenv("AWS_PROFILE", "work")
    with pytest.raises(AwsProblem, match="set AWS_PROFILE"):
        open_account()
