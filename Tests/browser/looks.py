"""What every page has to be at any width, in any theme and language."""
from axe_playwright_python.sync_playwright import Axe

from test_accessibility import RULES
from test_trip_page import CONTRAST

TOUCHED = ".button, button:not(.badge), select, summary, .combine label, input:not([type=checkbox], [type=radio])"


def check_look(page, width, within="main", axe=True):
    """Nothing wider than the screen or cut, text that contrasts, and what is touched at least 44 px high."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    worst = page.evaluate(CONTRAST)
    assert worst["ratio"] >= 4.5, worst
    small = page.evaluate(
        """([within, touched]) => [...document.querySelector(within).querySelectorAll(touched)]
        .filter(e => e.checkVisibility() && !e.closest('.obstacles, .maplibregl-map') && e.getBoundingClientRect().height < 43.5)
        .map(e => e.outerHTML)""", [within, TOUCHED])
    assert small == []
    cut = page.evaluate(
        """within => [...document.querySelector(within).querySelectorAll('button, .button')]
        .filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).map(e => e.outerHTML)""", within)
    assert cut == []
    if axe:
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
