#!/usr/bin/env python3
"""Promise 13: the service does what its document says. Schemathesis makes requests from the OpenAPI document, right and
wrong ones, and judges the answers by it: no 5xx, no status, type or member that the document does not name, nothing
wrong accepted.

    promise_13.py [--short]     10,000 requests and more; with --short a few hundred

EXAMPLES says how many cases an operation gets beside those of its limits, TOLD how much of the report is shown,
PLANNER_GAZETTEER which gazetteer is asked instead of one that is made.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from picture import PICTURE
from served import Served

SHORT = "--short" in sys.argv
HERE = Path(__file__).resolve().parent
# Cases an operation beside those that try each limit of its document one by one.
EXAMPLES = int(os.environ.get("EXAMPLES", "3" if SHORT else "40"))
GAZETTEER = os.environ.get("PLANNER_GAZETTEER")
LIST = "Название;Тип;Адрес;Телефон\nTravel One;agency;Минск, улица Ленина 5;+375 17 200-00-01\n".encode()


def made(service, path, body, method="POST", **headers):
    answer = service.ask(method, "/api/v1" + path, body, headers)
    if answer.status not in (200, 201, 202, 204):
        raise AssertionError(f"{path}: {answer.status} {answer.body[:300]}")
    return answer.json


def records(service):
    """Records of every kind, by kind, for requests to name."""
    known = {}
    known["partners"] = []
    for number in range(18):
        partner = made(service, "/partners", {"kind": "agency", "name": f"Partner {number}", "geocode": False})
        pin = {"latitude": 53.9, "longitude": 27.5 + number / 60}
        made(service, f"/partners/{partner['id']}/pin", pin, "PUT", **{"If-Match": f'"v{partner["version"]}"'})
        known["partners"].append(partner["id"])
    # Trips have partners of their own, which no request bans.
    known["tripPartners"] = trip = [known["partners"].pop() for _ in range(6)]
    partners = known["partners"]
    person = {"name": "Anna", "contactPoints": [{"kind": "phone", "value": "+375 29 123-45-67"}]}
    known["contacts"] = [[one, made(service, f"/partners/{one}/contacts", person)["id"]] for one in partners]
    known["people"] = [one for _, one in known["contacts"][:6]]
    for one in known["people"]:
        made(service, f"/contacts/{one}/protected/passportNumber", {"value": "MP1234567"}, "PUT")
    known["contacts"] = known["contacts"][6:]
    known["activities"] = [
        made(service, f"/partners/{partners[0]}/activities", {"kind": "visit"})["id"] for _ in range(2)]
    known["selectionNames"] = [f"S {number}" for number in range(20)]
    known["selections"] = [
        made(service, "/selections", {"name": name, "selection": {"all": True}})["id"]
        for name in known["selectionNames"]]
    known["selectionNames"] = ["S kept"]
    made(service, "/selections", {"name": "S kept", "selection": {"all": True}})
    known["views"] = [
        made(service, "/views", {"name": f"V {n}", "list": "partners"})["id"] for n in range(20)]
    plans = [
        made(service, "/plan", {"selection": {"ids": trip[:4]}, "start": "53.9,27.49", "save": True,
                               "budgetMilliseconds": 20})
        for _ in range(24)]
    known["trips"] = [plan["trip"]["id"] for plan in plans]
    known["tripTasks"] = [plan["taskId"] for plan in plans[:12]]
    known["photos"] = []
    for task in known["tripTasks"][:4]:
        stop = made(service, f"/tasks/{task}", None, "GET")["checklist"][0]["children"][0]["id"]
        for _ in range(6):
            photo = made(service, f"/tasks/{task}/items/{stop}/photos", PICTURE, **{"Content-Type": "image/jpeg"})
            known["photos"].append(photo["id"])
    known["tripsToEnd"] = [known["trips"].pop() for _ in range(12)]
    known["tasks"] = [
        made(service, "/tasks", {"title": f"T {n}", "items": ["a", "b", "c"]})["id"] for n in range(20)]
    known["comments"] = [
        [task, made(service, f"/tasks/{task}/comments", {"text": "Said"})["id"]] for task in known["tasks"]]
    known["reminders"] = [
        made(service, f"/tasks/{task}/reminders", {"at": "2040-06-01T09:00:00Z"})["id"] for task in known["tasks"]]
    known["teams"] = [made(service, "/teams", {"name": f"Team {n}"})["id"] for n in range(8)]
    known["users"] = [
        made(service, "/users", {
            "login": f"user{n}", "name": "Somebody", "role": "manager", "email": f"user{n}@example.org"})["id"]
        for n in range(4)]
    known["self"] = [made(service, "/session", None, "GET")["user"]["id"]]
    own = {one["id"] for one in made(service, "/tokens", None, "GET")["items"]}
    known["self"] += own
    for _ in range(3):
        service.run("token", "create", "administrator")
    known["tokens"] = [one["id"] for one in made(service, "/tokens", None, "GET")["items"] if one["id"] not in own]
    known["webhooks"] = [
        made(service, "/webhooks", {"url": "https://hooks.invalid/", "events": ["*"]})["id"] for _ in range(6)]
    known["sources"] = [made(service, "/inbound-sources", {"name": f"s-{n}"})["id"] for n in range(6)]
    known["uploads"] = [
        made(service, "/uploads?name=list.csv", LIST, **{"Content-Type": "text/csv"})["id"] for _ in range(4)]
    known["jobs"] = []
    for number in range(4):
        own = LIST.replace(b"Travel One", f"Own {number}".encode()).replace(b"00-01", f"11-0{number}".encode())
        upload = made(service, "/uploads?name=own.csv", own, **{"Content-Type": "text/csv"})["id"]
        known["jobs"].append(made(service, "/imports", {"upload": upload, "geocode": False})["id"])
    if GAZETTEER is not None or not SHORT:
        batch = {"upload": known["uploads"][0], "column": "Адрес"}
        known["jobs"].append(made(service, "/geocode/batches", batch)["id"])
    for job in known["jobs"]:
        while made(service, f"/jobs/{job}", None, "GET")["state"] in ("queued", "running"):
            time.sleep(0.05)
    known["imports"] = [one["id"] for one in made(service, "/imports", None, "GET")["items"]]
    known["workers"] = [one["name"] for one in made(service, "/workers", None, "GET")["items"]]
    return known


folder = tempfile.mkdtemp(prefix="planner-promise-backups-")
environment = {"PLANNER_BACKUPS": folder} | ({"PLANNER_GAZETTEER": GAZETTEER} if GAZETTEER else {})
service = Served(rateLimit=0, environment=environment)
# Two regions: of all there are, a name that is none would be compared with each, in every second request.
regions = service.folder / "regions.geojson"
regions.write_text(json.dumps({"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {"code": code, "name": name, "level": level}, "geometry": {
        "type": "Polygon", "coordinates": [[[23, 51], [east, 51], [east, 56], [23, 56], [23, 51]]]}}
    for code, name, level, east in (("BY", "Belarus", "country", 33), ("BY-BR", "Brest Region", "subdivision", 27))]}))
service.run("import", "regions", str(regions))
if not SHORT and GAZETTEER is None:
    service.run("import", "gazetteer")
with service:
    told = service.folder / "statuses.json"
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": str(HERE / "schemathesis_hooks.py"), "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(HERE), "KNOWN_RECORDS": json.dumps(records(service)), "STATUS_COUNTS": str(told),
        "SERVICE": service.address, "SERVICE_TOKEN": service.token,
        "SERVICE_DATABASE": str(service.folder / "planner.sqlite"),
    }
    command = [
        str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(HERE / "schemathesis.toml"), "run",
        os.environ.get("DOCUMENT", f"{service.address}/api/v1/openapi.json"), "--url", f"{service.address}/api/v1",
        "--seed", "13", "--max-examples", str(EXAMPLES),
        "--continue-on-failure", "--no-color", "--generation-database", "none", "--request-timeout", "30",
        "--phases", "examples,coverage" if SHORT else os.environ.get("PHASES", "examples,coverage,fuzzing,stateful"),
    ]
    if SHORT:
        command += ["--include-path-regex", "^/(selections|views|regions|trips|tasks|activities|plan)"]
        command += ["-m", "positive"]
    command += [argument for argument in sys.argv[1:] if argument != "--short"]
    report = service.folder / "report.txt"
    with open(report, "w", encoding="utf-8") as file:
        done = subprocess.run(
            command, env=environment, stdout=file, stderr=subprocess.STDOUT, timeout=7200, cwd=service.folder)
    answers = json.loads(told.read_text())
    operations = answers["operations"]
    total = sum(sum(of.values()) for of in operations.values())

    def statuses(of):
        return {answer.split()[1] for answer in of}

    broken = sorted(name for name, of in operations.items() if any(status[0] == "5" for status in statuses(of)))
    unreached = sorted(name for name, of in operations.items() if not any(s[0] == "2" for s in statuses(of)))
    print(f"promise 13: {total} requests to {len(operations)} operations; with 5xx: {', '.join(broken) or 'none'}; "
          f"without 2xx: {', '.join(unreached) or 'none'}; {answers['refusals']} refusals changed "
          f"{'nothing' if not any('changed' in fault for fault in answers['faults']) else 'SOMETHING'}")
    for fault in answers["faults"]:
        print("  " + fault)
    if os.environ.get("TOLD"):
        for name, of in sorted(operations.items()):
            print("  ", name, of)
        for name, of in sorted(answers["samples"].items()):
            print("   :", name, of)
    if done.returncode or broken or unreached or answers["faults"]:
        print(re.sub(r"Bearer \S+", "Bearer …", report.read_text()[-int(os.environ.get("TOLD", 6000)):]))
        sys.exit(1)
