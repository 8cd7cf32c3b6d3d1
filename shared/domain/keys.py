"""API keys: what they allow, and the hash that stands for them."""

import hashlib
from dataclasses import dataclass

SCOPES = ("read", "write", "admin")


@dataclass(frozen=True, slots=True)
class Key:
    """A key as stored: never the key itself.

    Attributes:
        id: What an owner names it by.
        digest: The hexadecimal SHA-256 of the key. A key is random, so a slow hash would add nothing.
        scope: "read", "write" or "admin"; admin holds the other two.
        sites: The sites it is good for; none: all.
    """

    id: str
    digest: str
    scope: str
    sites: tuple[str, ...] = ()

    def allows(self, scope: str, site: str | None = None) -> bool:
        """Tells whether the key is good for a scope and, if one is named, a site."""
        return self.scope in (scope, "admin") and (site is None or not self.sites or site in self.sites)


def key_digest(key: str) -> str:
    """Gives the hash by which a key is found."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
