"""What a page is for is explained over it, and whoever is new is shown around once."""
from looks import SCREENS, check_look


def opened(page, what):
    page.wait_for_selector(f"html[data-help={what}]", state="attached", timeout=20_000)


def test_a_key_opens_the_help_of_the_page_and_escape_closes_it(tab):
    one = tab("/partners", locale="ru-RU")
    page = one.page
    page.keyboard.press("?")
    opened(page, "partners")
    box = page.locator("#help")
    assert box.is_visible() and "Список партнёров" in box.inner_text() and "Карта партнёров" not in box.inner_text()
    page.keyboard.press("Escape")
    page.wait_for_selector("#help", state="detached")
    # While one types, it is a question mark.
    page.locator(".find input").focus()
    page.keyboard.press("?")
    assert page.locator(".find input").input_value() == "?" and page.locator("#help").count() == 0
    page.locator("h1").click()
    page.locator(".menu summary").click()
    page.locator(".help-link").click()
    page.wait_for_selector("#help")
    page.locator("#help a[href$='/help']").click()
    page.wait_for_url("**/help")
    assert page.locator("main section").count() >= 11
    assert one.messages == []


def test_the_tour_is_walked_and_remembered(tab):
    one = tab("/help")
    page = one.page
    page.locator("[data-tour]").click()
    opened(page, "tour")
    titles = []
    for number in range(4):
        titles.append(page.locator(".tour-step:visible h2").inner_text())
        assert page.evaluate("document.activeElement.textContent") == titles[-1]
        if number < 3:
            page.locator("[data-step='1']").click()
    assert len(set(titles)) == 4
    page.locator("[data-step='-1']").click()
    assert page.locator(".tour-step:visible h2").inner_text() == titles[2]
    page.keyboard.press("Escape")
    page.wait_for_selector("#tour", state="detached")
    assert page.evaluate("localStorage.getItem('planner-tour') === document.body.dataset.person")
    page.locator("[data-tour]").click()
    page.wait_for_selector("#tour")
    for _ in range(4):
        page.locator("[data-step='1']").click()
    page.wait_for_url("**/partners")
    assert one.messages == []


@SCREENS
def test_help_reads_well(tab, width, scheme, locale):
    one = tab("/help", width=width, color_scheme=scheme, locale=locale)
    page = one.page
    check_look(page, width)
    page.goto(page.url.replace("/help", "/map"))
    one.idle()
    page.keyboard.press("?")
    opened(page, "map")
    check_look(page, width, within="#help")
    assert one.messages == []
