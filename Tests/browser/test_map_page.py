"""The map of all partners in a real browser, at a desk and on a phone."""
import re

from looks import SCREENS, check_look

QUIET = ("log:", "info:", "debug:")


# Both the map and the list beside it show what they should.
SETTLED = "html[data-map=idle][data-list]"


def wait(page):
    page.wait_for_selector(SETTLED, state="attached", timeout=60_000)


def ready(tab, address="/map", **options):
    one = tab(address, **options)
    wait(one.page)
    return one


def shown(page):
    return int(re.sub(r"\D", "", page.locator("#in-view").inner_text()))


def pins(page, layer="pins"):
    return page.evaluate("layer => plannerMap.queryRenderedFeatures({ layers: [layer] }).map(f => ({ ...f.properties, place: plannerMap.project(f.geometry.coordinates) }))", layer)


def settled(page, action):
    page.evaluate("delete document.documentElement.dataset.map; delete document.documentElement.dataset.list")
    action()
    wait(page)
    # It may have been idle before it began to move: what was asked for shows first.
    page.wait_for_function("() => plannerMap.loaded() && !plannerMap.isMoving()")


@SCREENS
def test_the_map_fits_every_screen_theme_and_language(tab, width, scheme, locale):
    one = ready(tab, width=width, color_scheme=scheme, locale=locale)
    page = one.page
    check_look(page, width, axe=False)
    assert shown(page) > 50
    assert [m for m in one.messages if not m.startswith(QUIET)] == []


def test_rings_hold_everybody_and_open_into_pins(tab):
    page = ready(tab).page
    total = shown(page)
    rings = pins(page, "rings")
    assert len(rings) > 0
    assert sum(ring["count"] for ring in rings) + len(pins(page)) >= total * 0.9
    ring = max(rings, key=lambda one: one["count"])
    before = page.evaluate("plannerMap.getZoom()")
    box = page.locator("#map").bounding_box()
    settled(page, lambda: page.mouse.click(box["x"] + ring["place"]["x"], box["y"] + ring["place"]["y"]))
    assert page.evaluate("plannerMap.getZoom()") > before + 1
    assert shown(page) < total
    assert "at=" in page.url


def test_a_pin_shows_its_card_and_the_list_finds_its_pin(tab):
    one = ready(tab)
    page = one.page
    item = page.locator(".seen > li").first
    name = item.locator("a").inner_text()
    settled(page, lambda: item.locator(".quiet").click())
    card = page.locator(".pin-card")
    card.wait_for()
    assert card.locator("strong").inner_text() == name
    assert any(pin["name"] == name for pin in pins(page))
    page.locator(".maplibregl-popup-close-button").click()
    pin = next(pin for pin in pins(page) if pin["name"] == name)
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + pin["place"]["x"], box["y"] + pin["place"]["y"])
    card.wait_for()
    card.locator("a", has_text=name).click()
    page.wait_for_url("**/partners/*")
    assert page.locator("h1").inner_text() == name
    assert [m for m in one.messages if not m.startswith(QUIET)] == []


def test_the_legend_follows_the_colour_and_the_address_keeps_both(tab):
    page = ready(tab).page
    assert page.locator(".map-legend:visible").get_attribute("data-by") == "urgency"
    page.locator("select[name=by]").select_option("status")
    assert page.locator(".map-legend:visible").get_attribute("data-by") == "status"
    assert "by=status" in page.url
    settled(page, lambda: page.goto(page.url))
    assert page.locator("select[name=by]").input_value() == "status"
    for dimension in ["lastVisit", "responsible", "urgency"]:
        page.locator("select[name=by]").select_option(dimension)
        page.evaluate("delete document.documentElement.dataset.map")
        page.wait_for_selector("html[data-map=idle]", state="attached")


def test_a_filter_narrows_map_and_list_and_keeps_the_place(tab):
    page = ready(tab, "/map?at=53,25,6").page
    total = shown(page)
    page.locator(".stacked summary").click()
    page.locator(".stacked select[name=status]").select_option("prospect")
    page.locator(".stacked button").click()
    wait(page)
    assert "status=prospect" in page.url and "kind=" not in page.url
    assert shown(page) < total
    found = pins(page, "rings")
    assert all(ring["count"] == ring.get("prospect", 0) for ring in found)
    assert all(pin["status"] == "prospect" for pin in pins(page))
    assert abs(page.evaluate("plannerMap.getZoom()") - 6) < 0.01


def test_layers_without_content_are_not_drawn(tab):
    page = ready(tab).page
    hidden = """() => plannerMap.getStyle().layers.filter(one => ["regions", "shapes", "draft"].includes(one.source)
      && (one.layout?.visibility ?? "visible") !== "none").map(one => one.id)"""
    assert page.evaluate(hidden) == []
    page.locator("#choose").click()
    page.locator("[data-tool=circle]").click()
    box = page.locator("#map").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(*middle)
    page.wait_for_function(f"() => ({hidden})().includes('draft-points')")
    page.mouse.click(middle[0] + 60, middle[1])
    page.wait_for_function(f"() => {{ const shown = ({hidden})(); return shown.includes('shape-areas') && !shown.includes('draft-points'); }}")


def sliding(tab):
    """A map that slides as often as it may between two drawings."""
    one = ready(tab)
    one.page.evaluate("sessionStorage.setItem('planner-glide', '8')")
    one.page.goto(one.page.url)
    wait(one.page)
    return one


def test_a_slow_map_slides_while_it_moves_and_is_drawn_once_it_stands(tab):
    one = sliding(tab)
    page = one.page
    lists = len([address for address in one.requests if "/map/list" in address])
    # Where the middle of before lies in each frame, and where what is shown has slid to.
    page.evaluate("""() => {
      window.seen = [];
      const before = plannerMap.getCenter(), { x } = plannerMap.project(before);
      plannerMap.on("render", () => {
        const { transform } = plannerMap.getCanvas().style;
        window.seen.push([plannerMap.project(before).x - x, transform ? Number(transform.match(/translate\\(([-.e0-9]+)px/)[1]) : null]);
      });
    }""")
    settled(page, lambda: page.evaluate("() => { plannerMap.panBy([200, 0], { duration: 1500 }); }"))
    seen = page.evaluate("window.seen")
    slid = [frame for frame in seen if frame[1] is not None]
    assert 0 < len(slid) < len(seen)
    # What slides lies where it would have been drawn: as far as the map has gone since it was drawn last.
    drawn = 0
    for gone, by in seen:
        if by is None:
            drawn = gone
        else:
            assert abs(gone - drawn - by) < 0.5
    assert page.evaluate("plannerMap.getCanvas().style.transform") == ""
    assert abs(seen[-1][0] + 200) < 1 and seen[-1][1] is None
    assert len([address for address in one.requests if "/map/list" in address]) == lists + 1


def test_what_is_pressed_while_the_map_slides_is_what_is_shown_there(tab):
    page = sliding(tab).page
    box = page.locator("#map").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    # The hand holds the place it took: what it took goes with it, whatever has been drawn meanwhile.
    page.evaluate("() => { window.held = plannerMap.getCenter(); }")
    page.mouse.move(*middle)
    page.mouse.down()
    for step in range(1, 16):
        page.mouse.move(middle[0] - 10 * step, middle[1] - 4 * step)
    page.wait_for_function("(x) => Math.abs(plannerMap.project(window.held).x - x) < 1.5", arg=box["width"] / 2 - 150)
    assert abs(page.evaluate("plannerMap.project(window.held).y") - (box["height"] / 2 - 60)) < 1.5
    page.mouse.up()

