"""Puts records that are there in the place of made-up ones, counts the answers of each operation, and holds the database
against what it was before each request that was refused."""
import atexit
import base64
import hashlib
import hmac
import itertools
import json
import os
import random
import re
import time

import schemathesis

from picture import PICTURE
from throwaway import People
from unchanged import Unchanged

KNOWN = json.loads(os.environ["KNOWN_RECORDS"])
API = os.environ["SERVICE"] + "/api/v1"
TOKEN = os.environ["SERVICE_TOKEN"]
people = People(API, TOKEN)
unchanged = Unchanged(os.environ["SERVICE_DATABASE"])
choice = random.Random(13)
counts = {}
numbers = itertools.count(1)
faults = []
cursors = set()
# What is told of requests that keep to the document.
samples = {}
# Operations of browsers alone, or such as end the sign-in that makes them.
BY_SESSION = {
    "createToken", "signOut", "changePassword", "beginSecondFactor", "confirmSecondFactor", "removeSecondFactor"}
ENDS_SESSION = {"signOut", "changePassword", "confirmSecondFactor", "removeSecondFactor"}


def name_of(case):
    return case.operation.definition.raw.get("operationId", "?")


def is_right(case):
    return case.meta is not None and case.meta.generation.mode.value == "positive"


def is_linked(case):
    return case.meta is not None and case.meta.phase.name.value == "stateful"


def read(path):
    status, headers, told = people.ask("GET", path)
    return (told, headers.get("ETag")) if status == 200 else (None, None)


def some(name):
    return choice.choice(KNOWN[name])


# Members that have one right form, which a schema cannot tell; by name.
RIGHT = {
    "responsible": "administrator", "login": "administrator", "column": "Адрес", "timeZone": "Europe/Minsk",
    "openingHours": "пн-пт 9-18, сб 10-14", "registrationNumber": "190 123 456", "mapping": None,
    "url": "https://hooks.invalid/", "email": "somebody@example.org", "parent": None, "date": None,
    "start": "53.9,27.49", "end": "53.91,27.6"}
POINTS = {"phone": "+375 29 123-45-67", "email": "anna@example.org", "web": "https://example.org/"}
AREA = {"type": "Polygon", "coordinates": [[[27, 53], [28, 53], [28, 54], [27, 54], [27, 53]]]}
LINE = {"type": "LineString", "coordinates": [[27, 53], [28, 54]]}


def fill(value, key=None):
    """Puts what is there into the members that name something, however deep they stand."""
    if key in RIGHT and value is not None and not isinstance(value, list):
        return RIGHT[key]
    if key == "polygon":
        return AREA
    if key == "line":
        return LINE
    if key in ("filters", "columns", "events", "sort"):
        return {"filters": {"overdue": "true"}, "columns": ["name"], "events": ["partner.*"], "sort": "name"}[key]
    if isinstance(value, dict):
        value.pop("drive", None)
        if "kind" in value and "value" in value:
            value["value"] = POINTS.get(value["kind"], value["value"])
        for name in list(value):
            value[name] = fill(value[name], name)
        if key == "not" and not value:
            value["all"] = True
        return value
    if isinstance(value, list):
        if key in ("ids", "must", "partners") and value:
            return choice.sample(KNOWN["partners"], min(len(value), len(KNOWN["partners"])))
        if key == "managers" and all(isinstance(one, str) for one in value):
            return ["user0"] if value else value
        if key in ("people", "contactPoints"):
            for one in value:
                if isinstance(one, dict):
                    one.pop("id", None)
        if key in ("region", "responsible") and value:
            return [fill(value[0], key)]
        return [fill(one, key) for one in value]
    if not isinstance(value, str):
        return value
    if key in ("partner", "before", "after"):
        return some("partners")
    if key == "region":
        return choice.choice(["BY-BR", "BY", "Brest Region"])
    if key in ("saved", "without"):
        return some("selectionNames")
    if key == "team":
        return some("teams")
    if key == "with":
        return some("trips")
    if key == "upload":
        return some("uploads")
    return value


def fit(name, case):
    """What only one operation needs."""
    body, inside = case.body, case.path_parameters or {}
    if name == "revealProtected":
        inside["id"], inside["field"] = choice.choice(KNOWN["people"][:2]), "passportNumber"
    if name == "eraseProtected":
        inside["id"] = choice.choice(KNOWN["people"][2:])
    if name == "setProtected":
        inside["field"], case.body = "passportNumber", {"value": "MP1234567"}
    if name in ("removeTrip", "cancelTrip", "changeTrip"):
        inside["id"] = some("tripsToEnd")
    if name in ("arriveAtItem", "addPhoto"):
        # One comes to stops alone.
        inside["id"] = some("tripTasks")
        task, _ = read("/tasks/" + inside["id"])
        stops = [stop["id"] for day in (task or {}).get("checklist", []) for stop in day["children"] if stop["stop"]]
        if stops:
            inside["item"] = choice.choice(stops)
    if not isinstance(body, dict):
        return
    if name in ("createTeam", "renameTeam", "createSelection", "changeSelection", "createView", "changeView"):
        if "name" in body:
            body["name"] = f"Name {next(numbers)}"
    if name == "createSource":
        body["name"] = f"source-{next(numbers)}"
    if name == "createView":
        body["list"] = "partners"
    if name == "createUser":
        body["login"] = f"made{next(numbers)}"
    if name in ("createContact", "replaceContact"):
        body.pop("id", None)
    if name == "createImport":
        body["geocode"] = False
    if name == "changePartners" and not (body.get("change") or body.get("addTags") or body.get("removeTags")):
        body["addTags"] = ["tag"]
    if name == "planTrip":
        body["start"], body["selection"] = "53.9,27.49", {"ids": KNOWN["tripPartners"][:5]}
        for member in choice.sample(
                ("order", "improve", "managers", "alternatives", "choose", "rules", "must", "lunch", "share", "save"), 8):
            body.pop(member, None)
    if name == "insertIntoTrip" and "partner" in body:
        body["partner"] = some("tripPartners")
    if name == "lockTrip":
        trip, _ = read("/trips/" + inside["id"])
        if trip:
            stops = [stop["partner"] for day in trip["days"] for stop in day["stops"]]
            body.pop("all", None)
            body["partners"] = choice.sample(stops, min(2, len(stops)))


RECORDS = [
    ("/partners/{id}/contacts/{contact}", "contacts"), ("/tasks/{id}/comments/{comment}", "comments"),
    ("/reminders", "reminders"), ("/partners", "partners"), ("/activities", "activities"),
    ("/selections", "selections"), ("/views", "views"), ("/trips", "trips"), ("/tasks", "tasks"),
    ("/contacts", "people"), ("/users", "users"), ("/teams", "teams"), ("/jobs", "jobs"), ("/webhooks", "webhooks"),
    ("/photos", "photos"), ("/uploads", "uploads"), ("/imports", "imports"), ("/tokens", "tokens"), ("/inbound-sources", "sources")]


def place(case):
    """Identifiers in the address."""
    path, inside = case.operation.path, case.path_parameters
    for beginning, kind in RECORDS:
        if not path.startswith(beginning) or not inside:
            continue
        if "contact" in inside:
            inside["id"], inside["contact"] = some("contacts")
        elif "comment" in inside:
            inside["id"], inside["comment"] = some("comments")
        elif "id" in inside:
            inside["id"] = some(kind)
        if "item" in inside:
            task, _ = read("/tasks/" + inside["id"])
            items = [item["id"] for item in (task or {}).get("checklist", [])]
            if items:
                inside["item"] = choice.choice(items)
        break
    if path == "/regions/{code}":
        inside["code"] = "BY-BR"
    if path == "/territories/{region}":
        inside["region"] = "BY-BR"
    if path == "/workers/{name}/run":
        inside["name"] = some("workers")


def happened(body):
    """What is told to have happened has: the document cannot say that an instant lies in the past."""
    if isinstance(body.get("at"), str) and not body["at"] < time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()):
        body["at"] = "2026-01-05T09:00:00Z"


def sign(case):
    """A message about a partner who is there, signed as Standard Webhooks says, of a source of its own: others are
    removed, and get other secrets, while requests are made."""
    name = f"signed-{next(numbers)}"
    status, _, source = people.ask("POST", "/inbound-sources", {"name": name})
    assert status == 201, source
    case.path_parameters["source"] = name
    if isinstance(case.body, dict):
        case.body.pop("timestamp", None)
        data = case.body.get("data")
        if case.body.get("type") == "activity.record" and isinstance(data, dict):
            happened(data)
            data.pop("phone", None)
            data.pop("key", None)
            data["partner"] = some("partners")
            if "author" in data:
                data["author"] = "administrator"
    # As it is sent; a body of bytes would count as one that does not keep to the document.
    sent = json.dumps(case.body).encode()
    stamp, message = str(int(time.time())), f"message-{next(numbers)}"
    key = base64.b64decode(source["secret"].removeprefix("whsec_"))
    code = hmac.digest(key, f"{message}.{stamp}.".encode() + sent, hashlib.sha256)
    case.headers = {
        "webhook-id": message, "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(code).decode()}


def tag(case):
    if not case.headers or "If-Match" not in case.headers or "id" not in (case.path_parameters or {}):
        return
    _, found = read("/" + case.operation.path.split("/")[1] + "/" + str(case.path_parameters["id"]))
    if found:
        case.headers["If-Match"] = found


def before_people(case, name):
    """Requests of people who sign in."""
    if name == "signIn" and is_right(case):
        user = people.one()
        case.body = {"login": user["login"], "password": user["password"]}
    if name == "usePasswordLink" and is_right(case):
        case.body = {"code": people.link(people.user()), "password": "a long and unknown sentence"}
    if name in ("endSessions", "resetSecondFactor") and is_right(case):
        case.path_parameters["id"] = people.user()["id"]
    if name not in BY_SESSION or not is_right(case):
        return
    session = people.signed_in()
    if session is None:
        return
    if name == "changePassword":
        case.body = {"current": session["user"]["password"], "new": "another long and unknown sentence"}
    if name in ("confirmSecondFactor", "removeSecondFactor"):
        secret = people.second_factor()
        if secret is None:
            return
        if name == "removeSecondFactor":
            people.ask("PUT", "/second-factor", {"code": people.code(secret)}, session["headers"])
        case.body = {"code": people.code(secret, later=1 if name == "removeSecondFactor" else 0)}


@schemathesis.auth(refresh_interval=None)
class Proof:
    """The token of the run; a session for what needs one."""

    def get(self, case, context):
        session = people.signed_in() if name_of(case) in BY_SESSION else None
        return session["headers"] if session else {"Authorization": f"Bearer {TOKEN}"}

    def set(self, case, data, context):
        for name, value in data.items():
            if name == "Cookie":
                case.cookies.update(dict([value.split("=", 1)]))
            else:
                case.headers[name] = value


@schemathesis.hook
def before_call(context, case, kwargs):
    name = name_of(case)
    if is_right(case):
        # One in eight keeps what was made up.
        if not is_linked(case) and choice.random() > 0.125:
            place(case)
            if isinstance(case.body, dict):
                case.body = fill(case.body)
            fit(name, case)
            if name == "reverse":
                case.query["at"] = "53.9,27.56"
            if case.query and "country" in case.query:
                case.query["country"] = "BY"
            for parameter in ("responsible", "author", "user"):
                if case.query and parameter in case.query:
                    case.query[parameter] = "administrator"
            if case.query and "selection" in case.query:
                case.query["selection"] = some("selections")
            if name == "listChanges" and case.query and "after" in case.query:
                case.query["after"] = "now"
        if name in ("recordActivity", "checkItem", "arriveAtItem") and isinstance(case.body, dict):
            happened(case.body)
        if name == "addPhoto":
            # As it is sent; a body of bytes would count as one that does not keep to the document.
            kwargs["data"] = PICTURE
            if case.query and "at" in case.query:
                case.query["at"] = "2026-01-05T09:00:00Z"
        if name == "planTrip" and isinstance(case.body, dict):
            case.body["budgetMilliseconds"] = 20
        if name == "orderTrip" and isinstance(case.body, dict):
            trip, _ = read("/trips/" + case.path_parameters["id"])
            if trip:
                case.body["order"] = [
                    {"date": day["date"], "partners": [stop["partner"] for stop in day["stops"]][::-1]}
                    for day in trip["days"]]
        if case.query and "cursor" in case.query and case.query["cursor"] not in cursors:
            del case.query["cursor"]
        if "Webhook" in name and isinstance(case.body, dict) and "url" in case.body:
            # No host has such a name: nothing leaves this computer.
            case.body["url"] = RIGHT["url"]
        if case.headers and "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = f"key {next(numbers)}"
        tag(case)
        if name == "receiveMessage" and not is_linked(case) and choice.random() > 0.125:
            sign(case)
    if case.operation.method.upper() != "GET" and (case.path_parameters or {}).get("id") in KNOWN["self"]:
        # Whoever makes the requests stays who he is.
        case.path_parameters["id"] = some("users")
    before_people(case, name)
    unchanged.hold()


@schemathesis.hook
def after_call(context, case, response):
    name, status = name_of(case), response.status_code
    mode = "right" if is_right(case) else "wrong"
    code = ""
    if status >= 400:
        try:
            problem = json.loads(response.content)
            code = problem["code"]
            if mode == "right" and status in (400, 422):
                samples.setdefault(f"{name} {code}", set()).add(str(problem.get("detail"))[:140])
        except (ValueError, KeyError, TypeError):
            code = "-"
            if case.operation.method.upper() != "HEAD" and response.request.method != "HEAD":
                faults.append(f"{name}: {status} without a code: {response.content[:100]!r}")
    of = counts.setdefault(name, {})
    of[f"{mode} {status} {code}".strip()] = of.get(f"{mode} {status} {code}".strip(), 0) + 1
    if 400 <= status < 500:
        tables = unchanged.changed()
        if tables:
            faults.append(f"{name}: {status} {code} changed {', '.join(tables)}")
    unchanged.release()
    if status == 200 and b'"next":"' in response.content:
        cursors.update(re.findall(r'"next":"([^"]+)"', response.text))
    if name in ENDS_SESSION and status < 300:
        people.session = None
    if status == 401 and name in BY_SESSION:
        people.session = None
    if status == 202 and name in ("createImport", "createGeocodeBatch"):
        job = json.loads(response.content)["id"]
        KNOWN["jobs"].append(job)
        for _ in range(200):
            told, _ = read(f"/jobs/{job}")
            if told and told["state"] not in ("queued", "running"):
                break
            time.sleep(0.05)


@atexit.register
def keep():
    with open(os.environ["STATUS_COUNTS"], "w", encoding="utf-8") as file:
        json.dump({
            "operations": counts, "faults": sorted(set(faults)), "refusals": unchanged.asked,
            "compared": unchanged.compared,
            "samples": {name: sorted(told)[:6] for name, told in samples.items()}}, file)
