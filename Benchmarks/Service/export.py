#!/usr/bin/env python3
"""How much memory the service takes while it sends everybody's partners as one file: GeoJSON and CSV over HTTP from the
built program on 127.0.0.1, of companies of two sizes. Memory is what the kernel counts (VmHWM, taken anew before each
file); what a file of the larger company takes beyond one of the smaller grows with the number of partners.

    Benchmarks/Service/export.py [PARTNERS ...]     100000 and 1000000 when nothing is said
    Benchmarks/Service/export.py --keep FOLDER ...  companies are made there, or taken when they are there

PLANNER_BINARY is the program (.build/release/planner). A company of a million takes some 10 GB of disk.
"""
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("PLANNER_BINARY", str(ROOT / ".build/release/planner"))


def memory(process, name):
    """Of the process, in MiB."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1024
    raise SystemExit(f"the kernel tells no {name}")


def measure(partners, folder):
    database = folder / f"company-{partners}.sqlite"
    environment = os.environ | {
        "PLANNER_DATABASE": str(database), "PLANNER_DATA": str(ROOT / "data"), "PLANNER_ROADS": "none"}
    if not database.exists():
        began = time.time()
        subprocess.run([BINARY, "generate", "--partners", str(partners)], env=environment, check=True, stdout=subprocess.DEVNULL)
        print(f"a company of {partners:,} partners: {time.time() - began:.0f} s, {database.stat().st_size / 1e6:,.0f} MB", flush=True)
    login = next(
        user["login"] for user in json.loads(subprocess.run(
            [BINARY, "user", "list", "--json"], env=environment, check=True, stdout=subprocess.PIPE).stdout)["users"]
        if user["role"] == "administrator")
    token = subprocess.run(
        [BINARY, "token", "create", login], env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    service = subprocess.Popen(
        [BINARY, "serve", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).read()
                break
            except OSError:
                time.sleep(0.1)
        for form, mark in (("geojson", b'"Feature"'), ("csv", b"\r\n")):
            Path(f"/proc/{service.pid}/clear_refs").write_text("5")
            before, began = memory(service, "VmRSS"), time.time()
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/api/v1/exports/partners.{form}", headers={"Authorization": f"Bearer {token}"})
            size, marks, rest = 0, 0, b""
            with urllib.request.urlopen(request) as answer:
                while piece := answer.read(1 << 20):
                    size += len(piece)
                    marks += (rest + piece).count(mark) - rest.count(mark)
                    rest = piece[-len(mark) + 1:] if len(mark) > 1 else b""
            took, peak = time.time() - began, memory(service, "VmHWM")
            print(f"{partners:>9,} {form:>8} {marks:>10,} {size / 1e6:>8,.0f} {took:>7.1f} {before:>8.0f} {peak:>8.0f} {peak - before:>8.0f}", flush=True)
    finally:
        service.terminate()
        service.wait(30)


words = sys.argv[1:]
kept = Path(words[1]) if words[:1] == ["--keep"] else None
sizes = [int(word) for word in words[2 if kept else 0:]] or [100_000, 1_000_000]
with tempfile.TemporaryDirectory() as made:
    print(f"{'partners':>9} {'form':>8} {'lines':>10} {'MB':>8} {'s':>7} {'before':>8} {'peak':>8} {'more':>8}   (MiB)")
    for size in sizes:
        measure(size, kept or Path(made))
