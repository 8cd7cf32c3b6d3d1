"""Whose request it is: the address that a visitor's hash is made of. It is never stored."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton

Networks = Sequence[IPv4Network | IPv6Network]


def read_networks(text: str) -> Networks:
    """Reads a list of addresses and networks with commas between, such as "127.0.0.1, 10.0.0.0/8".

    Raises:
        ValueError: One of them is none.
    """
    try:
        return [ip_network(part.strip()) for part in text.split(",") if part.strip()]
    except ValueError as error:
        raise ValueError(f"{error}; give addresses or networks, such as 127.0.0.1,10.0.0.0/8") from error


def client_address(peer: str, forwarded_for: str | None, trusted: Networks, believe: bool) -> str:
    """Tells the visitor's address in its canonical spelling.

    Args:
        peer: The address that the connection came from.
        forwarded_for: The `X-Forwarded-For` header.
        trusted: The proxies whose word is believed.
        believe: Whether the sender itself is trusted, by its key, to name the visitor.

    Returns:
        The first address named by a trusted sender; else the last one before the trusted proxies; else the peer's.
    """
    named = [address for part in (forwarded_for or "").split(",") if (address := _canonical(part))]
    if believe and named:
        return named[0]
    address = _canonical(peer) or peer
    while named and trusted and _is_within(address, trusted):
        address = named.pop()
    return address


def _is_within(address: str, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)


def _canonical(text: str) -> str | None:
    """Spells an address as one, without port and brackets (RFC 5952 for IPv6); None if it is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    family = AF_INET6 if ":" in text else AF_INET
    try:
        return inet_ntop(family, inet_pton(family, text)).removeprefix("::ffff:")
    except (OSError, ValueError):
        return None
