import subprocess
import sys
import time
from collections import Counter

import pytest

from shared.domain.agents import Agent, read_agent
from tests.support.labelled_agents import ABSENT, ASPECTS, agrees, labelled_agents, labels_of, read_labelled

#: Of 17,000 people, every fourth.
SAMPLE = 4

#: The least share of labels that is met, in percent. A tablet that says "Mobile" and has an unheard-of model is taken
#: for a phone, and a television without a word of it for a tablet: no free list of models knows them (docs/adr/0031).
LEAST = {"browser": 99, "browser_version": 99, "os": 99, "os_version": 99, "device": 95.5}

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/"
WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
LINUX = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; {}) AppleWebKit/537.36 (KHTML, like Gecko) {}Chrome/120.0.6099.43 {}Safari/537.36"
)


def android(model: str, before: str = "", mobile: bool = True) -> str:
    return ANDROID.format(model, before, "Mobile " if mobile else "")


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (WINDOWS, ("Chrome", "140.0", "Windows", "10", "Desktop")),
        (WINDOWS + " Edg/140.0.3485.54", ("Microsoft Edge", "140.0", "Windows", "10", "Desktop")),
        (WINDOWS + " OPR/124.0.0.0", ("Opera", "124.0", "Windows", "10", "Desktop")),
        (LINUX, ("Chrome", "140.0", "GNU/Linux", "", "Desktop")),
        (
            f"{MAC}605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
            ("Safari", "18.5", "Mac", "10.15", "Desktop"),
        ),
        (
            "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
            ("Internet Explorer", "11.0", "Windows", "7", "Desktop"),
        ),
        (
            "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0",
            ("Firefox", "142.0", "Ubuntu", "", "Desktop"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.5 Mobile/15E148 Safari/604.1",
            ("Safari", "18.5", "iOS", "18.5", "Mobile"),
        ),
        (
            "Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "CriOS/129.0.6668.46 Mobile/15E148 Safari/604.1",
            ("Chrome", "129.0", "iPadOS", "17.7", "Tablet"),
        ),
        (android("Pixel 8"), ("Chrome", "120.0", "Android", "14", "Mobile")),
        (android("SM-X710", mobile=False), ("Chrome", "120.0", "Android", "14", "Tablet")),
        (android("SM-T225"), ("Chrome", "120.0", "Android", "14", "Tablet")),
        (
            android("SM-S911B", before="SamsungBrowser/25.0 "),
            ("Samsung Browser", "25.0", "Android", "14", "Mobile"),
        ),
        (
            android("Pixel 8 Build/UQ1A; wv", before="Version/4.0 "),
            ("Chrome Webview", "120.0", "Android", "14", "Mobile"),
        ),
        (android("55PUS8807", mobile=False), ("Chrome", "120.0", "Android", "14", "TV")),
        (
            "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/79.0.3945.79 "
            "Safari/537.36 WebAppManager",
            ("Chrome", "79.0", "webOS", "", "TV"),
        ),
        (
            "Mozilla/5.0 (PlayStation 5 3.20) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15",
            ("Safari", "13.0", "PlayStation", "5 3.20", "Console"),
        ),
        (
            "Mozilla/5.0 (Mobile; B300V; rv:84.0) Gecko/84.0 Firefox/84.0 KAIOS/3.1",
            ("Firefox", "84.0", "KaiOS", "3.1", "Mobile"),
        ),
    ],
)
def test_browser_system_and_device_are_read(agent: str, expected: tuple[str, ...]) -> None:
    assert read_agent(agent, None, None) == expected


@pytest.mark.parametrize(
    "model", ["motorola edge 30", "Admire_Dragon", "BRAVIS_SPARK", "BlackBerry Key2", "X4_Soul_Style"]
)
def test_a_device_that_is_named_like_a_browser_is_none(model: str) -> None:
    assert read_agent(android(model), None, None).browser == "Chrome"


@pytest.mark.parametrize("agent", [None, "", "x", "Mozilla/5.0"])
def test_what_is_not_known_is_left_empty(agent: str | None) -> None:
    assert read_agent(agent, None, None) == Agent("", "", "", "", "")


def test_a_brand_names_the_browser_that_its_agent_keeps_back() -> None:
    brands = '"Chromium";v="140", "Not=A?Brand";v="24", "DuckDuckGo";v="140"'
    assert read_agent(WINDOWS, {"brands": brands}, None).browser == "DuckDuckGo Privacy Browser"
    assert read_agent(WINDOWS, {"brands": '"Not=A?Brand";v="24", "Google Chrome";v="140"'}, None).browser == "Chrome"
    assert read_agent(WINDOWS + " Edg/140.0.0.0", {"brands": brands}, None).browser == "Microsoft Edge"


@pytest.mark.parametrize(("mobile", "device"), [("?1", "Mobile"), ("?0", "Tablet")])
def test_a_handheld_that_asks_for_a_desktops_page_is_known_by_its_hints(mobile: str, device: str) -> None:
    agent = read_agent(LINUX, {"platform": '"Android"', "mobile": mobile}, None)
    assert (agent.os, agent.os_version, agent.device) == ("Android", "", device)
    assert read_agent(LINUX, {"platform": '"Linux"', "mobile": "?0"}, None).device == "Desktop"


@pytest.mark.parametrize(("width", "device"), [(390, "Mobile"), (767, "Mobile"), (768, "Desktop"), (None, "")])
def test_the_window_decides_only_where_nothing_else_does(width: int | None, device: str) -> None:
    assert read_agent("Unheard/1.0", None, width).device == device
    assert read_agent(WINDOWS, None, width).device == "Desktop"
    assert read_agent(PHONE, None, width).device == "Mobile"


def test_the_tables_are_loaded_only_when_an_agent_is_read() -> None:
    loaded = "import shared.domain.agents, shared.domain.bots, sys; print([m for m in sys.modules if 'agents_' in m])"
    assert subprocess.check_output([sys.executable, "-c", loaded], text=True).strip() == "[]"


@pytest.mark.parametrize(
    "piece", ["iPhone ", "Android 9; ", "Chromebook", "Linux; U; ", "tab", "((((", "9", "a/1 ", "PICO x"]
)
def test_no_agent_takes_long_however_it_is_made(piece: str) -> None:
    agent = (piece * 512)[:512]
    read_agent(WINDOWS, None, None)
    begin = time.process_time()
    read_agent(agent, None, None)
    assert time.process_time() - begin < 0.1


def test_labelled_agents_are_read_as_they_are_labelled() -> None:
    met, of = Counter[str](), Counter[str]()
    try:
        people = list(labelled_agents("humans"))[::SAMPLE]
    except FileNotFoundError:
        pytest.skip(ABSENT)
    for one in people:
        agent = read_labelled(one)
        for aspect, label in labels_of(one).items():
            of[aspect] += 1
            met[aspect] += agrees(aspect, label, getattr(agent, aspect))
    shares = {aspect: 100 * met[aspect] / of[aspect] for aspect in ASPECTS}
    assert {aspect: share for aspect, share in shares.items() if share < LEAST[aspect]} == {}
