"""Bringing in a list on the page: columns on real rows, a dry run, the import with its progress, and taking it back."""
import re

import pytest
from looks import SCREENS, check_look

# A semicolon would end its cell.
HOSTILE = "<img src=x onerror=alert(1)> '`="
LIST = f"""Тип;Название;Адрес;Телефон;Лишнее
агентство;Заря {HOSTILE};Брест, улица Советская 1;+375 162 20-00-91;а
агентство;Полёт;Брест, улица Гоголя 2;+375 162 20-00-92;б
агентство;Полёт;Брест, улица Гоголя 2;+375 162 20-00-92;в
агентство;;Брест;;г
"""


@pytest.fixture
def listed(tmp_path):
    file = tmp_path / "список <b>.csv"
    file.write_text(LIST, encoding="utf-8")
    return file


def state(page, wanted):
    page.wait_for_selector(f"html[data-import={wanted}]", state="attached", timeout=60_000)


def read_as(page, fields):
    for column, field in enumerate(fields):
        page.locator(f"select[data-column='{column}']").select_option(field)


def counts(page):
    return {button.get_attribute("data-outcome"): int(button.locator("b").inner_text()) for button in page.locator("#outcomes button").all()}


def test_a_list_is_looked_at_tried_brought_in_and_taken_back(head_tab, ask, listed):
    one = head_tab("/partners")
    page = one.page
    page.click("a[href='/import']")
    state(page, "file")
    before = ask("GET", "/api/v1/partners?limit=1&total=true")["total"]
    page.set_input_files("#drop input", str(listed))
    state(page, "columns")
    assert page.locator("#file-name").inner_text() == listed.name
    assert page.locator("#columns tbody tr").count() == 4
    assert HOSTILE in page.locator("#columns tbody").inner_text()
    read_as(page, ["kind", "name", "address", "phone", ""])
    # Placed at once: else the service looks the addresses up by itself within a minute, and what it changed since is not
    # taken back.
    assert page.locator("[name=geocode]").is_checked()
    page.locator("[name=country]").fill("BY")
    page.click("#reading button")
    state(page, "tried")
    assert counts(page) == {"": 4, "create": 2, "update": 0, "skip": 0, "conflict": 2, "warning": 0}
    # Conflicts come first, each with why.
    rows = page.locator("#outcome-rows tbody tr").all_inner_texts()
    assert len(rows) == 2 and "row 3" in rows[0] and "no name" in rows[1]
    page.locator("[data-outcome='create']").click()
    assert HOSTILE in page.locator("#outcome-rows tbody").inner_text()
    assert page.locator("#outcome-rows a").count() == 0
    assert ask("GET", "/api/v1/partners?limit=1&total=true")["total"] == before
    page.click("#import")
    state(page, "imported")
    assert ask("GET", "/api/v1/partners?limit=1&total=true")["total"] == before + 2
    page.locator("[data-outcome='create']").click()
    link = page.locator("#outcome-rows a").first
    assert link.get_attribute("href").startswith("/partners/")
    assert page.locator("#import").is_hidden()
    page.click("#undo-run")
    page.wait_for_selector(".toast")
    assert re.search("2", page.locator(".toast").inner_text())
    assert ask("GET", "/api/v1/partners?limit=1&total=true")["total"] == before
    assert listed.name in page.locator("section[aria-labelledby=runs]").inner_text()
    assert one.messages == []


def test_what_cannot_be_read_is_said_and_changes_nothing(head_tab, ask, tmp_path):
    one = head_tab("/import")
    page = one.page
    state(page, "file")
    empty = tmp_path / "пусто.csv"
    empty.write_text("")
    page.set_input_files("#drop input", str(empty))
    page.wait_for_selector("#import-told.fault")
    picture = tmp_path / "x.xlsx"
    picture.write_bytes(bytes(range(256)))
    page.set_input_files("#drop input", str(picture))
    page.wait_for_selector("#import-told.fault:not(:empty)")
    assert page.locator("#columns").is_hidden()
    nameless = tmp_path / "n.csv"
    nameless.write_text("Город;Телефон\nБрест;+375 162 20-00-91\n")
    page.evaluate("document.getElementById('import-told').textContent = ''")
    page.set_input_files("#drop input", str(nameless))
    page.wait_for_selector("#import-told.fault:not(:empty)")
    assert page.locator("#columns").is_hidden() and page.locator("#result").is_hidden()
    assert all("Failed to load resource" in message for message in one.messages)


def tried_in_russian(head_tab, file, text, columns):
    """A Russian page that was asked to try a list, its columns read so."""
    file.write_text(text, encoding="utf-8")
    one = head_tab("/import", locale="ru-RU")
    page = one.page
    page.set_input_files("#drop input", str(file))
    state(page, "columns")
    page.locator("[name=geocode]").uncheck()
    read_as(page, columns)
    page.click("#reading button")
    return one


def test_a_russian_page_says_in_russian_what_was_noticed(head_tab, tmp_path):
    text = "Название;Телефон;Вид\nЗаря;+375 16 2;слон\n;+375 162 20-00-91;агентство\n"
    one = tried_in_russian(head_tab, tmp_path / "a.csv", text, ["name", "phone", "kind"])
    page = one.page
    state(page, "tried")
    page.locator("[data-outcome='']").click()
    rows = page.locator("#outcome-rows tbody").inner_text()
    assert "«слон» — неизвестный вид партнёра" in rows and "в строке нет названия" in rows
    assert "partner.import" not in rows and "no known" not in rows
    assert one.messages == []


def test_a_russian_page_says_in_russian_why_nothing_was_brought_in(head_tab, tmp_path):
    one = tried_in_russian(head_tab, tmp_path / "a.csv", "Название;Телефон\nЗаря;+375 162 20-00-91\n", ["", "phone"])
    page = one.page
    page.wait_for_selector("#import-told.fault:not(:empty)")
    told = page.locator("#import-told").inner_text()
    assert re.search("нет столбцов|нет названий партнёров", told) and "no column" not in told
    assert one.messages == []


def test_an_import_is_watched_to_its_end_whatever_is_lost_on_the_way(head_tab, listed):
    page = head_tab("/import").page
    page.set_input_files("#drop input", str(listed))
    state(page, "columns")
    # The same file, put right, can be chosen again.
    assert page.locator("#drop input").evaluate("input => input.files.length") == 0
    read_as(page, ["kind", "name", "address", "phone", ""])
    page.locator("[name=geocode]").uncheck()
    faults = iter([lambda route: route.abort(), lambda route: route.fulfill(status=429, headers={"Retry-After": "1"})])
    page.route("**/api/v1/jobs/*", lambda route: next(faults, lambda route: route.continue_())(route))
    page.click("#reading button")
    # Another file has to wait for its turn.
    page.evaluate("""() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["Название\\nЗаря"], "другой.csv"));
      document.getElementById("drop").dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
    }""")
    page.wait_for_selector("html[data-import]", state="attached", timeout=60_000)
    assert page.locator("html").get_attribute("data-import") == "tried" and next(faults, None) is None
    assert page.locator("#file-name").inner_text() == listed.name and counts(page)[""] == 4


@SCREENS
def test_the_wizard_fits_every_screen(head_tab, listed, width, scheme, locale):
    one = head_tab("/import", width=width, height=900, color_scheme=scheme, locale=locale)
    page = one.page
    page.set_input_files("#drop input", str(listed))
    state(page, "columns")
    page.locator("[name=geocode]").uncheck()
    read_as(page, ["kind", "name", "address", "phone", ""])
    page.click("#reading button")
    state(page, "tried")
    check_look(page, width)
