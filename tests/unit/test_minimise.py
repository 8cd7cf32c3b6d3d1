from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.minimise import CLICK_IDS, MAX_URL_BYTES, minimise_referrer, minimise_url
from tests.unit.making import few, texts


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://user:pw@Example.ORG:8443/A?token=t#f", "https://example.org:8443/A"),
        ("https://user@example.org", "https://example.org"),
        ("https://a@b:pw@example.org/", "https://example.org/"),
        ("https://[2001:DB8::1]:80/x", "https://[2001:db8::1]:80/x"),
        ("https://example.org?x=1", "https://example.org"),
        (
            "https://example.org/?utm_source=a&token=t&utm_campaign=b",
            "https://example.org/?utm_source=a&utm_campaign=b",
        ),
        ("https://example.org/?ref=r&source=s&reference=t", "https://example.org/?ref=r&source=s"),
        ("https://example.org/?utm_source=a%26token%3Db", "https://example.org/?utm_source=a%26token%3Db"),
        ("https://example.org/?UTM_SOURCE=a&xutm_source=b", "https://example.org/"),
        ("https://example.org/?utm_term=", "https://example.org/?utm_term="),
        ("/about?token=t#f", "/about"),
    ],
)
def test_only_what_says_where_a_visit_came_from_is_kept_of_a_query(url: str, kept: str) -> None:
    assert minimise_url(url).url == kept


def test_the_host_is_told_in_lower_case_and_without_port() -> None:
    assert minimise_url("https://u@Example.ORG:8443/").host == "example.org"
    assert minimise_url("/path").host == ""


def test_an_owner_may_keep_more_of_the_query() -> None:
    url = "https://example.org/?q=shoes&page=2&qq=x"
    assert minimise_url(url, ("q", "page")).url == "https://example.org/?q=shoes&page=2"


@pytest.mark.parametrize("name", CLICK_IDS)
def test_a_click_id_is_kept_by_its_name_alone_even_if_the_owner_names_it(name: str) -> None:
    found = minimise_url(f"https://example.org/?utm_source=a&{name}=SECRET", (name,))
    assert (found.url, found.click_id) == ("https://example.org/?utm_source=a", name)


def test_no_click_id_is_told_where_there_is_none() -> None:
    assert minimise_url("https://example.org/?x=gclid").click_id is None


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/#/inbox", "https://example.org/#/inbox"),
        ("https://example.org/#/inbox?token=t", "https://example.org/#/inbox"),
        ("https://example.org/#access_token=t&state=s", "https://example.org/"),
        ("https://example.org/?utm_term=x#/a", "https://example.org/?utm_term=x#/a"),
    ],
)
def test_with_hash_routing_the_route_stays_and_parameters_go(url: str, kept: str) -> None:
    assert minimise_url(url, hash_routing=True).url == kept


@pytest.mark.parametrize(
    "url", ["https://[::1", "https://user:pa/ss@example.org/", "https://user:pa#ss@example.org/", "https://a:99999/"]
)
def test_an_authority_that_cannot_be_read_is_refused_for_it_may_hold_half_a_password(url: str) -> None:
    with pytest.raises(ValueError, match=r"Port|port|URL"):
        minimise_url(url)
    assert minimise_referrer(url, "example.org") is None


@pytest.mark.parametrize(
    ("referrer", "kept"),
    [
        ("https://u:p@other.example:81/a?utm_source=x&q=secret#f", "https://other.example:81/a"),
        ("https://other.example", "https://other.example"),
        ("https://u:p@EXAMPLE.org/a?utm_source=x&q=secret#f", "https://example.org/a?utm_source=x"),
        ("http://example.org:81/a?q=secret", "http://example.org:81/a"),
        ("android-app://com.mail/x?y", "android-app://com.mail/x"),
        ("about:client", None),
        ("/relative", None),
        ("//other.example/x", None),
        ("nonsense", None),
        ("", None),
    ],
)
def test_anothers_referrer_loses_its_query_and_ones_own_is_a_url(referrer: str, kept: str | None) -> None:
    assert minimise_referrer(referrer, "example.org") == kept


def test_an_own_referrer_keeps_what_the_owner_keeps() -> None:
    assert minimise_referrer("https://a.example/?q=x&z=y", "a.example", ("q",)) == "https://a.example/?q=x"


@pytest.mark.parametrize("host", ["a.example", "other.example"])
def test_a_referrer_is_bounded(host: str) -> None:
    kept = minimise_referrer(f"https://{host}/" + "é" * 5_000 + "?utm_source=x", "a.example")
    assert kept is not None
    assert MAX_URL_BYTES - 2 < len(kept.encode()) <= MAX_URL_BYTES


def test_what_is_left_of_a_long_user_info_is_no_host() -> None:
    secret = "S" * 3_000
    for beginning in ("https://", "https://user:", "https://1:1"):
        assert minimise_referrer(f"{beginning}{secret}@host/"[:2_000], "example.org") is None


SECRET = "Zq7hT9secretXw3"
names = st.from_regex(r"[a-z]{1,8}", fullmatch=True).filter(lambda name: name not in ("ref", "source"))
paths = texts.map(quote)


@few
@given(
    user=st.sampled_from(["", f"{SECRET}@", f"u:{SECRET}@", f"{SECRET}:p@"]),
    path=paths,
    pairs=st.lists(st.tuples(names, st.just(SECRET)) | st.tuples(st.just("utm_medium"), paths), max_size=4),
    click=st.sampled_from(["", *(f"&{name}={SECRET}" for name in CLICK_IDS)]),
    fragment=st.sampled_from(["", f"#{SECRET}", f"#/route?{SECRET}", f"#token={SECRET}"]),
    own=st.booleans(),
)
def test_a_secret_in_a_dropped_part_never_occurs_in_what_is_kept(
    user: str, path: str, pairs: list[tuple[str, str]], click: str, fragment: str, own: bool
) -> None:
    query = "&".join(f"{name}={value}" for name, value in pairs)
    url = f"https://{user}example.org/{path}?{query}{click}{fragment}"
    kept = str(minimise_url(url, hash_routing=fragment != f"#{SECRET}"))
    assert SECRET.lower() not in kept.lower()
    referrer = minimise_referrer(url, "example.org" if own else "other.example")
    assert referrer is not None
    assert SECRET.lower() not in referrer.lower()
