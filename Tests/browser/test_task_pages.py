"""Tasks on a board and in a calendar: moved by pointer and by keyboard."""
import datetime

from looks import SCREENS, check_look


def made(ask, title, **more):
    return ask("POST", "/api/v1/tasks", {"title": title, **more})


@SCREENS
def test_board_and_calendar_fit_every_screen_theme_and_language(tab, ask, width, scheme, locale):
    made(ask, "Доска: очень длинное название задачи, которое не помещается в одну строку столбца")
    one = tab("/tasks?view=board", width=width, color_scheme=scheme, locale=locale)
    check_look(one.page, width)
    one.page.goto(one.page.url.replace("board", "calendar"))
    check_look(one.page, width)
    assert one.messages == []


def test_a_card_is_dragged_to_another_column_or_moved_by_keyboard(tab, ask):
    task = made(ask, "Перенести на доске")
    page = tab("/tasks?view=board").page
    card = page.locator(".task-card", has_text="Перенести на доске")
    card.drag_to(page.locator("[data-drop=inProgress]"), target_position={"x": 40, "y": 20})
    page.locator(".toast").wait_for()
    assert ask("GET", f"/api/v1/tasks/{task['id']}")["state"] == "inProgress"
    card = page.locator("[data-drop=inProgress] .task-card", has_text="Перенести на доске")
    card.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert ask("GET", f"/api/v1/tasks/{task['id']}")["state"] == "open"


def test_a_task_somebody_changed_meanwhile_stays_and_says_so(tab, ask):
    task = made(ask, "Двое за одной задачей")
    page = tab("/tasks?view=board").page
    ask("PATCH", f"/api/v1/tasks/{task['id']}", {"title": "Двое за одной задачей!"}, **{"If-Match": f'"v{task["version"]}"'})
    page.locator(".task-card", has_text="Двое").drag_to(page.locator("[data-drop=done]"), target_position={"x": 40, "y": 20})
    page.locator(".form-told").wait_for()
    assert ask("GET", f"/api/v1/tasks/{task['id']}")["state"] == "open"


def test_a_deadline_is_dragged_to_another_day_and_keeps_its_time(tab, ask):
    today = datetime.date.today()
    first, other = today.replace(day=10), today.replace(day=17)
    task = made(ask, "Срок переносится", deadline=f"{first}T09:30:00Z")
    page = tab("/tasks?view=calendar").page
    entry = page.locator(f"[data-drop-day='{first}'] .entry", has_text="Срок переносится")
    entry.drag_to(page.locator(f"[data-drop-day='{other}']"), target_position={"x": 30, "y": 15})
    page.locator(".toast").wait_for()
    assert ask("GET", f"/api/v1/tasks/{task['id']}")["deadline"] == f"{other}T09:30:00Z"
    assert page.locator(f"[data-drop-day='{other}'] .entry", has_text="Срок переносится").is_visible()
    page.get_by_role("link", name="The month after").click()
    page.wait_for_url("**month=*")


def test_somebody_takes_part_says_something_and_takes_it_back(head_tab, ask):
    task = made(ask, "Ярмарка <вместе>", items=["Стенд", "Буклеты"])
    one = head_tab(f"/tasks/{task['id']}", locale="en-GB")
    page = one.page
    chooser = page.locator("select[name=participants]")
    chooser.select_option(index=1)
    name = chooser.locator("option").nth(1).inner_text()
    with page.expect_navigation():
        chooser.locator("xpath=ancestor::form").locator("button").click()
    assert page.locator(".people-list li").inner_text().startswith(name)
    page.fill("textarea[name=text]", "Первая строка\n<b>Вторая</b>")
    with page.expect_navigation():
        page.get_by_role("button", name="Send").click()
    said = page.locator(".comments p.said")
    assert said.inner_text() == "Первая строка\n<b>Вторая</b>"
    with page.expect_navigation():
        page.locator(".comments .said-by button").click()
    assert said.count() == 0
    with page.expect_navigation():
        page.locator(".toast button").click()
    assert said.inner_text() == "Первая строка\n<b>Вторая</b>"
    with page.expect_navigation():
        page.locator(".people-list button").click()
    assert page.locator(".people-list li").count() == 0
    assert one.messages == []


def test_an_item_that_was_removed_is_put_back_where_it_stood(tab, ask):
    task = made(ask, "Пункты", items=["Один", "Два", "Три"])
    page = tab(f"/tasks/{task['id']}").page
    titles = lambda: page.locator(".checklist .tick span").all_inner_texts()
    with page.expect_navigation():
        page.locator(".checklist > li", has_text="Два").locator("button").click()
    assert titles() == ["Один", "Три"]
    with page.expect_navigation():
        page.locator(".toast button").click()
    assert titles() == ["Один", "Два", "Три"]


def test_an_undo_that_fails_is_told_and_can_be_pressed_again(tab, ask):
    task = made(ask, "Пункты без связи", items=["Один", "Два"])
    page = tab(f"/tasks/{task['id']}").page
    with page.expect_navigation():
        page.locator(".checklist > li", has_text="Два").locator("button").click()
    faults = iter([lambda route: route.abort()])
    page.route("**/items", lambda route: next(faults, lambda route: route.continue_())(route))
    told = page.locator(".toast").text_content()
    page.locator(".toast button").click()
    page.wait_for_function("told => document.querySelector('.toast').textContent !== told", arg=told)
    with page.expect_navigation():
        page.locator(".toast button").click()
    assert page.locator(".checklist .tick span").all_inner_texts() == ["Один", "Два"]


def test_what_is_typed_and_open_elsewhere_stays_when_something_is_saved(tab, ask):
    task = made(ask, "Недописанное", items=["Один", "Два"])
    page = tab(f"/tasks/{task['id']}").page
    part = page.locator("details:has([data-send=PATCH])")
    part.locator("summary").click()
    part.locator("[name=title]").fill("Дописанное")
    page.fill("textarea[name=text]", "Ещё не всё\nсказано")
    page.locator(".checklist input").nth(1).focus()
    with page.expect_navigation():
        page.keyboard.press("Space")
    assert page.locator(".checklist input").nth(1).evaluate("tick => tick.checked && tick === document.activeElement")
    assert part.locator("[name=title]").is_visible() and part.locator("[name=title]").input_value() == "Дописанное"
    # The task is another version by now, in nothing that was typed.
    with page.expect_navigation():
        part.locator("[type=submit]").click()
    assert ask("GET", f"/api/v1/tasks/{task['id']}")["title"] == "Дописанное"
    assert part.locator("[name=title]").is_hidden() and part.locator("summary").evaluate("one => one === document.activeElement")
    assert page.input_value("textarea[name=text]") == "Ещё не всё\nсказано"
    with page.expect_navigation():
        page.get_by_role("button", name="Send").click()
    assert page.input_value("textarea[name=text]") == "" and page.locator(".comments p.said").count() == 1


def test_a_reminder_is_set_by_a_press_or_a_time_and_stands_over_the_tasks_when_it_is_due(tab, ask):
    task = made(ask, "Напомнить об этом")
    one = tab(f"/tasks/{task['id']}", locale="en-GB")
    page = one.page
    with page.expect_navigation():
        page.get_by_role("button", name="Tomorrow at 9").click()
    page.fill("input[name=at]", "2040-06-01T10:30")
    with page.expect_navigation():
        page.locator("form[data-to$='/reminders'] button").click()
    assert page.locator(".reminder-list li").count() == 2
    assert "2040" in page.locator(".reminder-list li").last.inner_text()
    page.goto(page.url.rsplit("/", 1)[0])
    assert page.locator("#due").count() == 0
    assert one.messages == []


@SCREENS
def test_the_page_of_a_task_fits_every_screen_theme_and_language(head_tab, ask, width, scheme, locale):
    task = made(ask, "Очень длинное название задачи с участниками, комментариями и напоминаниями", items=["Пункт"])
    ask("POST", f"/api/v1/tasks/{task['id']}/comments", {"text": "Комментарий " * 40})
    ask("POST", f"/api/v1/tasks/{task['id']}/reminders", {"at": "2040-06-01T10:30:00Z"})
    one = head_tab(f"/tasks/{task['id']}", width=width, color_scheme=scheme, locale=locale)
    one.page.evaluate("for (const part of document.querySelectorAll('main details')) part.open = true")
    check_look(one.page, width)
    assert one.messages == []
