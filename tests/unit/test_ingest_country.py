"""The country of an event: of the address that counts, or what a network in front says that may be believed."""

import importlib.util
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.imports.access_log import Hit, event_of
from services.ingest.address import read_networks
from services.ingest.country import ANYONE, BY_ADDRESS, Countries, country_of
from shared.domain.events import Event
from shared.domain.sites import Site
from tests.unit.ingesting import Ingest
from tests.unit.making import PERSON, few

JAPAN, BRAZIL, NETHERLANDS = "133.11.0.1", "200.160.2.3", "193.0.6.139"
HEADER = "cf-ipcountry"
PROXIES = read_networks("10.0.0.0/8")
OF_PROXIES = Countries(HEADER, PROXIES)

#: Source: IANA's registries of special-purpose addresses, and of multicast addresses.
RESERVED = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
    *("192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4"),
    *("240.0.0.0/4", "::/8", "64:ff9b::/96", "100::/64", "2001:db8::/32", "fc00::/7", "fe80::/10", "ff00::/8"),
)


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("8.8.8.8", "US"),
        (NETHERLANDS, "NL"),
        (JAPAN, "JP"),
        (BRAZIL, "BR"),
        ("129.132.1.1", "CH"),
        ("77.88.55.60", "RU"),
        ("168.126.63.1", "KR"),
        ("139.130.4.5", "AU"),
        ("41.0.0.1", "ZA"),
        ("2001:4860:4860::8888", "US"),
        ("2001:67c:2e8:22::c100:68b", "NL"),
        ("2001:200::1", "JP"),
        ("2003:e0::1", "DE"),
        ("2804:14d::1", "BR"),
    ],
)
def test_an_address_has_the_country_that_it_was_assigned_to(address: str, country: str) -> None:
    assert country_of(address) == country


@few
@given(st.data())
def test_an_address_of_no_public_network_has_none(data: st.DataObject) -> None:
    network = ip_network(data.draw(st.sampled_from(RESERVED)))
    assert country_of(str(network[data.draw(st.integers(0, network.num_addresses - 1))])) is None


@pytest.mark.parametrize("text", ["", "unknown", "crawler.example.org", "8.8.8", "8.8.8.8.8", "-", "\0", "\ud800"])
def test_what_is_no_address_has_none(text: str) -> None:
    assert country_of(text) is None


@few
@given(st.text() | st.ip_addresses().map(str))
def test_whatever_is_asked_a_country_is_two_capitals_or_none(address: str) -> None:
    country = country_of(address)
    assert country is None or (len(country) == 2 and country.isascii() and country.isupper())


@few
@given(st.text(), st.text(), st.dictionaries(st.just(HEADER), st.text()))
def test_nothing_that_is_sent_is_a_fault(address: str, peer: str, headers: dict[str, str]) -> None:
    for countries in (BY_ADDRESS, OF_PROXIES, Countries(HEADER, ANYONE)):
        country = countries.tell(address, peer, headers)
        assert country is None or len(country) == 2


def told(said: str | None, peer: str = "10.0.0.1", countries: Countries = OF_PROXIES) -> str | None:
    return countries.tell(JAPAN, peer, {} if said is None else {HEADER: said})


@pytest.mark.parametrize(("said", "country"), [("DE", "DE"), ("de", "DE"), (" DE ", "DE"), ("XK", "XK"), (None, "JP")])
def test_a_header_of_a_proxy_goes_before_the_address(said: str | None, country: str) -> None:
    assert told(said) == country


@pytest.mark.parametrize("said", ["XX", "T1", "EU", "AP", "ZZ", "A1", "UK", "", "D", "DEU", "DE,FR", "ß", "D\xc9", "?"])
def test_where_the_header_names_no_country_there_is_none(said: str) -> None:
    assert told(said) is None


def test_a_header_of_anyone_else_is_not_believed() -> None:
    for peer in ("203.0.113.7", "", "unknown", "::1"):
        assert told("DE", peer) == "JP"
    assert told("DE", "203.0.113.7", Countries(HEADER)) == "JP"
    assert told("DE", countries=BY_ADDRESS) == "JP"
    assert told("DE", countries=Countries("cloudfront-viewer-country", PROXIES)) == "JP"


def test_where_anyone_is_believed_so_is_any_peer() -> None:
    for peer in ("203.0.113.7", "2a00::1", "127.0.0.1", "10.0.0.1"):
        assert told("DE", peer, Countries(HEADER, ANYONE)) == "DE"


def sent(trusted: str = "", header: str = "", address: str = JAPAN, **headers: str) -> Event:
    """Sends a beacon with a key that may write, unless it is told to carry another one or none."""
    ingest = Ingest(trusted, header)
    ingest.add_key("mp_write", "write")
    ingest.send(address, {name.replace("_", "-"): value for name, value in headers.items() if value})
    (event,) = ingest.log.events
    return event


def test_a_beacon_has_the_country_of_its_sender() -> None:
    assert sent().country == "JP"
    assert sent(address="203.0.113.7").country is None
    assert sent(address="[2001:4860:4860::8888]:443").country == "US"


def test_a_beacon_through_a_proxy_has_the_country_of_the_address_that_counts() -> None:
    through = {"trusted": "10.0.0.0/8", "address": "10.0.0.1"}
    assert sent(**through, x_forwarded_for=f"{NETHERLANDS}, {BRAZIL}").country == "BR"
    assert sent(x_forwarded_for=BRAZIL).country == "JP"
    assert sent(**through).country is None


def test_a_beacon_has_the_country_that_the_proxy_names() -> None:
    through = {"trusted": "10.0.0.0/8", "address": "10.0.0.1", "x_forwarded_for": BRAZIL, "cf_ipcountry": "DE"}
    assert sent(**through, header=HEADER).country == "DE"
    assert sent(**through).country == "BR"
    assert sent(**through | {"address": JAPAN}, header=HEADER).country == "JP"


def test_who_speaks_for_a_visitor_by_a_key_does_so_with_the_address() -> None:
    """The network in front sees the server that sends, not the visitor."""
    through = {"trusted": "10.0.0.0/8", "address": "10.0.0.1", "cf_ipcountry": "DE", "authorization": "Bearer mp_write"}
    assert sent(**through, header=HEADER, x_forwarded_for=f"{BRAZIL}, {NETHERLANDS}").country == "BR"


def test_a_countrys_event_holds_no_address() -> None:
    ingest = Ingest("10.0.0.0/8", HEADER)
    ingest.send("10.0.0.1", {"x-forwarded-for": BRAZIL, HEADER: "DE"})
    (entries,) = ingest.log.epochs.values()
    assert BRAZIL.encode() not in entries[0].body
    assert b'"country":"DE"' in entries[0].body


@pytest.mark.parametrize(
    ("host", "country"), [(JAPAN, "JP"), (f"::ffff:{JAPAN}", "JP"), ("2001:200::1", "JP"), ("host.example", None)]
)
def test_a_log_line_has_the_country_of_its_host(host: str, country: str | None) -> None:
    hit = Hit(host, PERSON, 0, "2026-11-22", None, "/", None)
    assert event_of(hit, Site("example.org", "id"), bytes(8)).country == country


def test_the_registries_lists_are_loaded_at_the_first_event() -> None:
    assert importlib.util.find_spec("iptocc")
    script = "import sys, services.ingest.accept; sys.exit('iptocc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2]).returncode == 0
