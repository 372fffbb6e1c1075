"""The whole story: a list is brought in, doubtful places are put right, partners are chosen with the lasso, the trip is
planned, changed by hand and saved, walked on a phone without a signal, and its day is reported."""
import re

from test_choosing import Choice
from test_import_page import read_as, state
from test_map_page import QUIET, wait
from test_planner_page import drag, menu, order, plan, planned
from test_review_page import shown
from test_road_page import UNSENT, finish, waiting

# Around Brest; the last one's street is in no directory.
PLACES = [
    "Брест, улица Советская 1", "Брест, улица Гоголя 2", "Брест, улица Московская 10", "Кобрин", "Жабинка", "Каменец", "Малорита",
    "Брест, улица Сказочная 777",
]
LIST = "Тип;Название;Адрес;Телефон\n" + "".join(
    f"агентство;Сказка {number};{text};+375 162 30-00-{number:02}\n" for number, text in enumerate(PLACES, 1))


def story(open_tab, ask, folder, seen):
    """The story on the pages of a head of sales; `seen` is told of each scene's page."""
    file = folder / "агентства.csv"
    file.write_text(LIST, encoding="utf-8")
    one = open_tab("/import")
    page = one.page
    root = page.url.removesuffix("/import")
    state(page, "file")
    page.set_input_files("#drop input", str(file))
    state(page, "columns")
    read_as(page, ["kind", "name", "address", "phone"])
    seen(page)
    page.fill("[name=country]", "BY")
    page.click("#reading button")
    state(page, "tried")
    seen(page)
    page.click("#import")
    state(page, "imported")
    assert page.locator("#outcomes [data-outcome=create] b").inner_text() == str(len(PLACES))

    # Whoever was not placed to the house is looked at; the pin goes where the middle of the map is.
    page.click("#located a")
    page.wait_for_url("**/review")
    page.goto(root + "/review?q=сказка")
    page.wait_for_selector("html[data-map=idle]", state="attached", timeout=60_000)
    doubtful = page.locator("#queue li").evaluate_all("all => all.map(one => one.dataset.partner)")
    assert 1 <= len(doubtful) <= len(PLACES)
    for partner in doubtful:
        shown(page, partner)
        if partner in doubtful[:2]:
            seen(page)
        page.keyboard.press("m")
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
    shown(page, "over")
    page.wait_for_selector(f"html[data-set='{len(doubtful)}']", state="attached")

    # All of them are drawn around on the map.
    page.goto(root + "/map?q=сказка&at=52.2,23.9,8")
    wait(page)
    seen(page)
    choice = Choice(one)
    choice.take("lasso")
    assert choice.lasso((-60, -330), (390, -330), (390, 330), (-390, 330), (-390, -310)) == len(PLACES)
    wait(page)
    seen(page)
    page.click("[data-act=plan]")
    page.wait_for_url("**/plan")

    # Two days that are too short for everybody: the reason is said, and one is insisted on.
    page.set_viewport_size({"width": 1280, "height": 1800})
    page.fill("[name=until]", "12:30")
    plan(page)
    seen(page)
    first = order(page)
    assert len(first) == 2 and page.locator(".left-out li[data-left]").count() > 0
    page.evaluate("document.querySelector('.left-out').open = true")
    left = page.locator(".left-out li[data-left]").first
    assert len(left.locator(".reason").inner_text()) > 3
    wanted = left.get_attribute("data-left")
    planned(page, lambda: left.locator("[data-fix=must]").click())
    assert wanted in sum(order(page), [])
    # One is dragged to the other day and kept there.
    days = order(page)
    moved = days[1][0]
    planned(page, lambda: drag(page, moved, days[0][0]))
    assert order(page)[0][0] == moved
    seen(page)
    menu(page, moved, "[data-move=lock]")
    planned(page, lambda: page.click("#best"))
    final = order(page)
    assert moved in final[0]
    page.fill("#keep [name=title]", "Сказочный объезд")
    page.click("#keep button")
    page.wait_for_url(re.compile("/trips/"))
    trip = page.url.rsplit("/", 1)[1]
    assert page.locator(".stop").count() == len(sum(final, []))
    one.idle()
    seen(page)

    # On the phone, and the signal goes. The trip is hers, since she said nothing else.
    phone = open_tab("/road", width=360, height=740)
    assert phone.page.locator("h1").inner_text() == "Сказочный объезд"
    page = phone.page
    page.wait_for_selector("html[data-kept]", state="attached")
    seen(page)
    phone.context.set_offline(True)
    page.locator(".door").first.locator("[data-act=arrive]").click()
    waiting(page, 1)
    finish(page, 0, "Взяли каталог", ("Отправить цены", "2030-01-15"))
    second = page.locator(".door").nth(1)
    second.locator(".skip-stop summary").click()
    second.locator("[name=reason]").select_option("nobodyThere")
    second.locator(".skip-stop button").click()
    # Arrived, done, its next step, and not visited.
    waiting(page, 4)
    page.reload()
    waiting(page, 4)
    assert "Взяли каталог" in page.locator(".told-state").first.inner_text()
    seen(page)
    phone.context.set_offline(False)
    waiting(page, 0)
    page.wait_for_selector(".door[data-state=skipped]")

    page.locator(".day-end a >> visible=true").click()
    page.wait_for_url("**/report?day=*")
    seen(page)
    rows = page.locator("tbody tr").all_inner_texts()
    assert "Взяли каталог" in rows[0] and re.search("nobody|не с кем", rows[1])
    task = ask("GET", f"/api/v1/trips/{trip}")["taskId"]
    checked = [stop["state"] for day in ask("GET", f"/api/v1/tasks/{task}")["checklist"] for stop in day["children"]]
    assert checked.count("done") == 1 and checked.count("skipped") == 1
    assert [m for m in one.messages if not m.startswith(QUIET)] == []
    assert [m for m in phone.messages if not UNSENT.search(m)] == []


def test_from_a_list_to_the_report_of_the_day(apart, tmp_path):
    story(*apart, tmp_path, lambda page: None)
