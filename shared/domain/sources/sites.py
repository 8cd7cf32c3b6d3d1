"""Whose host a referrer's is: its name, and what kind of site it is."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

SEARCH, SOCIAL, AI, VIDEO, SHOPPING = "search", "social", "ai", "video", "shopping"
EMAIL, PAID, UNKNOWN = "email", "paid", "unknown"


class Site(NamedTuple):
    """A site by the name that it is shown with, and its kind: one of the words above."""

    name: str
    kind: str


#: Labels of hosts that say what is there, whoever's they are ("search.example.com", "webmail2.example.net"), as
#: regular expressions; compiled on first use.
_SAYS = {
    SEARCH: (
        r"(web|i|image|video|news|safe|mobile|m|my|sp|so)?-?search(es|results?)?\d*(-[a-z\d]{1,4})?"
        r"|such(e|en|maschine)|recherche[rs]?|buscar?|buscador|pesquisa|ricerca|szukaj|hledani|hledat|vyhledavani"
        r"|zoek(en)?|zoekmachine|sok|søk|soeg|haku|arama|otsing|poisk|lemoteur|kereses|cautare"
    ),
    EMAIL: (
        r"(web|e|w|x|my|fast|light|horde|cloud|secure|hosted|zimbra|upc)?-?mail(er|box|s|in|business)?(-[a-z]+)?\d*[a-z]?"
        r"|mailing|messageri?e(pro)?\d*|messaging|correo(web)?|posta|poczta|owa|roundcube|squirrelmail|zimbra|horde"
    ),
}

#: Second-level domains under which names are sold as under a top-level domain.
_SECOND_LEVELS = frozenset({"ac", "co", "com", "edu", "go", "gov", "it", "ne", "net", "nom", "or", "org"})

#: The most labels of a host that are looked at: no list has a longer one.
_MAX_LABELS = 8


@lru_cache(maxsize=20_000)
def site_of(host: str, path: str = "") -> Site | None:
    """Looks a host up in the lists.

    Args:
        host: In lower case, or an Android app's name.
        path: Tells apart what is on one host.

    Returns:
        The site, or None of what no list knows.
    """
    tables = _tables()
    labels = _labels(host)
    for start in range(len(labels)):
        for key in _keys(labels[start:]):
            found = _found(tables, key, path, labels[:start])
            if found:
                return found
    return None


@lru_cache(maxsize=20_000)
def kind_said_by(host: str) -> str:
    """Guesses from a host's labels, such as "search.example.com", whether it is a search engine or web mail.

    Returns:
        `SEARCH`, `EMAIL` or `UNKNOWN`.
    """
    return _said(_labels(host)[:-2]) or UNKNOWN


def site_named(letters: str) -> Site | None:
    """Looks a site up by its name, as `folded` gives it. Names that are ordinary words in a link's tag find nothing."""
    return _tables().names.get(letters)


def folded(name: str) -> str:
    """Leaves a name's letters and digits, in lower case."""
    return "".join(filter(str.isalnum, name.casefold()))


class _Tables(NamedTuple):
    hosts: Mapping[str, Site]
    #: Of hosts that are told apart by paths: the paths' beginnings, the longest first.
    paths: Mapping[str, list[tuple[str, Site]]]
    #: Hosts of which only what says search or mail is a search engine or web mail.
    saying: Mapping[str, list[Site]]
    names: Mapping[str, Site]


def _found(tables: _Tables, key: str, path: str, labels_before: list[str]) -> Site | None:
    for beginning, site in tables.paths.get(key, ()):
        if path.startswith(beginning):
            return site
    said = _said(labels_before) if key in tables.saying else ""
    for site in tables.saying.get(key, ()):
        if site.kind == said:
            return site
    return tables.hosts.get(key)


def _labels(host: str) -> list[str]:
    return host.removesuffix(".").split(".")[-_MAX_LABELS:]


def _keys(labels: list[str]) -> Iterator[str]:
    """What the lists may call a host: itself, and itself under any top-level domain."""
    yield ".".join(labels)
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVELS:
        yield ".".join(labels[:-2]) + ".*"
    elif len(labels) > 1:
        yield ".".join(labels[:-1]) + ".*"


def _said(labels: list[str]) -> str:
    for kind, pattern in _patterns():
        if any(map(pattern.fullmatch, labels)):
            return kind
    return ""


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(kind, re.compile(pattern)) for kind, pattern in _SAYS.items()]


@cache
def _tables() -> _Tables:
    from shared.domain.sources.lists import ORDINARY_WORDS

    # The first list to name a host or a name has it.
    ordinary = frozenset(ORDINARY_WORDS.split())
    hosts: dict[str, Site] = {}
    paths: dict[str, list[tuple[str, Site]]] = {}
    saying: dict[str, list[Site]] = {}
    names: dict[str, Site] = {}
    for site, word, by_name in _entries():
        letters = folded(site.name)
        if by_name and letters not in ordinary:
            names.setdefault(letters, site)
        host, slash, path = word.partition("/")
        if slash:
            paths.setdefault(host, []).append(("/" + path, site))
        elif host.startswith("~"):
            saying.setdefault(host[1:], []).append(site)
        else:
            hosts.setdefault(host, site)
    for beginnings in paths.values():
        beginnings.sort(key=lambda one: -len(one[0]))
    return _Tables(hosts, paths, saying, names)


def _entries() -> Iterator[tuple[Site, str, bool]]:
    """What the lists hold: a site, a word of its line, and whether a link's tag may mean it by its name."""
    for kind, sites, by_name in _lists():
        for line in sites.replace("\n    ", " ").split("\n"):
            name, _, words = line.partition(": ")
            for word in words.split():
                yield Site(name, kind), word, by_name


def _lists() -> list[tuple[str, str, bool]]:
    # Read on first use: most that import this module classify nothing.
    from shared.domain.sources.lists import (
        advertising,
        assistants,
        fediverse,
        mail,
        networks,
        newsletters,
        others,
        regional_search,
        search_engines,
        shops,
        videos,
    )

    # Portals, web mail and the rest have names such as "Free" and "Orange".
    return [
        (AI, assistants.SITES, True),
        (SEARCH, search_engines.SITES, True),
        (SEARCH, regional_search.SITES, False),
        (SOCIAL, networks.SITES, True),
        (SOCIAL, fediverse.SITES, True),
        (VIDEO, videos.SITES, True),
        (SHOPPING, shops.SITES, True),
        (EMAIL, mail.SITES, False),
        (EMAIL, newsletters.SITES, True),
        (PAID, advertising.SITES, True),
        (UNKNOWN, others.SITES, False),
    ]
