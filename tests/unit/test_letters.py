import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.projector.letters import compose
from shared.domain.milestones import Milestone, Subject
from shared.domain.sites import Site
from tests.unit.making import at, few, texts

SITE = Site("example.org", "id", "Pacific/Auckland")
DASHBOARD = "https://stats.example.net/dashboard/#site=example.org"
REACHED = at("2026-11-22T12:00+00:00")

#: What mail programs would make a link of: a scheme, www., a name with a dot in it, an address.
LINK = re.compile(r"[a-z][a-z0-9+.-]*:[^\s\u2060]|www\.\w|\w[.\u3002\uff0e\uff61]\w|\w@\w", re.IGNORECASE)


def milestone(page: str | None = None, threshold: int = 1_000, milestone_id: str = "m1") -> Milestone:
    return Milestone(milestone_id, Subject(SITE.name, page), threshold, REACHED)


def letter(*milestones: Milestone, site: Site = SITE) -> tuple[str, str]:
    return compose(site, milestones, DASHBOARD)


def test_a_milestone_names_site_threshold_date_dashboard_and_id() -> None:
    assert letter(milestone()) == (
        "example.org: the site reached 1,000 pageviews",
        "example.org: 1,000 pageviews, reached on 2026-11-23\n"
        "\n"
        "Dashboard: https://stats.example.net/dashboard/#site=example.org\n"
        "Milestone id: m1\n",
    )


def test_a_page_is_named_in_the_text_and_not_in_the_subject() -> None:
    subject, text = letter(milestone("/about"))
    assert subject == "example.org: a page reached 1,000 pageviews"
    assert text.startswith("example.org, page /\u2060about: 1,000 pageviews, reached on 2026-11-23\n")


def test_a_digest_has_a_line_for_each_and_all_ids() -> None:
    subject, text = letter(milestone(), milestone("/a", 100, "m2"), milestone("/b", 100, "m3"))
    assert subject == "example.org: 3 more milestones"
    assert [line.split(":")[0].replace("\u2060", "") for line in text.splitlines()[:3]] == [
        *("example.org", "example.org, page /a", "example.org, page /b")
    ]
    assert "Milestone id: m1, m2, m3\n" in text


def test_a_subject_is_bounded_whatever_the_site_is_called() -> None:
    subject, _ = letter(milestone(), site=Site("a" * 253, "id"))
    assert len(subject) == 99


@pytest.mark.parametrize(
    "page",
    [
        "/https://evil.example/login",
        "/ www.evil.example",
        "/ evil.example/a",
        "/ mail me@evil.example now",
        "/ javascript:alert(1)",
        "/ evil\u3002example evil\uff0eexample evil\uff61example",
        "//evil.example",
    ],
)
def test_nothing_of_a_pages_name_is_clickable(page: str) -> None:
    assert LINK.search(page)
    assert not LINK.search(page_line(page))


@few
@given(st.one_of(texts, st.from_regex(r"[ a-z.:/@\r\n\x1b\u202e]{0,30}", fullmatch=True)))
@example("\r\nBcc: victim@evil.example\r\n\r\nhttps://evil.example/")
@example("\u2028\u2029\x85\x1b[31m\u202egnp.exe")
def test_whatever_a_visitor_called_a_page_it_is_one_line_of_plain_text(name: str) -> None:
    line = page_line("/" + name)
    assert not LINK.search(line)
    assert line.isprintable() or not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", line)
    subject, text = letter(milestone("/" + name))
    assert subject.isascii()
    assert subject.isprintable()
    assert len(subject) < 100
    assert len(text.splitlines()) == 4


def page_line(page: str) -> str:
    """What the line about a page says of it."""
    line = letter(milestone(page))[1].splitlines()[0]
    before, after = "example.org, page ", ": 1,000 pageviews, reached on 2026-11-23"
    assert line.startswith(before)
    assert line.endswith(after)
    return line[len(before) : -len(after)]
