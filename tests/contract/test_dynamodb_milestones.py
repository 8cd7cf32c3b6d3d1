"""Milestones in DynamoDB: transactions that meet others, answers that are lost, crashes between two writes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from shared.domain.milestones import Milestone, Subject
from shared.engine import Mail, StorageUnavailable
from shared.engines.dynamodb.client import Dynamo
from shared.engines.dynamodb.milestones import OUTBOX, DynamoMilestones
from shared.engines.dynamodb.tables import Tables
from tests.contract.making import SITE
from tests.contract.test_milestones import NOW, WHOLE, all_of, mail_of, milestone
from tests.support.faulty_client import ALWAYS, ATTEMPTS, Faults


@pytest.fixture
def milestones(dynamo: Dynamo, tables: Tables) -> DynamoMilestones:
    return DynamoMilestones(dynamo, tables.milestones)


class TestReaching:
    @pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError"])
    def test_a_conflict_is_retried(
        self, milestones: DynamoMilestones, faults: Faults, waits: list[int], code: str
    ) -> None:
        faults.conflict(times=3, code=code)
        milestones.reach([milestone(WHOLE, 1), milestone(WHOLE, 10)])
        assert waits == [1, 2, 3]
        assert milestones.pending() == [milestone(WHOLE, 1), milestone(WHOLE, 10)]

    def test_but_not_for_ever(self, milestones: DynamoMilestones, faults: Faults, waits: list[int]) -> None:
        faults.conflict(times=ALWAYS)
        with pytest.raises(StorageUnavailable):
            milestones.reach([milestone(WHOLE, 1)])
        assert waits == sorted(waits)
        assert faults.requests["TransactWriteItems"] == len(waits) < 20
        assert (milestones.reached(WHOLE), milestones.pending()) == (set(), [])

    def test_an_answer_that_is_lost_announces_nothing_twice(self, milestones: DynamoMilestones, faults: Faults) -> None:
        faults.fail("TransactWriteItems", done=True)
        milestones.reach([milestone(WHOLE, 1)])
        assert faults.requests["TransactWriteItems"] == 2
        assert milestones.pending() == [milestone(WHOLE, 1)]

    def test_a_silence_that_begins_meanwhile_is_kept(
        self, milestones: DynamoMilestones, dynamo: Dynamo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Meanwhile(dynamo, monkeypatch, 1, lambda _: milestones.silence(SITE, "import", NOW + 10))
        milestones.reach([milestone(WHOLE, 1)])
        assert (milestones.reached(WHOLE), milestones.pending()) == ({1}, [])

    def test_one_that_ends_and_begins_anew_with_a_removed_site_is_another(
        self, milestones: DynamoMilestones, dynamo: Dynamo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def remove_and_add(_: int) -> None:
            milestones.forget(SITE)
            milestones.silence(SITE, "import", NOW - 1)

        milestones.silence(SITE, "import", NOW + 10)
        Meanwhile(dynamo, monkeypatch, 1, remove_and_add)
        milestones.reach([milestone(WHOLE, 1)])
        assert milestones.pending() == [milestone(WHOLE, 1)]

    def test_one_that_changes_all_the_time_is_reported(
        self, milestones: DynamoMilestones, dynamo: Dynamo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Meanwhile(dynamo, monkeypatch, ALWAYS, lambda time: milestones.silence(SITE, "import", NOW + time))
        with pytest.raises(StorageUnavailable):
            milestones.reach([milestone(WHOLE, 1)])
        assert milestones.reached(WHOLE) == set()

    @pytest.mark.parametrize("site", [OUTBOX, "mail", "silence"])
    def test_a_site_may_be_called_like_what_is_in_the_table(
        self, milestones: DynamoMilestones, dynamo: Dynamo, tables: Tables, site: str
    ) -> None:
        reached = milestone(Subject(site, None), 1)
        milestones.reach([reached])
        assert (all_of(milestones, site), milestones.pending()) == ([reached], [reached])
        assert len(list(dynamo.partition(tables.milestones, OUTBOX))) == 1, "what wakes the notifier"

    def test_a_page_may_be_longer_than_a_key(self, milestones: DynamoMilestones) -> None:
        long = "/" + "é" * 511
        pages = [Subject(SITE, long + end) for end in "ab"]
        milestones.reach([Milestone(f"id {i}", page, 100 + i, NOW) for i, page in enumerate(pages)])
        assert [milestones.reached(page) for page in pages] == [{100}, {101}]


class Meanwhile:
    """Lets something happen after a transaction was planned, before it is tried."""

    def __init__(
        self, dynamo: Dynamo, monkeypatch: pytest.MonkeyPatch, times: int, happens: Callable[[int], object]
    ) -> None:
        transact = dynamo.transact
        number = 0

        def late(actions: Sequence[Mapping[str, Any]]) -> None:
            nonlocal number
            number += 1
            if number <= times:
                happens(number)
            transact(actions)

        monkeypatch.setattr(dynamo, "transact", late)


class TestMails:
    @pytest.fixture
    def digest(self, milestones: DynamoMilestones) -> Mail:
        """A mail with more milestones than a transaction holds, all of them in the outbox."""
        reached = [
            Milestone(f"id {number:03}", Subject(SITE, f"/{number}"), 100, NOW + number) for number in range(110)
        ]
        milestones.reach(reached)
        return mail_of(*reached)

    def test_a_digest_may_name_more_than_a_transaction_holds(self, milestones: DynamoMilestones, digest: Mail) -> None:
        milestones.plan(digest)
        assert (milestones.planned(), milestones.pending()) == ([digest], [])
        milestones.sent(digest, NOW + 999)
        assert (milestones.planned(), milestones.pending()) == ([], [])
        assert {reached.notified_at for reached in all_of(milestones)} == {NOW + 999}

    @pytest.mark.parametrize("operation", ["UpdateItem", "BatchWriteItem"])
    @pytest.mark.parametrize("nth", [1, 2, 5])
    def test_what_a_crash_leaves_of_a_sent_mail_is_sent_with_the_next_run(
        self, milestones: DynamoMilestones, digest: Mail, faults: Faults, operation: str, nth: int
    ) -> None:
        milestones.plan(digest)
        faults.fail(operation, nth=nth, times=ATTEMPTS)
        with pytest.raises(StorageUnavailable):
            milestones.sent(digest, NOW + 999)
        (rest,) = milestones.planned()
        assert rest.mail_id == digest.mail_id
        unmarked = {reached.milestone_id for reached in all_of(milestones) if reached.notified_at is None}
        assert unmarked <= {reached.milestone_id for reached in rest.milestones}
        milestones.sent(rest, NOW + 1_000)
        assert (milestones.planned(), milestones.pending()) == ([], [])
        assert None not in {reached.notified_at for reached in all_of(milestones)}
        assert milestones.mails(SITE, digest.day) == 1

    def test_what_a_crash_leaves_of_a_plan_is_planned_with_the_next_run(
        self, milestones: DynamoMilestones, digest: Mail, faults: Faults
    ) -> None:
        faults.fail("UpdateItem", nth=3, times=ATTEMPTS)
        with pytest.raises(StorageUnavailable):
            milestones.plan(digest)
        assert milestones.mails(SITE, digest.day) == 1
        assert milestones.planned() == [digest._replace(milestones=digest.milestones[:2])]
        assert milestones.pending() == digest.milestones[2:]

    def test_a_milestone_belongs_to_one_mail(self, milestones: DynamoMilestones, digest: Mail) -> None:
        first = mail_of(*digest.milestones[:3])
        rest = Mail("the rest", SITE, digest.day, digest.milestones[3:])
        milestones.plan(first)
        milestones.plan(digest._replace(mail_id=rest.mail_id))
        assert milestones.planned() == [first, rest]

    def test_what_is_sent_of_a_forgotten_site_comes_not_back(
        self, milestones: DynamoMilestones, digest: Mail, dynamo: Dynamo, tables: Tables
    ) -> None:
        milestones.plan(digest)
        milestones.forget(SITE)
        milestones.sent(digest, NOW + 999)
        assert list(dynamo.scan(tables.milestones)) == []
