"""What is registered, remembered for a moment, so that a beacon costs no look-up."""

from collections.abc import Callable, Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

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


class _Sites(NamedTuple):
    """The registered sites by their names, and by all that they may be called, where names go before aliases."""

    by_name: Mapping[str, Site]
    by_any: Mapping[str, Site]


def _by_names(sites: Iterable[Site]) -> _Sites:
    by_name = {site.name: site for site in sites}
    return _Sites(by_name, {alias: site for site in by_name.values() for alias in site.aliases} | by_name)


class Directory:
    """The registered sites and keys, at most `lifetime` seconds old."""

    def __init__(self, sites: Sites, keys: Keys, lifetime: float, monotonic: Monotonic) -> None:
        """Puts the directory together; arguments as for `Remembered`."""
        self._sites = Remembered(lambda: _by_names(sites.all()), lifetime, monotonic)
        self._keys = Remembered(lambda: {key.digest: key for key in keys.all()}, lifetime, monotonic)

    def site(self, name: str) -> Site | None:
        """Finds a site by its name.

        Raises:
            StorageUnavailable: The registry is out of reach.
        """
        return self.sites().get(name)

    def sites(self) -> Mapping[str, Site]:
        """Gives the registered sites by their names.

        Raises:
            StorageUnavailable: The registry is out of reach.
        """
        return self._sites().by_name

    def find(self, names: Iterable[str]) -> Site | None:
        """Finds the site that a tracker means: the first that is called by one of the names, or has it as an alias.

        Args:
            names: What the site may be called, the likeliest first, in lower case.

        Raises:
            StorageUnavailable: The registry is out of reach.
        """
        by_any = self._sites().by_any
        for name in names:
            if (site := by_any.get(name)) is not None:
                return site
        return None

    def key(self, presented: str | None) -> Key | None:
        """Finds the key that was presented, if it is one.

        Raises:
            StorageUnavailable: The registry is out of reach.
        """
        return self._keys().get(key_digest(presented)) if presented else None
