"""One's own account: a token is made, shown once, listed and revoked."""
import re

from looks import SCREENS, check_look


@SCREENS
def test_the_page_fits_every_screen_theme_and_language(tab, width, scheme, locale):
    one = tab("/account", width=width, color_scheme=scheme, locale=locale)
    one.page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
    check_look(one.page, width)
    assert one.messages == []


def test_a_token_is_shown_once_listed_and_revoked(tab, ask):
    one = tab("/account")
    page = one.page
    page.locator("summary", has_text="New token").click()
    form = page.locator("form[data-to='/api/v1/tokens']")
    form.locator("[name=name]").fill("<QGIS>")
    form.locator("[name=scopes]").select_option(label="maps only")
    form.locator("[name=days]").fill("7")
    form.locator("button").click()
    told = page.locator(".form-told")
    told.wait_for()
    assert told.get_attribute("role") == "status" and "fault" not in told.get_attribute("class")
    secret = re.search(r"nowhere else: (\S+)", told.inner_text()).group(1)
    assert len(secret) > 20
    page.reload()
    assert secret not in page.content()
    row = page.locator("tr", has_text="<QGIS>")
    assert "maps only" in row.inner_text()
    with page.expect_navigation():
        row.locator("button").click()
    assert "revoked" in page.locator("tr", has_text="<QGIS>").inner_text()
    assert page.locator("tr", has_text="<QGIS>").locator("button").count() == 0
    made = [one for one in ask("GET", "/api/v1/tokens")["items"] if one["name"] == "<QGIS>"]
    assert made[0]["scopes"] == ["maps"] and made[0]["revoked"]
    assert one.messages == []
