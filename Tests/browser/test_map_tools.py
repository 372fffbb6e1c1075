"""What helps on the map: coloured regions, places that are looked up, views that are kept, and an operator's tiles."""
import http.server
import re
import struct
import threading
import zlib

import pytest
from looks import SCREENS, check_look
from test_map_page import QUIET, pins, ready, settled, shown, wait


def shade(page, value):
    page.evaluate("delete document.documentElement.dataset.shade")
    page.locator("select[name=regions]").select_option(value)
    page.wait_for_selector(f"html[data-shade='{value}']", state="attached")
    page.evaluate("delete document.documentElement.dataset.map; plannerMap.triggerRepaint()")
    page.wait_for_selector("html[data-map=idle]", state="attached")


@SCREENS
def test_a_map_with_regions_fits_every_screen_theme_and_language(tab, width, scheme, locale):
    one = ready(tab, "/map?regions=partners", width=width, color_scheme=scheme, locale=locale)
    one.page.locator(".region-legend li").first.wait_for()
    check_look(one.page, width, axe=False)
    assert [m for m in one.messages if not m.startswith(QUIET)] == []


def test_regions_are_coloured_by_what_they_hold_and_lead_to_the_choice(tab, ask):
    one = ready(tab)
    page = one.page
    assert page.locator(".region-legend").is_hidden()
    shade(page, "partners")
    counted = {region["code"]: region["partners"] for region in ask("GET", "/api/v1/regions?counts=true&level=subdivision")["items"] if region["partners"] > 0}
    ends = [int(text) for item in page.locator(".region-legend li").all_inner_texts() for text in re.findall(r"\d+", item)]
    assert ends[0] == min(counted.values()) and ends[-1] == max(counted.values())
    assert "regions=partners" in page.url
    shade(page, "overdue")
    assert all(text.strip().endswith("%") for text in page.locator(".region-legend li").all_inner_texts())
    # A press beside all pins opens the region, and the region is chosen.
    code = max(counted, key=counted.get)
    place = page.evaluate("""code => {
      const box = plannerMap.getContainer().getBoundingClientRect();
      for (let y = 100; y < box.height - 160; y += 12) for (let x = 60; x < box.width - 80; x += 12) {
        if (plannerMap.queryRenderedFeatures([[x - 24, y - 24], [x + 24, y + 24]], { layers: ["pins", "rings"] }).length > 0) continue;
        if (document.elementFromPoint(box.x + x, box.y + y) !== plannerMap.getCanvas()) continue;
        if (plannerMap.queryRenderedFeatures([x, y], { layers: ["region-shades"] })[0]?.properties.code === code) return [box.x + x, box.y + y];
      }
    }""", code)
    page.mouse.click(*place)
    card = page.locator(".pin-card")
    card.wait_for()
    assert str(counted[code]) in card.inner_text()
    page.evaluate("delete document.documentElement.dataset.chosen")
    card.locator("button").click()
    page.wait_for_selector("html[data-chosen]", state="attached")
    assert int(page.evaluate("document.documentElement.dataset.chosen")) > 0
    shade(page, "")
    assert page.locator(".region-legend").is_hidden()
    assert [m for m in one.messages if not m.startswith(QUIET)] == []


def test_a_place_is_found_by_typing_and_the_map_goes_there(tab):
    one = ready(tab)
    page = one.page
    page.locator(".place-find input").fill("Гродно")
    page.locator("#places li").first.wait_for()
    page.keyboard.press("ArrowDown")
    settled(page, lambda: page.keyboard.press("Enter"))
    center = page.evaluate("plannerMap.getCenter()")
    assert abs(center["lat"] - 53.68) < 0.2 and abs(center["lng"] - 23.83) < 0.3, center
    assert page.locator(".maplibregl-marker").count() == 1
    page.locator(".place-find input").fill("")
    assert page.locator(".maplibregl-marker").count() == 0
    # Enter alone takes the best.
    page.locator(".place-find input").fill("Брест")
    settled(page, lambda: page.keyboard.press("Enter"))
    assert abs(page.evaluate("plannerMap.getCenter().lat") - 52.1) < 0.3
    assert [m for m in one.messages if not m.startswith(QUIET)] == []


def test_a_card_takes_its_partner_into_the_choice_and_out_again(tab):
    page = ready(tab).page
    item = page.locator(".seen > li").first
    for expected, label in ((1, "Choose"), (0, "Take out")):
        settled(page, lambda: item.locator(".quiet").click())
        button = page.locator(".pin-card [data-choose]")
        button.wait_for()
        assert button.inner_text() == label
        page.evaluate("delete document.documentElement.dataset.chosen")
        button.click()
        page.wait_for_selector("html[data-chosen]", state="attached")
        assert int(page.evaluate("document.documentElement.dataset.chosen || 0")) == expected


def test_what_is_in_the_middle_of_the_map_opens_by_key(tab):
    page = ready(tab).page
    settled(page, lambda: page.locator(".seen > li .quiet").first.click())
    page.locator(".maplibregl-popup-close-button").press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "CANVAS"
    assert page.locator("#crosshair").is_visible()
    page.keyboard.press("Enter")
    page.locator(".pin-card").wait_for()
    assert page.evaluate("document.activeElement.closest('.maplibregl-popup') !== null")
    page.locator(".maplibregl-popup-close-button").press("Enter")
    # Beside all pins it is the region, where regions are coloured.
    shade(page, "partners")
    settled(page, lambda: page.evaluate("plannerMap.jumpTo({ center: [27.2, 54.55], zoom: 15 })"))
    page.locator("#map canvas").focus()
    page.keyboard.press("Enter")
    page.locator(".pin-card").wait_for()


def test_what_does_not_come_is_told(tab):
    page = ready(tab).page
    page.route("**/map/card/*", lambda route: route.fulfill(status=401, json={"detail": "nobody is signed in"}))
    page.locator(".seen > li .quiet").first.click()
    assert "nobody is signed in" in page.locator(".maplibregl-popup [role=alert]").inner_text()
    page.route("**/map/regions?*", lambda route: route.abort())
    page.locator("select[name=regions]").select_option("partners")
    assert len(page.locator(".region-legend li").inner_text()) > 10


def test_a_card_leads_to_where_a_visit_is_recorded(tab):
    page = ready(tab).page
    settled(page, lambda: page.locator(".seen > li .quiet").first.click())
    page.locator(".pin-card a[href$='#log']").click()
    page.wait_for_url("**/partners/*#log")
    assert page.locator("#log [name=outcome]").is_visible()


def test_a_view_is_kept_leads_back_and_comes_back_when_it_was_removed(tab):
    one = ready(tab, "/map?status=active")
    page = one.page
    count = shown(page)
    page.locator(".views summary").click()
    page.locator(".views [name=name]").fill("Ждём <ответа>")
    with page.expect_navigation():
        page.locator(".views form button").click()
    wait(page)
    page.locator(".views summary").click()
    link = page.locator(".view-list a", has_text="Ждём <ответа>")
    assert link.get_attribute("aria-current") == "true"
    page.goto(page.url.split("/map")[0] + "/partners")
    page.locator(".views summary").click()
    page.locator(".view-list a", has_text="Ждём <ответа>").click()
    page.wait_for_url("**/partners?status=active")
    assert page.locator("tbody tr").count() >= 1
    page.locator(".views summary").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Remove Ждём <ответа>").click()
    assert page.locator(".view-list a", has_text="Ждём <ответа>").count() == 0
    with page.expect_navigation():
        page.locator(".toast button").click()
    page.locator(".toast").wait_for()
    page.goto(page.url.split("/partners")[0] + "/map")
    wait(page)
    page.locator(".views summary").click()
    page.locator(".view-list a", has_text="Ждём <ответа>").click()
    wait(page)
    assert shown(page) == count
    assert [m for m in one.messages if not m.startswith(QUIET)] == []


def picture():
    """A green tile of 256 pixels as PNG."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = (b"\x00" + b"\x20\xa0\x40" * 256) * 256
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 256, 256, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture
def tiles():
    """A service of tiles on this computer: its address, and what was asked of it."""
    asked = []

    class Tiles(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            self.wfile.write(picture())

        def log_message(self, *_):
            pass

    service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{service.server_address[1]}", asked
    service.shutdown()


def test_an_operators_tiles_lie_under_every_map_with_their_credit(tab_with, tiles):
    address, asked = tiles
    tab = tab_with(PLANNER_TILES=address + "/{z}/{x}/{y}.png", PLANNER_TILES_CREDIT="© Проба")
    one = ready(tab)
    assert asked and all(re.fullmatch(r"/\d+/\d+/\d+\.png", path) for path in asked)
    assert "© Проба" in one.page.locator(".maplibregl-ctrl-attrib").text_content()
    assert not any("/tiles/base/" in url for url in one.requests)
    assert len(pins(one.page, "rings")) + len(pins(one.page)) > 0
    assert [m for m in one.messages if not m.startswith(QUIET)] == []
    trip = tab("/trips").idle()
    assert "© Проба" in trip.locator(".maplibregl-ctrl-attrib").text_content()
