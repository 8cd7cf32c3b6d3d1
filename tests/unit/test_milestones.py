from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.milestones import due_thresholds, milestone_id
from shared.domain.sites import Site
from tests.unit.making import few, texts

SITE = Site("example.org", "id1")
OWN = Site("example.org", "id1", milestones=(5, 50, 70))


def due(site: Site, page: str | None, pageviews: int) -> list[int]:
    return list(due_thresholds(site, page, pageviews))


def test_a_site_is_due_at_powers_of_ten_and_its_pages_from_100_on() -> None:
    assert [due(SITE, None, pageviews) for pageviews in (0, 1, 9, 10)] == [[], [1], [1], [1, 10]]
    assert [due(SITE, "/", pageviews) for pageviews in (99, 100, 1_000)] == [[], [100], [100, 1_000]]


def test_a_site_may_have_its_own_thresholds_and_its_pages_keep_theirs() -> None:
    assert [due(OWN, None, pageviews) for pageviews in (4, 5, 69, 10**6)] == [[], [5], [5, 50], [5, 50, 70]]
    assert due(OWN, "/", 1_000) == [100, 1_000]


@few
@given(st.integers(0, 10**9), st.integers(0, 10**9), st.sampled_from([None, "/"]), st.sampled_from([SITE, OWN]))
def test_all_at_or_below_the_total_are_due_rising_and_none_is_ever_taken_back(
    some: int, more: int, page: str | None, site: Site
) -> None:
    before = due(site, page, some)
    assert before == sorted(set(before))
    assert max(before, default=0) <= some
    assert due(site, page, some + more)[: len(before)] == before


def test_an_id_stays_what_it_is_for_mails_already_sent() -> None:
    # sha256("id1|pageviews|10|site") and sha256("id1|pageviews|100|page /a"), 20 digits each
    assert milestone_id(SITE, None, 10) == "020357fa3f6df10a4a98"
    assert milestone_id(SITE, "/a", 100) == "d6858c5734d12d4098d6"
    assert milestone_id(OWN, None, 10) == milestone_id(SITE, None, 10)


def test_no_two_milestones_share_an_id() -> None:
    sites = [SITE, Site("example.org", "id2"), Site("other.example", "id11")]
    pages = [None, "/", "/a", "/site", "site"]
    named = list(product(sites, pages, (1, 10, 100)))
    assert len({milestone_id(*one) for one in named}) == len(named)


@few
@given(st.text() | texts, st.integers(1))
def test_any_page_has_an_id(page: str, threshold: int) -> None:
    assert len(milestone_id(SITE, page, threshold)) == 20
