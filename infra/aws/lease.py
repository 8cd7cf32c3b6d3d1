"""What keeps a second import out of a stack: an item of the registry that one process holds for a while."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from infra.installation import NotAlone, Still
from shared.domain.calendar import rfc3339
from shared.engine import Clock
from shared.engines.dynamodb.client import ConditionFailed, Dynamo
from shared.engines.dynamodb.values import key, number, text

#: Milliseconds that a process which stopped without a word keeps others out, and after which one asks for more time.
LEASE_MS = 10 * 60_000
_RENEWAL_MS = 60_000

_KEY = key("lease", "import")
_MINE = "holder = :me"
_FREE_OR_MINE = f"attribute_not_exists(pk) OR expires < :now OR {_MINE}"


@contextmanager
def import_lease(dynamo: Dynamo, registry: str, holder: str, clock: Clock) -> Iterator[Still]:
    """Holds the lease of imports; what is yielded is to be called at least every few minutes, and renews it.

    Args:
        dynamo: The client.
        registry: The name of the registry's table.
        holder: An id of this process that no other has.
        clock: Gives milliseconds since 1970.

    Raises:
        NotAlone: Another process holds it; or, out of what is yielded, took it over after this one had been asleep.
        StorageUnavailable: The registry is out of reach.
    """
    held_since = clock()
    _take(dynamo, registry, holder, held_since, _FREE_OR_MINE)

    def still() -> None:
        nonlocal held_since
        now = clock()
        if now - held_since >= _RENEWAL_MS:
            _take(dynamo, registry, holder, now, _MINE)
            held_since = now

    try:
        yield still
    finally:
        with suppress(ConditionFailed):
            dynamo.delete(registry, _KEY, _MINE, ExpressionAttributeValues={":me": text(holder)})


def _take(dynamo: Dynamo, registry: str, holder: str, now: int, condition: str) -> None:
    values = {":me": text(holder), ":now": number(now)}
    used = {name: value for name, value in values.items() if name in condition}
    item = {**_KEY, "holder": text(holder), "expires": number(now + LEASE_MS)}
    try:
        dynamo.put(registry, item, condition, ExpressionAttributeValues=used)
    except ConditionFailed as error:
        if error.item is None or condition == _MINE:
            raise NotAlone(
                "another import began while this one was asleep: start it again when that has ended"
            ) from error
        until = rfc3339(int(error.item["expires"]["N"]))
        raise NotAlone(
            "another import into this stack is under way, or was stopped by force: start this one when it has ended, "
            f"or after {until}"
        ) from error
