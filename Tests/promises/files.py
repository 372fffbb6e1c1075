"""A database of its own in a temporary folder, for the tests of promises about files. PLANNER_BINARY names the program."""
import atexit
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("PLANNER_BINARY", ROOT / ".build" / "release" / "planner"))
SHORT = "--short" in sys.argv


class Files:
    def __init__(self, folder=None, **environment):
        self.folder = Path(folder or tempfile.mkdtemp(prefix="planner-promise-"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.database = self.folder / "planner.sqlite"
        self.environment = os.environ | {
            "PLANNER_DATABASE": str(self.database),
            "PLANNER_GAZETTEER": str(self.folder / "gazetteer.bin"),
            "PLANNER_DATA": str(ROOT / "data"),
            "PLANNER_ROADS": "none",
        } | environment

    def start(self, *arguments, **more):
        return subprocess.Popen(
            [str(BINARY), *map(str, arguments)], env=self.environment, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, **more)

    def run(self, *arguments, check=True, text="", **more):
        done = subprocess.run(
            [str(BINARY), *map(str, arguments)], env=self.environment, capture_output=True, timeout=900,
            input=text.encode(), **more)
        done.out, done.err = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        if check and done.returncode:
            raise AssertionError(f"planner {' '.join(map(str, arguments))}: {done.returncode}\n{done.err}{done.out}")
        return done

    def json(self, *arguments, **more):
        return json.loads(self.run(*arguments, "--json", **more).out)

    def partners(self, count, start=0, name="list.csv"):
        """A list of partners around Brest, as a file."""
        random.seed(start)
        path = self.folder / name
        lines = ["Код;Название;Широта;Долгота;Телефон"]
        for number in range(start, start + count):
            latitude, longitude = 52 + random.random() / 2, 23.6 + random.random()
            lines.append(f"{number};Партнёр {number};{latitude:.5f};{longitude:.5f};+37529{1000000 + number}")
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def ask(self, sql, database=None):
        """Rows as another program reads them."""
        connection = sqlite3.connect(f"file:{database or self.database}?mode=ro", uri=True, timeout=30)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def sound(self, database=None):
        """What SQLite finds wrong with the file."""
        pages = [row[0] for row in self.ask("PRAGMA integrity_check", database)
                 if row[0] != "ok" and "no such module" not in row[0]]
        return pages + [f"reference {row}" for row in self.ask("PRAGMA foreign_key_check", database)]


class Verdict:
    """Collects faults, prints the line of the promise and ends with its status."""

    def __init__(self, number):
        self.number, self.faults = number, []

    def expect(self, condition, text):
        if not condition:
            self.faults.append(text)
        return condition

    def end(self, measured):
        print(f"{self.number:>2}  {'met   ' if not self.faults else 'BROKEN'}  {measured}")
        for fault in sorted(set(self.faults))[:20]:
            print("    FAIL", fault)
        sys.exit(1 if self.faults else 0)
