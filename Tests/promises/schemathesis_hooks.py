"""Puts records that are there in the place of made-up ones, and counts the answers of each operation."""
import atexit
import json
import os
import random
import urllib.request

import schemathesis

KNOWN = json.loads(os.environ["KNOWN_RECORDS"])
ITEMS = KNOWN.pop("/items/{item}", {})
SERVICE = os.environ["SERVICE"] + "/api/v1"
TOKEN = os.environ["SERVICE_TOKEN"]
choice = random.Random(13)
statuses = {}


def is_right(case):
    return case.meta is not None and case.meta.generation.mode.value == "positive"


def tag(path):
    request = urllib.request.Request(SERVICE + path, headers={"Authorization": f"Bearer {TOKEN}"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.headers.get("ETag")
    except OSError:
        return None


def read(path):
    request = urllib.request.Request(SERVICE + path, headers={"Authorization": f"Bearer {TOKEN}"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except OSError:
        return None


@schemathesis.hook
def before_call(context, case, kwargs):
    if not is_right(case) or choice.random() < 0.2:
        return
    for path, ids in KNOWN.items():
        if not case.operation.path.startswith(path):
            continue
        if path.startswith("/partners") and case.operation.method.upper() == "DELETE":
            continue
        record = choice.choice(ids)
        case.path_parameters["id"] = record
        if "item" in case.path_parameters:
            case.path_parameters["item"] = choice.choice(ITEMS[record])
        if case.headers and "If-Match" in case.headers:
            found = tag(path.replace("{id}", record))
            if found:
                case.headers["If-Match"] = found
    if isinstance(case.body, dict):
        # Partners and days that are there; the rest of the body stays as it was made.
        if case.operation.path == "/trips/{id}/insert" and "partner" in case.body:
            case.body["partner"] = choice.choice(KNOWN["/partners/{id}"])
        if case.operation.path == "/trips/{id}/order":
            trip = read("/trips/" + case.path_parameters["id"])
            if trip:
                case.body["order"] = [
                    {"date": day["date"], "partners": [stop["partner"] for stop in day["stops"]][::-1]}
                    for day in trip["days"]]
    if case.operation.path == "/regions/{code}":
        case.path_parameters["code"] = "BY-BR"


@schemathesis.hook
def after_call(context, case, response):
    of = statuses.setdefault(f"{case.operation.method.upper()} {case.operation.path}", {})
    of[str(response.status_code)] = of.get(str(response.status_code), 0) + 1


@atexit.register
def keep():
    with open(os.environ["STATUS_COUNTS"], "w", encoding="utf-8") as file:
        json.dump(statuses, file)
