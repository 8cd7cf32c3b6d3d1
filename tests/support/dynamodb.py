"""DynamoDB inside the test's own process: botocore's real client over the emulator's own request handler, no socket."""

import itertools
import threading
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.session import Session

from shared.engines.dynamodb.client import make_client
from shared.engines.dynamodb.tables import TABLES, Attribute, Tables

_REGION = "us-east-1"
_numbers = itertools.count(1)

#: The emulator's own server answers in one thread, and counts on it.
_one_at_a_time = threading.Lock()


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._content


def make_emulated_client() -> Any:
    """Makes a client whose requests are answered in this process. All of them share one account."""
    client = make_client(_session(), region_name=_REGION, endpoint_url="http://dynamodb.invalid")
    client.meta.events.register("before-send.dynamodb", _answer)
    client._user_agent_creator.to_string = lambda: "tests"  # put together twice for each request, it takes long
    return client


@cache
def _session() -> Session:
    """Gives the session of all clients, which reads the service's description once."""
    session = Session()
    session.set_credentials("test", "test")
    return session


def _answer(request: AWSRequest, **_: Any) -> AWSResponse:
    from ministack.services import dynamodb

    headers = {name.lower(): _text(value) for name, value in request.headers.items()}
    handling = dynamodb.handle_request(request.method, "/", headers, request.body, {})
    try:
        with _one_at_a_time:
            handling.send(None)
    except StopIteration as end:
        status, answered, body = end.value
        return AWSResponse(request.url, status, answered, _Body(body))
    raise AssertionError("the emulator waits for something")


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def make_tables(client: Any) -> Tables:
    """Makes an installation's tables, with names that no other one has."""
    number = next(_numbers)
    names = Tables(**{role: f"test-{number}-{role}" for role in TABLES})
    for role, table in TABLES.items():
        keys = [table.partition, *filter(None, [table.sort])]
        more: dict[str, Any] = {}
        if table.index:
            index = table.index
            projection = {"ProjectionType": "KEYS_ONLY" if index.keys_only else "ALL"}
            more["GlobalSecondaryIndexes"] = [
                {"IndexName": index.name, "KeySchema": _schema([index.partition, index.sort]), "Projection": projection}
            ]
            keys += [key for key in (index.partition, index.sort) if key not in keys]
        client.create_table(
            TableName=getattr(names, role),
            KeySchema=_schema([table.partition, *filter(None, [table.sort])]),
            AttributeDefinitions=[{"AttributeName": key.name, "AttributeType": key.type} for key in keys],
            BillingMode="PAY_PER_REQUEST",
            **more,
        )
    return names


def drop_tables(client: Any, names: Tables) -> None:
    """Deletes an installation's tables."""
    for name in names:
        client.delete_table(TableName=name)


def _schema(keys: list[Attribute]) -> list[Mapping[str, str]]:
    return [{"AttributeName": key.name, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)]
