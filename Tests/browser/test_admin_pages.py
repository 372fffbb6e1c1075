"""Administration in a browser: people, what runs by itself, backups, health, the trail."""
import re

from looks import SCREENS, check_look

PAGES = ["/admin/people", "/admin/tags", "/admin/service", "/admin/service?check=true", "/admin/trail"]


@SCREENS
def test_the_pages_fit_every_screen_theme_and_language(root_tab, width, scheme, locale):
    one = root_tab("/admin/people", width=width, color_scheme=scheme, locale=locale)
    page = one.page
    root = page.url.removesuffix("/admin/people")
    person = page.locator("tbody a").first.get_attribute("href")
    for address in PAGES + [person]:
        page.goto(root + address)
        page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
        check_look(page, width)
        if locale == "ru-RU":
            assert page.locator("html").get_attribute("lang") == "ru"
    assert one.messages == []


def test_somebody_new_is_made_changed_and_gets_a_link_once(root_tab):
    one = root_tab("/admin/people")
    page = one.page
    page.locator("summary", has_text="New person").click()
    form = page.locator("form[data-to='/api/v1/users']")
    form.locator("[name=name]").fill("Инна <b>Новая</b>")
    form.locator("[name=login]").fill("inna")
    form.locator("button[type=submit]").click()
    page.wait_for_url("**/admin/people/*-*")
    assert page.locator("h2#who").inner_text().startswith("Инна <b>Новая</b>")
    page.get_by_role("button", name="Show a link").click()
    told = page.locator(".form-told")
    told.wait_for()
    assert re.search(r"/set-password#?\S*", told.inner_text())
    page.locator("select[name=disabled]").select_option("true")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()
    assert page.get_by_role("button", name="Show a link").count() == 0
    page.goto(page.url.rsplit("/", 1)[0])
    assert page.locator("tr", has_text="inna").locator(".mark").count() == 1
    assert one.messages == []


def test_a_login_that_is_taken_is_said_and_what_was_typed_stays(root_tab):
    page = root_tab("/admin/people").page
    page.locator("summary", has_text="New person").click()
    form = page.locator("form[data-to='/api/v1/users']")
    form.locator("[name=name]").fill("Второй")
    form.locator("[name=login]").fill("root")
    form.locator("button[type=submit]").click()
    page.locator(".form-told").wait_for()
    assert "root" in page.locator(".form-told").inner_text()
    assert form.locator("[name=name]").input_value() == "Второй"


def test_a_worker_is_run_a_backup_made_and_the_data_checked(root_tab):
    one = root_tab("/admin/service", locale="ru-RU")
    page = one.page
    row = page.locator("tr", has_text="cleanup")
    with page.expect_navigation():
        row.locator("button").click()
    with page.expect_navigation(timeout=60_000):
        page.locator("[data-act='/api/v1/backups']").click()
    page.locator("section[aria-labelledby=health] a.button").click()
    page.wait_for_url("**check=true*")
    assert page.locator("section[aria-labelledby=health] tbody tr").count() > 5
    assert one.messages == []


def test_the_trail_says_in_words_who_did_what(root_tab):
    one = root_tab("/admin/trail", locale="ru-RU")
    page = one.page
    page.locator("select[name=entity]").select_option("partner")
    page.locator(".filters button").click()
    page.wait_for_url("**entity=partner*")
    first = page.locator("tbody tr").first
    assert "Партнёр · " in first.inner_text()
    first.locator("summary").click()
    assert first.locator("code").first.is_visible()
    assert one.messages == []


def test_a_tag_is_joined_with_another_and_taken_away(root_tab, ask):
    for name, tags in [("Тур А", ["сеть <i>"]), ("Тур Б", ["ключевые"])]:
        ask("POST", "/api/v1/partners", {"kind": "agency", "name": name, "geocode": False, "tags": tags})
    one = root_tab("/admin/tags")
    page = one.page
    row = page.locator("tr", has_text="сеть <i>")
    row.locator("summary").click()
    row.locator("[name=to]").fill("ключевые")
    with page.expect_navigation():
        row.locator("button[type=submit]").click()
    assert page.locator("tr", has_text="сеть <i>").count() == 0
    row = page.locator("tr", has_text="ключевые")
    assert "2 partners" in row.inner_text()
    row.locator("summary").click()
    with page.expect_navigation():
        row.get_by_role("button", name="Take it away").click()
    assert page.locator("tr", has_text="ключевые").count() == 0
    assert one.messages == []
