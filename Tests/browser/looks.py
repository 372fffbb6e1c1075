"""What every page has to be at any width, in any theme and language."""
import pytest
from axe_playwright_python.sync_playwright import Axe

# Both widths, both themes, both languages; the longer words on the narrower screen.
SCREENS = pytest.mark.parametrize("width, scheme, locale", [(360, "light", "ru-RU"), (1280, "dark", "en-GB")])

# WCAG 2.2 A and AA, and what axe calls good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# The text that stands out least from what is behind it.
CONTRAST = """() => {
  const rgb = (text) => { const n = text.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
  const light = ([r, g, b]) => { const f = (v) => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }; return .2126 * f(r) + .7152 * f(g) + .0722 * f(b); };
  let worst = { ratio: 99 };
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !element.offsetParent || element.closest('.maplibregl-map, noscript, .skip')) continue;
    let behind = element, colour = [0, 0, 0, 0];
    while (behind && colour[3] < 1) { colour = rgb(getComputedStyle(behind).backgroundColor); behind = behind.parentElement; }
    const a = light(rgb(getComputedStyle(element).color)), b = light(colour);
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < worst.ratio) worst = { ratio, text: element.textContent.trim().slice(0, 40), class: element.className };
  }
  return worst;
}"""

# Links in running text are as high as their line.
TOUCHED = ".button, button, select, summary, .combine label, .files a, .to-road, .trail a, input:not([type=checkbox], [type=radio])"
# Only where a finger presses.
BY_FINGER = ", .facts a"


def check_look(page, width, within="main", axe=True):
    """Nothing wider than the screen or cut, text that contrasts, and what is touched at least 44 px high."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    worst = page.evaluate(CONTRAST)
    assert worst["ratio"] >= 4.5, worst
    small = page.evaluate(
        """([within, touched]) => [...document.querySelector(within).querySelectorAll(touched)]
        .filter(e => e.checkVisibility() && !e.closest('.obstacles') && e.getBoundingClientRect().height < 43.5)
        .map(e => e.outerHTML)""", [within, TOUCHED + (BY_FINGER if width <= 860 else "")])
    assert small == []
    cut = page.evaluate(
        """within => [...document.querySelector(within).querySelectorAll('button, .button')]
        .filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).map(e => e.outerHTML)""", within)
    assert cut == []
    if axe:
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
