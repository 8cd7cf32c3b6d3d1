"""The sample page shows its own visitors, by number and by badge, on any screen, and stays within its policy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import chromium
from tests.browser.server import Server, serving
from tests.browser.visiting import another_origin, becomes, complaints, counted

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAGES = ("/", "/projects/", "/contact/", "/about.html")
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
AXE = Path(__file__).parents[2] / ".venv/node/node_modules/axe-core/axe.min.js"

#: The text that a badge in a page holds, read from what the browser has in its cache.
BADGE = """async () => {
  const text = await (await fetch(document.querySelector('img[data-badge]').src)).text()
  return new DOMParser().parseFromString(text, 'image/svg+xml').documentElement.getAttribute('aria-label')
}"""

#: Whether the badge that is seen looks like what the cache has.
SEEN = """async () => {
  const badge = document.querySelector('img[data-badge]')
  const kept = new Image()
  kept.src = `${badge.src}#kept`
  await kept.decode()
  const [seen, expected] = [badge, kept].map((image) => {
    const canvas = document.createElement('canvas')
    canvas.getContext('2d').drawImage(image, 0, 0)
    return canvas.toDataURL()
  })
  return seen === expected
}"""


@pytest.fixture(scope="module")
def shared(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which visits add up from test to test."""
    with serving(tmp_path_factory.mktemp("sample")) as started:
        yield started


def shown(page: Page) -> str:
    """The sentence with the number, once it is there."""
    place = page.locator("[data-visitors]")
    expect(place).not_to_be_empty()
    return place.inner_text().replace("\n", " ")


def sentence(number: int) -> str:
    return "You are the first visitor" if number == 1 else f"You are one of {number} visitors so far"


@pytest.mark.parametrize("version", ["141", "142"])
def test_a_visit_makes_the_number_rise(shared: Server, browser: Browser, version: str) -> None:
    number = shared.totals("localhost")[1] + 1
    person = chromium.person(browser, version)
    page = person.new_page()
    heard = complaints(page)
    counted(page, lambda: page.goto(f"{shared.url}/"))
    expect(page.locator("[data-visitors]")).to_have_text(sentence(number), timeout=10_000)
    becomes(f"visitors: {number}", lambda: page.evaluate(BADGE))
    becomes(True, lambda: page.evaluate(SEEN))
    assert page.locator("img[data-badge]").bounding_box()["height"] == 20  # type: ignore[index]
    # The number stays when a page is swapped in.
    counted(page, lambda: page.click("nav >> text=Projects"))
    counted(page, lambda: page.click("nav >> text=Home"))
    assert shown(page) == sentence(number)
    assert heard == []
    person.close()


def test_without_a_counter_there_is_no_number_and_no_badge(shared: Server, person: BrowserContext) -> None:
    page = person.new_page()
    page.route("**/counter/**", lambda route: route.fulfill(status=404, body='{"error": "there is no counter here"}'))
    with page.expect_response("**/TOTAL.json"):
        page.goto(f"{shared.url}/", wait_until="networkidle")
    expect(page.locator("img[data-badge]")).to_be_hidden()
    expect(page.locator("[data-visitors]")).to_be_empty()
    expect(page.locator("text=See yourself on the dashboard")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"])
def test_it_is_for_everyone(shared: Server, browser: Browser, scheme: str, size: dict[str, int]) -> None:
    agent = f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/{browser.version} Safari/537.36 {scheme}"
    person = browser.new_context(user_agent=agent, viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    page = person.new_page()
    heard = complaints(page)
    for path in PAGES:
        counted(page, lambda path=path: page.goto(f"{shared.url}{path}", wait_until="load"))  # type: ignore[misc]
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{path} is too wide"
        if path == "/":
            assert "visitor" in shown(page)
        page.evaluate(AXE.read_text())  # not as a script element, which the policy would refuse
        found = page.evaluate("async () => (await axe.run()).violations.map(({ id, nodes }) => [id, nodes[0].html])")
        assert found == [], path
    assert heard == []
    person.close()


def test_all_that_it_links_to_is_there(shared: Server, person: BrowserContext) -> None:
    page = person.new_page()
    links: set[str] = set()
    for path in PAGES:
        page.goto(f"{shared.url}{path}")
        links |= set(
            page.eval_on_selector_all("a, link, img, script[src]", "all => all.map(one => one.href || one.src)")
        )
    gone = [link for link in links if link.startswith("http") and person.request.get(link).status != 200]
    assert gone == []
    assert all(link.startswith((shared.url, "mailto:")) for link in links)


def test_without_scripts_the_pixel_counts(shared: Server, browser: Browser) -> None:
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    with page.expect_response("**/pixel.gif?*") as pixel:
        page.goto(f"{shared.url}/projects/")
    assert pixel.value.status == 200
    assert pixel.value.request.headers["referer"] == f"{shared.url}/projects/"
    plain.close()


def test_goatcounters_form_works_in_a_frame_and_as_a_picture(shared: Server, person: BrowserContext) -> None:
    """As count.js makes them: the page of another origin names no site, and its host's is meant."""
    page = person.new_page()
    heard = complaints(page)
    frame = f"{shared.url}/counter/%2Fgone.html?&no_branding=1&style=div%20%7B%7D"
    with another_origin(f'<iframe src="{frame}"></iframe><img src="{shared.url}/counter/TOTAL.svg" alt="">') as origin:
        page.goto(f"{origin}/x")
        expect(page.frame_locator("iframe").get_by_role("img", name="views: 0")).to_be_visible()
        page.wait_for_function("document.querySelector('img').naturalWidth > 40")
    # Nobody has viewed that page, which is a 404.
    assert [said for said in heard if "404" not in said] == []
