"""The counter of a page reads the same from every engine: lifetime totals, and the visitors of all days."""

import pytest

from services.query.counter.numbers import Counter, Numbers, Subject
from shared.domain.folds import DAY, PAGE_DAY, PAGE_TOTAL, TOTAL, Delta, RowKey
from shared.domain.sites import Site
from shared.engine import Engine
from tests.contract.making import SITE, add, member

DAYS = {"2024-02-29": 1, "2026-11-21": 2, "2026-11-22": 3}


@pytest.fixture
def counter(engine: Engine) -> Counter:
    """Of a site with a visitor of all days, and one more bot than visitors; the page /x has all of its pageviews."""
    for day, number in DAYS.items():
        people = {member(n) for n in range(number)}
        delta = Delta(2 * number, 7, people, {member(99)})
        total = Delta(2 * number, 7)
        rows = {RowKey(SITE, DAY, day, ""): delta, RowKey(SITE, PAGE_DAY, day, "/x"): delta}
        add(engine.read_models, rows | {RowKey(SITE, TOTAL, "", ""): total, RowKey(SITE, PAGE_TOTAL, "", "/x"): total})
    return Counter(engine.read_models, lambda: 0)


@pytest.mark.parametrize("page", [None, "/x"])
def test_it_counts_people_of_all_days(engine: Engine, counter: Counter, page: str | None) -> None:
    subject = Subject(Site(SITE, "id"), page)
    assert counter.count(subject, visitors=False) == Numbers(12, None)
    assert counter.count(subject, visitors=True) == Numbers(12, 6)
    engine.read_models.close(1, "2026-11-30T23")  # past days are summed up
    assert counter.count(subject, visitors=True) == Numbers(12, 6)
    assert counter.count(subject._replace(first="2026-11-21"), visitors=True) == Numbers(10, 5)
    assert counter.count(subject._replace(last="2026-11-21"), visitors=True) == Numbers(6, 3)
    assert counter.count(subject._replace(last="2026-11-20"), visitors=True) == Numbers(2, 1)
    assert counter.count(subject._replace(first="2024-03-01", last="2026-11-20"), visitors=True) == Numbers(0, 0)


def test_what_was_never_viewed_is_nought(engine: Engine, counter: Counter) -> None:
    assert counter.count(Subject(Site(SITE, "id"), "/y"), visitors=True) == Numbers(0, 0)
    assert counter.count(Subject(Site("other.example", "id"), None), visitors=True) == Numbers(0, 0)
