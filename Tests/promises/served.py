"""A running service with a database of its own, for the tests of what the service promises.

PLANNER_BINARY names the program. Everything stays on 127.0.0.1.
"""
import json
import os
import socket
import sqlite3
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("PLANNER_BINARY", ROOT / ".build" / "release" / "planner"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body) if self.body else None


class Served:
    """`with Served(rateLimit=0) as service:` serves until the end of the block. Names are those of the settings."""

    def __init__(self, users=("administrator",), environment=None, folder=None, **settings):
        self.folder = Path(folder or tempfile.mkdtemp(prefix="planner-promise-"))
        self.environment = os.environ | {
            "PLANNER_DATABASE": str(self.folder / "planner.sqlite"),
            "PLANNER_GAZETTEER": str(self.folder / "gazetteer.bin"),
            "PLANNER_DATA": str(ROOT / "data"),
            "PLANNER_ROADS": "none",
        } | (environment or {})
        config = self.folder / "settings.yaml"
        config.write_text("".join(f"{name}: {json.dumps(value)}\n" for name, value in settings.items()))
        self.config = config
        self.run("migrate")
        self.tokens = {}
        for role in users:
            self.run("user", "add", role, "--name", role.capitalize(), "--role", role)
            self.tokens[role] = self.run("token", "create", role).stdout.strip()
        self.token = next(iter(self.tokens.values()))
        self.process = None

    def run(self, *arguments, check=True, **more):
        done = subprocess.run(
            [str(BINARY), *arguments], env=self.environment, capture_output=True, text=True, timeout=900, **more)
        if check and done.returncode:
            raise AssertionError(f"planner {' '.join(arguments)}: {done.returncode}\n{done.stderr}")
        return done

    def start(self):
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = open(self.folder / "serve.log", "ab")
        self.process = subprocess.Popen(
            [str(BINARY), "serve", "--port", str(self.port), "--config", str(self.config)], env=self.environment,
            stdout=self.log, stderr=self.log)
        for _ in range(600):
            if self.process.poll() is not None:
                raise AssertionError(f"the service ended with {self.process.returncode}: {self.logged()}")
            try:
                urllib.request.urlopen(f"{self.address}/health", timeout=5)
                return self
            except OSError:
                time.sleep(0.02)
        raise AssertionError("the service did not answer")

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=30)

    def logged(self):
        return (self.folder / "serve.log").read_text(errors="replace")

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def ask(self, method, path, body=None, headers=None, token=True, timeout=30):
        headers = dict(headers or {})
        if token:
            headers.setdefault("Authorization", f"Bearer {self.token if token is True else token}")
        if body is not None and not isinstance(body, (bytes, bytearray)):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        request = urllib.request.Request(self.address + path, data=body, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    def rows(self, sql):
        """Rows as another program reads them."""
        with sqlite3.connect(f"file:{self.folder}/planner.sqlite?mode=ro", uri=True, timeout=30) as db:
            return db.execute(sql).fetchall()

    def memory(self):
        """Resident memory of the service in MiB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0
