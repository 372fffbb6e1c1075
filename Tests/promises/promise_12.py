#!/usr/bin/env python3
"""Promise 12: no text breaks out. Texts that try to be formulas, elements, headers or lines, in every text of partners
and trips, out as CSV, GeoJSON, KML, GPX, iCalendar, page and mail; and in those of tasks, their comments, people, teams,
selections, views and what happened, out as the pages that show them.

    promise_12.py [--short]     200 texts; with --short every fifth

The same data is made twice, once with these texts and once with harmless words. Whoever reads the output (a parser of
Python's library, not ours) must find the same elements, attributes, members, lines and headers in both, and no cell
that a spreadsheet runs. Where LibreOffice is installed the long form opens the CSV with it and counts formulas.
"""
import collections
import csv
import email
import email.policy
import html.parser
import io
import json
import shutil
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from hostile import TEXTS, harmless
from served import BINARY, Served, free_port

SHORT = "--short" in sys.argv
CHOSEN = TEXTS[::5] if SHORT else TEXTS
faults = []


def expect(condition, text):
    if not condition:
        faults.append(text)


class Sink(socketserver.StreamRequestHandler):
    """A mail server that takes everything."""
    mails = []

    def handle(self):
        def say(text):
            self.wfile.write(text.encode() + b"\r\n")
        say("220 sink")
        recipients = []
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                say("354 go on")
                content = b""
                while (line := self.rfile.readline()) != b".\r\n":
                    content += line[1:] if line.startswith(b".") else line
                self.mails.append((recipients, content))
                recipients = []
                say("250 taken")
            elif verb == b"QUIT":
                return say("221 bye")
            else:
                if verb == b"RCPT":
                    recipients.append(line)
                say("250 ok")


class Tags(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = collections.Counter()
        self.in_tags = False

    def handle_starttag(self, tag, attributes):
        if tag == "select":
            self.in_tags = ("name", "tag") in attributes
        # A text with commas in it makes several tags, and each of them may be chosen.
        if tag == "option" and self.in_tags and [name for name, _ in attributes] == ["value"]:
            return
        self.seen[(tag, tuple(sorted(name for name, _ in attributes)))] += 1

    def handle_endtag(self, tag):
        if tag == "select":
            self.in_tags = False

    def handle_comment(self, data):
        self.seen["comment"] += 1

    def handle_pi(self, data):
        self.seen["instruction"] += 1


def xml_shape(data):
    return collections.Counter((e.tag, tuple(sorted(e.attrib))) for e in ElementTree.fromstring(data).iter())


def json_shape(value, path=""):
    found = collections.Counter()
    if isinstance(value, dict):
        for name, inner in value.items():
            found[f"{path}.{name}"] += 1
            found += json_shape(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            found += json_shape(inner, path + "[]")
    return found


def calendar_shape(data):
    text = data.decode().replace("\r\n ", "").replace("\r\n\t", "")
    assert "\n" not in text.replace("\r\n", ""), "a bare line end"
    lines = text.split("\r\n")
    return collections.Counter(line.split(":")[0].split(";")[0] for line in lines if line)


def csv_shape(data):
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    for row in rows:
        for cell in row:
            first = cell.lstrip(" \u00a0\ufeff\u200b")[:1]
            number = cell.replace("-", "", 1).replace("+", "", 1).replace(".", "", 1).isdigit()
            expect(first not in ("=", "@", "\t", "\r", "\n") and (first not in "+-" or not first or number),
                   f"a cell that a spreadsheet may run: {cell!r}")
    return collections.Counter(len(row) for row in rows)


def tables_open(data, name):
    """How many formulas LibreOffice finds in a list; None without it."""
    office = shutil.which("soffice")
    if SHORT or not office:
        return None
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"{name}.csv").write_bytes(data)
        subprocess.run([office, "--headless", "--convert-to", "fods", "--outdir", folder, f"{folder}/{name}.csv"],
                       capture_output=True, timeout=300, check=True)
        return (Path(folder) / f"{name}.fods").read_text().count("table:formula=")


def fetched(address):
    """A page, once the program is there."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:
                return answer.read()
        except (ConnectionError, urllib.error.URLError):
            time.sleep(0.05)
    raise AssertionError(f"{address} is not answered")


def asked(root, method, path, body):
    """Status and JSON of an answer of the API."""
    request = urllib.request.Request(root + path, method=method, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, {}


def records(root, texts, partners):
    """Tasks, comments, teams, people, selections, views and calls with these texts; where one is refused, a harmless word
    stands in its place, so that there are as many. Gives addresses of pages, each shown once for all texts."""
    def made(path, n, body):
        status, answer = asked(root, "POST", path, body(texts[n]))
        if status >= 400:
            expect(status in (400, 422), f"{path} with {texts[n]!r}: {status}")
            status, answer = asked(root, "POST", path, body(harmless(n)))
        expect(status in (200, 201), f"{path}: {status}")
        return answer

    pages = {"people": "/admin/people", "territories": "/admin/territories", "trail": "/admin/trail", "account": "/account",
             "service": "/admin/service", "map": "/map", "plan": "/plan", "import": "/import", "tasklist": "/tasks?all=true",
             "board": "/tasks?view=board", "calendar": "/tasks?view=calendar&month=2026-06"}
    for n in range(len(texts)):
        made("/api/v1/users", n, lambda text: {"login": f"w{n}", "name": f"{text} {n}", "role": "manager"})
        made("/api/v1/teams", n, lambda text: {"name": f"{text} {n}"})
        made("/api/v1/selections", n, lambda text: {"name": f"{text} {n}", "selection": {"all": True}})
        made("/api/v1/views", n, lambda text: {"name": f"{text} {n}", "list": "partners", "filters": {"status": "active"}})
        made(f"/api/v1/partners/{partners[0]['id']}/activities", n, lambda text: {"kind": "call", "outcome": text, "text": text})
        task = made("/api/v1/tasks", n, lambda text: {
            "title": f"{text} {n}", "deadline": "2026-06-10T09:00:00Z", "participants": [f"w{n}"], "items": [f"{text} {n}", {"title": f"{text} {n}", "items": [f"{text} {n}"]}]})
        for _ in range(2):
            made(f"/api/v1/tasks/{task['id']}/comments", n, lambda text: {"text": f"{text}\n{text} {n}"})
        if n % 10 == 0:
            pages[f"task{n}"] = f"/tasks/{task['id']}"
    pages["timeline"] = f"/partners/{partners[0]['id']}"
    pages["mapcard"] = f"/map/card/{partners[0]['id']}"
    return pages


def make(texts):
    """Everything that comes out of a database that holds these texts."""
    out = {}
    count = len(texts)
    mails = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=mails.serve_forever, daemon=True).start()
    Sink.mails = []
    with Served(rateLimit=0, environment={
            "PLANNER_SMTP_URL": f"smtp://127.0.0.1:{mails.server_address[1]}", "PLANNER_SMTP_TLS": "none",
            "PLANNER_MAIL_FROM": "planner@example.org"}) as service:
        rows = io.StringIO(newline="")
        writer = csv.writer(rows)
        writer.writerow(["K", "Название", "Адрес", "Примечание", "Контакт", "Тег", "Lat", "Lon"])
        for n, text in enumerate(texts):
            writer.writerow([f"k{n}", text + f" {n}", text + " Минск", text, text + " Иван", text, 52.5 + n * 0.002, 26 + (n * 7 % 100) * 0.01])
        (service.folder / "list.csv").write_bytes(rows.getvalue().encode())
        (service.folder / "map.yaml").write_text(
            "match: [externalKey]\ncountry: BY\nkind: agency\nstatus: active\ndelimiter: \",\"\nencoding: utf-8\ncolumns:\n  externalKey: K\n"
            "  name: Название\n  address: Адрес\n  note: Примечание\n  contactPerson: Контакт\n  tags: Тег\n  latitude: Lat\n  longitude: Lon\n")
        done = service.run("import", "partners", str(service.folder / "list.csv"), "--mapping", str(service.folder / "map.yaml"),
                           "--no-geocode", "--json")
        expect(json.loads(done.stdout)["created"] == count, f"imported {done.stdout[:200]} of {count}")
        for form in ("csv", "geojson", "kml"):
            done = subprocess.run([str(BINARY), "export", "partners", "--format", form], env=service.environment,
                                  capture_output=True, timeout=120, check=True)
            out[f"partners.{form}"] = done.stdout
        # In the order of the file, whatever the names are: the trips of both runs visit the same places.
        partners, cursor = [], ""
        while cursor is not None:
            page = service.ask("GET", f"/api/v1/partners?sort=created&limit=500&fields=id{cursor}").json
            partners += page["items"]
            cursor = f"&cursor={page['next']}" if page["next"] else None
        for first in range(0, count, 20):
            ids = ",".join(p["id"] for p in partners[first:first + 20])
            text = texts[first]
            trip = json.loads(service.run(
                "plan", "--ids", ids, "--start", "53.9,27.56", "--days", "9", "--date", "2026-06-01", "--seed", "1", "--save", "--responsible", "administrator", "--title", f"{text} {first}", "--json").stdout)
            listed = json.loads(service.run("trip", "list", "--json").stdout)["trips"][0]["id"] if "id" not in trip["trip"] else trip["trip"]["id"]
            for form in ("csv", "geojson", "kml", "gpx", "ics"):
                done = subprocess.run([str(BINARY), "export", "trip", listed, "--format", form], env=service.environment,
                                      capture_output=True, timeout=120, check=True)
                out[f"trip{first}.{form}"] = done.stdout
            out[f"trip{first}.id"] = listed
        port = free_port()
        page = subprocess.Popen([str(BINARY), "serve", "--as", "administrator", "--port", str(port)],
                                env=service.environment | {"PLANNER_RATE_LIMIT": "0"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for first in range(0, count, 20):
                out[f"trip{first}.html"] = fetched(f"http://127.0.0.1:{port}/trips/{out.pop(f'trip{first}.id')}")
                out[f"card{first}.html"] = fetched(f"http://127.0.0.1:{port}/partners/{partners[first]['id']}")
            out["partners.html"] = fetched(f"http://127.0.0.1:{port}/partners?sort=-created")
            out["tasks.html"] = fetched(f"http://127.0.0.1:{port}/tasks?all=true")
            out["search.html"] = fetched(f"http://127.0.0.1:{port}/search?q=%D0%98%D0%B2%D0%B0%D0%BD")
            for name, path in records(f"http://127.0.0.1:{port}", texts, partners).items():
                out[f"{name}.html"] = fetched(f"http://127.0.0.1:{port}{path}")
        finally:
            page.terminate()
            page.wait(30)
        for n, text in enumerate(texts):
            made = service.ask("POST", "/api/v1/users", {
                "login": f"u{n}", "name": f"{text} {n}", "role": "manager", "email": f"u{n}@example.org"})
            if made.status != 201:
                # Refused as it stands; nothing of it may have got in.
                expect(made.status in (400, 422), f"user {text!r}: {made.status} {made.body[:200]}")
                continue
            service.run("user", "invite", f"u{n}", "--mail")
        service.run("workers", "--run", "mail", check=False)
        end = time.monotonic() + 60
        while time.monotonic() < end and json.loads(service.run("outbox", "list", "--state", "pending", "--json").stdout)["messages"]:
            time.sleep(0.2)
    mails.shutdown()
    return out, list(Sink.mails)


def difference(name, evil, plain):
    for shape in sorted(set(evil) | set(plain), key=str):
        # A text of nothing but controls is empty in the end, and KML leaves out what is empty.
        if evil[shape] < plain[shape] and isinstance(shape, tuple) and shape[0].endswith(("}Data", "}value")):
            continue
        expect(evil[shape] == plain[shape], f"{name}: {evil[shape]} of {shape} instead of {plain[shape]}")


evil, evil_mails = make(CHOSEN)
plain, plain_mails = make([harmless(n) for n in range(len(CHOSEN))])
formulas = 0
for name in sorted(evil):
    form = name.rsplit(".", 1)[1]
    try:
        if form == "csv":
            difference(name, csv_shape(evil[name]), csv_shape(plain[name]))
            formulas += tables_open(evil[name], name) or 0
        elif form == "geojson":
            difference(name, json_shape(json.loads(evil[name])), json_shape(json.loads(plain[name])))
        elif form in ("kml", "gpx"):
            difference(name, xml_shape(evil[name]), xml_shape(plain[name]))
        elif form == "ics":
            difference(name, calendar_shape(evil[name]), calendar_shape(plain[name]))
        else:
            seen = [Tags(), Tags()]
            for parser, data in zip(seen, (evil[name], plain[name])):
                parser.feed(data.decode())
            if name.startswith(("card", "search")):
                # How many people a list names in a cell, and how many texts a word finds, depends on the texts.
                new = set(seen[0].seen) - set(seen[1].seen)
                expect(not new, f"{name}: {sorted(new)} where nothing like it stood")
                raw = [text for text in CHOSEN if len(text) > 5 and set(text) & set("<>\"'&") and text in evil[name].decode()]
                expect(not raw, f"{name}: {raw[:3]} stand as they were typed")
            else:
                difference(name, seen[0].seen, seen[1].seen)
    except Exception as error:
        faults.append(f"{name}: {type(error).__name__}: {error}")
for name in ("task0", "tasklist", "board", "people", "territories", "timeline", "map", "plan", "trail"):
    expect(harmless(0)[:6] in plain[f"{name}.html"].decode(), f"{name}.html shows none of the texts")
expect(formulas == 0, f"LibreOffice finds {formulas} formulas")
wanted = None
for recipients, content in plain_mails + evil_mails:
    mail = email.message_from_bytes(content, policy=email.policy.default)
    shape = ([key for key in mail.keys()], [part.get_content_type() for part in mail.walk()])
    wanted = wanted or shape
    expect(shape == wanted, f"a mail with {shape}")
    expect(len(recipients) == 1 and not mail.defects, f"a mail to {recipients} with {mail.defects}")
    expect(all(len(line) <= 78 for line in content.split(b"\r\n")), "a mail with a long line")
expect(len(evil_mails) >= len(CHOSEN) // 2, f"only {len(evil_mails)} mails left")

print(f"12  {len(CHOSEN)} texts in {len(evil)} files, pages and lists and {len(evil_mails)} mails: "
      f"{len(faults)} things new (0){'' if SHORT or not shutil.which('soffice') else f', {formulas} formulas in LibreOffice (0)'}")
for fault in sorted(set(faults))[:40]:
    print("    FAIL", fault)
sys.exit(1 if faults else 0)
