"""The lists against others' labels. Search terms are left out: another site's query is never stored."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.domain.minimise import minimise_referrer
from shared.domain.sources import Source, is_spam, source_of
from shared.domain.sources.names import _TAGS, tagged
from shared.domain.sources.sites import _entries, _tables, folded, site_of

REFERENCE = Path(__file__).parents[3] / "shared" / "data" / "ref"
PAGE = "https://www.example.org/"
OWN_HOST = "www.psychicbazaar.com"

#: Labels' words that are not ours.
MEDIA = {"chatbot": "ai"}
NAMES = {"Claude.ai": "Claude", "Perplexity.ai": "Perplexity"}

#: What those who list one kind of site take in of others: video sites are social to them, and assistants, price
#: comparisons, and portals' video and advertisement searches are search engines, as are these networks' own searches.
TAKEN_IN = {
    "SearchEngines.yml": {"search", "ai", "shopping", "video", "paid"},
    "Socials.yml": {"social", "video"},
    "AIAssistants.yml": {"ai"},
}
NETWORKS_WITH_SEARCH = {"Facebook", "MySpace", "Digg", "FriendFeed", "Baidu"}


def reference(name: str) -> str:
    path = REFERENCE / name
    if not path.exists():
        pytest.skip("needs the labelled referrers in ../shared/data, which are not part of the project")
    return path.read_text()


def test_nearly_all_labelled_referrers_have_their_medium_and_name() -> None:
    labelled = json.loads(reference("snowplow_referer-tests.json"))
    wrong = []
    for one in labelled:
        found = source_of(f"https://{OWN_HOST}/", minimise_referrer(one["uri"], OWN_HOST), None)
        medium = MEDIA.get(one["medium"], one["medium"])
        name = NAMES.get(one["source"], one["source"])
        if (found.medium, folded(found.source)) != (medium, folded(name)):
            wrong.append((one["uri"], found.medium, found.source))
    print(f"{len(labelled) - len(wrong)} of {len(labelled)} labelled referrers")
    assert len(wrong) / len(labelled) <= 0.02, wrong


def listed(name: str) -> Iterator[tuple[str, Source]]:
    """What we say of each host of a list, with the name that it has there."""
    title = ""
    for line in reference(name).splitlines():
        named = re.match(r"""["']?([^\s#].*?)["']?:\s*$""", line)
        host = re.match(r"\s+- ['\"]?([^'\"\s]+)['\"]?$", line)
        if named:
            title = named[1]
        elif host and is_host(host[1]):
            app = re.match(r"(com|org)\.\w+\.", host[1])
            yield title, source_of(PAGE, f"{'android-app' if app else 'https'}://{concrete(host[1])}", None)


def is_host(entry: str) -> bool:
    """The lists also hold queries' parameters and character sets."""
    return "." in entry and not entry.startswith(("/", "android-app//"))


def concrete(host: str) -> str:
    return host.replace("{}", "de")


@pytest.mark.parametrize("name", TAKEN_IN)
def test_most_hosts_of_a_kind_are_known_as_such(name: str) -> None:
    found = list(listed(name))
    kinds = [
        one.medium in TAKEN_IN[name] or (one.medium == "social" and title in NETWORKS_WITH_SEARCH)
        for title, one in found
    ]
    names = [folded(title) in folded(one.source) or folded(one.source) in folded(title) for title, one in found]
    print(f"{name}: {len(found)} hosts, kind {sum(kinds) / len(kinds):.1%}, name {sum(names) / len(names):.1%}")
    assert sum(kinds) / len(kinds) >= 0.95
    assert sum(names) / len(names) >= 0.85


def test_some_of_a_list_of_spammers_are_found() -> None:
    spammers = reference("spammers.txt").split()
    share = sum(is_spam(f"http://{host}/") for host in spammers) / len(spammers)
    print(f"spammers: {share:.1%} of {len(spammers)}")
    assert share >= 0.1


def test_no_host_that_is_known_is_a_spammers() -> None:
    assert not [host for host in _tables().hosts if is_spam(f"http://{host.replace('*', 'com')}/")]


def test_the_lists_are_well_formed() -> None:
    for site, word, _ in _entries():
        assert site.name == site.name.strip() != ""
        assert re.fullmatch(r"~?[\w-]+(\.[\w-]+)*(\.\*)?(/\S+)?", word), (site, word)


def test_every_host_is_named_once_for_a_kind() -> None:
    seen: dict[tuple[str, str], str] = {}
    for site, word, _ in _entries():
        assert seen.setdefault((word, site.kind), site.name) == site.name, word


def test_every_tag_means_a_site_that_is_known() -> None:
    for host, tags in _TAGS.items():
        assert site_of(host) is not None
        assert all(tagged(tag).site == site_of(host) for tag in tags.split())
