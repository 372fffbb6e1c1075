"""The first page in a real browser: what a manager sees, at a desk and on a phone."""
import pytest

from looks import SCREENS, check_look

NUMBERS = "[...new Set(plannerMap.querySourceFeatures('points', {filter: ['==', ['get', 'kind'], 'stop']}).map(f => f.properties.label))].length"


def test_the_map_shows_every_stop_of_the_checklist(tab):
    page = tab().idle()
    listed = page.locator(".stop").count()
    assert listed > 10
    assert page.evaluate(NUMBERS) == listed
    assert page.evaluate("plannerMap.queryRenderedFeatures({layers: ['stops']}).length") >= listed * 0.9
    assert page.evaluate("plannerMap.queryRenderedFeatures({layers: ['route', 'route-estimated']}).length") > 0
    assert page.evaluate("plannerMap.queryRenderedFeatures({layers: ['land']}).length") > 0


def test_nothing_is_asked_of_another_host_and_nothing_is_complained_about(tab, server):
    one = tab()
    one.idle()
    assert [url for url in one.requests if not url.startswith((server, "blob:", "data:"))] == []
    assert [m for m in one.messages if not m.startswith(("log:", "info:", "debug:"))] == []


@SCREENS
def test_the_page_fits_every_screen_theme_and_language(tab, width, scheme, locale):
    page = tab(width=width, color_scheme=scheme, locale=locale).idle()
    check_look(page, width, axe=False)
    assert page.evaluate("document.documentElement.lang") == locale[:2]
    words = page.inner_text("#checklist")
    assert ("запланирован" in words) == (locale == "ru-RU")
    assert ("planned" in words) == (locale == "en-GB")
    cut = page.evaluate(
        "[...document.querySelectorAll('.side *')].filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflow === 'hidden').length")
    assert cut == 0


def test_a_click_in_the_list_moves_the_map_and_opens_the_stop(tab):
    page = tab().idle()
    item = page.locator(".stop").nth(3)
    item.locator("strong").click()
    page.wait_for_selector(".maplibregl-popup")
    assert item.get_attribute("data-name") in page.inner_text(".maplibregl-popup")
    assert "is-hot" in item.get_attribute("class")
    page.wait_for_function("() => !plannerMap.isMoving()")
    middle = page.evaluate("plannerMap.getCenter().toArray()")
    assert middle[0] == pytest.approx(float(item.get_attribute("data-longitude")), abs=1e-3)
    assert middle[1] == pytest.approx(float(item.get_attribute("data-latitude")), abs=1e-3)


def test_a_click_on_the_map_finds_the_stop_in_the_list(tab):
    page = tab().idle()
    item = page.locator(".stop").last
    number = item.get_attribute("data-number")
    page.evaluate(
        "(n) => { const f = document.querySelector(`[data-number='${n}']`); plannerMap.jumpTo({center: [+f.dataset.longitude, +f.dataset.latitude], zoom: 15}); }",
        number)
    page.wait_for_function("() => plannerMap.areTilesLoaded() && !plannerMap.isMoving()")
    page.wait_for_function("() => plannerMap.queryRenderedFeatures(plannerMap.project(plannerMap.getCenter()), {layers: ['stops']}).length > 0")
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector(".maplibregl-popup")
    hot = page.locator(".stop.is-hot")
    hot.wait_for()
    page.wait_for_function(
        "() => { const r = document.querySelector('.stop.is-hot').getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight; }")


def test_hovering_a_stop_lights_it_on_the_map(tab):
    page = tab().idle()
    page.locator(".stop").nth(1).hover()
    page.wait_for_function("() => plannerMap.getFeatureState({source: 'points', id: 2}).hot === true")


def test_a_day_is_chosen_from_the_legend_and_left_again(tab):
    page = tab().idle()
    chip = page.locator("button.chip").nth(1)
    chip.click()
    assert chip.get_attribute("aria-pressed") == "true"
    page.wait_for_function("() => plannerMap.getFeatureState({source: 'points', id: 1}).dim === true")
    chip.click()
    assert chip.get_attribute("aria-pressed") == "false"
    page.wait_for_function("() => plannerMap.getFeatureState({source: 'points', id: 1}).dim === false")


def test_the_legend_wears_the_colours_of_the_export(tab, server):
    page = tab().idle()
    shown = page.evaluate(
        "[...document.querySelectorAll('.day')].map(d => [d.dataset.day, d.dataset.colour, getComputedStyle(d.querySelector('.swatch')).backgroundColor])")
    exported = page.evaluate(
        "fetch(document.querySelector('main').dataset.geojson).then(r => r.json()).then(c => Object.fromEntries(c.features.filter(f => f.properties.kind === 'leg').map(f => [String(f.properties.day), f.properties.stroke])))")
    for day, colour, painted in shown:
        assert exported[day] == colour
        assert painted == "rgb({}, {}, {})".format(*(int(colour[i:i + 2], 16) for i in (1, 3, 5)))


def test_what_has_the_focus_is_not_covered(tab):
    for width in (360, 1280):
        page = tab(width=width).idle()
        covered = page.evaluate("""() => {
          const all = [...document.querySelectorAll("#checklist :is(a, button, summary)")].filter((one) => one.checkVisibility());
          const isCovered = (one) => {
            one.focus();
            const { left, top, width, height } = one.getBoundingClientRect();
            return !one.contains(document.elementFromPoint(left + width / 2, top + height / 2));
          };
          return [...all, ...all.toReversed()].filter(isCovered).map((one) => one.outerHTML);
        }""")
        assert covered == []


def test_what_is_printed_is_dark_on_white_whatever_was_chosen(tab, server):
    one = tab()
    one.context.add_cookies([{"name": "planner_theme", "value": "dark", "url": server}])
    one.page.reload()
    assert one.page.evaluate("getComputedStyle(document.body).color") == "rgb(232, 237, 242)"
    one.page.emulate_media(media="print")
    assert one.page.evaluate("getComputedStyle(document.body).color") == "rgb(22, 32, 44)"


def test_the_keyboard_is_enough(tab):
    page = tab().idle()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('badge')"):
            break
    assert page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_selector(".maplibregl-popup")


def test_every_trip_is_in_the_list_and_opens(tab):
    page = tab().idle()
    page.locator(".trips summary").click()
    links = page.locator(".trips li a")
    assert links.count() >= 2
    links.last.click()
    page.wait_for_selector("html[data-map=idle]", state="attached", timeout=60_000)
    page.locator(".trips summary").click()
    assert page.locator(".trips li a").last.get_attribute("aria-current") == "page"


def test_without_script_the_checklist_is_complete(tab):
    page = tab(java_script_enabled=False).page
    assert page.locator(".stop").count() > 10
    assert page.locator("noscript").count() == 1


def test_without_webgl_the_page_says_so_and_keeps_the_checklist(tab, server, browser):
    one = tab("/health")
    one.context.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    one.page.goto(server + "/trips")
    one.page.wait_for_selector(".map-note")
    assert one.page.locator(".stop").count() > 10


def test_an_unknown_address_is_a_page_with_a_way_back(tab):
    page = tab("/trips/nowhere").page
    assert page.locator("h1").inner_text() == "There is no such page"
    page.locator("a.button").click()
    assert page.locator("main.trip").count() == 1


def test_drives_on_roads_are_lines_and_estimates_are_dashed(tab):
    first = tab().idle()
    first.locator(".trips summary").click()
    pages = {}
    for path in first.evaluate("[...document.querySelectorAll('.trips li a')].map(a => new URL(a.href).pathname)"):
        page = tab(path).idle()
        pages[page.inner_text("h1")] = {
            layer: page.evaluate(f"plannerMap.queryRenderedFeatures({{layers: ['{layer}']}}).length")
            for layer in ("route", "route-estimated")
        } | {"words": page.inner_text(".quality")}
    town = next(v for k, v in pages.items() if k.startswith("Neubrandenburg"))
    country = next(v for k, v in pages.items() if not k.startswith("Neubrandenburg"))
    assert town["route"] > 10 and town["route-estimated"] == 0 and "on roads" in town["words"]
    assert country["route-estimated"] > 10 and country["route"] == 0 and "great circle" in country["words"]
