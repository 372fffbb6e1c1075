"""The queue of doubtful places: what the geocoder finds is taken, moved or skipped by key and by press, and whoever was
faster is not written over."""
import itertools
import time
from urllib.parse import quote

import pytest
from looks import SCREENS, check_look

HOSTILE = "<img src=x onerror=alert(1)> \"'`="
numbers = itertools.count(1)


@pytest.fixture
def known(ask):
    """An address the gazetteer knows to the house, with where it is."""
    for partner in ask("GET", "/api/v1/partners?level=house&limit=50")["items"]:
        found = ask("GET", f"/api/v1/geocode?q={quote(partner['address'] or '?')}")["results"]
        if found and found[0]["level"] == "house":
            return partner["address"], found[0]
    raise AssertionError("no address is found to the house")


@pytest.fixture
def queue(ask, known):
    """The address of a queue of three partners without a place, and the partners; nothing is found for the last."""
    word = f"очередь{next(numbers)}"
    partners = [
        # The service does not place by itself what it finds in another country.
        ask("POST", "/api/v1/partners", {"kind": "agency", "name": f"{word} {text} {HOSTILE}", "geocode": False, "addresses": [{"text": text, "components": {"country": "BY"}}]})
        for text in (known[0], known[0], "zzqqxx 99")]
    return f"/review?q={quote(word)}", partners


def shown(page, partner):
    page.wait_for_selector(f"html[data-review='{partner}']", state="attached", timeout=60_000)


def sent(page, count):
    page.wait_for_selector(f"html[data-set='{count}']", state="attached", timeout=20_000)


def place(ask, partner):
    location = ask("GET", f"/api/v1/partners/{partner['id']}")["location"]
    return location and (location["latitude"], location["longitude"])


def told(one):
    """What the browser complained of. The service looks addresses up by itself: a place may be sent twice for that."""
    return [message for message in one.messages if "412" not in message]


def test_places_are_taken_and_skipped_by_keys_alone(tab, ask, queue, known):
    address, (first, second, third) = queue
    one = tab(address)
    page = one.idle()
    shown(page, first["id"])
    assert page.locator("#left").inner_text().startswith("3 ")
    assert page.locator("#current-name").inner_text() == first["name"]
    assert page.locator(".found button[aria-pressed=true] .name").inner_text() == known[1]["label"]
    page.keyboard.press("Enter")
    shown(page, second["id"])
    sent(page, 1)
    assert place(ask, first) == (known[1]["latitude"], known[1]["longitude"])
    assert ask("GET", f"/api/v1/partners/{first['id']}")["location"]["manual"] is True
    assert page.locator("#left").inner_text().startswith("2 ")
    page.keyboard.press("s")
    shown(page, third["id"])
    # Nothing is found for it, and nothing is taken without a place.
    assert page.locator("#told").inner_text() != "" and page.locator(".found button").count() == 0
    page.keyboard.press("Enter")
    assert page.locator("#told.bad").count() == 1 and place(ask, third) is None
    # The letter counts, whatever alphabet the keyboard writes in.
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'и', code: 'KeyB', bubbles: true }))")
    shown(page, second["id"])
    page.keyboard.press("a")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    shown(page, third["id"])
    page.keyboard.press("m")
    page.keyboard.press("Space")
    assert page.evaluate("document.documentElement.dataset.choice") == "put"
    page.keyboard.press("Enter")
    shown(page, "over")
    sent(page, 2)
    assert place(ask, third) is not None
    assert page.locator("#queue li[data-state=done]").count() == 2 and page.locator("#queue li[data-state=skipped]").count() == 1
    # The skipped one is still there.
    page.locator("#queue li[data-state=skipped] button").click()
    shown(page, second["id"])
    page.keyboard.press("Enter")
    sent(page, 3)
    assert page.locator("#fine").is_visible()
    page.reload()
    assert page.locator("#queue li").count() == 0 and page.locator("#fine").is_visible()
    assert told(one) == []


def test_a_place_is_put_on_the_map_and_looked_up_by_another_text(tab, ask, queue, known):
    address, (first, second, third) = queue
    one = tab(address)
    page = one.idle()
    shown(page, first["id"])
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2 + 60, box["y"] + box["height"] / 2)
    assert page.evaluate("document.documentElement.dataset.choice") == "put"
    page.click("#accept")
    sent(page, 1)
    latitude, longitude = place(ask, first)
    assert longitude > known[1]["longitude"] and abs(longitude - known[1]["longitude"]) < 0.01 and abs(latitude - known[1]["latitude"]) < 0.001
    # The way back leads to one that is set already, and it is set anew.
    page.click("#back")
    shown(page, first["id"])
    page.keyboard.press("1")
    page.click("#accept")
    page.wait_for_selector("#queue li:first-child[data-state=done]")
    page.locator("#queue button").nth(2).click()
    shown(page, third["id"])
    page.fill("#look input", known[0])
    page.click("#look button")
    page.wait_for_selector(".found button")
    assert page.locator(".found button[aria-pressed=true] .name").inner_text() == known[1]["label"]
    page.click("#accept")
    page.wait_for_selector("#queue li:nth-child(3)[data-state=done]")
    page.wait_for_selector("#queue li:nth-child(3)[data-level=given]")
    assert place(ask, third) == (known[1]["latitude"], known[1]["longitude"])
    assert place(ask, first) == (known[1]["latitude"], known[1]["longitude"])
    assert told(one) == []


def test_what_changes_meanwhile_and_is_no_place_stands_in_nobodys_way(tab, ask, queue, known):
    address, (first, second, third) = queue
    one = tab(address)
    page = one.idle()
    shown(page, first["id"])
    version = ask("GET", f"/api/v1/partners/{first['id']}")["version"]
    ask("PATCH", f"/api/v1/partners/{first['id']}", {"note": "звонить с утра"}, **{"If-Match": f'"v{version}"'})
    page.keyboard.press("Enter")
    sent(page, 1)
    shown(page, second["id"])
    assert place(ask, first) == (known[1]["latitude"], known[1]["longitude"])
    assert ask("GET", f"/api/v1/partners/{first['id']}")["note"] == "звонить с утра"
    # With another address the choice was made for what is no more.
    version = ask("GET", f"/api/v1/partners/{second['id']}")["version"]
    ask("PATCH", f"/api/v1/partners/{second['id']}", {"addresses": [{"text": "zzqqxx 98"}]}, **{"If-Match": f'"v{version}"'})
    page.keyboard.press("Enter")
    page.wait_for_selector("#queue li:nth-child(2)[data-state=''] .state")
    page.locator("#queue button").nth(1).click()
    page.wait_for_selector("#told.bad")
    assert page.locator("#current-name").inner_text() == second["name"]
    assert page.locator("#look input").input_value() == "zzqqxx 98"
    location = ask("GET", f"/api/v1/partners/{second['id']}")["location"]
    assert location is None or not location["manual"]
    assert told(one) == []


def test_whoever_was_faster_is_not_written_over(tab, ask, queue):
    address, (first, second, third) = queue
    one = tab(address)
    page = one.idle()
    shown(page, first["id"])
    # The service looks addresses up by itself: that may have been faster still.
    version = ask("GET", f"/api/v1/partners/{first['id']}")["version"]
    ask("PUT", f"/api/v1/partners/{first['id']}/pin", {"latitude": 53.5, "longitude": 26.5}, **{"If-Match": f'"v{version}"'})
    held = []
    page.route("**/pin", lambda route: held.append(route))
    with page.expect_request("**/pin"):
        page.keyboard.press("Enter")
    # The answer comes while the next is looked at: it is only marked in the queue, and nothing typed is lost.
    shown(page, second["id"])
    page.fill("#look input", "Ленина 5")
    held[0].continue_()
    page.unroute("**/pin")
    page.wait_for_selector("#queue li:first-child[data-state=''] .state")
    assert page.locator("#current-name").inner_text() == second["name"]
    assert page.input_value("#look input") == "Ленина 5"
    assert place(ask, first) == (53.5, 26.5)
    assert page.locator("#left").inner_text().startswith("3 ") and page.locator("#queue li[data-state=done]").count() == 0
    # In its turn what stands now is the choice, and may be kept or changed.
    page.locator("#queue button").first.click()
    page.wait_for_selector("#told.bad")
    assert page.locator("#current-name").inner_text() == first["name"]
    assert page.evaluate("document.documentElement.dataset.choice") == "0"
    page.keyboard.press("Enter")
    sent(page, 1)
    assert place(ask, first) == (53.5, 26.5)
    assert told(one) == []


@SCREENS
def test_the_queue_reads_well(tab, queue, width, scheme, locale):
    address, partners = queue
    one = tab(address, width=width, color_scheme=scheme, locale=locale)
    page = one.idle()
    shown(page, partners[0]["id"])
    page.locator(".key-help summary").click()
    check_look(page, width)
    assert page.locator("main img").count() == 0
    assert one.messages == []


SHIFT = """window.shift = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.shift += one.value; }).observe({ type: "layout-shift", buffered: true });"""


def test_the_queue_stays_where_it_is_while_places_come(tab, queue):
    address, (first, *_) = queue
    page = tab("/help").page
    page.add_init_script(SHIFT)

    def late(route):
        time.sleep(0.4)
        route.continue_()

    page.route("**/assets/review.js*", late)
    page.goto(page.url.replace("/help", address))
    shown(page, first["id"])
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.shift") <= 0.05
