"""Starts the built program on a fresh database and opens its pages in Debian's Chromium. PLANNER_BINARY names the program."""
import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
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
            "PLANNER_WEB_ASSETS": str(ROOT / "web-assets"),
        }

    def run(self, *arguments, check=True):
        done = subprocess.run(
            [str(BINARY), *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300)
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
            executable_path=CHROMIUM, args=["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"])
        yield browser
        browser.close()
