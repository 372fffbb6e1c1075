"""The built program on a database of its own: the demo's, with a head and a manager beside the demo's.

PLANNER_BINARY names the program.
"""
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("PLANNER_BINARY", ROOT / ".build" / "debug" / "planner"))


class Served:
    def __init__(self, folder):
        self.folder = folder
        self.environment = os.environ | {
            "PLANNER_DATABASE": str(folder / "planner.sqlite"),
            "PLANNER_GAZETTEER": str(folder / "gazetteer.bin"),
            "PLANNER_DATA": str(ROOT / "data"),
            "PLANNER_RATE_LIMIT": "0",
        }

    def run(self, *arguments):
        done = subprocess.run(
            [str(BINARY), *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"planner {' '.join(arguments)}: {done.returncode}\n{done.stderr}"
        return done.stdout

    def get(self, path, token=None, **headers):
        """Status, headers and body, with the token of the head of sales unless another is named."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if token != "":
            headers["Authorization"] = f"Bearer {token or self.token}"
        request = urllib.request.Request(self.address + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def json(self, path, token=None):
        status, _, body = self.get(path, token)
        assert status == 200, body
        return json.loads(body)

    def gdal(self, program, *arguments, token=None):
        environment = os.environ | {
            "GDAL_HTTP_HEADERS": f"Authorization: Bearer {token or self.token}", "GDAL_HTTP_TIMEOUT": "60"}
        done = subprocess.run(
            [program, *arguments], capture_output=True, text=True, timeout=300, env=environment)
        # Rings simplified and rounded to a tile's units may cross themselves; GDAL says so and reads on.
        errors = [line for line in done.stderr.splitlines() if "ERROR" in line and "TopologyException" not in line]
        assert done.returncode == 0 and not errors, f"{program} {arguments}\n{done.stderr}"
        return done.stdout

    def put(self, path, value):
        request = urllib.request.Request(
            self.address + path, method="PUT", data=json.dumps(value).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())


@contextmanager
def serving(folder):
    """The running service, with territories for two managers."""
    service = Served(folder)
    database = service.environment["PLANNER_DATABASE"]
    service.run("demo", "--no-serve", "--database", database, "--roads", str(service.folder / "roads" / "car.roads"))
    service.run("user", "add", "head", "--name", "Head", "--role", "head")
    service.run("user", "add", "boris", "--name", "Boris", "--role", "manager")
    service.token = service.run("token", "create", "head").strip()
    service.other = service.run("token", "create", "boris").strip()
    service.calendar = service.run("token", "create", "--calendar", "demo").splitlines()[0]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    service.address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [str(BINARY), "serve", "--port", str(port)], cwd=ROOT, env=service.environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for _ in range(300):
            assert process.poll() is None, process.stdout.read()
            try:
                urllib.request.urlopen(f"{service.address}/health", timeout=1)
                break
            except OSError:
                time.sleep(0.1)
        service.put("/api/v1/territories/BY-BR", {"managers": ["boris", "demo"]})
        service.put("/api/v1/territories/BY-HR", {"managers": ["boris"]})
        yield service
    finally:
        process.terminate()
        assert process.wait(timeout=20) == 0
