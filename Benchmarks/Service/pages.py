#!/usr/bin/env python3
"""What the pages weigh and how they answer, in Debian's Chromium with software rendering, beside what is promised.

    pages.py [PARTNERS]      100,000 invented partners by default, made in a folder of their own

For each page: compressed bytes of a first load without the map library (at most 400 KB), layout shift (at most 0.05).
Then the interaction to next paint over presses and keys on the heavy pages (at most 100 ms), and frames a second of the
map while it is moved: over all partners as they are drawn, and with 10,000 pins in view at once (at least 30). At the end
how many doubtful places a minute the queue takes from somebody who presses a key as soon as the next one is shown (30).

PLANNER_BINARY names the program; runs under the virtual environment that `make setup` lays down.
"""
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("PLANNER_BINARY", str(ROOT / ".build" / "release" / "planner"))
PARTNERS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
PAGES = ["/map", "/partners", "/tasks", "/tasks?view=board", "/tasks?view=calendar", "/plan", "/review", "/import", "/help", "/search?q=brest", "/road", "/admin/service"]

OBSERVE = """() => {
  window.shift = 0; window.events = new Map();
  new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.shift += one.value; }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => { for (const one of list.getEntries()) if (one.interactionId) window.events.set(one.interactionId, [Math.max(one.duration, window.events.get(one.interactionId)?.[0] ?? 0), one.name]); }).observe({ type: "event", durationThreshold: 16, buffered: true });
}"""

# Frames a second in which the map moved on while it was moved along for five seconds, and how many of them were drawn anew:
# in the others what was drawn before slides.
FRAMES = """() => new Promise((resolve) => {
  let frames = 0, drawn = 0;
  const begun = performance.now();
  const count = () => {
    frames += 1;
    if (plannerMap.getCanvas().style.transform === "") drawn += 1;
  };
  plannerMap.on("render", count);
  let side = 1;
  const go = () => {
    if (performance.now() - begun > 5000) { plannerMap.off("render", count); const seconds = (performance.now() - begun) / 1000; return resolve([frames / seconds, drawn / seconds]); }
    plannerMap.panBy([side * 300, 0], { duration: 1000, easing: (t) => t });
    side = -side;
  };
  plannerMap.on("moveend", go);
  go();
})"""

PINS = """() => {
  const { _ne: ne, _sw: sw } = plannerMap.getBounds();
  let seed = 7;
  const next = () => { seed = (seed * 16807) % 2147483647; return seed / 2147483647; };
  const features = Array.from({ length: 10000 }, () => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [sw.lng + next() * (ne.lng - sw.lng), sw.lat + next() * (ne.lat - sw.lat)] } }));
  plannerMap.addSource("many", { type: "geojson", data: { type: "FeatureCollection", features } });
  plannerMap.addLayer({ id: "many", type: "circle", source: "many", paint: plannerMap.getStyle().layers.find((one) => one.id === "pins").paint });
}"""


def told(name, value, limit, ok):
    print(f"  {name:<52} {value:>12}   {limit:<16} {'' if ok else 'NOT MET'}")
    return ok


def serve(folder):
    environment = os.environ | {
        "PLANNER_DATABASE": str(folder / "planner.sqlite"), "PLANNER_GAZETTEER": str(folder / "gazetteer.bin"),
        "PLANNER_WEB_ASSETS": str(ROOT / "web-assets"), "PLANNER_RATE_LIMIT": "0"}
    # The demo makes the gazetteer in which places are looked up.
    subprocess.run(
        [BINARY, "demo", "--no-serve", "--database", str(folder / "demo.sqlite"), "--roads", str(folder / "car.roads")], cwd=ROOT, env=environment,
        check=True, stdout=subprocess.DEVNULL)
    subprocess.run([BINARY, "generate", "--partners", str(PARTNERS)], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([BINARY, "user", "add", "pages", "--name", "Pages", "--role", "administrator"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = subprocess.Popen([BINARY, "serve", "--as", "pages", "--port", str(port)], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1)
            return running, f"http://127.0.0.1:{port}"
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the service did not start")


def idle(page):
    page.wait_for_selector("html[data-map=idle]", state="attached", timeout=120_000)


def weigh(browser, root, address):
    """Bytes over the wire of a first load without the map library, and the layout shift."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.add_init_script(f"({OBSERVE})()")
    link = context.new_cdp_session(page)
    link.send("Network.enable")
    names, sizes = {}, {}
    link.on("Network.responseReceived", lambda one: names.update({one["requestId"]: one["response"]["url"]}))
    link.on("Network.loadingFinished", lambda one: sizes.update({one["requestId"]: one["encodedDataLength"]}))
    page.goto(root + address)
    if page.locator("#map").count() and page.locator("#map").is_visible():
        idle(page)
    page.wait_for_load_state("networkidle")
    shift = page.evaluate("window.shift")
    own = sum(size for key, size in sizes.items() if "maplibre-gl.js" not in names.get(key, ""))
    context.close()
    return own, shift


def slowest(page, name, acts):
    """The slowest interaction of these, in milliseconds to the next paint (the page's own measure, in steps of 8)."""
    for act in acts:
        act()
        page.wait_for_timeout(400)
    events = page.evaluate("[...window.events.values()]")
    return max((duration for duration, _ in events), default=0), len(acts)


def review(page, root, wanted=60):
    """Places a minute by keys alone: what is marked is taken, what is not found is skipped."""
    page.goto(root + "/review")
    page.wait_for_selector("html[data-review]", state="attached", timeout=60_000)
    begun, seen = time.time(), set()
    while len(seen) < min(wanted, page.locator("#queue > li").count()):
        now = page.evaluate("document.documentElement.dataset.review")
        seen.add(now)
        page.keyboard.press("Enter" if page.evaluate("document.documentElement.dataset.choice") else "s")
        page.wait_for_selector(f"html:not([data-review='{now}'])", state="attached", timeout=60_000)
    page.wait_for_load_state("networkidle")
    return len(seen), len(seen) / (time.time() - begun) * 60


def main():
    folder = Path(tempfile.mkdtemp(prefix="pages-"))
    running, root = serve(folder)
    met = True
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium") or "/usr/bin/chromium",
                args=["--no-sandbox", "--enable-unsafe-swiftshader"])
            print(f"{PARTNERS} partners, first load")
            for address in PAGES:
                own, shift = weigh(browser, root, address)
                met &= told(f"{address}, KB", f"{own / 1000:.0f}", "at most 400", own <= 400_000)
                met &= told(f"{address}, layout shift", f"{shift:.3f}", "at most 0.05", shift <= 0.05)
            print("interaction to next paint, ms")
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.add_init_script(f"({OBSERVE})()")
            page.goto(root + "/partners")
            page.wait_for_load_state("networkidle")
            find = page.locator(".find input")
            worst, count = slowest(page, "search", [find.click] + [lambda letter=letter: page.keyboard.press(letter) for letter in "brest"] + [lambda: page.keyboard.press("ArrowDown")])
            met &= told(f"search box, {count} acts", f"{worst:.0f}", "at most 100", worst <= 100)
            page.goto(root + "/map")
            idle(page)
            form = page.locator(".partner-map form.filters")
            acts = [
                lambda: form.locator("summary").click(), lambda: form.locator("select[name=by]").click(), lambda: page.keyboard.press("ArrowDown"),
                lambda: page.keyboard.press("Enter"), lambda: page.locator("#choose").click(), lambda: page.locator("[data-tool=circle]").click(),
                lambda: page.mouse.click(500, 400), lambda: page.mouse.click(560, 460), lambda: page.locator(".seen > li .quiet").first.click(),
                lambda: page.keyboard.press("+"),
            ]
            worst, count = slowest(page, "map", acts)
            met &= told(f"map, {count} acts", f"{worst:.0f}", "at most 100", worst <= 100)
            page.goto(root + "/tasks?view=board")
            page.wait_for_load_state("networkidle")
            worst, count = slowest(page, "tasks", [lambda: page.locator("main summary").first.click(), lambda: page.keyboard.press("Tab")])
            met &= told(f"tasks, {count} acts", f"{worst:.0f}", "at most 100", worst <= 100)
            print("frames a second of the map while it is moved")
            page.goto(root + "/map")
            idle(page)
            frames, drawn = page.evaluate(FRAMES)
            met &= told(f"all partners, as rings and pins ({drawn:.0f} drawn anew)", f"{frames:.0f}", "at least 30", frames >= 30)
            page.evaluate(PINS)
            page.evaluate("delete document.documentElement.dataset.map; plannerMap.triggerRepaint()")
            idle(page)
            seen = page.evaluate("plannerMap.queryRenderedFeatures({ layers: ['many'] }).length")
            frames, drawn = page.evaluate(FRAMES)
            met &= told(f"{seen} pins in view ({drawn:.0f} drawn anew)", f"{frames:.0f}", "at least 30", frames >= 30)
            places, pace = review(page, root)
            met &= told(f"{places} doubtful places by keys, a minute", f"{pace:.0f}", "at least 30", pace >= 30)
            browser.close()
    finally:
        running.terminate()
        running.wait(timeout=15)
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if met else 1


sys.exit(main())
