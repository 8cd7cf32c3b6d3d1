"""Global Privacy Control, whichever tracker the visitor's browser runs."""

from typing import Any

import pytest

from services.ingest.drops import GPC
from tests.unit.ingesting import Ingest
from tests.unit.making import PERSON
from tests.unit.test_ingest_trackers import DAY, every_way

ON = {"sec-gpc": "1", "accept-language": "de", "sec-ch-ua-platform": '"Linux"'}


def ingest_with(**settings: Any) -> Ingest:
    made = Ingest()
    made.add_site("example.org", aliases=("11111111-1111-4111-8111-111111111111",), **settings)
    return made


def test_by_default_the_event_is_stored_without_a_visitor_of_whom_no_hash_is_made() -> None:
    ingest = ingest_with()
    answers = every_way(ingest, ON)
    assert {answer.headers.get("x-plausible-dropped") for answer in answers} == {None}
    assert [event.visitor for event in ingest.log.events] == [None] * 5
    assert ingest.salts.asked == []
    event = ingest.log.events[0]
    assert (event.language, event.user_agent, event.hints) == ("de", PERSON, {"platform": '"Linux"'})


def test_a_site_may_skip_those_who_ask_for_it() -> None:
    ingest = ingest_with(gpc="skip")
    answers = every_way(ingest, ON)
    assert [answer.status for answer in answers] == [202, 200, 200, 200, 200]
    assert {answer.headers.get("x-plausible-dropped") for answer in answers} == {"1"}
    assert not ingest.log.epochs
    assert ingest.drops.take() == {(DAY, "example.org", GPC): 5}


def test_a_site_may_not_look_at_it() -> None:
    ingest = ingest_with(gpc="ignore")
    every_way(ingest, ON)
    assert len({event.visitor for event in ingest.log.events} - {None}) == 1


@pytest.mark.parametrize("gpc", ["count-without-visitor", "skip"])
@pytest.mark.parametrize("headers", [{}, {"sec-gpc": "0"}, {"sec-gpc": ""}, {"sec-gpc": "true"}, {"dnt": "1"}])
def test_only_one_value_of_one_header_asks_for_it(gpc: str, headers: dict[str, str]) -> None:
    ingest = ingest_with(gpc=gpc)
    every_way(ingest, headers)
    assert all(event.visitor for event in ingest.log.events)
    assert len(ingest.log.events) == 5


def test_each_of_several_sites_does_as_its_owner_chose() -> None:
    ingest = ingest_with(gpc="ignore")
    ingest.add_site("b.example")
    ingest.add_site("c.example", gpc="skip")
    assert ingest.send(domain="example.org,b.example,c.example", headers=ON).headers["x-plausible-dropped"] == "1"
    assert [(event.site, event.visitor is None) for event in ingest.log.events] == [
        ("example.org", False),
        ("b.example", True),
    ]


def test_who_sends_with_a_key_for_visitors_passes_it_on() -> None:
    ingest = ingest_with()
    ingest.add_key("mp_write", "write")
    for more in (ON, {}):
        ingest.send(headers={"authorization": "Bearer mp_write", "x-forwarded-for": "198.51.100.9", **more})
    assert [event.visitor is None for event in ingest.log.events] == [True, False]
