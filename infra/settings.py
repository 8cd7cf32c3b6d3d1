"""Settings by environment. docs/settings.md has them all in one table."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import getaddresses
from urllib.parse import urlsplit

from services.ingest.address import Networks, read_networks

_MAIL_ADDRESS = re.compile(r"[!-~]+@[!-~]+")

#: The name of a header. Source: RFC 9110, "token".
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


class BadSettings(Exception):
    """A setting is not what it should be; says what would be right."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings, read and checked.

    Attributes:
        admin_key: `MILEPOST_ADMIN_KEY`: a key of scope admin for as long as the server runs.
        smtp_url: `MILEPOST_SMTP_URL`: smtp://, smtp+starttls:// or smtps://[user:password@]host[:port].
        mail_from: `MILEPOST_MAIL_FROM`: the sender of milestone mails.
        mail_to: `MILEPOST_MAIL_TO`: their recipients.
        public_url: `MILEPOST_PUBLIC_URL`: the address under which browsers reach this server.
        trusted_proxies: `MILEPOST_TRUSTED_PROXIES`: whose `X-Forwarded-For` is believed.
        country_header: `MILEPOST_COUNTRY_HEADER`: the header in which they name a visitor's country, in lower case; ""
            if there is none.
    """

    admin_key: str | None
    smtp_url: str | None
    mail_from: str
    mail_to: tuple[str, ...]
    public_url: str | None
    trusted_proxies: Networks
    country_header: str


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Reads the settings; what is empty counts as absent.

    Raises:
        BadSettings: One of them cannot be used.
    """
    smtp_url = environment.get("MILEPOST_SMTP_URL") or None
    mail_from = environment.get("MILEPOST_MAIL_FROM") or "milepost@localhost"
    mail_to = tuple(part.strip() for part in environment.get("MILEPOST_MAIL_TO", "").split(",") if part.strip())
    _check_address("MILEPOST_MAIL_FROM", mail_from)
    for recipient in mail_to:
        _check_address("MILEPOST_MAIL_TO", recipient)
    if smtp_url:
        _check_url("MILEPOST_SMTP_URL", smtp_url, ("smtp", "smtp+starttls", "smtps"), "smtps://user:password@host:465")
        if not mail_to:
            raise BadSettings("MILEPOST_SMTP_URL is set, but MILEPOST_MAIL_TO is not: say who gets the mails")
    public_url = (environment.get("MILEPOST_PUBLIC_URL") or "").rstrip("/") or None
    if public_url:
        _check_url("MILEPOST_PUBLIC_URL", public_url, ("http", "https"), "https://stats.example.org")
    try:
        proxies = read_networks(environment.get("MILEPOST_TRUSTED_PROXIES", ""))
    except ValueError as error:
        raise BadSettings(f"MILEPOST_TRUSTED_PROXIES: {error}") from error
    country_header = read_country_header(environment)
    if country_header and not proxies:
        raise BadSettings("MILEPOST_COUNTRY_HEADER is set, but MILEPOST_TRUSTED_PROXIES is not: say whose is believed")
    return Settings(
        environment.get("MILEPOST_ADMIN_KEY") or None,
        smtp_url,
        mail_from,
        mail_to,
        public_url,
        proxies,
        country_header,
    )


def read_country_header(environment: Mapping[str, str]) -> str:
    """Gives the name of the header in which a network in front names a visitor's country, in lower case; "" if none.

    Raises:
        BadSettings: It is no name of a header.
    """
    name = environment.get("MILEPOST_COUNTRY_HEADER", "")
    if name and not _HEADER.fullmatch(name):
        raise BadSettings("MILEPOST_COUNTRY_HEADER is not the name of a header such as cf-ipcountry")
    return name.lower()


def environment_settings() -> Settings:
    """Reads the settings of this process's environment. Raises as `read_settings` does."""
    return read_settings(os.environ)


def _check_address(name: str, value: str) -> None:
    addresses = [address for _, address in getaddresses([value])]
    if not value.isprintable() or len(addresses) != 1 or not _MAIL_ADDRESS.fullmatch(addresses[0]):
        raise BadSettings(f"{name} is not a mail address such as milepost@example.org")


def _check_url(name: str, value: str, schemes: tuple[str, ...], example: str) -> None:
    try:
        parts = urlsplit(value)
        good = parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good:
        raise BadSettings(f"{name} is not an address such as {example}")
