"""Choosing partners on the map: each tool by pointer, the flow by keyboard, and what is done with whom it holds."""
import csv
import json
import random
import re
import uuid

from looks import SCREENS, check_look
from test_map_page import QUIET, pins, ready, settled


class Choice:
    """A map with its tools."""

    def __init__(self, one):
        self.one = one
        self.page = one.page
        box = self.page.locator("#map canvas").bounding_box()
        self.middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def take(self, tool, operation="add"):
        if self.page.locator("#hint").is_visible():
            self.page.click("#put-away")
        self.page.click("#choose")
        self.page.click(f"[data-tool={tool}]")
        self.page.click(f"#hint label:has(input[value={operation}])")

    def at(self, x, y):
        return self.middle[0] + x, self.middle[1] + y

    def asked(self, action):
        """How many are chosen after something was done."""
        self.page.evaluate("delete document.documentElement.dataset.chosen")
        action()
        self.page.wait_for_selector("html[data-chosen]", state="attached", timeout=20_000)
        return int(self.page.evaluate("document.documentElement.dataset.chosen || 0"))

    def draw(self, *corners):
        self.page.mouse.move(*self.at(*corners[0]))
        self.page.mouse.down()
        for corner in [*corners[1:], corners[0]]:
            self.page.mouse.move(*self.at(*corner), steps=5)
        self.page.mouse.up()

    def lasso(self, *corners):
        return self.asked(lambda: self.draw(*corners))

    def press(self, *places):
        def press():
            for place in places:
                self.page.mouse.click(*self.at(*place))
                self.page.wait_for_timeout(350)  # Two presses at once would be a double one.
        return self.asked(press)

    def places(self):
        """Screen places of all rings and pins with how many each holds."""
        rings = [(ring["place"]["x"], ring["place"]["y"], ring["count"]) for ring in pins(self.page, "rings")]
        return rings + [(pin["place"]["x"], pin["place"]["y"], 1) for pin in pins(self.page)]


def chooser(tab, **options):
    return Choice(ready(tab, **options))


def whole(choice):
    return choice.lasso((0, -330), (390, -330), (390, 330), (-390, 330), (-390, -250))


def test_a_lasso_holds_what_is_inside_and_parts_are_taken_away_and_back(tab):
    choice = chooser(tab)
    page = choice.page
    choice.take("lasso")
    everybody = whole(choice)
    assert everybody > 50
    assert page.locator(".chosen-box h2").inner_text().startswith(str(everybody))
    choice.take("lasso", "subtract")
    left = choice.lasso((0, -330), (0, 330), (-390, 330), (-390, -250))
    assert left < everybody
    choice.take("lasso", "intersect")
    assert choice.lasso((0, -330), (0, 330), (-390, 330), (-390, -250)) == 0
    assert choice.asked(lambda: page.click("[data-act=undo]")) == left
    assert choice.asked(lambda: page.click("[data-act=undo]")) == everybody
    # The shapes stay while the tab is open.
    page.reload()
    page.wait_for_selector("html[data-chosen]", state="attached", timeout=60_000)
    assert page.evaluate("document.documentElement.dataset.chosen") == str(everybody)
    assert choice.asked(lambda: page.click("[data-act=clear]")) == 0
    assert page.locator(".chosen-box").count() == 0
    assert [m for m in choice.one.messages if not m.startswith(QUIET)] == []


def test_a_lasso_that_crosses_itself_holds_both_its_loops(tab):
    choice = chooser(tab)
    choice.take("lasso")
    everybody = whole(choice)
    choice.asked(lambda: choice.page.click("[data-act=clear]"))
    eight = choice.lasso((300, 250), (300, -330), (-390, 250), (-200, -330))
    assert 0 < eight <= everybody
    assert choice.page.locator("[role=alert]").count() == 0


def test_circle_polygon_region_and_line_hold_partners(tab):
    choice = chooser(tab)
    page = choice.page
    x, y, count = max(choice.places(), key=lambda place: place[2])
    box = page.locator("#map").bounding_box()
    centre = (box["x"] + x - choice.middle[0], box["y"] + y - choice.middle[1])
    near = lambda dx, dy: (centre[0] + dx, centre[1] + dy)
    choice.take("circle")
    page.mouse.click(*choice.at(*centre))
    page.mouse.move(*choice.at(*near(30, 0)))
    assert choice.press(near(40, 0)) >= count
    choice.take("polygon", "subtract")
    for corner in [(-60, -60), (60, -60), (60, 60), (-60, 60)]:
        page.mouse.click(*choice.at(*near(*corner)))
        page.wait_for_timeout(350)
    assert choice.asked(lambda: page.click("#finish")) == 0
    # Regions are not drawn before the tool is taken; a press at once waits for them.
    choice.take("region")
    assert choice.press(centre) >= 0
    choice.asked(lambda: page.click("[data-act=clear]"))
    choice.take("corridor")
    for corner in [(-60, 0), (60, 0)]:
        page.mouse.click(*choice.at(*near(*corner)))
        page.wait_for_timeout(350)
    assert choice.asked(lambda: page.click("#finish")) > 0
    choice.take("region")
    assert choice.press(centre) > 0
    assert [m for m in choice.one.messages if not m.startswith(QUIET)] == []


def test_pins_are_pressed_in_and_out(tab):
    choice = chooser(tab)
    page = choice.page
    settled(page, lambda: page.locator(".seen > li .quiet").first.click())
    page.locator(".maplibregl-popup-close-button").click()
    found = pins(page)
    one = found[0]
    box = page.locator("#map").bounding_box()
    place = (box["x"] + one["place"]["x"] - choice.middle[0], box["y"] + one["place"]["y"] - choice.middle[1])
    choice.take("single")
    assert choice.press(place) == 1
    assert page.locator(".pin-card").count() == 0
    assert page.locator(".chosen-box").get_attribute("data-ids") == one["partner"]
    assert choice.press(place) == 0


def test_driving_time_holds_what_roads_reach(tab):
    choice = chooser(tab, address="/map?at=53.558,13.26,12")
    choice.take("drive")
    choice.page.fill("input[name=minutes]", "10")
    count = choice.press((0, 0))
    assert count > 3
    # Far from any road graph there is nowhere to drive to: the fault is said, the choice stays.
    far = chooser(tab, address="/map?at=48.2,16.4,10")
    far.take("drive")
    far.page.mouse.click(*far.at(0, 0))
    far.page.locator("#chosen [role=alert]").wait_for()
    assert len(far.page.locator("#chosen [role=alert]").inner_text()) > 20


def test_a_choice_is_made_by_keyboard_alone(tab):
    choice = chooser(tab, address="/map?at=53.2,25,6")
    page = choice.page
    page.focus("#choose")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.dataset.tool") != "circle":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "CANVAS"
    page.keyboard.press("Enter")
    assert page.locator("#crosshair").is_visible()
    page.evaluate("delete document.documentElement.dataset.map")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("html[data-map=idle]", state="attached")
    assert choice.asked(lambda: page.keyboard.press("Enter")) > 0
    page.keyboard.press("Escape")
    assert page.locator("#hint").is_hidden()


def test_a_choice_is_kept_and_its_partners_are_changed(tab):
    choice = chooser(tab)
    page = choice.page
    choice.take("lasso")
    count = whole(choice)
    page.click(".chosen-box .act summary >> nth=0")
    page.fill(".chosen-box .act input[name=name]", "Запад <b>&\"'")
    page.click("form[data-act=save] button")
    page.locator("#chosen [role=status]").wait_for()
    saved = json.loads(page.evaluate("fetch('/api/v1/selections').then(answer => answer.text())"))["items"]
    assert [one["name"] for one in saved if one["name"].startswith("Запад")] == ["Запад <b>&\"'"]
    page.locator(".chosen-box .act summary").nth(1).click()
    page.fill("form[data-act=tag] input", "объезд")
    assert choice.asked(lambda: page.click("form[data-act=tag] button")) == count
    page.locator("#chosen [role=status]").wait_for()
    assert str(count) in page.locator("#chosen [role=status]").inner_text()
    tagged = json.loads(page.evaluate("fetch('/api/v1/partners?tag=%D0%BE%D0%B1%D1%8A%D0%B5%D0%B7%D0%B4&total=true').then(answer => answer.text())"))
    assert tagged["total"] == count


def test_a_choice_becomes_a_task_or_a_file(tab):
    choice = chooser(tab)
    page = choice.page
    choice.take("lasso")
    count = whole(choice)
    page.locator(".chosen-box .act summary").nth(3).click()
    with page.expect_download() as download:
        page.click("[data-act=file][data-format=csv]")
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert download.value.suggested_filename == "partners.csv" and len(rows) == count + 1
    # A few of them, around a pin.
    settled(page, lambda: page.locator(".seen > li .quiet").first.click())
    page.locator(".maplibregl-popup-close-button").click()
    choice.take("lasso", "intersect")
    few = choice.lasso((-90, -90), (90, -90), (90, 90), (-90, 90))
    assert 0 < few <= 200
    page.locator(".chosen-box .act summary").nth(2).click()
    page.fill("form[data-act=task] input[name=title]", "Обзвон <всех>")
    page.fill("form[data-act=task] input[name=deadline]", "2040-06-01")
    page.click("form[data-act=task] button")
    page.wait_for_url("**/tasks/*-*")
    assert page.locator("h1").inner_text() == "Обзвон <всех>"
    assert page.locator(".checklist > li").count() == few
    page.locator(".checklist a.about").first.click()
    page.wait_for_url("**/partners/*-*")


def test_a_shape_whose_answer_is_lost_stays_and_one_that_is_refused_goes(tab):
    choice = chooser(tab)
    page = choice.page
    shapes = lambda: len(json.loads(page.evaluate("sessionStorage.getItem('planner-choice')")))
    small = (-60, -60), (60, -60), (60, 60), (-60, 60)
    choice.take("lasso")
    everybody = whole(choice)
    page.click(".chosen-box .act summary >> nth=0")
    page.fill("form[data-act=save] [name=name]", "Запад")
    for answer, kept in ((lambda route: route.abort(), 2), (lambda route: route.fulfill(status=422, json={"detail": "no"}), 1)):
        page.route("**/map/chosen*", answer)
        choice.draw(*small)
        page.locator("#chosen [role=alert]").wait_for()
        assert shapes() == kept
        page.unroute("**/map/chosen*")
        if kept == 2:
            # The focus stays on the button, and what was typed in its field.
            assert choice.asked(lambda: page.locator("[data-act=undo]").press("Enter")) == everybody
            assert page.evaluate("document.activeElement.dataset.act") == "undo"
            assert page.locator("form[data-act=save] [name=name]").input_value() == "Запад"
            assert page.locator("form[data-act=save]").is_visible()


def test_a_change_that_breaks_off_tells_what_was_changed(tab):
    choice = chooser(tab)
    page = choice.page
    many = " ".join(str(uuid.uuid4()) for _ in range(1001))
    parts = []

    def chosen(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=re.sub('data-ids="[^"]*"', f'data-ids="{many}"', answer.text()))

    def change(route):
        parts.append(route)
        first = {"json": {"changed": 1000, "results": []}}
        route.fulfill(**(first if len(parts) == 1 else {"status": 503, "json": {"detail": "too busy"}}))

    page.route("**/map/chosen*", chosen)
    page.route("**/partners/bulk", change)
    choice.take("lasso")
    whole(choice)
    page.locator(".chosen-box .act summary").nth(1).click()
    page.fill("form[data-act=tag] input", "объезд")
    page.click("form[data-act=tag] button")
    alert = page.locator("#chosen [role=alert]")
    alert.wait_for()
    assert "1000" in alert.inner_text() and "too busy" in alert.inner_text()
    assert page.input_value("form[data-act=tag] input") == "объезд"


@SCREENS
def test_the_tools_fit_every_screen_theme_and_language(tab, width, scheme, locale):
    choice = chooser(tab, width=width, color_scheme=scheme, locale=locale)
    page = choice.page

    page.click("#choose")
    pane, tools = page.locator(".map-pane").bounding_box(), page.locator("#tools").bounding_box()
    assert tools["y"] >= pane["y"]
    check_look(page, width)
    page.click("[data-tool=corridor]")
    check_look(page, width)
    page.keyboard.press("Escape")
    choice.take("lasso")
    reach = 100 if width == 360 else 300
    choice.lasso((-reach, -reach), (reach, -reach), (reach, reach / 4), (-reach, reach / 4))
    page.evaluate("for (const one of document.querySelectorAll('#chosen details')) one.open = true")
    check_look(page, width)


def test_loops_of_a_line_cross_nothing_and_hold_its_points(tab):
    page = tab("/map").page
    dice = random.Random(7)
    for _ in range(60):
        points = [[dice.uniform(-1, 1), dice.uniform(-1, 1)] for _ in range(dice.randrange(3, 14))]
        rings = page.evaluate("points => import('/assets/shapes.js').then(shapes => shapes.loops(points))", points)
        assert rings
        for ring in rings:
            assert ring[0] == ring[-1] and len(ring) >= 4
            pieces = list(zip(ring, ring[1:]))
            for i, (a, b) in enumerate(pieces):
                for c, d in pieces[i + 1:]:
                    assert not crosses(a, b, c, d), (points, ring)


def crosses(a, b, c, d):
    turn = lambda p, q, r: (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
    least = 1e-9
    return (turn(c, d, a) * turn(c, d, b) < -least and turn(a, b, c) * turn(a, b, d) < -least)
