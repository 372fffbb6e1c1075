"""WCAG 2.2 A and AA, and what axe calls good practice, on the pages whose own tests do not look at them that way
(`check_look`): at a desk in the dark and on a phone by day."""
import pytest
from axe_playwright_python.sync_playwright import Axe

from looks import RULES

PAGES = [
    "/map", "/trips", "/partners", "/partners?q=zzzz", "/import", "/tasks", "/map?regions=partners&status=active", "/search", "/search?q=brest", "/search?q=zzzz", "/nothing",
    "/ogc", "/ogc/collections", "/ogc/collections/partners/items",
]


@pytest.mark.parametrize("width, scheme", [(360, "light"), (1280, "dark")])
def test_axe_finds_nothing_on_these_pages(tab, width, scheme):
    one = tab("/partners", width=width, color_scheme=scheme, locale="ru-RU")
    page = one.page
    root = page.url.removesuffix("/partners")
    card = page.locator("tbody a[href^='/partners/']").first.get_attribute("href")
    faults = []
    for address in PAGES + [card]:
        page.goto(root + address)
        # What opens when it is pressed is looked at open.
        page.evaluate("for (const one of document.querySelectorAll('main details, .menu')) one.open = true")
        if page.locator("#map").count():
            page.wait_for_selector("html[data-map=idle]", state="attached", timeout=60_000)
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        faults += [(address, one["impact"], one["id"], one["nodes"][0]["html"][:200]) for one in found]
    assert faults == []


def test_axe_would_find_a_fault(tab):
    page = tab("/tasks").page
    page.evaluate("document.querySelector('.find input').removeAttribute('aria-label'); document.querySelector('.find input').removeAttribute('placeholder')")
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert "label" in [one["id"] for one in found]
