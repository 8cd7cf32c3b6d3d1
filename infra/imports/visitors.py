"""The visitors of an import: under a date's salt while it lives, else under a salt of the import's own.

The import's own salt is never stored. So that a continued import tells the same visitors apart as one that was never
stopped, it learns from the events that an earlier run stored which hash stands for whom.
"""

import hmac
import sqlite3

from infra.imports.access_log import Hit, canonical
from services.ingest.visitors import VisitorHasher
from shared.domain.visitors import visitor_hash
from shared.engine import Clock, Salts


class ImportVisitors:
    """Hashes the visitors of one import into one site."""

    def __init__(self, site: str, salts: Salts, clock: Clock, own_salt: bytes) -> None:
        """Puts the hasher together.

        Args:
            site: The site's name.
            salts: The salts of the dates.
            clock: Gives milliseconds since 1970.
            own_salt: Random bytes drawn for this import, for the dates whose salt is gone.
        """
        self._site = site
        self._hasher = VisitorHasher(salts)
        self._clock = clock
        self._own_salt = own_salt
        self._day_salts: dict[str, bytes] = {}
        self._learnt: sqlite3.Connection | None = None

    def hash(self, hit: Hit) -> bytes:
        """Gives a hit's visitor.

        Raises:
            StorageUnavailable: The salt of the hit's date could not be read or made.
        """
        living, visitor = self._hash(hit)
        if living or self._learnt is None:
            return visitor
        found = self._learnt.execute("SELECT stored FROM learnt WHERE visitor = ?", (visitor,)).fetchone()
        return found[0] if found else visitor

    def learn(self, hit: Hit, stored: str | None) -> None:
        """Remembers under which hash an earlier run stored a hit's visitor.

        Raises:
            StorageUnavailable: As for `hash`.
        """
        living, visitor = self._hash(hit)
        if living or stored is None:
            return
        if self._learnt is None:
            # A private file that has no name and goes with the connection; it takes no memory to speak of.
            self._learnt = sqlite3.connect("", isolation_level=None)
            self._learnt.execute("CREATE TABLE learnt (visitor BLOB PRIMARY KEY, stored BLOB) WITHOUT ROWID")
            self._learnt.execute("BEGIN")
        self._learnt.execute("INSERT OR IGNORE INTO learnt VALUES (?, ?)", (visitor, bytes.fromhex(stored)))

    def close(self) -> None:
        """Forgets what was learnt."""
        if self._learnt is not None:
            self._learnt.close()

    def _hash(self, hit: Hit) -> tuple[bool, bytes]:
        """Tells whether the hash is under the date's own salt, and gives it."""
        address = canonical(hit.address)
        salt = self._day_salts.get(hit.day)
        if salt is None:
            found = self._hasher.hash(hit.day, self._clock(), self._site, address, hit.agent)
            if found is not None:
                return True, found
            salt = self._day_salts[hit.day] = hmac.digest(self._own_salt, hit.day.encode(), "sha256")
        return False, visitor_hash(salt, self._site, address, hit.agent)
