"""Signing in as people do: a link to set a password, login and password, another password, a second factor, and out."""
import base64
import hashlib
import hmac
import re
import time

from looks import SCREENS, check_look

FIRST, SECOND = "seven blue elephants at noon", "Девять зелёных слонов в полдень"


def code(secret, later=0):
    """Six digits of an authenticator app (RFC 6238), `later` half minutes from now: each is good once."""
    step = int(time.time()) // 30 + later
    mac = hmac.new(base64.b32decode(secret + "=" * (-len(secret) % 8)), step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = mac[19] & 15
    return f"{(int.from_bytes(mac[at:at + 4], 'big') & 0x7fffffff) % 1_000_000:06}"


def sign_in(page, password, code=None):
    page.fill("[name=login]", "anna")
    page.fill("[name=password]", password)
    if code:
        page.fill("[name=code]", code)
    with page.expect_navigation():
        page.click("main button[type=submit]")


def toured(page):
    """Whoever signs in on a device for the first time is shown around; this one goes on."""
    page.locator("#tour").wait_for()
    page.keyboard.press("Escape")
    page.locator("#tour").wait_for(state="detached")


def sent(page, form, **fields):
    for name, text in fields.items():
        page.fill(f"form[data-to='{form}'] [name={name}]", text)
    page.click(f"form[data-to='{form}'] button[type=submit]")


@SCREENS
def test_the_pages_fit_every_screen_theme_and_language(company, width, scheme, locale):
    tab, planner = company
    planner.run("user", "password", "anna", input=FIRST)
    one = tab("/sign-in", width=width, color_scheme=scheme, locale=locale)
    page = one.page
    check_look(page, width)
    sign_in(page, "wrong " + FIRST)
    assert page.locator("[role=alert]").is_visible()
    check_look(page, width)
    sign_in(page, FIRST)
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + "/account")
    assert page.locator("form[data-to='/api/v1/password']").is_visible()
    check_look(page, width)
    page.goto(page.url.replace("/account", "/set-password"))
    check_look(page, width)
    assert [m for m in one.messages if "401" not in m and not m.startswith("verbose")] == []


def test_a_link_sets_a_password_that_lets_in_and_leads_where_one_wanted(company):
    tab, planner = company
    told = planner.run("user", "invite", "anna").stdout
    link = re.search(r"(?:#|\b)([\w-]{20,100})\s*$", told, re.M).group(1)
    one = tab(f"/set-password#{link}/anna", locale="en-GB")
    page = one.page
    # The code goes into the form and out of the address; programs that keep passwords find the login.
    assert page.input_value("[name=code]") == link and "#" not in page.url
    assert page.input_value("[autocomplete=username]") == "anna"
    page.fill("[name=password]", "anna anna anna")
    page.click("main button[type=submit]")
    page.locator("[role=alert]").wait_for()
    page.fill("[name=code]", link)
    page.fill("[name=password]", FIRST)
    with page.expect_navigation():
        page.click("main button[type=submit]")
    # A link is good once.
    again = tab(f"/set-password#{link}", locale="en-GB").page
    again.fill("[name=password]", SECOND)
    again.click("main button[type=submit]")
    again.locator("[role=alert]").wait_for()
    wanted = tab("/tasks?view=board", locale="en-GB").page
    assert "/sign-in" in wanted.url
    sign_in(wanted, FIRST)
    assert wanted.url.endswith("/tasks?view=board")
    assert wanted.locator(".who").inner_text() == "Анна <b>" or "Анна <b>" in wanted.content().replace("&lt;", "<").replace("&gt;", ">")


def test_another_password_ends_other_sessions_and_a_second_factor_asks_for_codes(company):
    tab, planner = company
    planner.run("user", "password", "anna", input=FIRST)
    other = tab("/account", locale="en-GB").page
    sign_in(other, FIRST)
    one = tab("/account", locale="en-GB")
    page = one.page
    sign_in(page, FIRST)
    toured(page)
    # A wrong one changes nothing and is said.
    sent(page, "/api/v1/password", current="wrong " + FIRST, new=SECOND)
    page.locator(".form-told.fault").wait_for()
    sent(page, "/api/v1/password", current=FIRST, new=SECOND)
    page.locator(".toast").or_(page.locator("[name=login]")).wait_for()
    other.reload()
    assert "/sign-in" in other.url
    if "/sign-in" in page.url:
        sign_in(page, SECOND)
    page.goto(other.url.split("/sign-in")[0] + "/account")
    if "/sign-in" in page.url:
        sign_in(page, SECOND)
    page.get_by_role("button", name="Set it up").click()
    told = page.locator(".form-told")
    told.wait_for()
    secret = re.search(r": ([A-Z2-7]{20,})", told.inner_text()).group(1)
    sent(page, "/api/v1/second-factor", code="000000")
    page.locator("form[data-to='/api/v1/second-factor'] .fault").wait_for()
    sent(page, "/api/v1/second-factor", code=code(secret, -1))
    page.locator("form[data-to='/api/v1/second-factor/removal']").wait_for()
    page.locator("details.menu > summary").click()
    with page.expect_navigation():
        page.locator("form.person button").click()
    page.goto(other.url.split("/sign-in")[0] + "/account")
    sign_in(page, SECOND)
    # The password alone is not enough any more.
    assert page.locator("[name=code]").is_visible()
    sign_in(page, SECOND, code(secret))
    assert page.url.endswith("/account")
    # Whoever was shown around on this device is not again: the page can be used at once.
    sent(page, "/api/v1/second-factor/removal", code=code(secret, 1))
    page.get_by_role("button", name="Set it up").wait_for()
