"""The visitors of one day's rows: their hashes in packs, and for rows of more than 1,024 a sketch beside them.

A set is the union of its sketch and of its members in all packs, so nothing has to happen at once: adding is idempotent
and needs no condition, and members leave the packs only when they are in the sketch. Readers read the packs first.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from shared.domain.visitors import HASH_BYTES, MAX_EXACT, VisitorSet
from shared.engine import StorageUnavailable
from shared.engines.dynamodb.client import ConditionFailed, Dynamo, Item
from shared.engines.dynamodb.packs import Shelf
from shared.engines.dynamodb.values import blob, blobs, each, key, number, text

#: Sort keys. In their order: a reader that comes to the sketches has read the packs.
PACK, SKETCH = "v", "w"

#: Members of a row that has a sketch go into it when there are so many: a sketch is three write units.
_PORTION = 64

#: Members of one row that are placed together.
_RUN = 32

_MAX_TRIES = 20

Additions = Mapping[str, Iterable[bytes]]


def read_sets(items: Iterable[Item]) -> dict[str, VisitorSet]:
    """Puts the sets together from the items of a day; others than packs and sketches are passed over."""
    members: defaultdict[str, set[bytes]] = defaultdict(set)
    sets: dict[str, VisitorSet] = {}
    for item in items:
        kind = item["sk"]["S"][0]
        if kind == PACK:
            for name, some in members_of(item):
                members[name].update(some)
        elif kind == SKETCH:
            sets[item["name"]["S"]] = VisitorSet.from_bytes(item["sketch"]["B"])
    for name, some_more in members.items():
        sets.setdefault(name, VisitorSet()).add(some_more)
    return sets


def members_of(pack: Item) -> Iterator[tuple[str, list[bytes]]]:
    """Gives the names in a pack and the members that it has of each."""
    return ((name, value["BS"]) for name, value in pack.items() if "BS" in value)


class VisitorSets:
    """The sets of one day, as far as this process knows where their members are. It is asked only where to write."""

    def __init__(self, dynamo: Dynamo, table: str, partition: str, lane: str) -> None:
        """Knows of no set yet.

        Args:
            dynamo: The client.
            table: The table of views.
            partition: The day's partition.
            lane: Whose packs are added to.
        """
        self._dynamo = dynamo
        self._table = table
        self._partition = partition
        self._lane = f"{PACK}|{lane}|"
        self._shelf = Shelf()
        self._packs: defaultdict[str, dict[bytes, str]] = defaultdict(dict)
        self._sketched: set[str] = set()

    def learn(self, item: Item) -> None:
        """Takes in one of the day's items."""
        sk: str = item["sk"]["S"]
        if sk.startswith(SKETCH):
            self._sketched.add(item["name"]["S"])
        elif sk.startswith(PACK):
            contents = dict(members_of(item))
            for name, members in contents.items():
                self._packs[name].update(dict.fromkeys(members, sk))
            if sk.startswith(self._lane):
                sizes = {name: HASH_BYTES * len(members) for name, members in contents.items()}
                self._shelf.learn(self._number(sk), sizes)

    def add(self, additions: Additions) -> None:
        """Adds members to sets; they are durable when it returns.

        Args:
            additions: The members by the name of the set.

        Raises:
            StorageUnavailable: Some may have been added; add them again.
        """
        for sk, contents in self._place(additions).items():
            self._update(sk, "ADD", contents)
        for name in additions:
            waiting = len(self._packs[name])
            if waiting > MAX_EXACT or (name in self._sketched and waiting >= _PORTION):
                self._to_sketch(name)

    def _place(self, additions: Additions) -> dict[str, dict[str, list[bytes]]]:
        """Shares members out: those that are somewhere stay there, and are added again all the same."""
        placed: defaultdict[str, defaultdict[str, list[bytes]]] = defaultdict(lambda: defaultdict(list))
        for name, members in sorted(additions.items()):
            known = self._packs[name]
            new = []
            for member in sorted(members):
                if member in known:
                    placed[known[member]][name].append(member)
                else:
                    new.append(member)
            for start in range(0, len(new), _RUN):
                run = new[start : start + _RUN]
                sk = f"{self._lane}{self._shelf.place(name, HASH_BYTES * len(run)):04d}"
                placed[sk][name] += run
                known.update(dict.fromkeys(run, sk))
        return {sk: dict(contents) for sk, contents in placed.items()}

    def _to_sketch(self, name: str) -> None:
        """Moves a set's members from the packs into its sketch: first they are in both."""
        keys = [key(self._partition, sk) for sk in sorted(set(self._packs[name].values()))]
        # What the packs hold now, not what is remembered: a site's rows may have been deleted meanwhile.
        stored = {
            item["sk"]["S"]: dict(members_of(item)).get(name, []) for item in self._dynamo.batch_get(self._table, keys)
        }
        if self._merge(name, [member for members in stored.values() for member in members]):
            self._sketched.add(name)
            for sk, members in stored.items():
                if members:
                    self._update(sk, "DELETE", {name: members})
                    if sk.startswith(self._lane):
                        self._shelf.release(self._number(sk), HASH_BYTES * len(members))
        self._packs[name] = {}

    def _merge(self, name: str, members: list[bytes]) -> bool:
        """Adds members to the sketch, on the condition that nobody else has; tells whether there is one then."""
        where = key(self._partition, f"{SKETCH}|{sha256(name.encode()).hexdigest()[:32]}")
        for _ in range(_MAX_TRIES):
            item = self._dynamo.get(self._table, where)
            whole = VisitorSet.from_bytes(item["sketch"]["B"]) if item else VisitorSet()
            whole.add(members)
            if item is None and len(set(members)) <= MAX_EXACT:
                return False
            revision = int(item["revision"]["N"]) if item else 0
            new = {**where, "name": text(name), "sketch": blob(whole.to_bytes()), "revision": number(revision + 1)}
            condition: dict[str, object] = {"condition": "attribute_not_exists(pk)"}
            if item:
                condition = {
                    "condition": "revision = :revision",
                    "ExpressionAttributeValues": {":revision": number(revision)},
                }
            try:
                self._dynamo.put(self._table, new, **condition)  # type: ignore[arg-type]
            except ConditionFailed:
                continue
            return True
        raise StorageUnavailable(f"others changed a sketch {_MAX_TRIES} times in between")

    def _number(self, sk: str) -> int:
        return int(sk.removeprefix(self._lane))

    def _update(self, sk: str, action: str, contents: Mapping[str, list[bytes]]) -> None:
        expression, placeholders = each(action, {name: blobs(members) for name, members in contents.items()})
        self._dynamo.update(self._table, key(self._partition, sk), expression, **placeholders)
