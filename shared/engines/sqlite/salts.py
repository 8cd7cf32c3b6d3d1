"""The salts in a file of their own, from which a destroyed one is gone for good."""

import os

from shared.domain.calendar import date_is_over, date_lives
from shared.engine import SaltGone
from shared.engines.sqlite.database import Database

_SALT_BYTES = 32


class SqliteSalts:
    """See `shared.engine.Salts`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._clean = False

    def get(self, day: str, now: int) -> bytes:
        if not date_lives(day, now):
            raise SaltGone(f"{day} is not a current date anywhere")
        stored = self._read(day)
        if not stored:
            with self._database.transaction() as connection:
                connection.execute("INSERT OR IGNORE INTO salts VALUES (?, ?)", (day, os.urandom(_SALT_BYTES)))
            stored = self._read(day)
        salt: bytes | None = stored[0][0]
        if salt is None:
            raise SaltGone(f"the salt of {day} was destroyed")
        return salt

    def destroy(self, now: int) -> list[str]:
        days = [day for (day,) in self._database.query("SELECT day FROM salts WHERE salt IS NOT NULL ORDER BY day")]
        over = [day for day in days if date_is_over(day, now)]
        if over:
            with self._database.transaction() as connection:
                connection.executemany("UPDATE salts SET salt = NULL WHERE day = ?", [(day,) for day in over])
        # Also where nothing was over: an earlier process may have been stopped before it came to this.
        if over or not self._clean:
            self._database.leave_no_trace()
            self._clean = True
        return over

    def _read(self, day: str) -> list[tuple[bytes | None]]:
        return self._database.query("SELECT salt FROM salts WHERE day = ?", (day,))
