#!/usr/bin/env python3
"""Promise 10: no secret of signing in stands in the file, its journal, a backup, an address or a log.

    promise_10.py [--short]     the same in both forms; the ends of sessions are tested in Tests/plannerTests
"""
import json
import re
import subprocess
import sys
import urllib.parse

from served import BINARY, Served

faults = []
password = "seven blue elephants at noon"
with Served(rateLimit=0, log="trace") as service:
    subprocess.run([str(BINARY), "user", "password", "administrator"], input=password, text=True, check=True,
                   env=service.environment, capture_output=True)
    answer = service.ask("POST", "/api/v1/session", {"login": "administrator", "password": password}, token=False)
    cookie = answer.headers["Set-Cookie"]
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        if flag not in cookie:
            faults.append(f"the cookie lacks {flag}")
    session = re.match("planner_session=([^;]+)", cookie)[1]
    if len(session) < 4 + 43:
        faults.append("a session of less than 256 bits")
    service.ask("POST", "/api/v1/users", {"login": "nova", "name": "Nova", "role": "manager"})
    users = service.ask("GET", "/api/v1/users").json["items"]
    link = service.ask("POST", f"/api/v1/users/{users[-1]['id']}/link").json
    form = urllib.parse.urlencode({"login": "administrator", "password": password, "next": "/"}).encode()
    service.ask("POST", "/sign-in", form, {"Content-Type": "application/x-www-form-urlencoded"}, token=False)
    calendar = re.search(r"/calendar/(\S+)\.ics", service.run("token", "create", "--calendar", "administrator").stdout)[1]
    if service.ask("GET", f"/calendar/{calendar}.ics", token=False).status != 200:
        faults.append("control: the calendar is not read")
    service.run("backup", str(service.folder / "copy.sqlite"))
    secrets = {"session": session, "token": service.token, "link": link["code"], "password": password, "calendar": calendar}
    for path in service.folder.iterdir():
        if path.is_file():
            data = path.read_bytes()
            for name, secret in secrets.items():
                if secret.encode() in data:
                    faults.append(f"the {name} stands in {path.name}")
    if "#" not in link["address"]:
        faults.append("the code of a link would be sent in an address")
    # The control: what may be found is found.
    if b"nova" not in (service.folder / "planner.sqlite").read_bytes() + (
            service.folder / "planner.sqlite-wal").read_bytes():
        faults.append("control: nothing was searched")
    logged = service.logged()
    if "/api/v1/session" not in logged:
        faults.append("control: the log holds no request")

print(f"10  {len(secrets)} secrets, 0 in file, journal, backup, log" if not faults else "10")
for fault in faults:
    print("    FAIL", fault)
sys.exit(1 if faults else 0)
