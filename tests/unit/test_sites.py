import json

import pytest

from shared.domain.sites import (
    DEFAULT_CAP,
    DEFAULT_RETENTION_MONTHS,
    Goal,
    Site,
    check_distinct,
    new_site,
    origin,
    site_aliases,
    site_name,
    thresholds,
)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("example.org", "example.org"),
        (" Example.ORG ", "example.org"),
        ("localhost", "localhost"),
        ("localhost:3000", "localhost:3000"),
        ("a", "a"),
        ("my_site-1.example", "my_site-1.example"),
        ("192.0.2.1", "192.0.2.1"),
        ("a" * 253, "a" * 253),
    ],
)
def test_a_name_is_a_host_in_lower_case(typed: str, name: str) -> None:
    assert site_name(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "a.org,b.org", "https://example.org", "example.org/blog", "a b", ".org", "org.", "-a", "a" * 254),
        *("a.org:", "a.org:port", "a.org:123456", "café.example", "a.org\n.b", "*", "a|b"),
    ],
)
def test_what_is_no_name_is_refused_and_told_what_one_is(typed: str) -> None:
    with pytest.raises(ValueError, match=r"give its host, such as example\.org"):
        site_name(typed)


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("https://example.org", "https://example.org"),
        (" HTTPS://Example.ORG/ ", "https://example.org"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://example.org:443", "https://example.org"),
        ("http://example.org:80", "http://example.org"),
        ("https://example.org:80", "https://example.org:80"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_origin_is_spelled_as_browsers_send_it(typed: str, spelled: str) -> None:
    assert origin(typed) == spelled


@pytest.mark.parametrize(
    "typed",
    [
        *("example.org", "ftp://example.org", "https://", "https://example.org/blog", "https://example.org?x", "any"),
        *("https://u:p@example.org", "https://example.org#x", "https://[::1", "https://example.org:99999", "null", ""),
        *("https://a.org https://b.org", "https://a.org,https://b.org", "*"),
    ],
)
def test_what_is_no_origin_is_refused_and_told_what_one_is(typed: str) -> None:
    with pytest.raises(ValueError, match=r"give scheme and host, such as https://example\.org"):
        origin(typed)


def test_thresholds_are_sorted_and_each_there_once() -> None:
    assert thresholds([100, 1, 100]) == (1, 100)
    for wrong in ([0], [5, -1]):
        with pytest.raises(ValueError, match="1 or more"):
            thresholds(wrong)


def test_a_new_site_is_checked_throughout() -> None:
    site = new_site("A.org", "id", "Europe/Berlin", True, ["HTTPS://A.org"], [10, 5])
    assert site == Site("a.org", "id", "Europe/Berlin", True, ("https://a.org",), (5, 10))
    for wrong in ({"name": "a b"}, {"timezone": "Mars"}, {"origins": ["a.org"]}, {"milestones": [0]}):
        with pytest.raises(ValueError, match=r"such as|or more"):
            new_site(**{"name": "a.org", "site_id": "id", **wrong})  # type: ignore[arg-type]


def test_aliases_are_names_each_there_once() -> None:
    uuid = "3d5ffb47-1d21-4d3b-9a5c-9a3a5d3b8d0a"
    assert site_aliases([uuid.upper(), "WWW.a.org", "www.a.org"]) == (uuid, "www.a.org")
    with pytest.raises(ValueError, match="is not a site's name"):
        site_aliases(["a.org", "https://b.org"])


def test_no_two_sites_answer_to_one_name() -> None:
    others = [Site("a.org", "1", aliases=("x.org",)), Site("b.org", "2", aliases=("y.org",))]
    check_distinct(Site("a.org", "1", aliases=("x.org", "z.org", "a.org")), others)
    for site in (
        Site("y.org", "3"),
        Site("c.org", "3", aliases=("a.org",)),
        Site("a.org", "1", aliases=("y.org",)),
        Site("a.org", "1", aliases=("b.org",)),
    ):
        with pytest.raises(ValueError, match="one name can stand for one site only"):
            check_distinct(site, others)


def test_by_default_it_is_private_capped_and_forgets() -> None:
    site = new_site("a.org", "id")
    assert (site.public, site.cap, site.retention_months) == (False, DEFAULT_CAP, DEFAULT_RETENTION_MONTHS)
    assert (DEFAULT_CAP, DEFAULT_RETENTION_MONTHS) == (100_000, 25)


@pytest.mark.parametrize(
    "site",
    [
        Site("a.org", "id"),
        Site("a.org", "id", "Asia/Tokyo", True, ("https://a.org",), (1, 2), None, ("q",), None),
        Site("a.org", "id", gpc="skip", counter=True, aliases=("b.org", "3d5ffb47-1d21-4d3b-9a5c-9a3a5d3b8d0a")),
        Site("a.org", "id", goals=(Goal("Größe", event="Signup"), Goal("Visit /a/*", page="/a/*"))),
    ],
)
def test_a_site_survives_storage(site: Site) -> None:
    assert Site.from_dict(json.loads(json.dumps(site.to_dict()))) == site


def test_a_site_stored_before_a_field_came_opens_with_its_default() -> None:
    assert Site.from_dict({"name": "a.org", "id": "id"}) == Site("a.org", "id")


def test_goals_are_stored_by_name_event_and_page() -> None:
    goals = (Goal("Sign-ups", event="Signup"), Goal("Visit /thanks", page="/thanks"))
    assert Site("a.org", "id", goals=goals).to_dict()["goals"] == [
        {"name": "Sign-ups", "event": "Signup", "page": ""},
        {"name": "Visit /thanks", "event": "", "page": "/thanks"},
    ]


def test_a_row_of_the_first_release_opens_with_the_defaults_and_is_stored_with_them() -> None:
    row = (
        '{"name": "a.org", "id": "id", "timezone": "Asia/Tokyo", "public": true, "origins": ["https://a.org"], '
        '"milestones": [1, 2], "cap": null, "keep_query": ["q"], "retention_months": 9}'
    )
    site = Site.from_dict(json.loads(row))
    assert site == Site("a.org", "id", "Asia/Tokyo", True, ("https://a.org",), (1, 2), None, ("q",), 9, ())
    assert json.dumps(site.to_dict()) == (
        row[:-1] + ', "goals": [], "gpc": "count-without-visitor", "counter": false, "aliases": []}'
    )
    assert Site.from_dict(json.loads(json.dumps(site.to_dict()))) == site
