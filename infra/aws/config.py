"""What a deployment is called and how it is set: everything in one frozen object. docs/settings.md has the settings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import getaddresses

from infra.settings import BadSettings, read_country_header, read_settings

DEFAULT_STACK = "milepost"

#: Names of the stacks' parameters and outputs that `make deploy` carries from one stack to the other.
SITE_ADDRESS, API_ADDRESS = "SiteAddress", "ApiAddress"

_STACK = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,59}")
_DOMAIN = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_CERTIFICATE = re.compile(r"arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[0-9A-Za-z-]+")

#: The retentions that CloudWatch Logs knows, in days. Source: Amazon CloudWatch Logs API, PutRetentionPolicy.
_LOG_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)

#: What `infra.settings` reads and checks for one machine too.
_SHARED_SETTINGS = ("MILEPOST_MAIL_TO", "MILEPOST_PUBLIC_URL", "MILEPOST_TRUSTED_PROXIES")


@dataclass(frozen=True, slots=True)
class Platform:
    """What the functions run on, and what their packages are built for.

    Attributes:
        architecture: Of the processor, as Lambda names it: "arm64" or "x86_64".
        python: The version of Python, such as "3.14". The runtime of that name is chosen.
    """

    architecture: str = "arm64"
    python: str = "3.14"

    @property
    def machine(self) -> str:
        """The architecture as wheels name it."""
        return {"arm64": "aarch64"}.get(self.architecture, self.architecture)

    @property
    def runtime(self) -> str:
        """The runtime as Lambda names it."""
        return f"python{self.python}"


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployment's names and settings.

    Attributes:
        stack: `STACK`: the stack's name; the static pages' is `site_stack`.
        mail_to: `MILEPOST_MAIL_TO`: the addresses that milestones and alarms are mailed to.
        public_url: `MILEPOST_PUBLIC_URL`: where browsers reach the static pages; None: where Amplify serves them.
        trusted_proxies: `MILEPOST_TRUSTED_PROXIES`: whose `X-Forwarded-For` is believed.
        country_header: `MILEPOST_COUNTRY_HEADER`: the header in which a network in front names a visitor's country.
        window: `MILEPOST_WINDOW`: seconds (1..300) that events are gathered for before they are folded.
        domain: `MILEPOST_DOMAIN`: the API's own host name; None: the one that API Gateway gives.
        certificate_arn: `MILEPOST_CERTIFICATE_ARN`: the certificate of that domain.
        requests_per_hour: `MILEPOST_REQUESTS_PER_HOUR`: more of them raise an alarm.
        events_per_day: `MILEPOST_EVENTS_PER_DAY`: more of them raise an alarm.
        monthly_cost: `MILEPOST_MONTHLY_COST`: US dollars; a higher estimate raises an alarm.
        rate: `MILEPOST_RATE`: requests a second that the front door lets in, in the long run.
        burst: `MILEPOST_BURST`: requests that it lets in at once.
        log_days: `MILEPOST_LOG_DAYS`: days that logs are kept.
        platform: What the functions run on. Not a setting: only tests change it.
    """

    stack: str = DEFAULT_STACK
    mail_to: tuple[str, ...] = ()
    public_url: str | None = None
    trusted_proxies: str = ""
    country_header: str = ""
    window: int = 5
    domain: str | None = None
    certificate_arn: str | None = None
    requests_per_hour: int = 20_000
    events_per_day: int = 100_000
    monthly_cost: int = 10
    rate: int = 100
    burst: int = 500
    log_days: int = 30
    platform: Platform = field(default_factory=Platform)

    @property
    def site_stack(self) -> str:
        """The name of the static pages' stack."""
        return f"{self.stack}-site"


def read_deployment(environment: Mapping[str, str]) -> Deployment:
    """Reads a deployment's settings; what is empty counts as absent.

    Raises:
        BadSettings: One of them cannot be used.
    """
    given = {name: value for name, value in environment.items() if value}
    shared = read_settings({name: given[name] for name in _SHARED_SETTINGS if name in given})
    domain, certificate_arn = given.get("MILEPOST_DOMAIN"), given.get("MILEPOST_CERTIFICATE_ARN")
    if (domain is None) != (certificate_arn is None):
        raise BadSettings("MILEPOST_DOMAIN and MILEPOST_CERTIFICATE_ARN belong together: set both or neither")
    default = Deployment()
    return Deployment(
        stack=_matching(given.get("STACK", DEFAULT_STACK), "STACK", _STACK, "milepost"),
        mail_to=tuple(address for _, address in getaddresses(shared.mail_to)),
        public_url=shared.public_url,
        trusted_proxies=given.get("MILEPOST_TRUSTED_PROXIES", ""),
        country_header=read_country_header(given),
        window=_number(given, "MILEPOST_WINDOW", default.window, 1, 300),
        domain=domain and _matching(domain, "MILEPOST_DOMAIN", _DOMAIN, "stats.example.org"),
        certificate_arn=certificate_arn
        and _matching(
            certificate_arn,
            "MILEPOST_CERTIFICATE_ARN",
            _CERTIFICATE,
            "arn:aws:acm:eu-central-1:123456789012:certificate/…",
        ),
        requests_per_hour=_number(given, "MILEPOST_REQUESTS_PER_HOUR", default.requests_per_hour, 1, 10**9),
        events_per_day=_number(given, "MILEPOST_EVENTS_PER_DAY", default.events_per_day, 1, 10**11),
        monthly_cost=_number(given, "MILEPOST_MONTHLY_COST", default.monthly_cost, 1, 10**7),
        rate=_number(given, "MILEPOST_RATE", default.rate, 1, 1_000_000),
        burst=_number(given, "MILEPOST_BURST", default.burst, 1, 1_000_000),
        log_days=_log_days(given, default.log_days),
    )


def _number(given: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = given.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,12}", text) or not least <= int(text) <= most:
        raise BadSettings(f"{name} is {text!r}, not a whole number from {least} to {most}")
    return int(text)


def _log_days(given: Mapping[str, str], default: int) -> int:
    days = _number(given, "MILEPOST_LOG_DAYS", default, _LOG_DAYS[0], _LOG_DAYS[-1])
    if days not in _LOG_DAYS:
        raise BadSettings(f"MILEPOST_LOG_DAYS is {days}; CloudWatch knows {', '.join(map(str, _LOG_DAYS))}")
    return days


def _matching(value: str, name: str, pattern: re.Pattern[str], example: str) -> str:
    if not pattern.fullmatch(value):
        raise BadSettings(f"{name} is {value!r}, not such as {example}")
    return value
