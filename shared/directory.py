"""What is registered, remembered for a moment, so that a beacon costs no look-up."""

from collections.abc import Callable
from typing import Generic, TypeVar

from shared.domain.keys import Key, key_digest
from shared.domain.sites import Site
from shared.engine import Keys, Sites

T = TypeVar("T")

Monotonic = Callable[[], float]


class Remembered(Generic[T]):
    """A value that is loaded again when it is older than it may be."""

    def __init__(self, load: Callable[[], T], lifetime: float, monotonic: Monotonic) -> None:
        """Remembers nothing yet.

        Args:
            load: Loads the value.
            lifetime: Seconds that it may be old.
            monotonic: Gives seconds that never go back.
        """
        self._load = load
        self._lifetime = lifetime
        self._monotonic = monotonic
        self._value: T | None = None
        self._loaded = float("-inf")

    def __call__(self) -> T:
        """Gives the value.

        Raises:
            Whatever `load` raises; the value is not remembered then.
        """
        now = self._monotonic()
        if self._value is None or now - self._loaded >= self._lifetime:
            self._value = self._load()
            self._loaded = now
        return self._value


class Directory:
    """The registered sites and keys, at most `lifetime` seconds old."""

    def __init__(self, sites: Sites, keys: Keys, lifetime: float, monotonic: Monotonic) -> None:
        """Puts the directory together; arguments as for `Remembered`."""
        self.sites = Remembered(lambda: {site.name: site for site in sites.all()}, lifetime, monotonic)
        self._keys = Remembered(lambda: {key.digest: key for key in keys.all()}, lifetime, monotonic)

    def site(self, name: str) -> Site | None:
        """Finds a site by its name.

        Raises:
            StorageUnavailable: The registry is out of reach.
        """
        return self.sites().get(name)

    def key(self, presented: str | None) -> Key | None:
        """Finds the key that was presented, if it is one.

        Raises:
            StorageUnavailable: The registry is out of reach.
        """
        return self._keys().get(key_digest(presented)) if presented else None
