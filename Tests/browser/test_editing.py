"""Forms of records: what was changed alone is sent, both versions are shown where somebody was faster, places are corrected
on a map, tasks are made and ticked off."""
import json
import re

import pytest
from looks import SCREENS, check_look
from test_map_page import QUIET
from test_sign_in import FIRST, sign_in, toured

HOSTILE = "<img src=x onerror=alert(1)> \"\u0301'`=&amp;"


@pytest.fixture
def partner(ask):
    return ask("POST", "/api/v1/partners", {
        "kind": "agency", "name": f"Вояж {HOSTILE}", "geocode": False, "tags": ["vip"], "callIntervalDays": 30,
        "contactPoints": [{"kind": "phone", "value": "+375 17 200-00-01"}, {"kind": "email", "value": "a@example.org"}],
        "people": [{"name": "Анна", "contactPoints": [{"kind": "phone", "value": "+375 29 111-22-33"}, {"kind": "web", "value": "https://example.org"}]}],
        "addresses": [{"text": "Минск, улица Ленина 5"}]})


def saved(page, action):
    """The page comes anew and says so."""
    page.evaluate("document.querySelector('.toast')?.remove()")
    action()
    page.wait_for_selector(".toast")


def meanwhile(ask, partner, change):
    """Somebody else changes the partner; the service may have looked its address up before."""
    version = ask("GET", f"/api/v1/partners/{partner['id']}")["version"]
    ask("PATCH", f"/api/v1/partners/{partner['id']}", change, **{"If-Match": f'"v{version}"'})


def told(one):
    """What the browser complained of; that a change came too late is told in words."""
    return [m for m in one.messages if not m.startswith(QUIET) and "412" not in m]


def opened(tab, partner, **options):
    one = tab(f"/partners/{partner['id']}", **options)
    one.page.locator("#edit > summary").click()
    return one


def test_a_card_is_edited_and_only_what_was_changed_is_sent(tab, ask, partner):
    one = opened(tab, partner)
    page = one.page
    form = page.locator("#edit form")
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "PATCH" else None)
    form.locator("[type=submit]").click()
    page.wait_for_selector(".form-told")
    assert sent == []
    form.locator("[name=callIntervalDays]").fill("14")
    form.locator("[name=visitSeconds]").fill("45")
    form.locator("[name=openingHours]").fill("пн-пт 9-18")
    form.locator("[name=tags]").fill("vip, Запад")
    form.locator("[data-list=contactPoints] [data-add-row]").click()
    row = form.locator("[data-list=contactPoints] [data-row]").last
    row.locator("select").select_option("web")
    row.locator("[data-member=value]").fill("https://vojazh.example")
    form.locator("[data-list=contactPoints] [data-row]").nth(1).locator("[data-drop-row]").click()
    form.locator("[data-list=people] [data-point=phone]").first.fill("+375 29 999-88-77")
    form.locator("[data-has]").check()
    form.locator("[data-member=reason]").fill(HOSTILE)
    saved(page, form.locator("[type=submit]").click)
    assert set(json.loads(sent[0].post_data)) == {
        "callIntervalDays", "visitSeconds", "openingHours", "tags", "contactPoints", "people", "doNotVisit"}
    now = ask("GET", f"/api/v1/partners/{partner['id']}")
    assert (now["callIntervalDays"], now["visitSeconds"], now["tags"]) == (14, 2700, ["vip", "запад"])
    assert [point["value"] for point in now["contactPoints"]] == ["+375 17 200-00-01", "https://vojazh.example"]
    assert now["people"][0]["id"] == partner["people"][0]["id"]
    assert [point["value"] for point in now["people"][0]["contactPoints"]] == ["+375 29 999-88-77", "https://example.org"]
    assert now["doNotVisit"]["reason"] == HOSTILE and now["name"] == partner["name"]
    assert page.locator("h1").inner_text() == partner["name"]
    # What is emptied is emptied.
    page.locator("#edit > summary").click()
    form.locator("[name=callIntervalDays]").fill("")
    form.locator("[data-has]").uncheck()
    saved(page, form.locator("[type=submit]").click)
    now = ask("GET", f"/api/v1/partners/{partner['id']}")
    assert now["callIntervalDays"] is None and now["doNotVisit"] is None
    assert one.messages == []


def test_whoever_was_faster_is_shown_and_one_decides(tab, ask, partner):
    one = opened(tab, partner)
    page = one.page
    form = page.locator("#edit form")
    meanwhile(ask, partner, {"note": "их заметка", "name": "Их имя"})
    form.locator("[name=note]").fill("моя заметка")
    form.locator("[type=submit]").click()
    told = page.locator(".form-told")
    told.wait_for()
    assert "их заметка" in told.inner_text() and "моя заметка" in told.inner_text()
    assert ask("GET", f"/api/v1/partners/{partner['id']}")["note"] == "их заметка"
    saved(page, told.locator("button").first.click)
    now = ask("GET", f"/api/v1/partners/{partner['id']}")
    assert (now["note"], now["name"]) == ("моя заметка", "Их имя")
    # What the service does not take is said, and nothing is lost.
    page.locator("#edit > summary").click()
    form.locator("[name=openingHours]").fill("когда-нибудь")
    form.locator("[type=submit]").click()
    page.wait_for_selector(".form-told")
    assert form.locator("[name=openingHours]").input_value() == "когда-нибудь"
    assert ask("GET", f"/api/v1/partners/{partner['id']}")["version"] == now["version"]


def test_rows_stay_when_something_else_is_saved_and_only_what_somebody_changed_is_asked_about(tab, ask, partner):
    one = opened(tab, partner)
    page = one.page
    form = page.locator("#edit form")
    form.locator("[name=note]").fill("моя заметка")
    form.locator("[data-list=people] [data-point=phone]").first.fill("+375 29 999-88-77")
    form.locator("[data-list=contactPoints] [data-add-row]").click()
    form.locator("[data-list=contactPoints] [data-member=value]").last.fill("+375 17 200-00-09")
    meanwhile(ask, partner, {"note": "их заметка"})
    page.locator("#log > summary").click()
    page.locator("#log [name=outcome]").fill("Позвонили")
    saved(page, page.locator("#log [type=submit]").click)
    assert form.locator("[name=note]").input_value() == "моя заметка"
    form.locator("[type=submit]").click()
    both = page.locator(".form-told")
    both.wait_for()
    assert both.locator("dt").count() == 1 and "их заметка" in both.inner_text()
    with page.expect_navigation():
        both.get_by_role("button").last.click()
    assert form.locator("[name=note]").input_value() == "их заметка"
    saved(page, form.locator("[type=submit]").click)
    now = ask("GET", f"/api/v1/partners/{partner['id']}")
    assert now["note"] == "их заметка" and now["contactPoints"][-1]["value"] == "+375 17 200-00-09"
    assert [point["value"] for point in now["people"][0]["contactPoints"]] == ["+375 29 999-88-77", "https://example.org"]
    assert told(one) == []


def test_both_versions_are_shown_as_people_read_them(tab, ask, partner):
    one = opened(tab, partner, locale="en-GB")
    page = one.page
    form = page.locator("#edit form")
    form.locator("[name=status]").select_option("closed")
    form.locator("[name=visitSeconds]").fill("45")
    form.locator("[data-list=contactPoints] [data-member=value]").first.fill("+375 17 200-00-08")
    form.locator("[data-has]").check()
    other = form.locator("[name=status] [value=paused]")
    meanwhile(ask, partner, {
        "status": "paused", "visitSeconds": 1800,
        "contactPoints": [{"kind": "web", "value": "https://их.example", "label": "новый"}],
        "doNotVisit": {"reason": "переезд", "until": "2030-05-04"}})
    form.locator("[type=submit]").click()
    both = page.locator("#edit .form-told dl")
    both.wait_for()
    lines = both.inner_text().split("\n")
    assert {
        "now: 30", "yours: 45", f"now: {other.inner_text()}", "now: Web, https://их.example, новый",
        "now: ✓ переезд, 4 May 2030", "yours: ✓"} <= set(lines)
    assert "{" not in both.inner_text() and "Phone, +375 17 200-00-08" in lines
    # Of a place both are shown too.
    page.locator(".pin > summary").click()
    page.locator(".pin [name=latitude]").fill("53.91")
    page.locator(".pin [name=longitude]").fill("27.56")
    version = ask("GET", f"/api/v1/partners/{partner['id']}")["version"]
    ask("PUT", f"/api/v1/partners/{partner['id']}/pin", {"latitude": 53.5, "longitude": 27.5}, **{"If-Match": f'"v{version}"'})
    page.locator(".pin [type=submit]").click()
    both = page.locator(".pin .form-told dl")
    both.wait_for()
    assert both.inner_text().split("\n") == ["Latitude", "now: 53.5", "yours: 53.91", "Longitude", "now: 27.5", "yours: 27.56"]


def test_what_is_sent_again_after_a_lost_answer_has_one_effect(tab, ask, partner):
    page = opened(tab, partner).page
    answers = []

    def lose(route):
        answers.append(route.fetch().status)
        route.abort()

    page.route("**/api/v1/partners/*", lose, times=1)
    page.route("**/activities", lose, times=1)
    page.locator("#edit [name=note]").fill("заметка")
    page.locator("#edit [type=submit]").click()
    page.wait_for_selector("#edit .form-told.fault")
    saved(page, page.locator("#edit [type=submit]").click)
    page.locator("#log > summary").click()
    page.locator("#log [name=outcome]").fill("Договорились")
    page.locator("#log [type=submit]").click()
    page.wait_for_selector("#log .form-told.fault")
    saved(page, page.locator("#log [type=submit]").click)
    assert answers == [200, 201]
    assert ask("GET", f"/api/v1/partners/{partner['id']}")["note"] == "заметка"
    assert len(ask("GET", f"/api/v1/activities?partner={partner['id']}")["items"]) == 1


def test_what_was_typed_is_sent_in_the_session_that_follows_unless_it_is_anothers(company):
    tab, planner = company
    planner.run("user", "add", "boris", "--name", "Борис", "--role", "manager")
    for login in ("anna", "boris"):
        planner.run("user", "password", login, input=FIRST)
    page = tab("/tasks").page
    sign_in(page, FIRST)
    toured(page)
    page.locator("#new-task > summary").click()
    page.locator("#new-task [name=title]").fill("Ярмарка")

    def meanwhile_comes(login):
        page.evaluate(
            """([login, password]) => fetch("/api/v1/session", { method: "POST", headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ login, password }) })""", [login, FIRST])

    meanwhile_comes("boris")
    page.locator("#new-task [type=submit]").click()
    page.wait_for_selector("#new-task .form-told.fault")
    meanwhile_comes("anna")
    page.locator("#new-task [type=submit]").click()
    page.wait_for_url("**/tasks/*-*")
    assert page.locator("h1").inner_text() == "Ярмарка"


def test_what_happened_is_recorded(tab, ask, partner):
    one = tab(f"/partners/{partner['id']}")
    page = one.page
    page.locator("#log > summary").click()
    form = page.locator("#log form")
    form.locator("[name=kind]").select_option("meeting")
    form.locator("[name=outcome]").fill(HOSTILE)
    form.locator("[name=at]").fill("2026-05-04T10:30")
    saved(page, form.locator("[type=submit]").click)
    assert HOSTILE in page.locator(".timeline").inner_text()
    made = ask("GET", f"/api/v1/activities?partner={partner['id']}")["items"][0]
    assert (made["kind"], made["outcome"]) == ("meeting", HOSTILE) and made["at"].startswith("2026-05-04")
    assert one.messages == []


def test_a_place_is_corrected_on_a_small_map(tab, ask, partner):
    one = tab(f"/partners/{partner['id']}")
    page = one.page
    assert not [request for request in one.requests if "maplibre" in request]
    page.locator(".pin > summary").click()
    page.wait_for_selector("html[data-map=idle]", state="attached", timeout=60_000)
    page.locator(".small-map canvas").click(position={"x": 200, "y": 150})
    page.wait_for_selector(".maplibregl-marker")
    chosen = [float(page.locator(f"[name={name}]").input_value()) for name in ("latitude", "longitude")]
    saved(page, page.locator(".pin [type=submit]").click)
    place = ask("GET", f"/api/v1/partners/{partner['id']}")["location"]
    assert [place["latitude"], place["longitude"]] == chosen and place["manual"]
    assert re.search("set by hand|указано вручную", page.locator("main").inner_text())
    # Known by now: the pin stands there, and the keyboard moves it.
    page.locator(".pin > summary").click()
    page.wait_for_selector(".maplibregl-marker")
    page.locator("[name=latitude]").fill("53.9")
    saved(page, page.locator(".pin [type=submit]").click)
    assert ask("GET", f"/api/v1/partners/{partner['id']}")["location"]["latitude"] == 53.9
    assert told(one) == []


def test_what_others_change_elsewhere_stands_in_nobodys_way(tab, ask, partner):
    one = opened(tab, partner)
    page = one.page
    meanwhile(ask, partner, {"name": "Их имя", "addresses": [{"text": "Минск, улица Ленина 7"}]})
    form = page.locator("#edit form")
    form.locator("[name=note]").fill("моя заметка")
    form.locator("[name=tags]").fill("vip, запад")
    saved(page, form.locator("[type=submit]").click)
    now = ask("GET", f"/api/v1/partners/{partner['id']}")
    assert (now["note"], now["name"], now["tags"]) == ("моя заметка", "Их имя", ["vip", "запад"])
    # A place is of an address: with another one, one looks again; nobody is asked because of a note.
    page.locator(".pin > summary").click()
    for change, isAsked in [({"note": "их заметка"}, False), ({"addresses": [{"text": "Минск, улица Ленина 9"}]}, True)]:
        page.locator(".pin [name=latitude]").fill("53.91")
        page.locator(".pin [name=longitude]").fill("27.56")
        meanwhile(ask, partner, change)
        if isAsked:
            page.locator(".pin [type=submit]").click()
            page.wait_for_selector(".pin .form-told.fault")
        else:
            saved(page, page.locator(".pin [type=submit]").click)
            page.locator(".pin > summary").click()
    assert told(one) == []


def test_a_task_is_made_ticked_off_and_changed(tab, ask):
    one = tab("/tasks")
    page = one.page
    page.locator("#new-task > summary").click()
    form = page.locator("#new-task form")
    form.locator("[name=title]").fill(f"Выставка {HOSTILE}")
    form.locator("[name=deadline]").fill("2030-06-01")
    form.locator("[name=items]").fill("Стенд\n\nПисьма")
    saved(page, form.locator("[type=submit]").click)
    page.wait_for_url("**/tasks/*-*")
    task = page.url.rsplit("/", 1)[1]
    assert page.locator("h1").inner_text() == f"Выставка {HOSTILE}"
    saved(page, page.locator(".checklist input").first.check)
    saved(page, page.locator(".checklist input").nth(1).check)
    now = ask("GET", f"/api/v1/tasks/{task}")
    assert now["state"] == "done" and [item["state"] for item in now["checklist"]] == ["done", "done"]
    saved(page, page.locator(".checklist input").first.uncheck)
    page.locator(".one-line [name=title]").fill("Ещё")
    saved(page, page.locator("form[data-to$='/items'] button").click)
    saved(page, page.locator(".checklist li").nth(1).locator("[data-method=DELETE]").click)
    now = ask("GET", f"/api/v1/tasks/{task}")
    assert [(item["title"], item["state"]) for item in now["checklist"]] == [("Стенд", "open"), ("Ещё", "open")]
    page.locator("details:has([data-send=PATCH]) > summary").click()
    page.locator("[data-send=PATCH] [name=title]").fill("Иначе")
    saved(page, page.locator("form:has([name=title])[data-send=PATCH] [type=submit]").click)
    now = ask("GET", f"/api/v1/tasks/{task}")
    assert now["title"] == "Иначе" and now["deadline"].startswith("2030-06-01")
    saved(page, page.locator("[data-body*=cancelled]").click)
    assert ask("GET", f"/api/v1/tasks/{task}")["state"] == "cancelled"
    assert one.messages == []


@SCREENS
def test_forms_fit_every_screen(tab, ask, partner, width, scheme, locale):
    one = opened(tab, partner, width=width, height=900, color_scheme=scheme, locale=locale)
    page = one.page
    page.locator("#log > summary").click()
    check_look(page, width)
    made = ask("POST", "/api/v1/tasks", {"title": "Выставка", "items": ["Стенд", {"title": "Письма", "items": ["Минск"]}]})
    page.goto(re.sub(r"/partners/.*", f"/tasks/{made['id']}", page.url))
    page.locator("details:has([data-send=PATCH]) > summary").click()
    check_look(page, width)
