"""Starts the built program on a fresh database and opens its pages in Debian's Chromium.

PLANNER_BINARY names the program; PLANNER_URL names a server that runs already and is used instead.
"""
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
from people import PASSWORD
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("PLANNER_BINARY", ROOT / ".build" / "debug" / "planner"))
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Planner:
    """The program with a folder of its own for everything it writes."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = os.environ | {
            "PLANNER_DATABASE": str(folder / "planner.sqlite"),
            "PLANNER_GAZETTEER": str(folder / "gazetteer.bin"),
            "PLANNER_WEB_ASSETS": str(ROOT / "web-assets"),
        }

    def run(self, *arguments, check=True, **more):
        done = subprocess.run(
            [str(BINARY), *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300, **more)
        if check and done.returncode != 0:
            raise AssertionError(f"planner {' '.join(arguments)}: exit {done.returncode}\n{done.stderr}")
        return done

    def json(self, *arguments):
        return json.loads(self.run(*arguments, "--json").stdout)


@pytest.fixture(scope="session")
def planner(tmp_path_factory):
    return Planner(tmp_path_factory.mktemp("planner"))


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--enable-unsafe-swiftshader"])
        yield browser
        browser.close()


def fill(planner):
    """The demo's database: two real trips over imported partners."""
    planner.run(
        "demo", "--no-serve", "--database", str(planner.folder / "planner.sqlite"),
        "--roads", str(planner.folder / "roads" / "car.roads"))
    return planner


@pytest.fixture(scope="session")
def demo(planner):
    return fill(planner)


def serving(demo, login, **settings):
    """The address of a server for one person, or for whoever signs in; ends with the run, and a clean end is part of it."""
    port = free_port()
    process = subprocess.Popen(
        [str(BINARY), "serve", *(["--as", login] if login else []), "--port", str(port)], cwd=ROOT,
        # Tests are quicker than people: many of one file share a minute's requests.
        env=demo.environment | {"PLANNER_ROADS": str(demo.folder / "roads" / "car.roads"), "PLANNER_RATE_LIMIT": "0"} | settings,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    address = f"http://127.0.0.1:{port}"
    for _ in range(200):
        if process.poll() is not None:
            raise AssertionError(f"the server ended with {process.returncode}: {process.stdout.read()}")
        try:
            urllib.request.urlopen(f"{address}/health", timeout=1)
            break
        except OSError:
            time.sleep(0.1)
    yield address
    process.terminate()
    assert process.wait(timeout=10) == 0


@pytest.fixture(scope="session")
def server(request):
    if "PLANNER_URL" in os.environ:
        yield os.environ["PLANNER_URL"].rstrip("/")
        return
    yield from serving(request.getfixturevalue("demo"), "demo")


@pytest.fixture(scope="session")
def head_server(demo):
    """The same database for a head of sales, who may do more."""
    demo.run("user", "add", "chief", "--name", "Ольга", "--role", "head")
    yield from serving(demo, "chief")


@pytest.fixture(scope="session")
def root_server(demo):
    """The same database for an administrator."""
    demo.run("user", "add", "root", "--name", "Админ", "--role", "administrator")
    yield from serving(demo, "root", PLANNER_BACKUPS=str(demo.folder / "backups"))


@pytest.fixture(scope="session")
def door_server(demo):
    """The same database for whoever signs in: the one of the demo, and a colleague."""
    demo.run("user", "add", "gleb", "--name", "Глеб", "--role", "manager")
    for login in ("demo", "gleb"):
        demo.run("user", "password", login, input=PASSWORD)
    yield from serving(demo, None)


@pytest.fixture
def door_tab(browser, door_server):
    yield from opener(browser, door_server)


@pytest.fixture
def root_tab(browser, root_server):
    yield from opener(browser, root_server)


@pytest.fixture
def tab_with(browser, demo):
    """Tabs of a service over the demo's database with settings of its own."""
    running = []

    def start(**settings):
        service = serving(demo, "demo", **settings)
        tabs = opener(browser, next(service))
        running.extend([tabs, service])
        return next(tabs)

    yield start
    for one in running:
        for _ in one:
            pass  # What comes after the yield ends it.


@pytest.fixture
def company(browser, tmp_path):
    """Tabs of a service that people sign in to, and the program over its database."""
    planner = Planner(tmp_path)
    planner.run("user", "add", "anna", "--name", "Анна <b>", "--role", "manager")
    running = serving(planner, None, PLANNER_ROADS="none")
    tabs = opener(browser, next(running))
    yield next(tabs), planner
    for rest in (tabs, running):
        for _ in rest:
            pass  # What comes after the yield ends it.


@pytest.fixture
def apart(browser, tmp_path):
    """The tabs and the service of a head of sales over a database of its own: for what leaves much behind."""
    planner = fill(Planner(tmp_path))
    planner.run("user", "add", "chief", "--name", "Ольга", "--role", "head")
    running = serving(planner, "chief")
    address = next(running)
    tabs = opener(browser, address)
    yield next(tabs), asker(address)
    for rest in (tabs, running):
        for _ in rest:
            pass  # What comes after the yield ends it.


class Tab:
    """A page with everything it asked for and complained about."""

    def __init__(self, browser, address, width=1280, height=800, **options):
        self.context = browser.new_context(viewport={"width": width, "height": height}, **options)
        self.page = self.context.new_page()
        self.messages, self.requests = [], []
        # How the browser itself gets a picture without a graphics card is not a page's doing.
        self.page.on("console", lambda m: "GL Driver Message" in m.text or self.messages.append(f"{m.type}: {m.text}"))
        self.page.on("pageerror", lambda e: self.messages.append(f"error: {e}"))
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.goto(address)

    def idle(self):
        self.page.wait_for_selector("html[data-map=idle]", state="attached", timeout=60_000)
        return self.page


def opener(browser, server):
    opened = []

    def open_tab(path="/trips", **options):
        one = Tab(browser, server + path, **options)
        opened.append(one)
        return one

    yield open_tab
    for one in opened:
        # What a page still asks for while it goes is no matter of the next test.
        for page in one.context.pages:
            page.unroute_all(behavior="ignoreErrors")
        one.context.close()


@pytest.fixture
def tab(browser, server):
    yield from opener(browser, server)


@pytest.fixture
def head_tab(browser, head_server):
    yield from opener(browser, head_server)


def asker(server):
    def ask(method, path, body=None, **headers):
        request = urllib.request.Request(
            server + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **headers})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    return ask


@pytest.fixture
def ask(server):
    """Asks the service for JSON."""
    return asker(server)
