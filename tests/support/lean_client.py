"""A client for tests that make many thousands of calls: the emulator's own handler, without botocore in between.

It answers as `tests.support.dynamodb.make_emulated_client` does, at a fraction of the cost, and tries nothing again.
"""

import copy
import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from itertools import count
from types import SimpleNamespace
from typing import Any
from unittest import mock

from botocore.exceptions import ClientError

_tokens = count()


class LeanClient:
    """A low-level DynamoDB client in this process."""

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        action = "".join(word.title() for word in operation.split("_"))

        def call(**parameters: Any) -> Any:
            return _call(action, parameters)

        setattr(self, operation, call)
        return call


def client_error(action: str, body: dict[str, Any]) -> ClientError:
    """Makes what botocore raises for an error's body."""
    code = body["__type"].rpartition("#")[2]
    message = body.get("message", body.get("Message", ""))
    return ClientError({**body, "Error": {"Code": code, "Message": message}}, action)


def with_token(action: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Gives a transaction the token by which it is known again when it is sent a second time, as botocore does."""
    if action != "TransactWriteItems" or "ClientRequestToken" in parameters:
        return parameters
    return {**parameters, "ClientRequestToken": f"token-{next(_tokens)}"}


def quick_emulator() -> AbstractContextManager[Any]:
    """Lets the emulator parse each expression once, and copy items as what they are: that is half of its time."""
    from ministack.services import dynamodb

    of_text = ("_tokenize", "_condition_syntax_error", "_number_size_bytes")
    of_tokens = ("_check_redundant_parens", "_check_reserved_keyword_usage", "_key_condition_clauses")
    quick: dict[str, Any] = {name: cache(getattr(dynamodb, name)) for name in of_text}
    quick |= {name: _cache_by_identity(getattr(dynamodb, name)) for name in of_tokens}
    return mock.patch.multiple(dynamodb, **quick, copy=SimpleNamespace(deepcopy=_deepcopy, copy=copy.copy))


def _cache_by_identity(function: Callable[..., Any]) -> Callable[..., Any]:
    """Caches what is found out about tokens, which nobody changes: the same text has the same list of them."""
    known: dict[tuple[int, tuple[Any, ...]], tuple[Any, Any]] = {}

    def quick(tokens: list[Any], *more: Any) -> Any:
        name = id(tokens), more
        if name not in known:
            known[name] = tokens, function(tokens, *more)  # with the tokens, so that no other list gets their id
        return known[name][1]

    return quick


def _deepcopy(value: Any) -> Any:
    """Copies what JSON is read as; all else as `copy` does."""
    if type(value) is dict:
        return {name: _deepcopy(inner) for name, inner in value.items()}
    if type(value) is list:
        return [_deepcopy(inner) for inner in value]
    return value if type(value) is str else copy.deepcopy(value)


def _call(action: str, parameters: dict[str, Any]) -> Any:
    from ministack.services import dynamodb

    headers = {"x-amz-target": f"DynamoDB_20120810.{action}"}
    body = json.dumps(with_token(action, parameters), default=_encode).encode()
    handling = dynamodb.handle_request("POST", "/", headers, body, {})
    try:
        handling.send(None)
    except StopIteration as end:
        status, _, answered = end.value
        answer = json.loads(answered, object_hook=_decode)
        if status != 200:
            raise client_error(action, answer) from None
        return answer
    raise AssertionError("the emulator waits for something")


def _encode(value: object) -> str:
    if not isinstance(value, bytes):
        raise TypeError(f"{value!r} is no attribute value")
    return b64encode(value).decode()


def _decode(found: dict[str, Any]) -> dict[str, Any]:
    """Reads bytes. An attribute may be called "B" too, but its value is an object."""
    if len(found) == 1:
        if isinstance(value := found.get("B"), str):
            return {"B": b64decode(value)}
        if isinstance(values := found.get("BS"), list):
            return {"BS": [b64decode(value) for value in values]}
    return found
