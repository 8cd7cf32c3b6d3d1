"""What must hold after a schedule, held against a count of the log that shares no code with the product's."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from typing import Any
from unittest import mock

from services.projector import day_folder
from services.projector.day_folder import DayFolder
from services.query.stats import evaluate
from shared import folded_days
from shared.backlog import live_projection
from shared.domain import rules, visitors
from shared.domain.calendar import utc_hour
from shared.domain.counts import Counts
from shared.domain.folds import RowKey
from shared.domain.milestones import Milestone
from shared.domain.visitors import HASH_BYTES
from shared.engine import CommitConflict, Row, StorageUnavailable
from tests.faults.engines import EngineUnderTest
from tests.faults.reports import difference_of_reports
from tests.faults.traffic import AGENTS, SITES, TIMEZONES, RowName, Tally, due_milestones, read_raw, tally
from tests.faults.world import EVENTS, WRITERS, Parts, Stalled, World

#: In every so many schedules reports are asked for too: that takes longer than all else.
REPORTS_EVERY = 16

#: In every so many schedules rebuilds run beside the traffic.
_REBUILDS_EVERY = 7

#: In every so many schedules a rebuild under other rules follows.
_NEW_RULES_EVERY = 6


#: Events of an epoch that are folded together: so few that many a portion is full before its hour closes.
_FOLDED_TOGETHER = 7

#: The dimensions that are rolled up: those that reports are asked for here. Days are rolled up again and again.
_ROLLED = ("", "event:page", "event:goal")


class Violation(AssertionError):
    """Something did not hold."""


def run_schedule(seed: int, under_test: EngineUnderTest, parts: Parts = Parts()) -> str | None:  # noqa: B008 - frozen
    """Runs the schedule of a seed on an engine.

    Returns:
        None, or what did not hold.
    """
    with under_test.install(seed) as install:
        try:
            _run(World(seed, under_test, install, parts, rebuilds=seed % _REBUILDS_EVERY == 0))
        except (Violation, Stalled, CommitConflict, StorageUnavailable) as violation:
            return f"seed {seed}: {violation}"
    return None


def _run(world: World) -> None:
    with ExitStack() as patches:
        for patched in _patches(world):
            patches.enter_context(patched)
        _judge(world)


def _patches(world: World) -> Iterator[AbstractContextManager[Any]]:
    """Gives what makes folding show more where reports are asked for, and take less time where they are not."""
    if world.seed % world.under_test.folds_every:
        for method in ("fold", "close", "refold", "complete"):
            yield mock.patch.object(DayFolder, method, _nothing)
        return
    asks = _asks_for_reports(world)
    yield mock.patch.object(folded_days, "PORTION", _FOLDED_TOGETHER if asks else folded_days.PORTION)
    for module in (day_folder, evaluate):
        yield mock.patch.object(module, "ROLLED", _ROLLED if asks else _ROLLED[:1])


def _nothing(folder: DayFolder, *_: object) -> None:
    """Folds nothing."""


def _asks_for_reports(world: World) -> bool:
    return world.seed % REPORTS_EVERY == 0


def _judge(world: World) -> None:
    world.run()
    _check_reports(world, upcast_installed=False)
    world.sweep_up()
    bodies = _check_log(world)
    _check_reached(world, _check_counts(world, bodies, upcast_installed=False))
    with world.day_ten():
        expected = _check_counts(world, bodies, upcast_installed=True)
        _check_reached(world, expected)
        _check_announced(world)
        _check_rebuild(world)
        _check_reports(world, upcast_installed=True)
        if world.seed % _NEW_RULES_EVERY == 0:
            _check_new_rules(world, bodies)
    missing = [kind.value for kind in world.under_test.kinds if not world.occurred[kind]]
    _require(not missing, f"the schedule lacks {missing}")


def _require(holds: object, message: str) -> None:
    if not holds:
        raise Violation(message)


def _check_log(world: World) -> list[bytes]:
    """Gives the bodies of the log, after a look at what it holds of what was appended."""
    log = world.engine.log
    bodies: list[bytes] = []
    for epoch, _, head in log.epochs():
        records = log.read(epoch, -1, head + 2)
        _require([r.version for r in records] == list(range(head + 1)), f"epoch {epoch} has a hole")
        bodies += [record.body for record in records if record.body is not None]
    held = Counter(bodies)
    _require(len(held) >= EVENTS and len(world.writers) == WRITERS, "the schedule is too small")
    twice = [body for body, times in held.items() if times > 1]
    _require(not twice, f"{len(twice)} events are in the log more than once, such as {twice[:1]}")
    lost = [body for body in world.acknowledged if body not in held]
    _require(not lost, f"{len(lost)} acknowledged events are not in the log, such as {lost[:1]}")
    refused = [body for body in world.faults.refused if body in held]
    _require(not refused, f"{len(refused)} events that were not stored are in the log, such as {refused[:1]}")
    return bodies


def _check_counts(world: World, bodies: list[bytes], upcast_installed: bool) -> dict[RowName, Tally]:
    """Holds rows, visitor sets and quarantine of the live version against the naive count, and gives that."""
    events = [read_raw(body, upcast_installed) for body in bodies]
    expected = tally(event for event in events if event is not None)
    _check_rows(world, expected)
    _check_reports(world, upcast_installed)
    live = live_projection(world.engine.read_models).version
    quarantined = len(world.engine.read_models.quarantine(live))
    poison = events.count(None)
    _require(quarantined == poison, f"{quarantined} events are in quarantine, {poison} cannot be folded")
    closed = world.engine.read_models.closed(live)
    _require(closed >= utc_hour(world.last_append), f"hours are closed up to {closed!r} only")
    return expected


def _check_reports(world: World, upcast_installed: bool) -> None:
    """Holds what reports answer against the naive count: of all that is in the log, also of what is not applied yet."""
    if not _asks_for_reports(world):
        return
    log = world.engine.log
    bodies = (record.body for epoch, _, head in log.epochs() for record in log.read(epoch, -1, head + 2))
    events = (read_raw(body, upcast_installed) for body in bodies if body is not None)
    expected = tally(event for event in events if event is not None)
    difference = difference_of_reports(world.engine, world.clock, expected)
    _require(not difference, f"reports differ: {difference}")


def _check_rows(world: World, expected: dict[RowName, Tally]) -> None:
    stored = _dump(world, live_projection(world.engine.read_models).version)
    _require(stored.keys() == expected.keys(), f"rows differ: {list(stored.keys() ^ expected.keys())[:3]}")
    for name, row in stored.items():
        _check_row(row, expected[name])
    _check_answers(world, stored)


def _check_answers(world: World, stored: dict[RowName, Row]) -> None:
    """What is read row by row, and what is looked up, is what a dump has."""
    read_models = world.engine.read_models
    live = live_projection(read_models).version
    wanted = {row.key: row.counts for row in stored.values()}
    read = {
        key: counts
        for site in SITES
        for view in {key.view for key in wanted}
        for first, last in ((("2", "3")), ("", ""))
        for key, counts in read_models.rows(live, site, view, first, last)
    }
    _require_same(read, wanted, "read")
    _require_same(read_models.lookup(live, list(wanted)), wanted, "looked up")


def _require_same(found: Mapping[RowKey, Counts], wanted: Mapping[RowKey, Counts], how: str) -> None:
    for key in sorted(found.keys() | wanted.keys()):
        one, other = found.get(key), wanted.get(key)
        _require(one == other, f"{key} is {how} otherwise than dumped: {one}, should be {other}")


def _check_row(row: Row, expected: Tally) -> None:
    counts, people, bots = row.counts, expected.visitors, expected.bot_visitors
    found = (counts.pageviews, counts.bot_pageviews)
    wanted = (expected.people, expected.bots)
    _require(found == wanted, f"{row.key}: {found} pageviews (people, bots), should be {wanted}")
    sizes = (counts.visitors, counts.bot_visitors, counts.all_visitors)
    exact = (len(people), len(bots), len(people | bots))
    if max(exact[:2]) <= visitors.MAX_EXACT:
        _require(sizes == exact, f"{row.key}: {sizes} visitors (people, bots, all), should be {exact}")
        _require(_members(row.visitors) == people, f"{row.key}: other visitors than should be")
        _require(_members(row.bot_visitors) == bots, f"{row.key}: other bots than should be")
    else:
        near = all(abs(size - want) <= 2 for size, want in zip(sizes, exact, strict=True))
        _require(near, f"{row.key}: about {sizes} visitors, should be near {exact}")


def _check_reached(world: World, expected: dict[RowName, Tally]) -> None:
    """Each milestone that is due has been reached, once, and no other."""
    found = Counter((m.subject.site, m.subject.page, m.threshold) for m in _reached(world))
    due = Counter(due_milestones(expected))
    _require(found == due, f"milestones: missing {list(due - found)}, too many {list(found - due)}")


def _check_announced(world: World) -> None:
    """Each reached milestone is announced by one mail, however often that was sent."""
    world.announce()
    reached = {milestone.milestone_id for milestone in _reached(world)}
    mails: defaultdict[str, set[str]] = defaultdict(set)
    for mail in world.faults.sent:
        for milestone_id in mail.text.rpartition("Milestone id: ")[2].strip().split(", "):
            mails[milestone_id].add(mail.mail_id)
    twice = {milestone_id: ids for milestone_id, ids in mails.items() if len(ids) > 1}
    _require(not twice, f"announced by more than one mail: {twice}")
    silent = reached - mails.keys()
    # A rebuild that switches beside the traffic reaches what is due in silence.
    _require(not silent or world.rebuilds, f"reached and not announced: {silent}")
    _require(mails.keys() <= reached, "announced and not reached")


def _check_rebuild(world: World) -> None:
    """A rebuild gives the live version byte for byte, and announces nothing."""
    live = live_projection(world.engine.read_models).version
    stored, outbox, sent = _dump(world, live), _outbox(world), len(world.faults.sent)
    building = world.rebuild.build("rules", TIMEZONES, lambda events: None)
    differences = world.rebuild.compare(building, 1)
    _require(not differences, f"a rebuild gives something else: {differences}")
    _require(_dump(world, building.version) == stored, "a rebuild gives something else, and does not notice")
    world.rebuild.switch(building, world.now)
    world.announce()
    _require(_outbox(world) == outbox and len(world.faults.sent) == sent, "a rebuild has announced milestones")


def _check_new_rules(world: World, bodies: list[bytes]) -> None:
    """Under rules by which nobody is a bot, more is counted and reached, and nothing is announced."""
    events = [event for body in bodies if (event := read_raw(body, upcast_installed=True)) is not None]
    expected = tally(events, bots=dict.fromkeys(AGENTS, False))
    sent = len(world.faults.sent)
    with mock.patch.object(rules, "flag_of", return_value=None):
        world.rebuild.switch(world.rebuild.build("new rules", TIMEZONES, lambda events: None), world.now)
    world.announce()
    _check_rows(world, expected)
    if _asks_for_reports(world):
        _require(not difference_of_reports(world.engine, world.clock, expected), "reports are of the old rules")
    _check_reached(world, expected)
    _require(len(world.faults.sent) == sent, "a rebuild under new rules has announced milestones")


def _outbox(world: World) -> list[Any]:
    milestones = world.engine.milestones
    return [_reached(world), milestones.pending(), milestones.planned()]


def _reached(world: World) -> list[Milestone]:
    return [milestone for site in SITES for milestone in world.engine.milestones.page(site, 10_000, None)]


def _dump(world: World, version: int) -> dict[RowName, Row]:
    with world.engine.read_models.dump(version) as (_, rows):
        return {(*row.key,): row for row in rows}


def _members(stored: bytes) -> set[bytes]:
    return {stored[at : at + HASH_BYTES] for at in range(1, len(stored), HASH_BYTES)}
