"""The AWS account of the caller's credentials: its clients, and its refusals in words."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
from botocore.session import Session

from infra.aws.problems import AwsProblem

_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
_INVALID = {
    *("AuthFailure", "IncompleteSignature", "InvalidAccessKeyId", "InvalidClientTokenId", "InvalidSignatureException"),
    *("SignatureDoesNotMatch", "UnrecognizedClientException", "MissingAuthenticationToken"),
}
_DENIED = {
    *("AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException", "NotAuthorized"),
    *("UnauthorizedException", "UnauthorizedOperation"),
}

_NO_CREDENTIALS = (
    "there are no AWS credentials: sign in with `aws login` or `aws sso login`, or set AWS_PROFILE, or "
    "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
)
_EXPIRED_CREDENTIALS = "the AWS credentials have expired: sign in again"
_NO_REGION = "no AWS region is chosen: set AWS_REGION, such as AWS_REGION=eu-central-1"


class Account:
    """One account and region. Whatever AWS refuses is an `AwsProblem`.

    Attributes:
        session: The session that the clients are made of, for one who makes clients otherwise.
    """

    def __init__(self, make_client: Callable[[str], Any], session: Session | None = None) -> None:
        """Remembers how clients are made: `make_client` gives botocore's client of a service, such as "s3"."""
        self.session = session
        self._make_client = make_client
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """Gives the client of a service. Raises as `call` does."""
        if service not in self._clients:
            with refusals():
                self._clients[service] = self._make_client(service)
        return self._clients[service]

    def call(self, service: str, operation: str, **parameters: Any) -> Any:
        """Calls an operation, such as "describe_stacks", and gives its answer.

        Raises:
            AwsProblem: It was refused, or AWS is out of reach.
        """
        client = self.client(service)
        with refusals():
            return getattr(client, operation)(**parameters)

    def all(self, service: str, operation: str, key: str, **parameters: Any) -> list[Any]:
        """Calls an operation as often as it has further pages, and gives what they have under `key`.

        Raises:
            AwsProblem: As for `call`.
        """
        client = self.client(service)
        with refusals():
            pages = client.get_paginator(operation).paginate(**parameters)
            return [one for page in pages for one in page.get(key, ())]

    @property
    def region(self) -> str:
        """The region, such as "eu-central-1"."""
        return str(self.client("cloudformation").meta.region_name)


def open_account() -> Account:
    """Opens the account that the environment names, as every AWS tool does; `AWS_REGION` goes before the profile's.

    Raises:
        AwsProblem: There are no credentials, or there is no region.
    """
    session = _session_of_environment()
    config = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 5})
    return Account(lambda service: session.create_client(service, config=config), session)


def _session_of_environment() -> Session:
    """Makes a session of the process's environment, checked as far as that goes without a call.

    Raises:
        AwsProblem: As for `open_account`.
    """
    with refusals():
        session = Session()
        if region := os.environ.get("AWS_REGION"):
            session.set_config_variable("region", region)
        if not session.get_config_variable("region"):
            raise AwsProblem(_NO_REGION)
        if session.get_credentials() is None:
            raise AwsProblem(_NO_CREDENTIALS)
    return session


@contextmanager
def refusals() -> Iterator[None]:
    """Turns botocore's errors into an `AwsProblem` of one line."""
    try:
        yield
    except ClientError as error:
        raise _of_client_error(error) from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise AwsProblem(_NO_CREDENTIALS) from error
    except (CredentialRetrievalError, SSOError, TokenRetrievalError) as error:
        raise AwsProblem(f"the AWS credentials cannot be used ({_one_line(error)}): sign in again") from error
    except NoRegionError as error:
        raise AwsProblem(_NO_REGION) from error
    except ProfileNotFound as error:
        raise AwsProblem(f"{_one_line(error)}: set AWS_PROFILE to one that there is") from error
    except BotoCoreError as error:
        raise AwsProblem(f"a call to AWS failed: {_one_line(error)}") from error


def _of_client_error(error: ClientError) -> AwsProblem:
    code = str(error.response["Error"].get("Code", ""))
    operation, message = error.operation_name, str(error.response["Error"].get("Message", ""))
    if code in _EXPIRED:
        return AwsProblem(_EXPIRED_CREDENTIALS, code)
    if code in _INVALID:
        return AwsProblem("AWS does not know these credentials: check them, or sign in again", code)
    if code in _DENIED:
        return AwsProblem(f"these credentials may not do {operation}: {_one_line(message)}", code)
    return AwsProblem(f"AWS refused {operation}: {_one_line(message)} ({code})", code)


def _one_line(text: object) -> str:
    return " ".join(str(text).split())
