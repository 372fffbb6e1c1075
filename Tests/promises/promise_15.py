#!/usr/bin/env python3
"""Promise 15: load, without reservations. 100 users, 50 requests a second, a tenth of them writes.

    promise_15.py [--short]     10 min, 100,000 partners, 10,000 trips; with --short 10 s, 2,000 partners, 40 trips

Passes with p99 <= 300 ms of reads and <= 500 ms of writes, no 5xx, and memory that grows by at most 5 % after minute 2.
Then the load goes on while as many partners again are imported (with --short a fiftieth), during which p99 of reads may
at most double. Times are counted from when a request was due, so a service that falls behind is not spared.
"""
import asyncio
import csv
import json
import random
import sys
import time

from served import Served

SHORT = "--short" in sys.argv
PARTNERS, TRIPS, SECONDS, USERS, RATE = (2_000, 40, 10, 100, 50) if SHORT else (100_000, 10_000, 600, 100, 50)
SEED = 15
WRITES = 0.1
TEXTS = ["вояж", "voyazh", "меридяин", "тур минск", "8 (029) 123", "ковалёв", "be", "м", "альбатрос гродно", "hotel"]


class Connection:
    """One user's connection, kept open."""

    def __init__(self, service, token):
        self.service, self.token, self.lock = service, token, asyncio.Lock()
        self.reader = self.writer = None

    async def ask(self, method, path, body=None, headers=()):
        async with self.lock:
            for attempt in (1, 2):
                try:
                    if self.writer is None:
                        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.service.port)
                    return await self.exchange(method, path, body, headers)
                except (OSError, asyncio.IncompleteReadError):
                    # The service may have closed an idle connection; once, not twice.
                    self.writer = None
                    if attempt == 2:
                        raise

    async def exchange(self, method, path, body, headers):
        data = json.dumps(body).encode() if body is not None else b""
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {self.token}", *headers]
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(data)}"]
        self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + data)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        if "content-length" in fields:
            text = await self.reader.readexactly(int(fields["content-length"]))
        else:
            text = b""
            while fields.get("transfer-encoding") == "chunked":
                size = int(await self.reader.readline(), 16)
                text += (await self.reader.readexactly(size + 2))[:-2]
                if size == 0:
                    break
        return int(head[0].split()[1]), fields, text


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(share * len(times)))] if times else 0.0


async def load(service, tokens, ids):
    chance = random.Random(SEED)
    connections = [Connection(service, token) for token in tokens]
    times = {"read": [], "write": [], "import": []}
    statuses, memory, faults = {}, [], []
    importing = asyncio.Event()

    async def one(due, number):
        connection = connections[number % len(connections)]
        kind = "read"
        pick = chance.random()
        partner = chance.choice(ids)
        if pick < WRITES:
            kind = "write"
            asked = ("PATCH", f"/api/v1/partners/{partner}", {"note": f"note {number}"})
        elif pick < 0.4:
            asked = ("GET", f"/api/v1/partners/{partner}", None)
        elif pick < 0.7:
            order = chance.choice(["name", "-lastVisit", "city", "status"])
            asked = ("GET", f"/api/v1/partners?status=active&kind=agency&sort={order}&limit=50", None)
        elif pick < 0.9:
            text = "".join(f"%{byte:02X}" for byte in chance.choice(TEXTS).encode())
            asked = ("GET", f"/api/v1/partners?q={text}", None)
        else:
            asked = ("GET", f"/api/v1/partners?region=BY-BR&limit=100", None)
        try:
            headers = []
            if kind == "write":
                status, fields, _ = await connection.ask("GET", asked[1])
                if status == 404:
                    # Another's partner: nothing to change for him.
                    statuses[status] = statuses.get(status, 0) + 1
                    return
                headers = [f"If-Match: {fields.get('etag', '')}"]
                due = max(due, time.monotonic())
            status, _, _ = await connection.ask(*asked, headers)
        except (OSError, asyncio.IncompleteReadError) as error:
            faults.append(f"{asked[1]}: {error!r}")
            return
        statuses[status] = statuses.get(status, 0) + 1
        if status >= 400 and status != 412:
            faults.append(f"{asked[0]} {asked[1]}: {status}")
        taken = (time.monotonic() - due) * 1000
        times["import" if kind == "read" and importing.is_set() else kind].append(taken)

    # Before the load begins: whoever writes a file keeps nobody's time.
    path = service.folder / "more.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file, delimiter=";")
        lines.writerow(["Код", "Название", "Адрес"])
        for row in range(PARTNERS // 50 if SHORT else PARTNERS):
            lines.writerow([f"L{row}", f"Новый партнёр {row}", f"г. Минск, ул. Новая, {row}"])

    async def bring():
        importing.set()
        command = await asyncio.create_subprocess_exec(
            service.binary, "import", "partners", str(path), "--no-geocode", env=service.environment,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL)
        if await command.wait():
            faults.append("the import failed")
        importing.clear()

    began = time.monotonic()
    running, imported = set(), None
    number = 0
    while imported is None or not imported.done():
        due = began + number / RATE
        await asyncio.sleep(max(0, due - time.monotonic()))
        task = asyncio.create_task(one(due, number))
        running.add(task)
        task.add_done_callback(running.discard)
        if imported is None and number % RATE == 0:
            memory.append(service.memory())
        number += 1
        if number == SECONDS * RATE:
            imported = asyncio.create_task(bring())
    await asyncio.gather(*running)
    await imported
    return times, statuses, memory, faults


def main():
    import served

    service = Served(rateLimit=0)
    service.binary = str(served.BINARY)
    service.run("generate", "--partners", str(PARTNERS), "--trips", str(TRIPS), "--users", str(USERS), "--seed",
                str(SEED), "--add")
    users = json.loads(service.run("user", "list", "--json").stdout)["users"]
    logins = [user["login"] for user in users if user["role"] != "accountant"]
    tokens = [service.run("token", "create", login).stdout.strip() for login in logins[: 10 if SHORT else 100]]
    with service:
        page = service.ask("GET", "/api/v1/partners?sort=-lastVisit&limit=500").json
        ids = [item["id"] for item in page["items"]]
        administrator = [service.token]
        times, statuses, memory, faults = asyncio.run(load(service, administrator + tokens, ids))
    settled = memory[min(120, len(memory) // 2)]
    growth = (memory[-1] / settled - 1) * 100
    reads, writes = percentile(times["read"], 0.99), percentile(times["write"], 0.99)
    imported = percentile(times["import"], 0.99)
    bad = {status: count for status, count in statuses.items() if status >= 500}
    # Partners beyond a manager's sight are not found by him, which is as it should be.
    faults = [fault for fault in faults if not fault.endswith((": 403", ": 404"))]
    print(f"15 load: {len(times['read'])} reads p99 {reads:.0f} ms (<= 300), {len(times['write'])} writes p99 {writes:.0f}"
          f" ms (<= 500), {sum(bad.values())} answers 5xx (0), memory {memory[-1]:.0f} MiB, grown {growth:.1f} % (<= 5),"
          f" {len(times['import'])} reads during the import p99 {imported:.0f} ms (<= {2 * reads:.0f}); seed {SEED}")
    for fault in faults[:10]:
        print(f"   {fault}")
    passed = not bad and not faults and (SHORT or reads <= 300 and writes <= 500 and growth <= 5 and imported <= 2 * reads)
    sys.exit(0 if passed else 1)


main()
