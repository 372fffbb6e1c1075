"""The page for the road: what is entered at a door without a signal is kept, sent once, and told apart from what others did."""
import datetime
import re
import struct
import zlib
import zoneinfo
from pathlib import Path

import pytest
from looks import SCREENS, check_look
from people import PASSWORD
from playwright.sync_api import Error

NEAR = {"circle": {"center": {"latitude": 52.1, "longitude": 23.7}, "radius": 90_000}}
# A page that opens without a signal finds nothing to send to.
UNSENT = re.compile(r"ERR_INTERNET_DISCONNECTED|ERR_FAILED")
WORKER = Path(__file__).resolve().parents[2] / "Sources" / "planner" / "Web" / "Assets" / "road-worker.js"


@pytest.fixture
def trip(ask):
    """A saved trip of two days that begins today, where it is walked."""
    made = ask("POST", "/api/v1/plan", {
        "selection": NEAR, "start": "52.094,23.685", "days": 2, "save": True, "title": "Брест <i>&\"'",
        "date": datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Minsk")).date().isoformat(), "budgetMilliseconds": 50})
    yield made
    # Stops with visits stay for ever: the trip is over for the next test.
    task = ask("GET", f"/api/v1/tasks/{made['taskId']}")
    for stop in [stop for day in task["checklist"] for stop in day["children"] if stop["state"] == "open"]:
        ask("POST", f"/api/v1/tasks/{made['taskId']}/items/{stop['id']}/check", {"state": "skipped", "reason": "other"})


def stops(ask, trip):
    task = ask("GET", f"/api/v1/tasks/{trip['taskId']}")
    return [stop for day in task["checklist"] for stop in day["children"]]


def visits(ask, trip):
    return [stop for day in ask("GET", f"/api/v1/trips/{trip['trip']['id']}")["days"] for stop in day["stops"]]


def road(tab, trip, **options):
    options = {"width": 360, "height": 740, **options}
    one = tab(f"/road/{trip['trip']['id']}", **options)
    one.page.wait_for_selector("html[data-road]", state="attached")
    return one


def waiting(page, count):
    page.wait_for_selector(f"html[data-road='{count}']", state="attached", timeout=20_000)


def finish(page, door, outcome, next_step=None):
    """The outcome of the stop with that number, from 0."""
    one = page.locator(".door").nth(door)
    if not one.locator(".done-stop").evaluate("e => e.open"):
        one.locator(".done-stop > summary").click()
    one.locator("[name=outcome]").first.fill(outcome)
    if next_step:
        one.locator("[name=next]").fill(next_step[0])
        one.locator("[name=nextDay]").fill(next_step[1])
    one.locator("form[data-act=done] button").click()


def test_a_day_is_walked_and_reported(tab, trip, ask):
    one = road(tab, trip)
    page = one.page
    assert page.locator("h1").inner_text() == "Брест <i>&\"'"
    first = page.locator(".door").first
    assert first.evaluate("e => e.classList.contains('is-next') && e.querySelector('details').open")
    links = first.locator(".navigate a").evaluate_all("all => all.map(a => a.href)")
    assert [re.match(r"(https://[^/]+|geo:)", link)[1] for link in links] == [
        "https://www.google.com", "https://yandex.ru", "https://maps.apple.com", "https://osmand.net", "geo:"]
    here = visits(ask, trip)[0]
    assert all(f"{here['latitude']},{here['longitude']}" in link for link in links)
    assert first.locator("a[href^='tel:']").count() > 0

    first.locator("[data-act=arrive]").click()
    page.wait_for_selector(".door[data-state=checkedIn]")
    assert visits(ask, trip)[0]["visit"] == "checkedIn" and visits(ask, trip)[0]["arrivedAt"]
    finish(page, 0, "Взяли каталог", ("Отправить цены", "2030-01-15"))
    page.wait_for_selector(".door[data-state=completed]")
    waiting(page, 0)
    done = stops(ask, trip)[0]
    assert (done["state"], done["outcome"]) == ("done", "Взяли каталог")
    tasks = ask("GET", "/api/v1/tasks?limit=5")["items"]
    assert tasks[0]["title"] == f"Отправить цены — {here['name']}" and tasks[0]["deadline"].startswith("2030-01-15")
    # The next one is open, and is not visited.
    second = page.locator(".door").nth(1)
    assert second.evaluate("e => e.classList.contains('is-next') && e.querySelector('details').open")
    second.locator(".skip-stop summary").click()
    second.locator("[name=reason]").select_option("closed")
    second.locator(".skip-stop [name=outcome]").fill("санитарный день")
    second.locator(".skip-stop button").click()
    page.wait_for_selector(".door[data-state=skipped]")
    assert visits(ask, trip)[1]["missReason"] == "closed"
    assert page.locator("#progress").evaluate("e => e.value") == 2

    page.locator(".day-end a >> visible=true").click()
    page.wait_for_url("**/report?day=*")
    rows = page.locator("tbody tr").all_inner_texts()
    assert "Взяли каталог" in rows[0] and re.search(r"\d\d:\d\d–\d\d:\d\d.*\d\d:\d\d–\d\d:\d\d", rows[0], re.S)
    assert re.search("closed|закрыто", rows[1]) and "санитарный день" in rows[1]
    assert page.locator(".report-figures li").first.inner_text().startswith("1 ")
    assert one.messages == []


def test_what_is_entered_without_a_signal_outlives_the_page_and_is_sent_once(tab, trip, ask):
    one = road(tab, trip)
    page = one.page
    page.wait_for_selector("html[data-kept]", state="attached")
    one.context.set_offline(True)
    page.locator(".door").first.locator("[data-act=arrive]").click()
    waiting(page, 1)
    finish(page, 0, "Без связи")
    waiting(page, 2)
    assert page.locator("#signal").is_visible() and "2" in page.locator("#signal p").inner_text()
    assert page.locator("[data-replan=last]").is_disabled() and page.locator("[data-replan=here]").is_disabled()
    # The page comes again without a signal, with everything on it.
    page.reload()
    waiting(page, 2)
    assert "Без связи" in page.locator(".told-state").first.inner_text()
    assert page.locator(".door").nth(1).evaluate("e => e.classList.contains('is-next')")
    assert page.evaluate("getComputedStyle(document.querySelector('.door')).borderRadius") == "10px"
    page.locator(".door").first.locator("summary").first.click()
    assert stops(ask, trip)[0]["state"] == "open"
    one.context.set_offline(False)
    waiting(page, 0)
    page.wait_for_selector(".door[data-state=completed]")
    assert not page.locator("#signal").is_visible()
    done = stops(ask, trip)[0]
    partner = visits(ask, trip)[0]["partner"]
    made = [one for one in ask("GET", f"/api/v1/activities?partner={partner}&kind=visit")["items"] if one["outcome"] == "Без связи"]
    assert (done["state"], done["outcome"], len(made)) == ("done", "Без связи", 1)
    assert [m for m in one.messages if not UNSENT.search(m)] == []


def picture(width, height):
    """A picture as files have it (PNG, RFC 2083): blue on the left, red on the right."""
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    line = b"\0" + b"\x20\x60\xc0" * (width // 2) + b"\xc0\x40\x20" * (width - width // 2)
    return b"\x89PNG\r\n\x1a\n" + b"".join([
        chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        chunk(b"IDAT", zlib.compress(line * height)), chunk(b"IEND", b"")])


def test_photographs_wait_for_a_signal_and_stand_wherever_the_stop_does(tab, trip, ask):
    one = road(tab, trip)
    page = one.page
    page.wait_for_selector("html[data-kept]", state="attached")
    one.context.set_offline(True)
    first = page.locator(".door").first
    page.locator(".photo-button input").first.set_input_files(
        [{"name": "window.png", "mimeType": "image/png", "buffer": picture(2400, 1200)}])
    waiting(page, 1)
    page.wait_for_selector(".waiting-photos canvas[width='1600'][height='800']")
    # What is no picture is said so, and does not wait.
    page.locator(".photo-button input").first.set_input_files(
        [{"name": "text.png", "mimeType": "image/png", "buffer": b"text"}])
    first.locator(".door-photos .fault").wait_for(state="visible")
    page.reload()
    waiting(page, 1)
    page.wait_for_selector(".waiting-photos canvas[width='1600']", state="attached")
    check_look(page, 360)
    one.context.set_offline(False)
    waiting(page, 0)
    page.wait_for_selector(".sent-photos img[width='1600'][height='800']", state="attached")
    assert page.locator(".waiting-photos li").count() == 0
    [photo] = ask("GET", f"/api/v1/tasks/{trip['taskId']}/photos")["items"]
    assert (photo["width"], photo["height"], photo["item"]) == (1600, 800, stops(ask, trip)[0]["id"])
    assert photo["bytes"] < 200_000
    # It is seen without a signal too.
    page.wait_for_function("async (id) => Boolean(await (await caches.open('planner-road')).match(`/api/v1/photos/${id}`))", arg=photo["id"])
    one.context.set_offline(True)
    page.reload()
    page.locator(".door").first.locator("summary").first.click()
    shown = page.locator(".sent-photos img").first
    assert shown.evaluate("async e => { e.loading = 'eager'; await e.decode(); return e.naturalWidth; }") == 1600
    one.context.set_offline(False)
    # The picture itself, and not its name in its place.
    page.goto(f"{page.url}/report")
    seen = page.locator(".photos img").first
    seen.scroll_into_view_if_needed()
    page.wait_for_selector(".photos img")
    assert seen.evaluate("async e => { await e.decode(); return e.naturalWidth; }") == 1600
    page.goto(page.url.split("/road")[0] + f"/tasks/{trip['taskId']}")
    page.locator(".photos img").first.scroll_into_view_if_needed()
    check_look(page, 360)
    page.locator(".photos button").first.click()
    page.wait_for_selector(".photos", state="detached")
    assert ask("GET", f"/api/v1/tasks/{trip['taskId']}/photos")["items"] == []
    assert [m for m in one.messages if not UNSENT.search(m)] == []


def test_an_answer_that_is_lost_on_the_way_back_has_one_effect(tab, trip, ask):
    one = road(tab, trip)
    page = one.page
    lost = []

    def lose(route):
        # It reaches the service, and its answer does not come back.
        route.fetch()
        lost.append(route.request.headers["idempotency-key"])
        route.abort() if len(lost) == 1 else route.continue_()

    page.route("**/check", lose)
    page.evaluate("document.querySelector('.done-stop').open = true")
    finish(page, 0, "Дважды")
    waiting(page, 1)
    page.click("#send-now")
    waiting(page, 0)
    assert len(lost) == 2 and len(set(lost)) == 1
    partner = visits(ask, trip)[0]["partner"]
    made = [one for one in ask("GET", f"/api/v1/activities?partner={partner}&kind=visit")["items"] if one["outcome"] == "Дважды"]
    assert len(made) == 1
    assert [m for m in one.messages if not UNSENT.search(m)] == []


def test_what_somebody_else_ended_meanwhile_is_asked_about(tab, trip, ask):
    one = road(tab, trip)
    page = one.page
    page.wait_for_selector("html[data-kept]", state="attached")
    one.context.set_offline(True)
    for door, outcome in [(0, "моё 1"), (1, "моё 2")]:
        page.evaluate(f"document.querySelectorAll('.door > details')[{door}].open = true")
        finish(page, door, outcome)
        waiting(page, door + 1)
    for stop in stops(ask, trip)[:2]:
        ask("POST", f"/api/v1/tasks/{trip['taskId']}/items/{stop['id']}/check", {"state": "skipped", "outcome": "офис", "reason": "closed"})
    one.context.set_offline(False)
    page.wait_for_selector("#faults .fault:nth-child(2)")
    assert "моё 1" in page.locator("#faults .fault").first.inner_text()
    # The service's word stands until somebody decides.
    page.wait_for_selector(".door:first-child[data-state=skipped]")
    page.locator("#faults .fault").first.locator("button").first.click()
    page.wait_for_selector(".door:first-child[data-state=completed]")
    page.locator("#faults .fault").first.locator("button").last.click()
    waiting(page, 0)
    assert [(stop["state"], stop["outcome"]) for stop in stops(ask, trip)[:2]] == [("done", "моё 1"), ("skipped", "офис")]
    assert page.locator("#faults .fault").count() == 0


def alone(tab, trip):
    """The page without its worker, so that everything it asks for can be answered here."""
    return road(tab, trip, service_workers="block")


def complaints(one):
    return [m for m in one.messages if not UNSENT.search(m) and "Service Worker registration blocked" not in m]


def test_what_cannot_be_kept_stays_in_the_form(tab, trip, ask):
    one = alone(tab, trip)
    page = one.page
    page.evaluate("""() => {
      const add = IDBObjectStore.prototype.add, transaction = IDBDatabase.prototype.transaction;
      IDBObjectStore.prototype.add = () => { IDBObjectStore.prototype.add = add; throw new DOMException("no room", "QuotaExceededError"); };
      window.closeOnce = () => {
        IDBDatabase.prototype.transaction = function (...more) {
          IDBDatabase.prototype.transaction = transaction;
          this.close();
          return transaction.apply(this, more);
        };
      };
      document.querySelector(".done-stop").open = true;
    }""")
    finish(page, 0, "Не потерять")
    told = page.locator(".door").first.locator(".not-kept")
    told.wait_for(state="visible")
    assert "no room" in told.inner_text()
    assert page.locator("[name=outcome]").first.input_value() == "Не потерять"
    # The browser has closed what was open meanwhile.
    page.evaluate("closeOnce()")
    page.locator("form[data-act=done] button").first.click()
    page.wait_for_selector(".door:first-child[data-state=completed]")
    assert stops(ask, trip)[0]["outcome"] == "Не потерять" and told.count() == 0
    assert complaints(one) == []


def test_what_was_sent_stays_so_until_the_page_says_it_too(tab, trip):
    one = alone(tab, trip)
    page = one.page
    kept = page.request.get(page.url).text()

    def answer(route):
        is_opened = route.request.resource_type == "document"
        route.fulfill(body=kept, content_type="text/html; charset=utf-8") if is_opened else route.abort()

    page.route("**/road/*", answer)
    page.evaluate("document.querySelector('.done-stop').open = true")
    finish(page, 0, "Ушло")
    waiting(page, 1)
    waiting(page, 0)
    first = page.locator(".door").first
    assert first.get_attribute("data-shown") == "completed"
    page.reload()
    waiting(page, 0)
    assert (first.get_attribute("data-state"), first.get_attribute("data-shown")) == ("planned", "completed")
    page.unroute("**/road/*")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector(".door:first-child[data-state=completed]")
    page.wait_for_function("() => localStorage.getItem('planner-road-sent') === '[]'")
    assert complaints(one) == []


def test_a_trip_that_was_planned_anew_waits_for_what_is_typed(tab, trip):
    one = alone(tab, trip)
    page = one.page

    def answer(route):
        body = route.fetch().text()
        is_asked = route.request.resource_type == "fetch"
        route.fulfill(body=body.replace('data-planned="', 'data-planned="1') if is_asked else body, content_type="text/html; charset=utf-8")

    page.route("**/road/*", answer)
    page.evaluate("document.querySelectorAll('[name=outcome]')[2].value = 'Пишу'")
    with page.expect_response("**/road/*"):
        page.locator(".door").first.locator("[data-act=arrive]").click()
    waiting(page, 0)
    assert page.evaluate("document.querySelectorAll('[name=outcome]')[2].value") == "Пишу"
    with page.expect_navigation():
        page.evaluate("() => { document.querySelectorAll('[name=outcome]')[2].value = ''; dispatchEvent(new Event('online')); }")
    assert complaints(one) == []


def test_what_was_refused_is_told_once_and_can_be_sent_again(tab, trip, ask):
    one = alone(tab, trip)
    page = one.page
    keys = []

    def refuse(route):
        keys.append(route.request.headers["idempotency-key"])
        refusal = {"code": "http.badField", "detail": "it lies in the future"}
        route.fulfill(status=400, json=refusal) if len(keys) == 1 else route.continue_()

    page.route("**/arrive", refuse)
    page.locator(".door").first.locator("[data-act=arrive]").click()
    box = page.locator("#faults .fault")
    box.wait_for()
    assert "it lies in the future" in box.inner_text() and "arrivedAt" not in visits(ask, trip)[0]
    # It stands as it did when everything was tried again, and so does the focus.
    again = box.locator("button").first
    again.focus()
    page.evaluate("() => { delete document.documentElement.dataset.road; dispatchEvent(new Event('online')); }")
    waiting(page, 1)
    assert again.evaluate("e => e === document.activeElement")
    assert again.inner_text() == page.locator("#send-now").text_content()
    again.click()
    page.wait_for_selector(".door:first-child[data-state=checkedIn]")
    waiting(page, 0)
    assert box.count() == 0 and len(set(keys)) == len(keys) == 2
    assert page.evaluate("document.activeElement !== document.body")
    assert visits(ask, trip)[0]["visit"] == "checkedIn"


def test_a_photograph_that_was_taken_back_is_not_sent(tab, trip, ask):
    one = alone(tab, trip)
    page = one.page
    held, upload = [], re.compile(r"/photos\?at=")
    page.route(upload, lambda route: route.continue_() if held else held.append(route))
    with page.expect_request(upload):
        page.locator(".photo-button input").first.set_input_files([{"name": name, "mimeType": "image/png", "buffer": picture(8, 8)} for name in "ab"])
    waiting(page, 2)
    page.evaluate("document.querySelectorAll('.waiting-photos button')[1].click()")
    waiting(page, 1)
    held[0].continue_()
    waiting(page, 0)
    assert len(ask("GET", f"/api/v1/tasks/{trip['taskId']}/photos")["items"]) == 1
    assert complaints(one) == []


def test_who_enters_by_keyboard_goes_on_where_it_comes_next(tab, trip):
    page = road(tab, trip).page
    first = page.locator(".door").first
    first.locator("[data-act=arrive]").press("Enter")
    page.wait_for_selector(".door[data-state=checkedIn]")
    assert page.evaluate("document.activeElement.matches('.done-stop > summary')")
    name = first.get_attribute("data-name")
    assert name in page.locator("#progress-text").inner_text()
    first.locator("[data-act=reopen]").press("Enter")
    page.wait_for_selector(".door:first-child[data-state=planned]")
    assert page.evaluate("document.activeElement.matches('.door:first-child [data-act=arrive]')")
    assert name not in page.locator("#progress-text").inner_text()


def by_worker(page, work):
    """What the worker does, in the page; it has no patience at all."""
    return page.evaluate(f"""async () => {{
      const heard = {{}}, cache = await caches.open("planner-road");
      const self = {{ addEventListener: (name, body) => {{ heard[name] = body; }} }}, setTimeout = (body) => body();
      const here = (path) => location.origin + path;
      const keep = (...paths) => new Promise((done) => {{ heard.message({{ data: {{ keep: paths.map(here) }}, source: null, waitUntil: done }}); }});
      const ask = (path, mode) => new Promise((done) => {{
        const request = {{ method: "GET", url: here(path), mode, toString: () => here(path) }};
        heard.fetch({{ request, respondWith: done }});
      }}).then((answer) => answer.text());
      const kept = async (path) => (await cache.match(path))?.text();
      const put = (path, text) => cache.put(path, new Response(text, {{ headers: {{ "Content-Type": "text/html" }} }}));
      (() => {{ {WORKER.read_text()} }})();
      {work}
    }}""")


def test_the_files_of_an_update_are_kept_together(tab, trip):
    page = alone(tab, trip).page
    page.route(re.compile("/assets/(part|main).js"), lambda route: route.fulfill(body="new"))
    page.route("**/road/renewed", lambda route: route.fulfill(body='<script src="/assets/main.js?v=2">', content_type="text/html"))
    page.route("**/road/out-of-reach", lambda route: route.abort())
    old = """
      for (const file of ["/assets/part.js", "/assets/main.js?v=1"]) await put(file, "old");
      await put("/road/renewed", '<script src="/assets/main.js?v=1">');
    """
    look = """
      await keep("/assets/main.js?v=2", "/assets/part.js");
      return [await kept("/assets/part.js"), await kept("/assets/main.js?v=2"), await kept("/assets/main.js?v=1") ?? "", (await kept("/road/renewed")).includes("v=2")];
    """
    assert by_worker(page, old + look) == ["new", "new", "", True]
    # A page that does not come anew has its files still.
    assert by_worker(page, old + """await put("/road/out-of-reach", '<script src="/assets/main.js?v=1">');""" + look) == ["new", "new", "old", True]


def test_a_page_that_asks_what_changed_gets_no_older_answer(tab, trip):
    page = alone(tab, trip).page
    page.route("**/road/slow", lambda route: route.fulfill(body="newer", content_type="text/html"))
    work = """
      await put("/road/slow", "kept");
      const opened = await ask("/road/slow", "navigate");
      await put("/road/slow", "kept");
      return [opened, await ask("/road/slow", "cors"), await kept("/road/slow")];
    """
    assert by_worker(page, work) == ["kept", "newer", "newer"]


def test_what_was_done_is_taken_back_and_the_rest_is_planned_anew(tab, trip, ask):
    one = road(tab, trip)
    page = one.page
    page.locator(".door").first.locator("[data-act=arrive]").click()
    page.wait_for_selector(".door[data-state=checkedIn]")
    page.locator(".door").first.locator("[data-act=reopen]").click()
    page.wait_for_selector(".door:first-child[data-state=planned]")
    assert "arrivedAt" not in visits(ask, trip)[0]
    waiting(page, 0)
    before = ask("GET", f"/api/v1/trips/{trip['trip']['id']}")["version"]
    with page.expect_navigation():
        page.click("[data-replan=last]")
    page.wait_for_selector("html[data-road]", state="attached")
    assert ask("GET", f"/api/v1/trips/{trip['trip']['id']}")["version"] > before
    assert one.messages == []


def test_the_rest_is_planned_anew_from_where_the_phone_is(tab, trip, ask):
    here = {"latitude": 52.2, "longitude": 23.9}
    before = ask("GET", f"/api/v1/trips/{trip['trip']['id']}")["version"]
    one = road(tab, trip, geolocation=here, permissions=["geolocation"])
    page = one.page
    with page.expect_request("**/replan") as asked, page.expect_navigation():
        page.click("[data-replan=here]")
    assert asked.value.post_data_json == {"save": True, "from": here}
    page.wait_for_selector("html[data-road]", state="attached")
    again = ask("GET", f"/api/v1/trips/{trip['trip']['id']}")
    assert again["version"] > before
    assert one.messages == []
    # A phone that does not tell leaves the other way.
    page = road(tab, trip, permissions=[]).page
    page.click("[data-replan=here]")
    page.wait_for_selector("#replan-told.fault")
    assert page.locator("[data-replan=last]").is_enabled()
    assert ask("GET", f"/api/v1/trips/{trip['trip']['id']}")["version"] == again["version"]


def sign_in(page, login, password=PASSWORD, is_new=False):
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    with page.expect_navigation():
        page.click("main button[type=submit]")
    if is_new:
        page.locator("#tour").wait_for()
        page.keyboard.press("Escape")
        page.locator("#tour").wait_for(state="detached")


def sign_out(page):
    page.evaluate("document.querySelector('details.menu').open = true")
    page.locator("form.person button").click()


def left(page):
    """What is on the device: the pages that are kept, what pages remember, and whose entries wait."""
    return page.evaluate("""async () => {
      const whose = await new Promise((done) => {
        const opening = indexedDB.open("planner-road");
        opening.onsuccess = () => {
          const all = opening.result.transaction("entries").objectStore("entries").getAll();
          all.onsuccess = () => { opening.result.close(); done(all.result.map((one) => one.user)); };
        };
      });
      return [await caches.keys(), Object.keys(localStorage), whose];
    }""")


def test_signing_out_tells_of_what_was_not_sent_and_keeps_it_but_nothing_else(door_tab, door_server, trip, ask):
    one = door_tab(f"/road/{trip['trip']['id']}", width=360, height=740)
    page = one.page
    sign_in(page, "demo", is_new=True)
    page.wait_for_selector("html[data-kept]", state="attached")
    page.evaluate("localStorage.setItem('planner-wanted', '{}')")
    # There is a signal, but what is entered does not get through.
    page.evaluate("""() => {
      const real = window.fetch;
      window.fetch = (address, ...more) => String(address).endsWith("/arrive") ? Promise.reject(new TypeError("lost")) : real(address, ...more);
    }""")
    page.locator(".door").first.locator("[data-act=arrive]").click()
    waiting(page, 1)
    sign_out(page)
    box = page.locator("#leave")
    box.wait_for()
    assert "1" in box.inner_text()
    page.evaluate("document.querySelector('details.menu').open = false")
    check_look(page, 360, within="#leave")
    box.locator("button").first.click()
    box.wait_for(state="detached")
    # Without a signal nobody signs out, and nothing goes.
    one.context.set_offline(True)
    sign_out(page)
    box.locator("button").last.click()
    page.wait_for_function("() => document.querySelectorAll('#leave button').length === 1")
    page.keyboard.press("Escape")
    box.wait_for(state="detached")
    pages, kept, whose = left(page)
    assert pages == ["planner-road"] and "planner-wanted" in kept and whose == ["demo"]
    one.context.set_offline(False)
    sign_out(page)
    with page.expect_navigation():
        box.locator("button").last.click()
    assert page.url.endswith("/sign-in")
    assert left(page) == [[], ["planner-tour"], ["demo"]]

    # Somebody else is shown around, neither sends nor loses what waits, and signs out without being asked.
    page.goto(f"{door_server}/sign-in?next=/tasks")
    sign_in(page, "gleb", is_new=True)
    page.goto(f"{door_server}/road")
    with page.expect_navigation():
        sign_out(page)
    assert left(page) == [[], ["planner-tour"], ["demo"]] and stops(ask, trip)[0]["state"] == "open"
    assert "arrivedAt" not in visits(ask, trip)[0]

    page.goto(f"{door_server}/sign-in?next=/road/{trip['trip']['id']}")
    sign_in(page, "demo")
    waiting(page, 0)
    page.wait_for_selector(".door:first-child[data-state=checkedIn]")
    assert visits(ask, trip)[0]["visit"] == "checkedIn"
    # Nobody is shown around twice: the page can be used at once.
    page.locator(".door").nth(1).locator("summary").first.click()
    assert page.locator("#tour").count() == 0


def test_what_is_kept_of_one_person_is_shown_to_no_other(door_tab, door_server, trip):
    address = f"/road/{trip['trip']['id']}"
    one = door_tab(address, width=360, height=740)
    page = one.page
    sign_in(page, "demo", is_new=True)
    page.wait_for_selector("html[data-kept]", state="attached")
    # The session has ended by itself: what is kept waits for the same person.
    one.context.clear_cookies()
    page.goto(f"{door_server}/sign-in?next=/tasks")
    sign_in(page, "demo", "wrong " + PASSWORD)
    assert page.locator("[role=alert]").is_visible()
    assert page.evaluate("caches.keys()") == ["planner-road"]
    sign_in(page, "gleb", is_new=True)
    assert page.url.endswith("/tasks")
    assert page.evaluate("caches.keys()") == []
    one.context.set_offline(True)
    for place in (address, "/road"):
        with pytest.raises(Error):
            page.goto(door_server + place)


def test_another_ones_page_takes_away_what_is_kept(door_tab, door_server, trip):
    one = door_tab(f"/road/{trip['trip']['id']}", width=360, height=740)
    page = one.page
    sign_in(page, "demo", is_new=True)
    page.wait_for_selector("html[data-kept]", state="attached")
    page.evaluate("localStorage.setItem('planner-wanted', '{}'); localStorage.setItem('planner-user', 'gleb')")
    page.goto(f"{door_server}/tasks")
    page.wait_for_function("() => localStorage.getItem('planner-user') === 'demo'")
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("localStorage.getItem('planner-wanted')") is None


@SCREENS
def test_the_page_fits_whoever_holds_it(tab, trip, width, scheme, locale):
    one = road(tab, trip, width=width, height=800, color_scheme=scheme, locale=locale)
    page = one.page
    for act in (".navigate", ".done-stop", ".skip-stop"):
        page.evaluate(f"document.querySelector('{act}').open = true")
    check_look(page, width)
    page.goto(page.url + "/report")
    check_look(page, width)
