import gzip
import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from shared.domain.bots import is_bot, rule_set
from tests.unit.making import BOT, PERSON

AGENTS = Path(__file__).parents[3] / "shared" / "data" / "ua"
#: Of 17,000 browsers, every twentieth: a new agent costs half a millisecond.
SAMPLE = 20


@pytest.mark.parametrize(
    "agent",
    [
        BOT,
        "curl/8.5.0",
        "python-requests/2.32.3",
        "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36",
        "",
        None,
    ],
)
def test_crawlers_libraries_headless_browsers_and_no_agent_at_all_are_bots(agent: str | None) -> None:
    assert is_bot(agent)


@pytest.mark.parametrize(
    "agent",
    [
        PERSON,
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/18.5 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
        "Safari/537.36 Edg/140.0.0.0",
    ],
)
def test_browsers_are_people(agent: str) -> None:
    assert not is_bot(agent)


def test_the_rule_set_names_the_lists_and_their_versions() -> None:
    assert (
        rule_set() == f"crawlerdetect={version('crawlerdetect')} crawler-user-agents={version('crawler-user-agents')}"
    )


def agents(name: str) -> Iterator[dict[str, str]]:
    path = AGENTS / f"{name}.jsonl.gz"
    if not path.exists():
        pytest.skip("needs the labelled agents in ../shared/data, which are not part of the project")
    with gzip.open(path, "rt") as lines:
        yield from map(json.loads, lines)


def test_most_real_bots_are_found() -> None:
    bots = list(agents("bots"))
    assert sum(is_bot(one["ua"]) for one in bots) / len(bots) >= 0.9


def test_hardly_any_real_person_is_taken_for_one() -> None:
    people = [one for one in agents("humans") if one.get("client_type") == "browser"][::SAMPLE]
    assert sum(is_bot(one["ua"]) for one in people) / len(people) < 0.01
