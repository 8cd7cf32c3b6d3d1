"""The salts that this process has in use."""

from shared.domain.calendar import HOUR_MS, date_lives
from shared.domain.visitors import visitor_hash
from shared.engine import SaltGone, Salts


class VisitorHasher:
    """Hashes visitors under the salt of their day, and forgets a salt when its date is over everywhere."""

    def __init__(self, salts: Salts) -> None:
        self._salts = salts
        self._known: dict[str, bytes] = {}
        self._hour = -1

    def hash(self, day: str, now: int, site: str, address: str, user_agent: str) -> bytes | None:
        """Gives the visitor's hash, or None where the day's salt is gone.

        Args:
            day: The site's date.
            now: Milliseconds since 1970.
            site: The site's name.
            address: The visitor's address.
            user_agent: The whole user agent.

        Raises:
            StorageUnavailable: The salt could not be read or made.
        """
        hour = now // HOUR_MS
        if hour != self._hour:  # dates begin and end with an hour, everywhere
            self._hour = hour
            self._known = {known: salt for known, salt in self._known.items() if date_lives(known, now)}
        salt = self._known.get(day)
        if salt is None:
            try:
                salt = self._known[day] = self._salts.get(day, now)
            except SaltGone:
                return None
        return visitor_hash(salt, site, address, user_agent)
