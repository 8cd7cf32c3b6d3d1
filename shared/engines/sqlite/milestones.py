"""Milestones and their outbox in SQLite."""

from collections.abc import Sequence
from typing import Any

from shared.domain.milestones import Milestone, Subject
from shared.engine import Mail
from shared.engines.sqlite.database import Database

_COLUMNS = "m.milestone_id, m.site, m.page, m.threshold, m.reached_at, m.notified_at"
_SAME = "m.site = o.site AND m.page = o.page AND m.threshold = o.threshold"


class SqliteMilestones:
    """See `shared.engine.Milestones`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reached(self, subject: Subject) -> set[int]:
        rows = self._database.query(
            "SELECT threshold FROM milestones WHERE site = ? AND page = ?", (subject.site, subject.page or "")
        )
        return {threshold for (threshold,) in rows}

    def reach(self, milestones: Sequence[Milestone]) -> None:
        with self._database.transaction() as connection:
            for milestone in milestones:
                key = _key(milestone)
                new = connection.execute(
                    "INSERT OR IGNORE INTO milestones VALUES (?, ?, ?, ?, ?, NULL)",
                    (*key, milestone.milestone_id, milestone.reached_at),
                ).rowcount
                if new:
                    connection.execute(
                        "INSERT INTO outbox SELECT ?, ?, ?, NULL"
                        " WHERE NOT EXISTS (SELECT 1 FROM silences WHERE site = ? AND until > ?)",
                        (*key, milestone.subject.site, milestone.reached_at),
                    )

    def page(self, site: str, limit: int, after: tuple[int, int, str] | None) -> list[Milestone]:
        # A row value comparison follows the index that has the same order.
        where = "" if after is None else "AND (reached_at, threshold, milestone_id) < (?, ?, ?)"
        rows = self._database.query(
            f"SELECT {_COLUMNS} FROM milestones m WHERE site = ? {where}"
            " ORDER BY reached_at DESC, threshold DESC, milestone_id DESC LIMIT ?",
            (site, *(after or ()), limit),
        )
        return list(map(_milestone, rows))

    def silence(self, site: str, holder: str, until: int) -> None:
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO silences VALUES (?, ?, ?)", (site, holder, until))

    def end_silence(self, site: str, holder: str) -> None:
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM silences WHERE site = ? AND holder = ?", (site, holder))

    def pending(self) -> list[Milestone]:
        rows = self._database.query(
            f"SELECT {_COLUMNS} FROM outbox o JOIN milestones m ON {_SAME} WHERE o.mail_id IS NULL"
            " ORDER BY m.reached_at, m.threshold, m.milestone_id"
        )
        return list(map(_milestone, rows))

    def plan(self, mail: Mail) -> None:
        with self._database.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO mails VALUES (?, ?, ?, NULL)", mail[:3])
            connection.executemany(
                "UPDATE outbox SET mail_id = ? WHERE site = ? AND page = ? AND threshold = ?",
                [(mail.mail_id, *_key(milestone)) for milestone in mail.milestones],
            )

    def planned(self) -> list[Mail]:
        mails = self._database.query("SELECT mail_id, site, day FROM mails WHERE sent_at IS NULL ORDER BY day, mail_id")
        return [Mail(mail_id, site, day, self._announced(mail_id)) for mail_id, site, day in mails]

    def mails(self, site: str, day: str) -> int:
        rows = self._database.query("SELECT COUNT(*) FROM mails WHERE site = ? AND day = ?", (site, day))
        count: int = rows[0][0]
        return count

    def sent(self, mail: Mail, at: int) -> None:
        with self._database.transaction() as connection:
            connection.execute("UPDATE mails SET sent_at = ?, day = ? WHERE mail_id = ?", (at, mail.day, mail.mail_id))
            connection.executemany(
                "UPDATE milestones SET notified_at = ? WHERE site = ? AND page = ? AND threshold = ?",
                [(at, *_key(milestone)) for milestone in mail.milestones],
            )
            connection.execute("DELETE FROM outbox WHERE mail_id = ?", (mail.mail_id,))

    def forget(self, site: str) -> None:
        with self._database.transaction() as connection:
            for table in ("outbox", "milestones", "mails", "silences"):
                connection.execute(f"DELETE FROM {table} WHERE site = ?", (site,))

    def _announced(self, mail_id: str) -> list[Milestone]:
        rows = self._database.query(
            f"SELECT {_COLUMNS} FROM outbox o JOIN milestones m ON {_SAME} WHERE o.mail_id = ?"
            " ORDER BY m.reached_at, m.threshold, m.milestone_id",
            (mail_id,),
        )
        return list(map(_milestone, rows))


def _key(milestone: Milestone) -> tuple[str, str, int]:
    """The primary key. A page begins with "/", so "" can stand for the site as a whole."""
    return milestone.subject.site, milestone.subject.page or "", milestone.threshold


def _milestone(row: Sequence[Any]) -> Milestone:
    milestone_id, site, page, threshold, reached_at, notified_at = row
    return Milestone(milestone_id, Subject(site, page or None), threshold, reached_at, notified_at)
