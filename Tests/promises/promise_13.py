#!/usr/bin/env python3
"""Promise 13: the service does what its document says. Schemathesis makes requests from the OpenAPI document, right and
wrong ones, and judges the answers by it: no 5xx, no status, type or member that the document does not name, nothing
wrong accepted.

    promise_13.py [--short]     10,000 requests and more; with --short a few hundred
"""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from served import Served

SHORT = "--short" in sys.argv
HERE = Path(__file__).resolve().parent
EXAMPLES = 3 if SHORT else 150
# What ends the run's own sign-in, or calls for a second computer.
LEFT_OUT = [
    "signIn", "signOut", "changePassword", "askForPasswordLink", "usePasswordLink", "endSessions", "revokeToken",
    "beginSecondFactor", "confirmSecondFactor", "removeSecondFactor", "resetSecondFactor", "watchJob"]


def made(service, path, body, **headers):
    answer = service.ask("POST", "/api/v1" + path, body, headers)
    if answer.status not in (200, 201):
        raise AssertionError(f"{path}: {answer.status} {answer.body[:300]}")
    return answer.json


with Served(rateLimit=0) as service:
    service.run("import", "regions")
    known = {}
    partners = []
    for number in range(8):
        partner = made(service, "/partners", {"kind": "agency", "name": f"Partner {number}", "geocode": False})
        pin = {"latitude": 53.9, "longitude": 27.5 + number / 60}
        service.ask("PUT", f"/api/v1/partners/{partner['id']}/pin", pin, {"If-Match": f'"v{partner["version"]}"'})
        partners.append(partner["id"])
    known["/partners/{id}"] = partners
    known["/activities/{id}"] = [
        made(service, f"/partners/{partners[0]}/activities", {"kind": "visit"})["id"] for _ in range(2)]
    known["/selections/{id}"] = [
        made(service, "/selections", {"name": f"S {n}", "selection": {"all": True}})["id"] for n in range(20)]
    known["/views/{id}"] = [
        made(service, "/views", {"name": f"V {n}", "list": "partners"})["id"] for n in range(20)]
    known["/trips/{id}"] = [
        made(service, "/plan", {"selection": {"ids": partners[:4]}, "start": "53.9,27.49", "save": True})["trip"]["id"]
        for _ in range(20)]
    known["/tasks/{id}"], known["/items/{item}"] = [], {}
    for n in range(20):
        task = made(service, "/tasks", {"title": f"T {n}", "items": ["a", "b", "c"]})
        known["/tasks/{id}"].append(task["id"])
        known["/items/{item}"][task["id"]] = [item["id"] for item in task["checklist"]]
    counts = service.folder / "statuses.json"
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": str(HERE / "schemathesis_hooks.py"), "PYTHONDONTWRITEBYTECODE": "1",
        "KNOWN_RECORDS": json.dumps(known), "STATUS_COUNTS": str(counts),
        "SERVICE": service.address, "SERVICE_TOKEN": service.token,
    }
    settings = HERE / "schemathesis.toml"
    command = [
        str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(settings), "run",
        f"{service.address}/api/v1/openapi.json", "--url", f"{service.address}/api/v1",
        "-H", f"Authorization: Bearer {service.token}", "--seed", "13", "--max-examples", str(EXAMPLES),
        "--continue-on-failure", "--no-color", "--generation-database", "none", "--request-timeout", "30",
        "--phases", "examples,coverage" if SHORT else "examples,coverage,fuzzing,stateful",
    ] + sum((["--exclude-operation-id", name] for name in LEFT_OUT), [])
    if SHORT:
        command += ["--include-path-regex", "^/(selections|views|regions|trips|tasks|activities|plan)"]
        command += ["-m", "positive"]
    command += [argument for argument in sys.argv[1:] if argument != "--short"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=3600, cwd=service.folder)
    statuses = json.loads(counts.read_text())
    total = sum(sum(of.values()) for of in statuses.values())
    broken = {name: of for name, of in statuses.items() if any(int(status) >= 500 for status in of)}
    unreached = sorted(name for name, of in statuses.items() if not any(status[0] == "2" for status in of))
    print(f"promise 13: {total} requests to {len(statuses)} operations; "
          f"{'no' if not broken else sum(1 for _ in broken)} operation with 5xx; without 2xx: {', '.join(unreached) or 'none'}")
    if done.returncode or broken:
        print(re.sub(r"Bearer \S+", "Bearer …", done.stdout[-int(os.environ.get("TOLD", 6000)):]))
        print(done.stderr[-2000:])
        sys.exit(1)
