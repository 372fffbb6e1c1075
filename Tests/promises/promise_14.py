#!/usr/bin/env python3
"""Promise 14: limits hold. Bodies, depth of JSON, slow connections, requests a minute.

    promise_14.py [--short]     1,000 slow connections for 30 s; with --short 200 for 3 s
"""
import json
import socket
import sys
import time

from served import Served

SHORT = "--short" in sys.argv
CONNECTIONS, SECONDS = (200, 3) if SHORT else (1000, 30)
faults = []


def expect(condition, text):
    if not condition:
        faults.append(text)


with Served(rateLimit=0) as service:
    large = b'{"name":"' + b"x" * (2 << 20) + b'"}'
    answer = service.ask("POST", "/api/v1/teams", large, {"Content-Type": "application/json"})
    expect(answer.status == 413, f"a body over 2 MiB: {answer.status}")
    deep = b"[" * 65 + b"]" * 65
    answer = service.ask("POST", "/api/v1/teams", deep, {"Content-Type": "application/json"})
    expect(answer.status == 400, f"JSON 65 deep: {answer.status}")
    answer = service.ask("POST", "/api/v1/uploads?name=a.csv", b"x;y\n" * (30 << 18))
    expect(answer.status == 201, f"an upload of 30 MiB: {answer.status}")
    with socket.create_connection(("127.0.0.1", service.port)) as connection:
        head = (f"POST /api/v1/uploads HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {service.token}\r\n"
                f"Content-Length: {101 << 20}\r\n\r\n")
        connection.sendall(head.encode())
        status = connection.recv(64).split()[1]
        expect(status == b"413", f"an upload over 100 MiB: {status}")

    slow = []
    for number in range(CONNECTIONS):
        one = socket.create_connection(("127.0.0.1", service.port), timeout=30)
        one.sendall(b"POST /api/v1/teams HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        slow.append(one)
    worst, end, asked = 0.0, time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        for one in slow:
            try:
                one.sendall(b"X-Slow: 1\r\n"[: 1 + asked % 10] if asked % 50 else b"X: y\r\n")
            except OSError:
                pass
        began = time.monotonic()
        answer = service.ask("GET", "/health", token=False)
        worst = max(worst, time.monotonic() - began)
        asked += 1
        expect(answer.status == 200, f"health under slow connections: {answer.status}")
        time.sleep(0.05)
    memory = service.memory()
    expect(memory < 512, f"memory {memory:.0f} MiB")
    expect(worst < 0.1, f"health took {worst * 1000:.0f} ms")
    for one in slow:
        one.close()

with Served(rateLimit=100) as service:
    statuses = [service.ask("GET", "/api/v1/session") for _ in range(130)]
    refused = [a for a in statuses if a.status == 429]
    expect(sum(a.status == 200 for a in statuses) in range(100, 104), "not about 100 requests went through")
    expect(refused and all(1 <= int(a.headers["Retry-After"]) <= 60 for a in refused), "429 without Retry-After")
    expect(all(json.loads(a.body)["code"] == "http.tooManyRequests" for a in refused), "another code")

print(f"14  {CONNECTIONS} slow connections, {SECONDS} s: health at most {worst * 1000:.0f} ms (100), "
      f"memory {memory:.0f} MiB (512); {len(refused)} of 130 requests in a second refused")
for fault in sorted(set(faults)):
    print("    FAIL", fault)
sys.exit(1 if faults else 0)
