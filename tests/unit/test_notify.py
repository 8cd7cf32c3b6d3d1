import itertools
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.projector.notify import MAX_MAILS_PER_DAY, NotDelivered, Notification, Notifier
from shared.domain.calendar import HOUR_MS, local_date
from shared.domain.milestones import Milestone, Subject
from shared.domain.sites import Site
from shared.engines.sqlite import open_engine
from tests.support.folders import scratch_folder
from tests.unit.making import NOON, SITE, few

DAY_MS = 24 * HOUR_MS


class World:
    """A notifier over a real outbox, and a mail path that may be down."""

    def __init__(self, folder: Path) -> None:
        self.now = NOON
        self.milestones = open_engine(folder / "data", "rules", synchronous="OFF").milestones
        self.sites = {name: Site(name, f"id of {name}", "Europe/Berlin") for name in (SITE, "b.example")}
        self.down: set[str] | bool = False
        self.sent: list[Notification] = []
        self.days: list[str] = []
        self._numbers = itertools.count(1)

    def notifier(self) -> Notifier:
        return Notifier(
            self.milestones, lambda: self.sites, self._send, lambda site: f"/#{site.name}", lambda: self.now
        )

    def _send(self, mail: Notification) -> None:
        planned = {one.mail_id for one in self.milestones.planned()}
        assert mail.mail_id in planned, "a mail must be planned, durably, before it is sent"
        if self.down is True or (self.down and mail.mail_id in self.down):
            raise NotDelivered("down")
        self.sent.append(mail)
        self.days.append(local_date(self.now, "Europe/Berlin"))

    def run(self) -> int:
        return self.notifier().run()

    def reach(self, count: int, site: str = SITE) -> list[str]:
        reached = [
            Milestone(f"{site}-{number:04}", Subject(site, f"/{number}"), 100, self.now + number)
            for number in itertools.islice(self._numbers, count)
        ]
        self.milestones.reach(reached)
        return [one.milestone_id for one in reached]

    def announced(self) -> list[str]:
        """The ids of all milestones that were named in a mail."""
        return [found for mail in self.sent for found in mail.text.split("Milestone id: ")[1].strip().split(", ")]

    def notified(self, site: str = SITE) -> dict[str, int | None]:
        return {one.milestone_id: one.notified_at for one in self.milestones.page(site, 1_000, None)}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_milestone_is_one_mail_under_its_own_id(world: World) -> None:
    (reached,) = world.reach(1)
    world.now += 5
    assert world.run() == world.run() == 0
    assert [mail.mail_id for mail in world.sent] == [reached]
    assert world.notified() == {reached: NOON + 5}


def test_ten_are_ten_mails(world: World) -> None:
    reached = world.reach(10)
    world.run()
    assert [mail.mail_id for mail in world.sent] == reached


def test_the_eleventh_and_what_is_more_go_together_into_the_tenth_mail(world: World) -> None:
    reached = world.reach(25)
    world.run()
    assert len(world.sent) == MAX_MAILS_PER_DAY == 10
    digest = max(world.sent, key=lambda mail: len(mail.text))
    assert digest.mail_id.startswith("digest-")
    assert sorted(mail.mail_id for mail in world.sent if mail is not digest) == reached[:9]
    assert sorted(world.announced()) == reached
    assert None not in world.notified().values()


def test_what_comes_later_that_day_waits_for_the_next(world: World) -> None:
    world.reach(12)
    world.run()
    late = world.reach(3)
    assert world.run() == 0
    assert len(world.sent) == 10
    world.now += 11 * HOUR_MS - 1  # one millisecond before midnight in Berlin
    world.run()
    assert len(world.sent) == 10
    world.now += 1
    world.run()
    assert [mail.mail_id for mail in world.sent[10:]] == late


def test_each_site_has_ten_of_its_own(world: World) -> None:
    world.reach(12)
    world.reach(12, "b.example")
    world.run()
    assert Counter(mail.subject.partition(":")[0] for mail in world.sent) == {SITE: 10, "b.example": 10}


def test_a_mail_that_was_not_delivered_is_tried_again_as_the_same_mail(world: World) -> None:
    reached = world.reach(12)
    world.down = True
    assert world.run() == 10
    assert world.notified() == dict.fromkeys(reached)
    planned = [mail.mail_id for mail in world.milestones.planned()]
    world.reach(1)
    assert world.run() == 10
    assert [mail.mail_id for mail in world.milestones.planned()] == planned
    world.down = False
    assert world.run() == 0
    assert sorted(mail.mail_id for mail in world.sent) == sorted(planned)
    assert sorted(world.announced()) == reached


def test_one_mail_that_is_not_taken_does_not_hold_up_the_others(world: World) -> None:
    reached = world.reach(3)
    world.down = {reached[0]}
    assert world.run() == 1
    assert world.announced() == reached[1:]


def test_a_crash_after_sending_sends_the_same_mail_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.reach(1)
    with monkeypatch.context() as patched:
        patched.setattr(world.milestones, "sent", crash)
        with pytest.raises(KeyError):
            world.run()
    world.run()
    assert len(world.sent) == 2
    assert world.sent[0] == world.sent[1]


def test_after_days_of_outage_there_are_still_at_most_ten_mails_a_day(world: World) -> None:
    world.down = True
    for _ in range(4):
        world.reach(8)
        world.run()
        world.now += DAY_MS
    world.down = False
    for _ in range(5):
        for _ in range(3):
            world.run()
            world.now += HOUR_MS
        world.now += DAY_MS
    assert max(Counter(world.days).values()) <= MAX_MAILS_PER_DAY
    assert len(world.announced()) == 32


def test_a_site_that_is_not_registered_gets_no_mail(world: World) -> None:
    world.reach(1)
    del world.sites[SITE]
    assert world.run() == 0
    assert not world.sent


def test_a_silent_site_is_not_announced(world: World) -> None:
    world.milestones.silence(SITE, "import", NOON + HOUR_MS)
    (reached,) = world.reach(1)
    world.milestones.end_silence(SITE, "import")
    world.run()
    assert not world.sent
    assert world.notified() == {reached: None}


def crash(*_: object) -> None:
    raise KeyError("crash")


steps = st.tuples(st.integers(0, 14), st.booleans(), st.sampled_from([0, HOUR_MS, DAY_MS]))


@few
@given(st.lists(steps, max_size=8))
def test_no_day_has_more_than_ten_mails_and_in_the_end_every_milestone_was_announced_once(
    schedule: list[tuple[int, bool, int]],
) -> None:
    with scratch_folder() as folder:
        world = World(folder)
        reached: list[str] = []
        for count, down, pause in [*schedule, *[(0, False, DAY_MS)] * 6]:
            reached += world.reach(count)
            world.down = down
            world.run()
            world.now += pause
        assert sorted(world.announced()) == reached
        assert not any(count > MAX_MAILS_PER_DAY for count in Counter(world.days).values())
