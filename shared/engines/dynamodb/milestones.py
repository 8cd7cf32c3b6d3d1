"""Milestones and their outbox in DynamoDB.

A site has a partition with its milestones, its mails and its silence. The outbox is one partition of all sites: it
holds what is not announced yet, with the mail that is to announce it once that is planned, and nothing else.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any

from shared.domain.milestones import Milestone, Subject
from shared.engine import Mail, StorageUnavailable
from shared.engines.dynamodb.client import MAX_BATCH_WRITE, ConditionFailed, Dynamo, Item
from shared.engines.dynamodb.tables import RECENT_INDEX
from shared.engines.dynamodb.values import Value, key, number, text

#: The partition whose insertions the notifier is woken by. A site's begins differently, whatever its name.
OUTBOX = "outbox"

_SILENCE = "silence"
_HOLDER = "holder "

#: How often a milestone is tried anew because its site's silence has changed meanwhile.
_MAX_TRIES = 8


class DynamoMilestones:
    """See `shared.engine.Milestones`."""

    def __init__(self, dynamo: Dynamo, table: str) -> None:
        self._dynamo = dynamo
        self._table = table

    def reached(self, subject: Subject) -> set[int]:
        found = self._dynamo.partition(self._table, _site(subject.site), _milestones_of(subject))
        return {int(item["threshold"]["N"]) for item in found}

    def reach(self, milestones: Sequence[Milestone]) -> None:
        for milestone in milestones:
            self._reach(milestone)

    def page(self, site: str, limit: int, after: tuple[int, int, str] | None) -> list[Milestone]:
        # The index lags behind by moments: a list to look at may, and nothing is decided by it.
        condition, values = "pk = :pk", {":pk": text(_site(site))}
        if after is not None:
            condition, values = f"{condition} AND recent < :after", {**values, ":after": text(_place(*after))}
        items = self._dynamo.query(
            self._table, condition, values, limit, IndexName=RECENT_INDEX.name, ScanIndexForward=False
        )
        return list(map(_milestone, items))

    def silence(self, site: str, holder: str, until: int) -> None:
        self._change_silence(site, holder, "SET #holder = :until, revision = :revision", {":until": number(until)})

    def end_silence(self, site: str, holder: str) -> None:
        with suppress(ConditionFailed):  # it does not hold one
            self._change_silence(
                site, holder, "REMOVE #holder SET revision = :revision", {}, "attribute_exists(#holder)"
            )

    def pending(self) -> list[Milestone]:
        return [_milestone(entry) for entry in self._dynamo.partition(self._table, OUTBOX) if "mail_id" not in entry]

    def plan(self, mail: Mail) -> None:
        # The mail goes first: if the rest is not done, it takes up room on its day, and never is one too many.
        with suppress(ConditionFailed):
            self._dynamo.put(
                self._table,
                {**key(_site(mail.site), _mail(mail.mail_id)), "mail_day": text(mail.day)},
                "attribute_not_exists(pk)",
            )
        for milestone in mail.milestones:
            # What is announced meanwhile, or by another mail, is not this one's.
            with suppress(ConditionFailed):
                self._dynamo.update(
                    self._table,
                    key(OUTBOX, _place_of(milestone)),
                    "SET mail_id = :mail, mail_day = :day",
                    "attribute_exists(pk) AND (attribute_not_exists(mail_id) OR mail_id = :mail)",
                    ExpressionAttributeValues={":mail": text(mail.mail_id), ":day": text(mail.day)},
                )

    def planned(self) -> list[Mail]:
        entries = [entry for entry in self._dynamo.partition(self._table, OUTBOX) if "mail_id" in entry]
        entries.sort(key=_mail_of)  # it keeps the outbox's order within a mail
        return [
            Mail(mail_id, site, day, list(map(_milestone, group)))
            for (day, mail_id, site), group in groupby(entries, key=_mail_of)
        ]

    def mails(self, site: str, day: str) -> int:
        # A site has at most some mails a day, and no more of them than milestones: they are all read.
        return sum(item["mail_day"]["S"] == day for item in self._dynamo.partition(self._table, _site(site), _mail("")))

    def sent(self, mail: Mail, at: int) -> None:
        # A digest may name more milestones than a transaction holds. An entry leaves the outbox after its milestone is
        # marked: what a crash leaves there is still planned, and the next run sends it once more and comes here again.
        self._update_if_there(key(_site(mail.site), _mail(mail.mail_id)), "mail_day = :at", text(mail.day))
        for start in range(0, len(mail.milestones), MAX_BATCH_WRITE):
            portion = mail.milestones[start : start + MAX_BATCH_WRITE]
            for milestone in portion:
                self._update_if_there(_key(milestone), "notified_at = :at", number(at))
            self._dynamo.batch_delete(self._table, [key(OUTBOX, _place_of(milestone)) for milestone in portion])

    def forget(self, site: str) -> None:
        for partition in (OUTBOX, _site(site)):
            found = self._dynamo.partition(self._table, partition)
            doomed = [item for item in found if partition != OUTBOX or item["site"]["S"] == site]
            self._dynamo.batch_delete(self._table, [{"pk": item["pk"], "sk": item["sk"]} for item in doomed])

    def _reach(self, milestone: Milestone) -> None:
        """Stores a milestone if it is not there, in one transaction that holds only while the silence is as read."""
        silence_key = key(_site(milestone.subject.site), _SILENCE)
        for _ in range(_MAX_TRIES):
            silence = self._dynamo.get(self._table, silence_key) or {}
            actions = [self._unchanged(silence_key, silence), self._put_new(milestone)]
            if not _is_silent(silence, milestone.reached_at):
                entry = {**key(OUTBOX, _place_of(milestone)), **_stored(milestone)}
                actions.append({"Put": {"TableName": self._table, "Item": entry}})
            try:
                return self._dynamo.transact_patiently(actions)
            except ConditionFailed:
                if self._dynamo.get(self._table, _key(milestone)) is not None:
                    return None
        raise StorageUnavailable("a site's silence changed all the time")

    def _put_new(self, milestone: Milestone) -> Mapping[str, Any]:
        item = {**_key(milestone), **_stored(milestone), "recent": text(_place_of(milestone))}
        return {"Put": {"TableName": self._table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}

    def _unchanged(self, silence_key: Item, silence: Item) -> Mapping[str, Any]:
        check = {"TableName": self._table, "Key": silence_key}
        if not silence:
            return {"ConditionCheck": {**check, "ConditionExpression": "attribute_not_exists(pk)"}}
        values = {":revision": silence["revision"]}
        condition = {"ConditionExpression": "revision = :revision", "ExpressionAttributeValues": values}
        return {"ConditionCheck": {**check, **condition}}

    def _change_silence(self, site: str, holder: str, change: str, values: Item, condition: str = "") -> None:
        # A random revision, since a forgotten site's would begin to count anew.
        self._dynamo.update(
            self._table,
            key(_site(site), _SILENCE),
            change,
            condition,
            ExpressionAttributeNames={"#holder": _HOLDER + holder},
            ExpressionAttributeValues={":revision": text(os.urandom(16).hex()), **values},
        )

    def _update_if_there(self, item_key: Item, assignment: str, value: Value) -> None:
        with suppress(ConditionFailed):  # the site was forgotten
            self._dynamo.update(
                self._table,
                item_key,
                f"SET {assignment}",
                "attribute_exists(pk)",
                ExpressionAttributeValues={":at": value},
            )


def _site(site: str) -> str:
    return f"site#{site}"


def _mail(mail_id: str) -> str:
    return f"mail#{mail_id}"


def _mail_of(entry: Item) -> tuple[str, str, str]:
    """The day, the id and the site of the mail that an outbox entry belongs to."""
    return entry["mail_day"]["S"], entry["mail_id"]["S"], entry["site"]["S"]


def _milestones_of(subject: Subject) -> str:
    """What the sort keys of a subject's milestones begin with. A page can be longer than a key may be."""
    page = "" if subject.page is None else hashlib.sha256(subject.page.encode()).hexdigest()[:32]
    return f"milestone#{page}#"


def _key(milestone: Milestone) -> dict[str, Value]:
    subject = milestone.subject
    return key(_site(subject.site), f"{_milestones_of(subject)}{milestone.threshold:020}")


def _place(reached_at: int, threshold: int, milestone_id: str) -> str:
    """Where a milestone stands in the order of reaching."""
    return f"{reached_at:020}#{threshold:020}#{milestone_id}"


def _place_of(milestone: Milestone) -> str:
    return _place(milestone.reached_at, milestone.threshold, milestone.milestone_id)


def _is_silent(silence: Item, at: int) -> bool:
    return any(int(value["N"]) > at for name, value in silence.items() if name.startswith(_HOLDER))


def _stored(milestone: Milestone) -> dict[str, Value]:
    """What milestone and outbox entry have in common. A site's own milestone has no page."""
    subject = milestone.subject
    page = {} if subject.page is None else {"page": text(subject.page)}
    return {
        "milestone_id": text(milestone.milestone_id),
        "site": text(subject.site),
        "threshold": number(milestone.threshold),
        "reached_at": number(milestone.reached_at),
        **page,
    }


def _milestone(item: Item) -> Milestone:
    return Milestone(
        item["milestone_id"]["S"],
        Subject(item["site"]["S"], item["page"]["S"] if "page" in item else None),
        int(item["threshold"]["N"]),
        int(item["reached_at"]["N"]),
        int(item["notified_at"]["N"]) if "notified_at" in item else None,
    )
