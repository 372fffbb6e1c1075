#!/usr/bin/env python3
"""Promise 8: repeating a POST with the same Idempotency-Key has one effect, also over a kill and a restart.

    promise_08.py [--short]     50 rounds of 20 concurrent equal requests; with --short 3 rounds
"""
import concurrent.futures
import sys

from served import Served

ROUNDS = 3 if "--short" in sys.argv else 50
faults, answers = [], 0

with Served(rateLimit=0) as service:
    def post(name, key):
        return service.ask("POST", "/api/v1/teams", {"name": name}, {"Idempotency-Key": key})

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        for number in range(ROUNDS):
            name, key = f"Team {number}", f"key-{number}"
            first = list(pool.map(lambda _: post(name, key), range(20)))
            same = {(a.status, a.headers["Location"], a.body) for a in first}
            answers += len(first)
            if len(same) != 1 or first[0].status != 201:
                faults.append(f"round {number}: {len(same)} answers, {first[0].status}")
            if post(name + " other", key).status != 422:
                faults.append(f"round {number}: another body was taken")
            if number % 10 == 2:
                service.process.kill()
                service.process.wait()
                service.start()
            again = post(name, key)
            if (again.status, again.headers["Location"], again.body) not in same:
                faults.append(f"round {number}: another answer after a restart")
    teams = service.ask("GET", "/api/v1/teams").json["items"]
    if len(teams) != ROUNDS:
        faults.append(f"{len(teams)} rows of {ROUNDS}")
    # The control: without a key every request has its own effect, here a refusal of the name.
    statuses = sorted(service.ask("POST", "/api/v1/teams", {"name": "Control"}).status for _ in range(3))
    if statuses != [201, 409, 409]:
        faults.append(f"control: {statuses}")

print(f"8   {ROUNDS} rounds, {answers} concurrent requests: {ROUNDS} rows, one answer a key, restarts between")
for fault in faults:
    print("    FAIL", fault)
sys.exit(1 if faults else 0)
