#!/usr/bin/env python3
"""How long a trip of 40 stops on real roads takes over HTTP, with a token: POST /api/v1/plan against the built program on
127.0.0.1, one after another and two at a time, each for other partners of Neubrandenburg and with another seed.

    Benchmarks/Service/plan.py [REQUESTS]     100 of each when nothing is said

PLANNER_BINARY is the program (.build/release/planner).
"""
import concurrent.futures
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("PLANNER_BINARY", str(ROOT / ".build/release/planner"))
REQUESTS = int(sys.argv[1]) if len(sys.argv) > 1 else 100
STOPS, PARTNERS = 40, 400

with tempfile.TemporaryDirectory() as folder:
    environment = os.environ | {
        "PLANNER_DATABASE": f"{folder}/planner.sqlite", "PLANNER_DATA": str(ROOT / "data"),
        "PLANNER_ROADS": f"{folder}/car.roads"}

    def planner(*arguments):
        return subprocess.run(
            [BINARY, *arguments], env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout

    planner("import", "roads", str(ROOT / "data/osm/neubrandenburg.osm.pbf"))
    dice = random.Random(40)
    with gzip.open(ROOT / "data/osm/neubrandenburg_addresses.tsv.gz", "rt", encoding="utf-8") as table:
        rows = [line.split() for line in table]
    lines = ["Code;Name;Latitude;Longitude"]
    for number, row in enumerate(dice.sample(rows, PARTNERS)):
        lines.append(f"{number};Agentur {number};{row[-2]};{row[-1]}")
    Path(f"{folder}/list.csv").write_text("\n".join(lines) + "\n")
    planner("import", "partners", f"{folder}/list.csv")
    planner("user", "add", "bench", "--name", "Bench", "--role", "administrator")
    token = planner("token", "create", "bench").strip()
    Path(f"{folder}/settings.yaml").write_text("rateLimit: 0\n")
    port = random.SystemRandom().randrange(20000, 30000)
    begun = time.perf_counter()
    server = subprocess.Popen(
        [BINARY, "serve", "--port", str(port), "--config", f"{folder}/settings.yaml"], env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)

    def ask(path, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/{path}", json.dumps(body).encode() if body else None,
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    try:
        while True:
            try:
                ask("health")
                break
            except OSError:
                time.sleep(0.002)
        print(f"start to first answer {time.perf_counter() - begun:.2f} s")
        ids, cursor = [], ""
        while cursor is not None:
            page = ask(f"api/v1/partners?limit=200&fields=id{cursor}")
            ids += [item["id"] for item in page["items"]]
            cursor = f"&cursor={page['next']}" if page["next"] else None

        def plan(seed):
            body = {
                "selection": {"ids": random.Random(seed).sample(ids, STOPS)}, "seed": seed, "date": "2026-06-01",
                "start": {"latitude": 53.5573, "longitude": 13.2609}, "roundTrip": True, "days": 2,
                "visitSeconds": 600, "work": "08:00-20:00"}
            begun = time.perf_counter()
            answer = ask("api/v1/plan", body)
            took = (time.perf_counter() - begun) * 1000
            return took, sum(len(day["stops"]) for day in answer["trip"]["days"]), answer["trip"]["matrix"]

        for workers in (1, 2):
            with concurrent.futures.ThreadPoolExecutor(workers) as pool:
                told = list(pool.map(plan, range(1, REQUESTS + 1)))
            times = sorted(time for time, _, _ in told)
            stops = sorted(count for _, count, _ in told)
            print(
                f"{STOPS} stops in 2 days, {workers} at a time: p50 {times[len(times) // 2]:.0f} ms, "
                f"p99 {times[-1 - len(times) // 100]:.0f} ms (250 wanted), worst {times[-1]:.0f} ms; "
                f"{stops[0]} to {stops[-1]} of {STOPS} visited; roads: {told[0][2]}")
    finally:
        server.terminate()
        server.wait()
