#!/usr/bin/env python3
"""Promise 19: a clean stop. SIGTERM under load, with reads, writes, an import and calls to a webhook under way.

    promise_19.py [--short]     20 stops under 32 clients; with --short 2 under 8

Of each stop: no answer breaks off, every write that was answered is there and every write that is there was answered,
the program ends by itself within 10 s, nothing in the outbox is left in hand, and after the next start every change
has been told to the webhook under one number. A client whose connection was closed before the first byte of an answer
was turned away; its request must have had no effect.
"""
import http.client
import json
import random
import sys
import threading
import time

from receiver import Receiver
from served import Served

SHORT = "--short" in sys.argv
ROUNDS, CLIENTS, ROWS, PATIENCE = (2, 8, 200, 300) if SHORT else (20, 32, 3000, 900)
SEED = 19
faults = []


def expect(condition, text):
    if not condition:
        faults.append(text)


class Client(threading.Thread):
    """Reads and writes over kept connections until it is turned away for good."""

    def __init__(self, service, number, seed):
        super().__init__(daemon=True)
        self.service, self.number, self.random = service, number, random.Random(seed)
        self.answered, self.broken, self.turned_away, self.reads = [], [], 0, 0

    def run(self):
        connection = None
        for count in range(1_000_000):
            name = f"{self.name}-{count}"
            try:
                if connection is None:
                    connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=20)
                    connection.connect()
            except OSError:
                return
            is_write = self.random.random() < 0.3
            try:
                headers = {"Authorization": f"Bearer {self.service.token}", "Content-Type": "application/json"}
                if is_write:
                    body = json.dumps({"name": name, "kind": "agency", "status": "active"})
                    connection.request("POST", "/api/v1/partners", body, headers)
                else:
                    connection.request("GET", "/api/v1/partners?limit=50", headers=headers)
                answer = connection.getresponse()
            except (http.client.RemoteDisconnected, ConnectionError, BrokenPipeError):
                # Not a byte of an answer came.
                self.turned_away += 1
                connection.close()
                connection = None
                continue
            except Exception as error:
                self.broken.append(f"{type(error).__name__} at the head: {error}")
                return
            try:
                content = answer.read()
                json.loads(content)
            except Exception as error:
                self.broken.append(f"{type(error).__name__} in the body: {error}")
                return
            if is_write and answer.status == 201:
                self.answered.append(name)
            elif not is_write and answer.status == 200:
                self.reads += 1
            elif answer.status != 503:
                self.broken.append(f"status {answer.status}: {content[:100]}")
            if answer.will_close:
                connection.close()
                connection = None


receiver = Receiver()
slowest, requests, turned_away = 0.0, 0, 0
names = set()
with Served(rateLimit=0, environment={"PLANNER_OUTBOUND_ALLOW": receiver.host}) as service:
    service.run("webhook", "add", f"http://{receiver.host}/x", "--event", "partner.create")
    upload = ("Название;Адрес\n" + "".join(f"Импорт {n};Минск, ул. {n}\n" for n in range(ROWS))).encode()
    for round_ in range(ROUNDS):
        if round_:
            service.start()
        clients = [Client(service, n, SEED * 1000 + round_ * 100 + n) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        made = service.ask("POST", "/api/v1/uploads?name=a.csv", upload, {"Content-Type": "text/csv"})
        expect(made.status == 201, f"upload: {made.status}")
        begun = service.ask("POST", "/api/v1/imports", {"upload": made.json["id"], "geocode": False})
        expect(begun.status == 202, f"import: {begun.status} {begun.body[:200]}")
        time.sleep(random.Random(SEED + round_).uniform(0.5, 1.5))
        began = time.monotonic()
        service.process.terminate()
        try:
            code = service.process.wait(timeout=20)
            expect(code == 0, f"exit status {code}")
        except Exception:
            faults.append("it did not end within 20 s")
            service.process.kill()
            service.process.wait()
        took = time.monotonic() - began
        slowest = max(slowest, took)
        expect(took <= 10, f"it took {took:.1f} s to end")
        for client in clients:
            client.join(30)
            expect(not client.is_alive(), "a client still waits")
            for fault in client.broken:
                faults.append(f"broken: {fault}")
            names.update(client.answered)
            requests += client.reads + len(client.answered)
            turned_away += client.turned_away
        stored = {row[0] for row in service.rows("SELECT name FROM partner WHERE name LIKE 'Thread-%'")}
        held = service.rows("SELECT count(*) FROM outbox WHERE process IS NOT NULL")[0][0]
        running = service.rows("SELECT count(*) FROM job WHERE state = 'running'")[0][0]
        whole = service.rows("PRAGMA integrity_check")[0][0]
        expect(names <= stored, f"{len(names - stored)} answered writes are not there")
        expect(stored <= names, f"{len(stored - names)} writes are there and were not answered")
        expect(held == 0, f"{held} messages of the outbox are still in hand")
        expect(running == 0, f"{running} jobs still run")
        expect(whole == "ok", f"integrity: {whole}")
    service.start()
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        left = service.rows("SELECT (SELECT count(*) FROM outbox WHERE state <> 'sent')"
                            " + (SELECT count(*) FROM job WHERE state <> 'done')")[0][0]
        waiting = service.rows("SELECT count(*) FROM webhook WHERE told < (SELECT max(id) FROM audit)")[0][0]
        ids = {row[0].hex() for row in service.rows("SELECT uid FROM partner")}
        if left == 0 and waiting == 0:
            break
        time.sleep(0.2)
    expect(left == 0, f"{left} calls and jobs were not done after the next start")
    told = receiver.told
    expect(set(told) == ids, f"{len(ids - set(told))} changes were never told, {len(set(told) - ids)} are not there")
    expect(all(len(numbers) == 1 for numbers in told.values()), "a change was told under two numbers")

print(f"19  {ROUNDS} stops under {CLIENTS} clients: {requests} requests answered, 0 broken wanted, "
      f"{sum('broken' in f for f in faults)} broken; {turned_away} turned away without effect; "
      f"slowest end {slowest:.1f} s (10); {len(told)} changes told once each (seed {SEED})")
for fault in sorted(set(faults)):
    print("    FAIL", fault)
sys.exit(1 if faults else 0)
