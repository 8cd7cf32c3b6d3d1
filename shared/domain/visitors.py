"""Visitors: the hash that tells them apart within one day, and the set that counts them.

The hash is HMAC-SHA-256 under the day's random salt, cut to 64 bits: at ten million visitors a day of one site, two
share a hash with a probability of about one in 400,000.
"""

import hmac
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hyperloglog import HyperLogLog

HASH_BYTES = 8
MAX_EXACT = 1024

#: 4,096 registers: a standard error of 1.04 / sqrt(4096) = 1.6 % (Flajolet et al., HyperLogLog, 2007).
STANDARD_ERROR = 1.04 / 64

_EXACT, _SKETCH = b"\x00", b"\x01"


def visitor_hash(salt: bytes, site: str, address: str, user_agent: str) -> bytes:
    """Gives the pseudonym of a visitor of a site on one day.

    Args:
        salt: The day's salt.
        site: The site's name.
        address: The visitor's network address in its canonical spelling.
        user_agent: The whole user agent.

    Returns:
        8 bytes.
    """
    message = f"{site}|{address}|{user_agent}".encode("utf-8", "replace")
    return hmac.digest(salt, message, "sha256")[:HASH_BYTES]


class VisitorSet:
    """A set of visitor hashes: exact up to 1,024 members, a HyperLogLog sketch beyond.

    What represents a set depends on its members only, not on the order or the portions in which they came.
    """

    __slots__ = ("_members", "_sketch")

    def __init__(self, members: Iterable[bytes] = ()) -> None:
        self._members: set[bytes] | None = set()
        self._sketch: HyperLogLog | None = None
        self.add(members)

    @classmethod
    def from_bytes(cls, stored: bytes) -> "VisitorSet":
        """Reads what `to_bytes` gave; nothing at all is the empty set."""
        found = cls()
        if stored[:1] == _SKETCH:
            found._members, found._sketch = None, _unpack(stored[1:])
        else:
            found._members = {stored[i : i + HASH_BYTES] for i in range(1, len(stored), HASH_BYTES)}
        return found

    def to_bytes(self) -> bytes:
        """Gives the stored form: a tag, then the members in order (at most 8 KB), or the sketch's registers (3 KB)."""
        if self._members is not None:
            return _EXACT + b"".join(sorted(self._members)) if self._members else b""
        return _SKETCH + _pack(self._require_sketch())

    def add(self, members: Iterable[bytes]) -> bool:
        """Adds hashes of 8 bytes each.

        Returns:
            Whether the set may have changed (of a sketch: whether anything was added).
        """
        if self._members is None:
            if hashes := list(members):
                self._require_sketch().add_bulk(hashes)
            return bool(hashes)
        before = len(self._members)
        self._members.update(members)
        if len(self._members) > MAX_EXACT:
            self._become_sketch()
            return True
        return len(self._members) > before

    def union(self, other: "VisitorSet") -> int:
        """Counts the members of either set: exactly if both are exact, else by the sketch of both."""
        if self._members is not None and other._members is not None:
            return len(self._members | other._members)
        both = VisitorSet.from_bytes(self.to_bytes())
        if other._members is not None:
            both.add(other._members)
            return len(both)
        both._become_sketch()
        both._require_sketch().update(other._require_sketch())
        return len(both)

    def __len__(self) -> int:
        return len(self._members) if self._members is not None else len(self._require_sketch())

    def _require_sketch(self) -> "HyperLogLog":
        if self._sketch is None:
            raise AssertionError("a set without members has a sketch")
        return self._sketch

    def _become_sketch(self) -> None:
        if self._members is not None:
            self._sketch = _new_sketch()
            if self._members:
                self._sketch.add_bulk(list(self._members))
            self._members = None


def _new_sketch() -> "HyperLogLog":
    # Imported on first need: it brings numpy, and most rows never see 1,025 visitors.
    from hyperloglog import HyperLogLog

    return HyperLogLog(STANDARD_ERROR)


def _pack(sketch: "HyperLogLog") -> bytes:
    """Packs 4,096 registers of 6 bits (a register is at most 53) into 3,072 bytes."""
    import numpy

    bits = numpy.unpackbits(sketch.M.astype(numpy.uint8).reshape(-1, 1), axis=1)[:, 2:]
    return numpy.packbits(bits).tobytes()


def _unpack(packed: bytes) -> "HyperLogLog":
    import numpy

    sketch = _new_sketch()
    six = numpy.unpackbits(numpy.frombuffer(packed, numpy.uint8)).reshape(-1, 6)
    padded = numpy.zeros((six.shape[0], 8), numpy.uint8)
    padded[:, 2:] = six
    sketch.M[:] = numpy.packbits(padded, axis=1).reshape(-1)
    return sketch
