import time
from importlib.metadata import version
from typing import Any

import pytest

from shared.domain.agents_isbot import VERSION
from shared.domain.bots import MAX_REASON_LENGTH, NO_AGENT, PROGRAM, RULES, bot_reason, rule_set, told_reason
from tests.support.labelled_agents import ABSENT, labelled_agents
from tests.unit.making import BOT, PERSON

#: Of 17,000 browsers, every eighth: a new agent costs a third of a millisecond.
SAMPLE = 8


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
    assert bot_reason(agent)


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
    assert bot_reason(agent) is None


@pytest.mark.parametrize(
    ("agent", "reason"),
    [
        (None, NO_AGENT),
        (" ", NO_AGENT),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "crawler: Googlebot"),
        ("curl/8.5.0", "library: curl"),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0.0.0 Safari/537.36", "headless browser"),
        ("Mozilla/5.0 (compatible; somebody's own spider, ask bob@site.example)", "automated: spider"),
        ("somebody-private/1", PROGRAM),
        (PERSON, None),
    ],
)
def test_a_bot_has_a_reason_that_repeats_no_more_than_a_known_name(agent: str | None, reason: str | None) -> None:
    assert bot_reason(agent) == reason


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (Linux; Android 6.0; POWER BOT Build/MRA58K) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/54.0.2840.85 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 4.4.2; Discovery Air) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/81.0.4044.138 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux armv7l) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/77.0.3865.120 Safari/537.36 "
        "OPR/46.0.2207.0 OMI/4.20.3.54.Catcher2.147 HbbTV/1.5.1",
        "SonyEricssonJ105i/R1x Browser/NetFront/3.4 Profile/MIDP-2.1 Configuration/CLDC-1.1 JavaPlatform/JP-8.4",
        "Mozilla/5.0 (Linux; Android 8.0; RNE-AL00 Build/HUAWEIRNE-AL00; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Version/4.0 Chrome/57.0.2987.132 MQQBrowser/6.2 Mobile Safari/537.36 MicroMessenger/7.0 process/tools",
        "Mozilla/5.0 (Linux GoogleTV 3.2 asus_google_cube Build/MASTER) AppleWebKit/534.24 (KHTML, like Gecko) "
        "Chrome/11.0.696.77 Safari/534.24",
        "Mozilla/5.0 (webOS/1.0; U; en-US) AppleWebKit/525.27.1 (KHTML, like Gecko) Version/1.0 Safari/525.27.1 "
        "Pre/1.0",
        "Mozilla/5.0 (PlayStation 4 5.0) AppleWebKit/536.26 (KHTML, like Gecko)",
    ],
)
def test_people_on_odd_devices_and_within_apps_are_people(agent: str) -> None:
    assert bot_reason(agent) is None


def test_a_crawler_that_looks_like_a_phone_is_none() -> None:
    assert (
        bot_reason(
            "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/140.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
        )
        == "crawler: Googlebot"
    )


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (150, "automated: PhantomJS"),
        (151, "automated: Nightmare"),
        (152, "automated: Selenium"),
        (153, "automated: WebDriver"),
        (999, "automated: as the tracker says"),
        *((nothing, None) for nothing in (0, -1, None, "153", [153])),
    ],
)
def test_what_a_tracker_says_of_the_browser_is_a_reason(number: object, reason: str | None) -> None:
    assert told_reason(number) == reason


def test_the_rule_set_names_the_lists_and_their_versions() -> None:
    lists = f"crawler-user-agents={version('crawler-user-agents')} isbot={VERSION}"
    assert rule_set() == f"milepost={RULES} {lists}"


@pytest.mark.parametrize("piece", ["iPhone ", "Android 9; ", "a", "a/1.0 ", "(", "0.", "- "])
def test_no_agent_takes_long_however_it_is_made(piece: str) -> None:
    bot_reason("x")
    begin = time.process_time()
    bot_reason((piece * 512)[:512])
    assert time.process_time() - begin < 0.1


def agents(name: str) -> list[dict[str, Any]]:
    try:
        return list(labelled_agents(name))
    except FileNotFoundError:
        pytest.skip(ABSENT)


def test_nearly_all_real_bots_are_found() -> None:
    reasons = [bot_reason(one["ua"]) for one in agents("bots")]
    assert sum(reason is not None for reason in reasons) / len(reasons) >= 0.995
    assert max(len(reason) for reason in reasons if reason) <= MAX_REASON_LENGTH


def test_hardly_any_real_person_is_taken_for_one() -> None:
    people = [one for one in agents("humans") if one.get("client_type") == "browser"][::SAMPLE]
    assert sum(bot_reason(one["ua"]) is not None for one in people) / len(people) < 0.001
