"""Territories: given and taken by press, by keyboard and by drawing around regions; gaps and overlaps; taken back."""
import json

import pytest

from looks import SCREENS, check_look
from test_map_page import QUIET


@pytest.fixture(autouse=True)
def people(demo):
    """Two who may have territories beside whoever is there."""
    for login, name in [("west", "Вера Запольская"), ("east", "Олег Востоков-Придвинский")]:
        demo.run("user", "add", login, "--name", name, "--role", "manager", check=False)


def opened(root_tab, **options):
    one = root_tab("/admin/territories", **options)
    one.page.wait_for_selector("html[data-territories][data-map=idle]", state="attached", timeout=60_000)
    return one


def managers(page, region):
    items = json.loads(page.evaluate("fetch('/api/v1/territories').then(answer => answer.text())"))["items"]
    return next((one["managers"] for one in items if one["region"] == region), [])


def after(page, action):
    """What the page says once the change came back from the service."""
    page.evaluate("document.documentElement.dataset.territories = 'waiting'")
    action()
    page.wait_for_selector("html:not([data-territories=waiting]):not([data-territories=saving])", state="attached")
    return page.locator("#told").inner_text()


def pressed(page, region):
    """Presses a region's line, by keyboard."""
    item = page.locator(f"[data-region={region}] button").last
    if not item.is_visible():
        page.locator(f"#country-{region[:2]} > summary").click()
    item.focus()
    return after(page, lambda: page.keyboard.press("Enter"))


@SCREENS
def test_the_page_fits_every_screen_theme_and_language(root_tab, width, scheme, locale):
    one = opened(root_tab, width=width, color_scheme=scheme, locale=locale)
    one.page.locator("#country-BY > summary").click()
    check_look(one.page, width)
    assert [m for m in one.messages if not m.startswith(QUIET)] == []


def test_a_region_is_given_shared_and_taken_and_each_change_is_taken_back(root_tab):
    page = opened(root_tab, locale="en-GB").page
    logins = ["west", "east"]
    page.check(f"input[name=pen][value='{logins[0]}']")
    told = pressed(page, "BY-BR")
    assert "now" in told and managers(page, "BY-BR") == [logins[0]]
    # The line keeps the focus, so that the next press is the way back.
    assert page.evaluate("document.activeElement.closest('[data-region]')?.dataset.region") == "BY-BR"
    page.check(f"input[name=pen][value='{logins[1]}']")
    page.check("input[name=how][value=beside]")
    pressed(page, "BY-BR")
    assert managers(page, "BY-BR") == sorted(logins)
    assert "two or more" in page.locator("section[aria-labelledby=gaps]").inner_text()
    after(page, lambda: page.get_by_role("button", name="Undo").click())
    assert managers(page, "BY-BR") == [logins[0]]
    page.check(f"input[name=pen][value='{logins[0]}']")
    told = pressed(page, "BY-BR")
    assert "not" in told and managers(page, "BY-BR") == []


def test_regions_are_drawn_around_on_the_map_and_pressed_there(root_tab):
    one = opened(root_tab, locale="en-GB")
    page = one.page
    login = "west"
    page.check(f"input[name=pen][value='{login}']")
    page.evaluate("plannerMap.jumpTo({ center: [27.5, 53.5], zoom: 4.6 }); delete document.documentElement.dataset.map")
    page.wait_for_selector("html[data-map=idle]", state="attached")
    box = page.locator("#map canvas").bounding_box()

    def at(longitude, latitude):
        place = page.evaluate("([x, y]) => { const p = plannerMap.project([x, y]); return [p.x, p.y]; }", [longitude, latitude])
        return box["x"] + place[0], box["y"] + place[1]

    page.click("#around")
    assert page.get_attribute("#around", "aria-pressed") == "true"

    def draw():
        corners = [(22.5, 54.8), (22.5, 51), (26.6, 51), (26.6, 54.8), (22.6, 54.9)]
        page.mouse.move(*at(*corners[0]))
        page.mouse.down()
        for corner in corners[1:]:
            page.mouse.move(*at(*corner), steps=6)
        page.mouse.up()

    after(page, draw)
    # Brest lies for more than half in there, Grodno wholly, Minsk hardly.
    assert managers(page, "BY-HR") == [login] and managers(page, "BY-MI") == []
    assert page.get_attribute("#around", "aria-pressed") == "false"
    after(page, lambda: page.mouse.click(*at(28, 54.5)))
    assert managers(page, "BY-MI") == [login]
    after(page, lambda: page.mouse.click(*at(28, 54.5)))
    assert managers(page, "BY-MI") == []
    assert [m for m in one.messages if not m.startswith(QUIET)] == []
