"""Mistakes made on purpose in the DynamoDB engine."""

from contextlib import AbstractContextManager
from hashlib import sha256
from typing import Any
from unittest import mock

from shared.engine import Commit
from shared.engines.dynamodb import days, totals, visitor_sets
from shared.engines.dynamodb.read_models import DynamoReadModels
from shared.engines.dynamodb.values import key
from shared.engines.dynamodb.visitor_sets import SKETCH, VisitorSets
from tests.faults.mutations import COUNTS, Mutation


def _no_condition() -> AbstractContextManager[Any]:
    move = DynamoReadModels._move

    def unconditional(self: DynamoReadModels, version: int, epoch: str, start: int, end: int) -> Any:
        action = move(self, version, epoch, start, end)
        del action["Update"]["ConditionExpression"]
        action["Update"]["ExpressionAttributeValues"].pop(":start", None)
        return action

    return mock.patch.object(DynamoReadModels, "_move", unconditional)


def _visitors_last() -> AbstractContextManager[Any]:
    """Adds the visitors when the transaction is done, and so not at all after a crash in between."""
    commit, add = DynamoReadModels.commit, DynamoReadModels._add_visitors

    def counters_first(self: DynamoReadModels, version: int, planned: Commit) -> None:
        commit(self, version, planned)
        add(self, version, planned.deltas)

    return mock.patch.multiple(
        DynamoReadModels, commit=counters_first, _add_visitors=lambda self, version, deltas: None
    )


def _members_deleted_first() -> AbstractContextManager[Any]:
    """Takes members out of the packs before they are in the sketch."""
    merge, update = VisitorSets._merge, VisitorSets._update

    def late(self: VisitorSets, name: str, members: list[bytes]) -> bool:
        packs = set(self._packs[name].values())
        if (
            self._dynamo.get(self._table, _sketch_key(self, name))
            or len(set(members)) > vars(visitor_sets)["MAX_EXACT"]
        ):
            for sk in sorted(packs):
                update(self, sk, "DELETE", {name: sorted(set(members))})
        return merge(self, name, members)

    return mock.patch.object(VisitorSets, "_merge", late)


def _sketch_key(sets: VisitorSets, name: str) -> Any:
    digest = sha256(name.encode()).hexdigest()[:32]
    return key(sets._partition, f"{SKETCH}|{digest}")


def _sketch_unchecked() -> AbstractContextManager[Any]:
    """Writes a sketch whatever another process has written meanwhile."""
    merge = VisitorSets._merge

    def unchecked(self: VisitorSets, name: str, members: list[bytes]) -> bool:
        real = self._dynamo
        self._dynamo = mock.Mock(get=real.get, put=lambda table, item, **condition: real.put(table, item))
        try:
            return merge(self, name, members)
        finally:
            self._dynamo = real

    return mock.patch.object(VisitorSets, "_merge", unchecked)


def _summary_unchecked() -> AbstractContextManager[Any]:
    """Takes a summary as current whatever was committed since."""
    return mock.patch.object(days.Day, "current", property(lambda day: day.summarised >= 0))


def _lanes_forgotten() -> AbstractContextManager[Any]:
    """Reads of each day the first item alone."""
    return mock.patch.object(days, "_read_day", lambda lanes, read=days._read_day: read(lanes[:1]))


def _levels_forgotten() -> AbstractContextManager[Any]:
    """Looks totals up at the first level alone."""
    every = totals._all_sort_keys
    return mock.patch.object(
        totals,
        "_all_sort_keys",
        lambda names, shape: every(names, shape._replace(level=totals._FIRST_LEVEL)),
    )


#: How wrong numbers of visitors, and rows read otherwise than dumped, are reported.
VISITORS = "visitors .people, bots, all., should be|other visitors than|about .* visitors"
READ = "is read otherwise|is looked up otherwise"

#: Schedules in which sets become sketches, without rebuilds; first those in which members are lost by it.
_SKETCHED = (32, 48, 8, 24, 40)

#: Some of those in which two processes come to write the same sketch at once.
_MET = (40, 152, 240, 760, 808)

ON_DYNAMODB = (
    Mutation("no condition on the watermark", COUNTS, patched=_no_condition),
    Mutation("visitors after the transaction", VISITORS, patched=_visitors_last),
    Mutation(
        "members deleted before the sketch is written",
        f"{VISITORS}|a rebuild gives something else",
        patched=_members_deleted_first,
        seeds=_SKETCHED,
    ),
    Mutation(
        "a sketch's revision not checked",
        f"{VISITORS}|a rebuild gives something else",
        patched=_sketch_unchecked,
        seeds=_MET,
    ),
    Mutation("a summary's revision not checked", READ, patched=_summary_unchecked),
    Mutation("a lane's item forgotten on reading", COUNTS, patched=_lanes_forgotten),
    # Where other schedules do not get on any more, it shows there too, but late.
    Mutation("the level of totals ignored", f"{READ}|milestones: missing", patched=_levels_forgotten, seeds=(4, 6, 10)),
)
