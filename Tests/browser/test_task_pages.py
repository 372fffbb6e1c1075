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
