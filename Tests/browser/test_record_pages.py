"""Lists, cards, search and the frame around every page in a real browser, at a desk and on a phone."""
import pytest

from test_trip_page import CONTRAST

PAGES = ["/partners", "/partners?kind=carrier", "/tasks", "/tasks?all=true", "/search", "/search?q=brest", "/search?q=zzzz"]


def first_card(page):
    page.locator("tbody a[href^='/partners/']").first.click()
    page.wait_for_url("**/partners/*")
    return page


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-GB", "ru-RU"])
def test_pages_of_records_fit_every_screen_theme_and_language(tab, width, scheme, locale):
    one = tab("/partners", width=width, color_scheme=scheme, locale=locale)
    addresses = PAGES + ["/partners/" + first_card(one.page).url.rsplit("/", 1)[1]]
    for address in addresses:
        one.page.goto(one.page.url.split("/", 3)[0] + "//" + one.page.url.split("/", 3)[2] + address)
        assert one.page.evaluate("document.documentElement.scrollWidth") <= width, address
        worst = one.page.evaluate(CONTRAST)
        assert worst["ratio"] >= 4.5, (address, worst)
        small = one.page.evaluate(
            """[...document.querySelectorAll('header a:not(.skip), header button, header select, header input:not([type=hidden]), main .button, main select, .tabs a')]
            .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.5 && !e.matches('.brand, .trips li a')).map(e => e.outerHTML)""")
        assert small == [], address
    assert [m for m in one.messages if not m.startswith(("log:", "info:", "debug:"))] == []


def test_the_brightness_and_language_of_the_menu_stay(tab):
    page = tab("/partners", color_scheme="light", locale="en-GB").page
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(244, 245, 247)"
    page.locator(".menu summary").click()
    page.locator("select[name=theme]").select_option("dark")
    page.locator("select[name=language]").select_option("ru")
    page.locator(".look button").click()
    page.wait_for_selector("html[lang=ru][data-theme=dark]", state="attached")
    assert page.url.endswith("/partners")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 21, 28)"
    page.goto(page.url.replace("/partners", "/tasks"))
    assert page.locator("h1").inner_text() == "Задачи"


def test_a_filter_leaves_whom_it_names_and_can_be_bookmarked(tab):
    page = tab("/partners").page
    everybody = page.locator(".count-of").inner_text()
    page.locator(".filters input[name=q]").fill("тур")
    page.locator(".filters button").click()
    page.wait_for_url("**q=*")
    assert page.locator(".count-of").inner_text() != everybody
    address, shown = page.url, page.locator("tbody tr").count()
    assert shown > 0
    page.goto(address)
    assert page.locator("tbody tr").count() == shown
    assert page.locator(".filters input[name=q]").input_value() == "тур"


def test_the_search_box_leads_to_a_partner(tab):
    page = tab("/").page
    page.locator(".find input").fill("тур")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    hit = page.locator(".hits a").first
    name = hit.inner_text()
    hit.click()
    page.wait_for_url("**/partners/*")
    assert page.locator("h1").inner_text() == name


def test_the_keyboard_reaches_sections_search_and_content(tab):
    page = tab("/partners").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    seen = []
    for _ in range(8):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.getAttribute('href') || document.activeElement.name || document.activeElement.tagName"))
    assert seen[:6] == ["/", "/", "/partners", "/tasks", "q", "SUMMARY"], seen
