"""The contract of milestones and their outbox."""

from itertools import product

import pytest

from shared.domain.milestones import Milestone, Subject
from shared.engine import Engine, Mail, Milestones
from tests.contract.making import SITE, at_once

WHOLE, PAGE = Subject(SITE, None), Subject(SITE, "/a")
NOW = 1_795_000_000_000


def milestone(subject: Subject, threshold: int, at: int = NOW) -> Milestone:
    return Milestone(f"id {subject.site} {subject.page} {threshold}", subject, threshold, at)


def mail_of(*milestones: Milestone, day: str = "2026-11-22") -> Mail:
    return Mail(f"mail {milestones[0].milestone_id}", milestones[0].subject.site, day, list(milestones))


def all_of(milestones: Milestones, site: str = SITE) -> list[Milestone]:
    return milestones.page(site, 1_000, None)


class TestReaching:
    def test_a_subject_has_its_own_thresholds(self, engine: Engine, other: Engine) -> None:
        engine.milestones.reach([milestone(WHOLE, 1), milestone(WHOLE, 10), milestone(PAGE, 100)])
        assert other.milestones.reached(WHOLE) == {1, 10}
        assert other.milestones.reached(PAGE) == {100}
        assert other.milestones.reached(Subject("example.com", None)) == set()

    def test_each_is_reached_once(self, engine: Engine) -> None:
        first, again = milestone(WHOLE, 1), milestone(WHOLE, 1, NOW + 1)
        engine.milestones.reach([first])
        engine.milestones.reach([again, milestone(WHOLE, 10, NOW + 1)])
        assert all_of(engine.milestones) == [milestone(WHOLE, 10, NOW + 1), first]
        assert engine.milestones.pending() == [first, milestone(WHOLE, 10, NOW + 1)]

    def test_also_by_many_at_once(self, engine: Engine, other: Engine) -> None:
        ports = [engine.milestones, other.milestones]
        reached = [milestone(WHOLE, threshold) for threshold in (1, 10, 100)]
        assert at_once(6, lambda i: ports[i % 2].reach(reached)) == [None] * 6
        assert engine.milestones.pending() == reached


class TestSilence:
    def test_what_is_reached_in_it_is_never_announced(self, engine: Engine, other: Engine) -> None:
        engine.milestones.silence(SITE, "import", NOW + 10)
        other.milestones.reach([milestone(WHOLE, 1), milestone(Subject("example.com", None), 1)])
        engine.milestones.end_silence(SITE, "import")
        other.milestones.reach([milestone(WHOLE, 1), milestone(WHOLE, 10)])
        assert other.milestones.reached(WHOLE) == {1, 10}
        assert other.milestones.pending() == [milestone(Subject("example.com", None), 1), milestone(WHOLE, 10)]

    def test_it_lasts_until_every_holder_has_ended_it(self, engine: Engine) -> None:
        engine.milestones.silence(SITE, "import", NOW + 10)
        engine.milestones.silence(SITE, "rebuild", NOW + 10)
        engine.milestones.end_silence(SITE, "import")
        engine.milestones.reach([milestone(WHOLE, 1)])
        engine.milestones.end_silence(SITE, "rebuild")
        engine.milestones.reach([milestone(WHOLE, 10)])
        assert engine.milestones.pending() == [milestone(WHOLE, 10)]

    def test_it_ends_at_an_instant(self, engine: Engine) -> None:
        engine.milestones.silence(SITE, "import", NOW)
        engine.milestones.reach([milestone(WHOLE, 1, NOW - 1), milestone(WHOLE, 10, NOW)])
        assert engine.milestones.pending() == [milestone(WHOLE, 10)]

    def test_its_holder_may_prolong_it(self, engine: Engine) -> None:
        engine.milestones.silence(SITE, "import", NOW)
        engine.milestones.silence(SITE, "import", NOW + 10)
        engine.milestones.reach([milestone(WHOLE, 1)])
        assert engine.milestones.pending() == []

    def test_ending_what_is_not_held_is_nothing(self, engine: Engine) -> None:
        engine.milestones.end_silence(SITE, "import")


class TestOutbox:
    def test_pending_comes_oldest_first(self, engine: Engine) -> None:
        reached = [milestone(WHOLE, 1, NOW), milestone(WHOLE, 10, NOW), milestone(PAGE, 100, NOW + 1)]
        engine.milestones.reach(reached[::-1])
        assert engine.milestones.pending() == reached

    def test_a_planned_mail_is_sent_later(self, engine: Engine, other: Engine) -> None:
        reached = [milestone(WHOLE, threshold) for threshold in (1, 10, 100)]
        engine.milestones.reach(reached)
        first, digest = mail_of(reached[0]), mail_of(*reached[1:])
        engine.milestones.plan(first)
        assert other.milestones.pending() == reached[1:]
        engine.milestones.plan(digest)
        assert other.milestones.pending() == []
        assert other.milestones.planned() == sorted([first, digest])
        other.milestones.sent(first, NOW + 5)
        assert engine.milestones.planned() == [digest]
        assert {m.threshold: m.notified_at for m in all_of(engine.milestones)} == {1: NOW + 5, 10: None, 100: None}
        other.milestones.sent(digest, NOW + 6)
        assert engine.milestones.planned() == []
        assert {m.threshold: m.notified_at for m in all_of(engine.milestones)} == {
            1: NOW + 5,
            10: NOW + 6,
            100: NOW + 6,
        }

    def test_planned_mails_come_oldest_first(self, engine: Engine) -> None:
        reached = [milestone(WHOLE, threshold) for threshold in (1, 10, 100)]
        engine.milestones.reach(reached)
        days = ["2026-11-24", "2026-11-22", "2026-11-23"]
        for found, day in zip(reached, days, strict=True):
            engine.milestones.plan(mail_of(found, day=day))
        assert [mail.day for mail in engine.milestones.planned()] == sorted(days)

    def test_planning_and_sending_again_change_nothing(self, engine: Engine) -> None:
        mail = mail_of(milestone(WHOLE, 1))
        engine.milestones.reach(mail.milestones)
        for _ in range(2):
            engine.milestones.plan(mail)
        assert engine.milestones.mails(SITE, mail.day) == 1
        for _ in range(2):
            engine.milestones.sent(mail, NOW)
        assert (engine.milestones.planned(), engine.milestones.pending()) == ([], [])

    def test_a_mail_planned_again_after_it_was_sent_stays_sent(self, engine: Engine) -> None:
        mail = mail_of(milestone(WHOLE, 1))
        engine.milestones.reach(mail.milestones)
        engine.milestones.plan(mail)
        engine.milestones.sent(mail, NOW)
        engine.milestones.plan(mail)
        assert engine.milestones.planned() == []

    def test_mails_are_counted_by_site_and_day_sent_or_not(self, engine: Engine) -> None:
        for number, (site, day) in enumerate(
            product((SITE, "example.com"), ("2026-11-22", "2026-11-23", "2026-11-23"))
        ):
            reached = milestone(Subject(site, None), number)
            engine.milestones.reach([reached])
            engine.milestones.plan(mail_of(reached, day=day))
            if number % 2:
                engine.milestones.sent(mail_of(reached, day=day), NOW)
        assert engine.milestones.mails(SITE, "2026-11-22") == 1
        assert engine.milestones.mails(SITE, "2026-11-23") == 2
        assert engine.milestones.mails(SITE, "2026-11-24") == 0

    def test_a_mail_counts_for_the_day_on_which_it_was_sent(self, engine: Engine, other: Engine) -> None:
        mail = mail_of(milestone(WHOLE, 1), day="2026-11-22")
        engine.milestones.reach(mail.milestones)
        engine.milestones.plan(mail)
        other.milestones.sent(mail._replace(day="2026-11-25"), NOW)
        assert engine.milestones.mails(SITE, "2026-11-22") == 0
        assert engine.milestones.mails(SITE, "2026-11-25") == 1


class TestPages:
    @pytest.fixture
    def newest_first(self, engine: Engine) -> list[Milestone]:
        """Milestones of which many were reached at the same instant, or with the same threshold."""
        subjects = [WHOLE, PAGE, Subject(SITE, "/b"), Subject(SITE, "/é")]
        reached = [milestone(s, t, NOW + at) for (s, t), at in zip(product(subjects, (10, 100, 1_000)), [0, 5, 5] * 4)]  # noqa: B905
        engine.milestones.reach([*reached, milestone(Subject("example.com", None), 1)])
        return sorted(reached, key=lambda m: (m.reached_at, m.threshold, m.milestone_id), reverse=True)

    def test_they_come_newest_first(self, engine: Engine, newest_first: list[Milestone]) -> None:
        assert all_of(engine.milestones) == newest_first

    @pytest.mark.parametrize("limit", [1, 2, 5, 12, 13])
    def test_a_page_begins_after_a_milestone(self, other: Engine, newest_first: list[Milestone], limit: int) -> None:
        found: list[Milestone] = []
        after = None
        while page := other.milestones.page(SITE, limit, after):
            assert len(page) <= limit
            found += page
            after = page[-1].reached_at, page[-1].threshold, page[-1].milestone_id
        assert found == newest_first

    def test_thresholds_are_in_the_order_of_numbers(self, engine: Engine) -> None:
        reached = [milestone(WHOLE, threshold) for threshold in (5, 10, 49, 100, 1_000_000_000_000)]
        engine.milestones.reach(reached)
        assert engine.milestones.pending() == reached
        assert all_of(engine.milestones) == reached[::-1]

    def test_it_may_begin_after_one_that_is_not_there(self, engine: Engine, newest_first: list[Milestone]) -> None:
        assert engine.milestones.page(SITE, 99, (NOW + 4, 0, "")) == [m for m in newest_first if m.reached_at == NOW]


class TestForgetting:
    def test_a_site_has_nothing_left(self, engine: Engine, other: Engine) -> None:
        kept = milestone(Subject("example.com", None), 1)
        engine.milestones.reach([milestone(WHOLE, 1), milestone(PAGE, 100), milestone(PAGE, 1_000), kept])
        engine.milestones.plan(mail_of(milestone(PAGE, 100)))
        engine.milestones.plan(mail_of(kept))
        engine.milestones.silence(SITE, "import", NOW + 10)
        other.milestones.forget(SITE)
        assert all_of(engine.milestones) == []
        assert engine.milestones.reached(PAGE) == set()
        assert engine.milestones.pending() == []
        assert engine.milestones.planned() == [mail_of(kept)]
        assert engine.milestones.mails(SITE, "2026-11-22") == 0

    def test_it_may_reach_all_of_it_again(self, engine: Engine) -> None:
        engine.milestones.silence(SITE, "import", NOW + 10)
        engine.milestones.reach([milestone(WHOLE, 1)])
        engine.milestones.forget(SITE)
        engine.milestones.reach([milestone(WHOLE, 1)])
        assert engine.milestones.pending() == [milestone(WHOLE, 1)]
