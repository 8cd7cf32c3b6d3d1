"""Every client, as its makers give it away, against an installation; each engine's tests inherit this suite."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.browser.visiting import becomes
from tests.clients.asking import pages, scrolled, signups, totals, visitors
from tests.clients.catalogue import CLIENTS
from tests.clients.client import DOMAIN, Client
from tests.clients.crowd import PRIVATE, Crowd, Target
from tests.clients.umami import NODE_SITE, count_on_node
from tests.clients.web import Web, serving_pages


def every(clients: Iterable[Client]) -> pytest.MarkDecorator:
    """Runs a test for each of the clients."""
    return pytest.mark.parametrize("client", [pytest.param(client, id=client.name) for client in clients])


class EveryClient:
    """The suite. Visits are made once, by the first test that asks for them."""

    @pytest.fixture(scope="class")
    @classmethod
    def target(cls) -> Target:
        """The installation, with the suite's sites."""
        raise NotImplementedError

    @pytest.fixture(params=CLIENTS, ids=lambda client: client.name)
    def shy(self, request: pytest.FixtureRequest) -> Client:
        """A client whose user does not want to be counted."""
        return request.param

    @pytest.fixture(scope="class")
    @classmethod
    def web(cls) -> Iterator[Web]:
        with serving_pages() as web:
            yield web

    @pytest.fixture(scope="class")
    @classmethod
    def browser(cls, web: Web, target: Target) -> Iterator[Browser]:
        """A browser for which the sites and the installation have names, since some trackers ignore localhost."""
        executable = chromium.required()
        hosts = {f"*.{DOMAIN}": web.port, urlsplit(target.origin).hostname: target.api.port}
        rules = ",".join(f"MAP {host} 127.0.0.1:{port}" for host, port in hosts.items())
        with sync_playwright() as playwright:
            started = chromium.launch(playwright, executable, f"--host-resolver-rules={rules}")
            yield started
            started.close()

    @pytest.fixture(scope="class")
    @classmethod
    def crowd(cls, browser: Browser, web: Web, target: Target) -> Crowd:
        return Crowd(browser, web, target)

    @every(CLIENTS)
    def test_a_visit_is_answered_and_nothing_complains(self, client: Client, crowd: Crowd) -> None:
        seen = crowd.visit(client)
        assert {(sent.status // 100, sent.dropped) for sent in seen.sent} == {(2, False)}
        assert seen.complaints == []
        assert bool(seen.preflights) is client.preflight

    def test_who_does_not_want_to_be_counted(self, shy: Client, crowd: Crowd) -> None:
        """By the client's own opt-out, if it has one, and by Global Privacy Control."""
        if shy.can_opt_out:
            assert crowd.stay_out(shy).sent == []
        for site in shy.all_sites:
            seen = crowd.ask_for_privacy(shy, site)
            assert [(sent.status // 100, sent.dropped) for sent in seen.sent] == [(2, site == shy.skipping)]
            assert seen.complaints == []

    def test_who_does_not_want_to_is_not(self, shy: Client, crowd: Crowd, target: Target) -> None:
        crowd.visit(shy)
        if shy.can_opt_out:
            crowd.stay_out(shy)
        for site in shy.all_sites:
            crowd.ask_for_privacy(shy, site)
        becomes((3, 1), lambda: totals(target, shy.site), target.seconds)
        assert pages(target, shy.site) == {"/landing": (1, 1), "/second": (1, 1), PRIVATE: (1, 0)}
        becomes((1, 1), lambda: totals(target, shy.ignoring), target.seconds)
        assert totals(target, shy.skipping) == (0, 0)

    @every(CLIENTS)
    def test_what_was_visited_is_counted(self, client: Client, crowd: Crowd, target: Target) -> None:
        crowd.visit(client)
        visited = {"/landing": (1, 1), "/second": (1, 1)}
        becomes(visited, lambda: {page: pages(target, client.site).get(page) for page in visited}, target.seconds)
        assert totals(target, client.site)[1] == 1
        source = "Hacker News" if client.referrer else "Direct / None"
        assert visitors(target, client.site, "visit:source") == {source: 1}
        assert visitors(target, client.site, "visit:utm_campaign") == {"spring": 1}
        if client.button:
            assert signups(target, client.site) == {"pro" if client.properties else "(none)": 1}
        if client.engagement:
            assert scrolled(target, client.site, "/landing") == 100

    def test_a_client_on_node(self, target: Target) -> None:
        answers = count_on_node(target.api.url)
        assert [status for status, _ in answers] == [200, 200, 200]
        becomes((1, 1), lambda: totals(target, NODE_SITE), target.seconds)
        assert pages(target, NODE_SITE) == {"/landing": (1, 1)}
        assert visitors(target, NODE_SITE, "visit:source") == {"Hacker News": 1}
        assert signups(target, NODE_SITE) == {"pro": 1}
