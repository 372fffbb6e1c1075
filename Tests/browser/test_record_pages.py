"""Lists, cards, search and the frame around every page in a real browser, at a desk and on a phone."""
from looks import CONTRAST, SCREENS

PAGES = ["/partners", "/partners?kind=carrier", "/tasks", "/tasks?all=true", "/search", "/search?q=brest", "/search?q=zzzz"]


def first_card(page):
    page.locator("tbody a[href^='/partners/']").first.click()
    page.wait_for_url("**/partners/*")
    return page


@SCREENS
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
    for _ in range(9):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.getAttribute('href') || document.activeElement.name || document.activeElement.tagName"))
    assert seen[:8] == ["/", "/map", "/trips", "/road", "/partners", "/tasks", "q", "SUMMARY"], seen


def test_the_slash_leads_to_the_box_that_shows_what_it_finds(tab):
    one = tab("/partners")
    page = one.page
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("тур")
    options = page.locator(".suggestions [role=option]")
    options.first.wait_for()
    assert 1 < options.count() <= 8
    assert page.locator(".find input").get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert options.nth(1).get_attribute("aria-selected") == "true"
    assert page.locator(".find input").get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    page.keyboard.press("ArrowUp")
    name = options.first.locator("span").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/partners/*")
    assert page.locator("h1").inner_text() == name
    assert [m for m in one.messages if not m.startswith(("log:", "info:", "debug:"))] == []


def test_what_is_found_is_chosen_by_mouse_closed_by_escape_and_searched_by_enter(tab):
    page = tab("/tasks", width=360).page
    box = page.locator(".find input")
    box.fill("вояж")
    options = page.locator(".suggestions [role=option]")
    options.first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert all(h >= 44 for h in page.evaluate("[...document.querySelectorAll('.suggestions li')].map(e => e.getBoundingClientRect().height)"))
    page.keyboard.press("Escape")
    assert not page.locator(".suggestions").is_visible()
    box.press("Enter")
    page.wait_for_url("**/search?q=*")
    page.locator(".find input").fill("вояж")
    options.first.wait_for()
    options.first.click()
    page.wait_for_url("**/partners/*")


def test_a_menu_closes_by_escape_and_by_a_click_elsewhere(tab):
    page = tab("/partners").page
    page.locator(".menu summary").click()
    assert page.locator(".sheet").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".sheet").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.locator(".menu summary").click()
    page.locator("h1").click()
    assert not page.locator(".sheet").is_visible()
