import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.address import client_address, read_networks
from tests.unit.making import few

PROXIES = read_networks("10.0.0.0/8, 192.0.2.1, 2001:db8::/32")
CLIENT = "198.51.100.9"


def through(peer: str, forwarded_for: str | None) -> str:
    return client_address(peer, forwarded_for, PROXIES, believe=False)


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address"),
    [
        ("203.0.113.7", CLIENT, "203.0.113.7"),
        ("10.0.0.1", CLIENT, CLIENT),
        ("192.0.2.1", CLIENT, CLIENT),
        ("2001:db8::1", CLIENT, CLIENT),
        ("10.0.0.1", f"{CLIENT}, 10.0.0.2, 192.0.2.1", CLIENT),
        ("10.0.0.1", f"forged, 1.1.1.1, {CLIENT}", CLIENT),
        ("10.0.0.1", f"1.1.1.1, {CLIENT}, 10.0.0.2", CLIENT),
        ("10.0.0.1", f"{CLIENT}, unknown, , _hidden", CLIENT),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("::ffff:10.0.0.1", CLIENT, CLIENT),
    ],
)
def test_it_is_the_last_one_before_the_trusted_proxies(peer: str, forwarded_for: str | None, address: str) -> None:
    assert through(peer, forwarded_for) == address


def test_without_trusted_proxies_it_is_the_peer() -> None:
    assert client_address("10.0.0.1", CLIENT, [], believe=False) == "10.0.0.1"


@pytest.mark.parametrize(
    ("forwarded_for", "address"),
    [(CLIENT, CLIENT), (f"garbage, {CLIENT}, 1.1.1.1", CLIENT), ("garbage", "203.0.113.7"), (None, "203.0.113.7")],
)
def test_a_sender_that_is_believed_names_it_first(forwarded_for: str | None, address: str) -> None:
    assert client_address("203.0.113.7", forwarded_for, PROXIES, believe=True) == address


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("198.51.100.9:443", CLIENT),
        (" 198.51.100.9 ", CLIENT),
        ("::ffff:198.51.100.9", CLIENT),
        ("::FFFF:c633:6409", CLIENT),
        ("[::ffff:198.51.100.9]:443", CLIENT),
        ("2A00:0:0::00:1", "2a00::1"),
        ("[2a00::1]", "2a00::1"),
        ("[2a00::1]:443", "2a00::1"),
        ("2a00:0:0:1:0:0:0:1", "2a00:0:0:1::1"),
    ],
)
def test_an_address_has_one_spelling(written: str, spelled: str) -> None:
    assert through("10.0.0.1", written) == spelled
    assert client_address(written, None, [], believe=False) == spelled


@pytest.mark.parametrize("written", ["198.51.100", "198.51.100.9.9", "256.1.1.1", "1", "::g", "[", "a\0b", "\ud800"])
def test_what_is_no_address_is_none(written: str) -> None:
    assert through("10.0.0.1", f"{CLIENT}, {written}") == CLIENT


@few
@given(st.text(max_size=30), st.text(max_size=30), st.booleans())
def test_no_header_is_a_fault(peer: str, forwarded_for: str, believe: bool) -> None:
    assert isinstance(client_address(peer, forwarded_for, PROXIES, believe), str)


@few
@given(st.ip_addresses(), st.lists(st.ip_addresses(v=4).map(str), max_size=3))
def test_nobody_but_a_proxy_can_name_another_address(peer: object, forged: list[str]) -> None:
    networks = read_networks("10.0.0.0/8")
    if not str(peer).startswith("10."):
        forged_header, plain = ", ".join(forged), client_address(str(peer), None, networks, believe=False)
        assert client_address(str(peer), forged_header, networks, believe=False) == plain


def test_networks_are_read_with_commas_between() -> None:
    assert [str(network) for network in read_networks(" 127.0.0.1 ,,10.0.0.0/8,::1")] == [
        *("127.0.0.1/32", "10.0.0.0/8", "::1/128")
    ]
    assert read_networks("") == []


@pytest.mark.parametrize("text", ["localhost", "10.0.0.1/8", "10.0.0.0/33", "127.0.0.1;10.0.0.0/8"])
def test_what_is_no_network_is_refused_and_told_what_one_is(text: str) -> None:
    with pytest.raises(ValueError, match=r"such as 127\.0\.0\.1,10\.0\.0\.0/8"):
        read_networks(text)
