"""Planning on the page: from a choice on the map to a saved trip with its task, stops moved on the way."""
import json
import re

from looks import SCREENS, check_look
from test_map_page import QUIET

BREST = {"circle": {"center": {"latitude": 52.1, "longitude": 23.7}, "radius": 90_000}}


def planner(tab, selection=BREST, **options):
    """The page with a choice brought along, as the map leaves it; high enough for all of a small plan."""
    options.setdefault("height", 1800)
    one = tab("/plan", **options)
    page = one.page
    page.evaluate("choice => sessionStorage.setItem('planner-plan', choice)", json.dumps({"selection": selection, "count": 7}))
    page.evaluate("localStorage.clear()")
    page.reload()
    page.wait_for_selector("html[data-map=idle]", state="attached", timeout=60_000)
    return one


def planned(page, action):
    page.evaluate("delete document.documentElement.dataset.plan")
    action()
    page.wait_for_selector("html[data-plan]", state="attached", timeout=60_000)


def plan(page, start="52.094,23.685", days="2"):
    page.fill("[name=start]", start)
    page.fill("[name=days]", days)
    planned(page, lambda: page.click("#wanted button[type=submit]"))


def order(page):
    return page.evaluate("[...document.querySelectorAll('#draft .day')].map(day => [...day.querySelectorAll('.stop')].map(stop => stop.dataset.partner))")


def menu(page, partner, act):
    """Whose menu was used before stands open."""
    stop = page.locator(f".stop[data-partner='{partner}']")
    if stop.locator(".stop-menu[open]").count() == 0:
        stop.locator("summary").click()
    planned(page, lambda: stop.locator(act).click())


def drag(page, partner, before):
    """Onto the upper edge of another stop."""
    source = page.locator(f".stop[data-partner='{partner}']").bounding_box()
    target = page.locator(f".stop[data-partner='{before}']").bounding_box()
    page.mouse.move(source["x"] + 150, source["y"] + 12)
    page.mouse.down()
    page.mouse.move(source["x"] + 150, source["y"] - 10, steps=3)
    page.mouse.move(target["x"] + 150, target["y"] + 6, steps=12)
    page.mouse.move(target["x"] + 150, target["y"] + 5)
    page.mouse.up()


def test_a_choice_on_the_map_becomes_a_saved_trip(tab):
    one = tab("/map?at=52.5,24.5,7")
    page = one.page
    page.wait_for_selector("html[data-map=idle][data-list]", state="attached", timeout=60_000)
    page.click("#choose")
    page.click("[data-tool=lasso]")
    box = page.locator("#map canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 200, y - 200)
    page.mouse.down()
    for dx, dy in [(250, -200), (250, 200), (-200, 200), (-200, -200)]:
        page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()
    page.wait_for_selector(".chosen-box [data-act=plan]")
    count = page.locator(".chosen-box").get_attribute("data-count")
    page.click("[data-act=plan]")
    page.wait_for_url("**/plan")
    assert count in page.locator("select[name=selection] option").first.inner_text()
    plan(page)
    stops = [stop for day in order(page) for stop in day]
    assert len(stops) > 1
    page.fill("#keep [name=title]", "Запад <i>&\"'")
    page.click("#keep button")
    page.wait_for_url(re.compile("/trips/"))
    assert page.locator("h1").inner_text() == "Запад <i>&\"'"
    trip = page.url.rsplit("/", 1)[1]
    saved = json.loads(page.evaluate(f"fetch('/api/v1/trips/{trip}').then(answer => answer.text())"))
    assert saved["taskId"]
    assert page.locator(".stop").count() == len(stops)
    assert [m for m in one.messages if not m.startswith(QUIET)] == []


def test_stops_are_moved_taken_out_and_insisted_on_and_every_step_is_undone(tab):
    one = planner(tab)
    page = one.page
    plan(page)
    first = order(page)
    assert len(first) == 2 and all(first)
    # By drag from the second day to the head of the first.
    moved = first[1][0]
    planned(page, lambda: drag(page, moved, first[0][0]))
    second = order(page)
    assert second[0] == [moved, *first[0]] and moved not in sum(second[1:], [])
    menu(page, moved, "[data-move=down]")
    assert order(page)[0][:2] == [first[0][0], moved]
    out = first[0][0]
    menu(page, out, "[data-move=without]")
    assert out not in sum(order(page), [])
    page.locator(".taken-out button").wait_for()
    for expected in [[first[0][0], moved], second[0][:2]]:
        page.click("#undo")
        assert order(page)[0][:2] == expected
    page.click("#undo")
    assert order(page) == first
    assert page.locator("#undo").is_disabled()
    page.keyboard.press("Control+y")
    assert order(page) == second
    planned(page, lambda: page.click("#best"))
    assert order(page) == first
    menu(page, first[0][0], "[data-move=must]")
    assert page.locator(f".stop[data-partner='{first[0][0]}'] .mark").count() == 1
    assert [m for m in one.messages if not m.startswith(QUIET)] == []


def test_who_does_not_fit_is_told_why_and_may_be_insisted_on(tab):
    page = planner(tab).page
    page.fill("[name=until]", "10:30")
    plan(page, days="1")
    assert page.locator(".left-out li[data-left]").count() > 0
    page.evaluate("document.querySelector('.left-out').open = true")
    left = page.locator(".left-out li[data-left]").first
    assert len(left.locator(".reason").inner_text()) > 3
    assert left.locator("[data-fix=must]").count() == 1


def test_an_order_that_breaks_something_says_what(tab):
    page = planner(tab).page
    plan(page)
    days = order(page)
    # Everybody on one day is more than it holds, or it holds them: then the hours are cut below what is there.
    page.locator("#conditions > summary").click()
    page.fill("[name=until]", "10:00")
    stop = days[0][0]
    menu(page, stop, "[data-move=day][data-to='2']")
    assert page.locator("#draft [role=alert] li").count() > 0


def test_a_fault_of_the_form_is_said_and_the_plan_stays(tab):
    page = planner(tab).page
    plan(page)
    before = order(page)
    page.locator("#conditions > summary").click()
    page.fill("[name=start]", "Ктулху-город 77")
    page.click("#wanted button[type=submit]")
    page.locator("#told.fault").wait_for()
    assert len(page.locator("#told").inner_text()) > 20
    assert order(page) == before


def test_what_is_decided_once_is_remembered_and_no_choice_leads_to_the_map(tab):
    page = planner(tab).page
    page.locator(".wanted details summary").click()
    page.check("[name=lunch]")
    page.fill("[name=visit]", "45")
    plan(page)
    page.reload()
    assert page.input_value("[name=visit]") == "45" and page.is_checked("[name=lunch]")
    assert page.input_value("[name=start]") == "52.094,23.685"


@SCREENS
def test_the_page_fits_every_screen_theme_and_language(tab, width, scheme, locale):
    page = planner(tab, width=width, color_scheme=scheme, locale=locale).page

    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
    page.select_option("[name=end]", "place")
    page.check("[name=lunch]")
    check_look(page, width)
    page.select_option("[name=end]", "round")
    page.check("[name=alternatives]")
    plan(page)
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
    check_look(page, width)


def test_a_lock_holds_and_whoever_is_near_is_added(tab):
    one = planner(tab, {"circle": {"center": {"latitude": 52.1, "longitude": 23.7}, "radius": 45_000}})
    page = one.page
    page.fill("[name=until]", "15:00")
    plan(page)
    first = order(page)
    assert len(first) == 2
    last = first[0][-1]
    # To the other day by hand, locked there, and the best order looked for again.
    page.locator(f".stop[data-partner='{last}'] summary").click()
    planned(page, lambda: page.locator(f".stop[data-partner='{last}'] [data-move=day]").nth(1).click())
    menu(page, last, "[data-move=lock]")
    planned(page, lambda: page.click("#best"))
    assert last in order(page)[1]
    stop = page.locator(f".stop[data-partner='{last}']")
    assert re.search("locked|закреп", stop.inner_text())
    menu(page, last, "[data-move=unlock]")
    before = order(page)
    page.click("#nearby")
    page.wait_for_selector("html[data-nearby]", state="attached")
    offer = page.locator("#nearby-list [data-add]").first
    partner, date, position = (offer.get_attribute(f"data-{name}") for name in ("add", "date", "position"))
    assert "+" in page.locator("#nearby-list li").first.inner_text()
    assert partner not in sum(before, [])
    planned(page, lambda: offer.click())
    day = page.locator(f".day[data-date='{date}'] .stop").evaluate_all("all => all.map(one => one.dataset.partner)")
    assert day[int(position) - 1] == partner
    planned(page, lambda: page.click("#best"))
    assert partner in sum(order(page), [])
    page.click("#keep button")
    page.wait_for_url(re.compile("/trips/"))
    assert page.locator(f".stop[data-partner='{partner}']").count() == 1
    assert [m for m in one.messages if not m.startswith(QUIET)] == []


def test_what_is_saved_is_the_plan_that_is_seen(tab):
    page = planner(tab).page
    plan(page)
    page.locator("#conditions > summary").click()
    page.fill("[name=until]", "16:00")
    planned(page, lambda: page.click("#wanted button[type=submit]"))
    page.click("#undo")
    page.locator("#conditions > summary").click()
    page.fill("[name=start]", "53.9,27.56")
    page.fill("[name=from]", "11:00")
    with page.expect_request("**/plan/nearby") as near:
        page.click("#nearby")
    with page.expect_request("**/api/v1/plan") as saved:
        page.click("#keep button")
    for asked in (near.value.post_data_json, saved.value.post_data_json):
        assert (asked["start"], asked["work"]) == ("52.094,23.685", "09:00-18:00")


def test_stops_are_moved_by_keyboard_alone(tab):
    page = planner(tab).page
    plan(page, days="1")
    [day] = order(page)
    assert len(day) > 2
    stop = page.locator(f".stop[data-partner='{day[0]}']")
    focused = "[document.activeElement.closest('.stop')?.dataset.partner, document.activeElement.dataset.move]"
    press = lambda: page.keyboard.press("Enter")
    stop.locator("summary").focus()
    press()
    stop.locator("[data-move=down]").focus()
    planned(page, press)
    assert page.evaluate(focused) == [day[0], "down"]
    planned(page, press)
    assert order(page) == [[day[1], day[2], day[0], *day[3:]]]
    # Who is taken out is taken back by the next press.
    stop.locator("[data-move=without]").focus()
    planned(page, press)
    assert page.evaluate("document.activeElement.dataset.fix") == "again"
    planned(page, press)
    assert day[0] in sum(order(page), []) and page.evaluate(focused)[0] == day[0]


def test_a_change_builds_on_the_one_that_is_on_its_way(tab):
    page = planner(tab).page
    plan(page, days="1")
    [day] = order(page)
    button = lambda act: f".stop[data-partner='{day[0]}'] [data-move={act}]"
    planned(page, lambda: page.evaluate("down => { for (const _ of [1, 2]) document.querySelector(down).click(); }", button("down")))
    moved = [[day[1], day[2], day[0], *day[3:]]]
    assert order(page) == moved
    # What is still on its way is taken back first, whatever alphabet the keyboard writes in.
    page.route("**/plan/draft", lambda route: None)
    with page.expect_request("**/plan/draft"):
        page.evaluate("up => document.querySelector(up).click()", button("up"))
    with page.expect_event("requestfailed"):
        page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'я', code: 'KeyZ', ctrlKey: true, bubbles: true }))")
    assert order(page) == moved and page.locator("main").get_attribute("aria-busy") == "false"
    page.click("#undo")
    assert order(page) == [day]
