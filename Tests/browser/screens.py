#!/usr/bin/env python3
"""Makes the pictures of docs/screens: every page on a desk's and a phone's screen, by day in Russian and in the dark in
English, on the demo's data.

    screens.py [PAGE ...]     all of them, or those named; "film" is the whole story as an animated picture
"""
import io
import json
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from conftest import CHROMIUM, ROOT, Planner, asker, fill, opener, serving
from test_story import story

FOLDER = ROOT / "docs" / "screens"
SCREENS = [(1280, 800, "light", "ru-RU"), (1280, 800, "dark", "en-GB"), (360, 740, "light", "ru-RU"), (360, 740, "dark", "en-GB")]
BREST = {"circle": {"center": {"latitude": 52.1, "longitude": 23.7}, "radius": 90_000}}


def settle(page, state="html[data-map=idle]"):
    page.wait_for_selector(state, state="attached", timeout=60_000)
    page.wait_for_timeout(300)  # Letters and tiles that have come fade in.


def choose(page):
    settle(page, "html[data-map=idle][data-list]")
    page.click("#choose")
    page.click("[data-tool=lasso]")
    box = page.locator("#map canvas").bounding_box()
    x, y, reach = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, min(box["width"], box["height"]) * .36
    page.mouse.move(x - reach, y)
    page.mouse.down()
    for dx, dy in [(-.6, -.8), (.2, -1), (1, -.3), (.7, .8), (-.4, .7), (-1, 0)]:
        page.mouse.move(x + dx * reach, y + dy * reach, steps=6)
    page.mouse.up()
    page.wait_for_selector(".chosen-box")
    settle(page)


def plan(page):
    settle(page)
    page.evaluate("choice => sessionStorage.setItem('planner-plan', choice)", json.dumps({"selection": BREST, "count": 14}))
    page.reload()
    settle(page)
    page.fill("[name=start]", "52.094,23.685")
    page.fill("[name=days]", "2")
    page.click("#wanted button[type=submit]")
    settle(page, "html[data-plan]")
    settle(page)


def list_of_columns(page):
    page.set_input_files("#drop input", str(ROOT / "data" / "samples" / "brest_grodno_partners.csv"))
    page.wait_for_selector("html[data-import=columns]", state="attached")


def explained(page):
    settle(page, "html[data-map=idle][data-list]")
    page.keyboard.press("?")
    page.wait_for_selector("#help")


def talked(page):
    """A task with everything on it: made by the page's own session."""
    made = page.evaluate("""async () => {
      const post = async (address, body) => (await fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })).json();
      const task = await post("/api/v1/tasks", { title: "Стенд на ярмарке «Отдых»", deadline: "2030-06-14T15:00:00Z", participants: ["anna"], items: ["Забронировать место", "Буклеты", "Билеты"] });
      await post(`/api/v1/tasks/${task.id}/items/${task.checklist[0].id}/check`, { state: "done" });
      await post(`/api/v1/tasks/${task.id}/comments`, { text: "Место 14 у входа, оплачено.\\nБуклеты будут в среду." });
      await post(`/api/v1/tasks/${task.id}/reminders`, { at: "2030-06-12T06:00:00Z" });
      return task.id;
    }""")
    page.goto(f"{page.url.rsplit('/', 1)[0]}/tasks/{made}")


TERRITORIES = {"BY-BR": ["anna"], "BY-HR": ["anna", "olga"], "BY-MI": ["olga"], "BY-HM": ["demo"]}

# What is opened, and what is done there before the picture is taken.
PAGES = {
    "map": ("/map?at=52.6,24.6,7", lambda page: settle(page, "html[data-map=idle][data-list]")),
    "regions": ("/map?at=52.6,24.6,6&regions=partners", lambda page: (settle(page, "html[data-map=idle][data-list]"), page.locator(".region-legend li").first.wait_for(), settle(page))),
    "choosing": ("/map?at=52.6,24.6,7", choose),
    "plan": ("/plan", plan),
    "trip": ("/trips/{trip}", settle),
    "road": ("/road/{trip}", lambda page: page.wait_for_selector("html[data-road]", state="attached")),
    "partners": ("/partners", None),
    "partner": ("/partners", lambda page: page.locator("tbody a[href^='/partners/']").first.click()),
    "review": ("/review", lambda page: (page.wait_for_selector("html[data-review]", state="attached"), settle(page))),
    "import": ("/import", list_of_columns),
    "tasks": ("/tasks", None),
    "board": ("/tasks?view=board", None),
    "calendar": ("/tasks?view=calendar&month=2030-06", None),
    "task": ("/tasks", talked),
    "territories": ("/admin/territories", lambda page: (page.wait_for_selector("html[data-territories]", state="attached"), settle(page))),
    "help": ("/map?at=52.6,24.6,7", explained),
}


def film(open_tab, ask, folder):
    """Each scene of the story stands for some seconds; a phone's stands in the middle."""
    frames = []

    def seen(page):
        page.wait_for_timeout(300)
        size = page.viewport_size
        if size["height"] > 800:  # The story wants all stops of a plan in sight, the film what a screen shows.
            page.set_viewport_size({"width": size["width"], "height": 800})
            settle(page)
        page.evaluate("scrollTo(0, 0)")
        picture = Image.open(io.BytesIO(page.screenshot()))
        page.set_viewport_size(size)
        picture.thumbnail((960, 600), Image.LANCZOS)
        frame = Image.new("RGB", (960, 600), "#101820")
        frame.paste(picture, ((960 - picture.width) // 2, (600 - picture.height) // 2))
        frames.append(frame)

    story(lambda path="/trips", **options: open_tab(path, **{"locale": "en-GB", **options}), ask, folder, seen)
    frames[0].save(FOLDER / "story.webp", save_all=True, append_images=frames[1:], duration=2200, loop=0, quality=60, method=6)


def gallery(names):
    lines = ["# The pages in pictures", "", "Made by `make screens` on the demo's data; each page by day in Russian and in the dark in English, for a desk and for a phone. What they do is told in [web.md](../web.md)."]
    for name in names:
        lines += ["", f"## {name.capitalize()}", ""]
        for width, _, scheme, locale in SCREENS:
            lines.append(f"![{name}, {width} px, {scheme}, {locale[:2]}]({name}-{width}-{scheme}.jpg)")
    (FOLDER / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    wanted = sys.argv[1:] or [*PAGES, "film"]
    known = [*PAGES, "film"]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        sys.exit(f"screens: no page is called {', '.join(unknown)}; there are {', '.join(known)}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        planner = fill(Planner(Path(folder)))
        planner.run("user", "add", "olga", "--name", "Ольга Ковальчук", "--role", "head")
        planner.run("user", "add", "anna", "--name", "Анна Сергеевна Полянская", "--role", "manager")
        running = serving(planner, "olga")
        address = next(running)
        made = asker(address)("POST", "/api/v1/plan", {
            "selection": BREST, "start": "52.094,23.685", "days": 2, "save": True, "title": "Брест и окрестности", "date": "2030-06-04"})
        for region, managers in TERRITORIES.items():
            asker(address)("PUT", f"/api/v1/territories/{region}", {"managers": managers})
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--enable-unsafe-swiftshader"])
        tabs = opener(browser, address)
        open_tab = next(tabs)
        for name in wanted:
            if name == "film":
                film(open_tab, asker(address), Path(folder))
                continue
            path, prepare = PAGES[name]
            for width, height, scheme, locale in SCREENS:
                one = open_tab(path.format(trip=made["trip"]["id"]), width=width, height=height, color_scheme=scheme, locale=locale)
                if prepare:
                    prepare(one.page)
                one.page.screenshot(path=FOLDER / f"{name}-{width}-{scheme}.jpg", type="jpeg", quality=72)
                one.context.close()
            print(f"screens: {name}")
        for _ in tabs:
            pass  # What comes after it closes the tabs.
        browser.close()
        for _ in running:
            pass  # What comes after the address ends the server.
    gallery(PAGES)


if __name__ == "__main__":
    main()
