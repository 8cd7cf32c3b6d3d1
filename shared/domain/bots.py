"""Bot or human: a conclusion drawn in the fold from the user agent, and from what a tracker says, and why.

About the agent three are asked in this order, and the first that knows it gives the reason: our own rules (programs by
their names), crawler-user-agents (MIT), which names crawlers, and the patterns of isbot (Unlicense), which recognise
words and forms that people's browsers do not have. Before that, what merely looks like such a word is taken out: a
phone that is called "Power Bot", a television's "Catcher", a browser named after a search engine.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache

#: The version of the rules in this module.
RULES = 3

#: No reason is longer.
MAX_REASON_LENGTH = 60

#: Programs that drive a browser, by GoatCounter's numbers.
_TOLD = {150: "PhantomJS", 151: "Nightmare", 152: "Selenium", 153: "WebDriver"}

NO_AGENT = "no user agent"
HEADLESS = "headless browser"
PROGRAM = "not the form of a browser"

#: Patterns in one alternation: all together would be tried one after the other at every character.
_AT_ONCE = 25

_HEADLESS = (
    r"HeadlessChrome|Headless|PhantomJS|SlimerJS|jsdom|Playwright|Puppeteer|Selenium|Cypress|Lighthouse|ZombieJS"
)

#: HTTP clients by their product tokens, which are whole words at the front or after a blank.
_LIBRARIES = (
    r"curl|libcurl|Wget|HTTPie|python-requests|Python-urllib|Python|aiohttp|python-httpx|httpx|urllib3|Scrapy|"
    r"Go-http-client|Java|okhttp|Apache-HttpClient|Jakarta|Jersey|ReactorNetty|AsyncHttpClient|unirest-java|axios|"
    r"node-fetch|undici|got|node-superagent|Deno|Bun|libwww-perl|LWP|WWW-Mechanize|Faraday|Ruby|rest-client|Typhoeus|"
    r"GuzzleHttp|PHP|Symfony|WinHTTP|WinHttp|PowerShell|WindowsPowerShell|RestSharp|reqwest|hyper|ureq|Dart|aws-cli|"
    r"aws-sdk-\w+|Boto3?|Botocore|PostmanRuntime|insomnia|k6|Apache-CXF|Axis|gSOAP|containerd|docker|git|Terraform|"
    r"APN|MatomoTrackerSDK|Debian APT-HTTP"
)

#: Words and forms of people's agents that a list of bots would take for its own.
_OF_PEOPLE = (
    # The model, after Android's version and language; a build after "Build/".
    r"(?:Android|Andr0id|Adr)[ /]?[\d.]*; (?:[a-z]{2}[-_][A-Za-z]{2,4}; )?[^;)]*|Build/[^;)]*|Windows Phone[^)]*",
    r"Google ?TV|asus_google_cube|Catcher[\d.]*|QQDownload|chromeframe|AlphaServer|JavaPlatform|Google WAP Proxy",
    r"SogouM\w+[,/\w.]*|SogouSearch \w+|MAUI ?\(\)|HTTP PGDL|HTTPS|MMWEBSDK|com\.google\.\w+[\w.]*|baiduboxapp",
    r"SohuNews|ReutersNews|ViewSonic|TS1008|(?<= )Viber\S*|process/tools|server-bag|GmmClient:google_ios",
    r"FB(?:AN|AV|BV|DM|LC|CR|MF|BD|PN|DV|SV|OP|CA)/[^;\]]*",
)

#: Who carries one of these has a device in the hand, however odd the form of the agent.
_DEVICES = (
    r"\bMIDP|CLDC|Profile/|UP\.Browser|up\.browser|\bWAP|Maui|MAUI|\bMRE\b|NetFront|Obigo|Teleca|Dorado|BREW|Bada|"
    r"Symbian|Series[46]0|UCBrowser|HbbTV|CE-HTML|SmartTV|SMART-TV|\bNETTV|\bTV\b|Dalvik|iPhone|iPad|iOS|Android|"
    r"Aplix|Apple-iP|iPod|Windows Phone|smarttv_|^nook|, ?(?i:wired|wireless)\)|Watch\d|^SAMSUNG|^Nokia|^LG-|"
    r"^SonyEricsson|^SIE-|^Spice|^R380|^Amazon;AFT|CrKey|AmigaOS|jig browser|Palm|Xiino|DoCoMo|PlayStation|Nintendo|"
    r"webOS"
)


@lru_cache(maxsize=100_000)
def bot_reason(user_agent: str | None) -> str | None:
    """Says why a user agent is a crawler's, a library's or an automated browser's; None if it is a person's.

    A new agent costs a quarter of a millisecond, so answers are remembered.

    Returns:
        A short text of a bounded number of kinds, such as "crawler: Googlebot", "library: curl" or "headless browser",
        at most `MAX_REASON_LENGTH` characters. Of the agent it repeats no more than a name on a list.
    """
    if not user_agent or not user_agent.strip():
        return NO_AGENT
    person, rules = _rules()
    rest = person.sub("", user_agent)
    for reason_in in rules:
        if reason := reason_in(user_agent, rest):
            return reason[:MAX_REASON_LENGTH]
    return None


def told_reason(number: object) -> str | None:
    """Says why a tracker took the browser for a program's; None if it told nothing.

    Args:
        number: What it told. Source: GoatCounter, "Tracking pixel" (https://www.goatcounter.com/help/pixel), parameter
            `b`; its script looks for what such programs leave in a page.
    """
    if not isinstance(number, int) or number <= 0:
        return None
    return f"automated: {_TOLD.get(number, 'as the tracker says')}"


@cache
def rule_set() -> str:
    """Names the rules that a fold of this installation applies, with their versions."""
    from importlib.metadata import version  # ingest loads this module and never asks

    from shared.domain.agents_isbot import VERSION

    return f"milepost={RULES} crawler-user-agents={version('crawler-user-agents')} isbot={VERSION}"


#: Gives the reason to take an agent for a bot; asked about all of it, and about what is left without `_OF_PEOPLE`.
_Rule = Callable[[str, str], str | None]


@cache
def _rules() -> tuple[re.Pattern[str], tuple[_Rule, ...]]:
    # Compiling the patterns takes long enough that a process which classifies nothing should not pay for it.
    return re.compile("|".join(_OF_PEOPLE)), (_own_rules(), _crawlers(), _forms())


def _own_rules() -> _Rule:
    headless = re.compile(_HEADLESS)
    library = re.compile(rf"(?:^|[ (;])({_LIBRARIES})(?:/|$| \d)")

    def reason(user_agent: str, rest: str) -> str | None:
        if headless.search(user_agent):
            return HEADLESS
        match = library.search(rest)
        return f"library: {match[1]}" if match else None

    return reason


def _crawlers() -> _Rule:
    from crawleruseragents import CRAWLER_USER_AGENTS_DATA

    patterns = [entry["pattern"] for entry in CRAWLER_USER_AGENTS_DATA]
    several = [re.compile("|".join(patterns[at : at + _AT_ONCE])) for at in range(0, len(patterns), _AT_ONCE)]

    def reason(user_agent: str, rest: str) -> str | None:
        matches = (pattern.search(rest) for pattern in several)
        match = next(filter(None, matches), None)
        return f"crawler: {_name(match[0])}" if match else None

    return reason


def _forms() -> _Rule:
    from shared.domain.agents_isbot import PATTERNS

    # The patterns are in lower case, and so is what they are asked about: thrice as fast as to ignore the case.
    words = re.compile("|".join(filter(_is_word, PATTERNS)))
    forms = re.compile("|".join(pattern for pattern in PATTERNS if not _is_word(pattern)))
    devices = re.compile(_DEVICES)

    def reason(user_agent: str, rest: str) -> str | None:
        lower = rest.lower()
        if match := words.search(lower):
            return f"automated: {_name(match[0])}"
        return PROGRAM if not devices.search(user_agent) and forms.search(lower) else None

    return reason


def _is_word(pattern: str) -> bool:
    """Whether what a pattern matches is a word of its own, and none of a stranger's."""
    return not re.search(r"\\[wsd|(]|\[(?!_-\])|[*+]", pattern)


def _name(match: str) -> str:
    return re.sub(r"[^\w .+!'-]+", " ", match).strip(" .-")
