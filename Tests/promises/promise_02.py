#!/usr/bin/env python3
"""Promise 2: a full disk corrupts nothing. Import, backup and the saving of a trip meet a limit on the size of files
(RLIMIT_FSIZE) at many sizes, and a small file system in memory where one can be mounted; on another one a service
runs while it fills up and while there is room again.

    promise_02.py [--short]     40 limits for each; with --short 4
"""
import resource
import subprocess
import tempfile
import time
from pathlib import Path

from files import SHORT, Files, Verdict
from receiver import Receiver
from served import Served

LIMITS = 4 if SHORT else 40
verdict = Verdict(2)
worst, hit, passed = 0.0, 0, 0


def state(files):
    return files.ask("""SELECT (SELECT count(*) FROM partner), (SELECT count(*) FROM trip), (SELECT count(*) FROM task),
        (SELECT count(*) FROM audit), (SELECT count(*) FROM import_change)""")


def attempt(files, what, arguments, code_of=("store.file.diskFull",), **more):
    """Runs a command that may meet the limit, and looks at what it left."""
    global worst, hit, passed
    before, began = state(files), time.monotonic()
    done = files.run(*arguments, check=False, **more)
    took = time.monotonic() - began
    if done.returncode == 0:
        passed += 1
        return True
    hit += 1
    worst = max(worst, took)
    verdict.expect(took < 5, f"{what}: refused after {took:.1f} s: {done.err[:200]}")
    verdict.expect(any(f"error: {code}:" in done.err for code in code_of),
                   f"{what}: {done.returncode} {done.err[:300]}")
    faults = files.sound()
    verdict.expect(not faults, f"{what}: {faults[:3]}")
    after = state(files)
    if what != "import":
        verdict.expect(before == after, f"{what}: {before} became {after}")
    partners, trips, tasks, _, changes = after[0]
    verdict.expect(trips == tasks, f"{what}: {trips} trips, {tasks} tasks")
    verdict.expect((partners - before[0][0]) % 250 == 0 and changes >= partners - before[0][0],
                   f"{what}: {partners} partners, {changes} in the journal: a part of a batch")
    verdict.expect(files.run("select", "--ids", "none", check=False).returncode in (0, 1), f"{what}: reads are down")
    return False


def limited(bytes_):
    def apply():
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, bytes_))
    return apply


files = Files()
files.run("import", "partners", files.partners(200), "--no-geocode")
ids = ",".join(p["id"] for p in files.json("select")["partners"][:8])
plan = ["plan", "--ids", ids, "--start", "52.1,23.7", "--round-trip", "--date", "2026-06-08", "--budget", "20ms",
        "--save"]
size = files.database.stat().st_size
for number in range(LIMITS):
    attempt(files, "trip", plan + ["--title", f"trip {number}"], preexec_fn=limited(4096 * (1 + number * 3)))
    attempt(files, "backup", ["backup", files.folder / "b.sqlite"],
            preexec_fn=limited(int(size * number / LIMITS)))
    verdict.expect(not list(files.folder.glob("*.part")), "a half-written backup was left")
    listed = files.partners(3000, start=1_000_000 + number * 5000, name="more.csv")
    attempt(files, "import", ["import", "partners", listed, "--no-geocode"],
            preexec_fn=limited(size + 65536 * number))
    size = files.database.stat().st_size
# The same commands without a limit work at once: nothing has to be restarted or mended.
attempt(files, "trip", plan + ["--title", "after"]) or verdict.expect(False, "a trip after the limits")
attempt(files, "backup", ["backup", files.folder / "b.sqlite"]) or verdict.expect(False, "a backup after the limits")
verdict.expect(files.json("audit", "verify")["ok"], "the audit trail is broken")



def mounted(size):
    """A small file system in memory; nothing where none can be mounted."""
    folder = tempfile.mkdtemp(prefix="planner-small-")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True)
    return Path(folder) if done.returncode == 0 else None


def fill(path):
    """Takes all the room there is; of the last block too."""
    with open(path, "ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                pass


def service_on(folder, rounds):
    """A service whose file system fills up, and has room again: who asks is told 507 and nothing else goes wrong, and
    calls to a webhook that could not be noted are noted when that is possible, all without a restart."""
    receiver = Receiver()
    ballast, kept, refused, slowest = folder / "ballast", [], [], 0.0
    with Served(folder=folder, rateLimit=0, environment={"PLANNER_OUTBOUND_ALLOW": receiver.host}) as service:
        service.run("webhook", "add", f"http://{receiver.host}/x", "--event", "partner.create")

        def add(name):
            nonlocal slowest
            began = time.monotonic()
            answer = service.ask("POST", "/api/v1/partners", {"name": name, "kind": "agency", "status": "active"})
            slowest = max(slowest, time.monotonic() - began)
            if answer.status == 201:
                kept.append(name)
                return True
            refused.append(name)
            verdict.expect(answer.status == 507 and answer.json["code"] == "store.file.diskFull",
                           f"a service on a full disk: {answer.status} {answer.body[:200]}")
            return False

        for round_ in range(rounds):
            receiver.gate.clear()
            for number in range(20):
                add(f"before {round_}.{number}")
            # Calls are under way when the disk fills up, and how they end cannot be noted.
            end = time.monotonic() + 10
            while time.monotonic() < end and not receiver.waiting:
                time.sleep(0.05)
            verdict.expect(receiver.waiting > 0, "no call was under way")
            fill(ballast)
            count = 0
            while count < 5_000 and add(f"meanwhile {round_}.{count}"):
                count += 1
                fill(ballast)
            verdict.expect(count < 5_000, "the file system of the service never was full")
            for number in range(10):
                add(f"full {round_}.{number}")
                fill(ballast)
            lines = "Название;Адрес\n" + "".join(f"Импорт {n};Минск, ул. {n}\n" for n in range(20_000))
            sent = service.ask("POST", "/api/v1/uploads?name=a.csv", lines.encode(), {"Content-Type": "text/csv"})
            verdict.expect(sent.status == 507 and sent.json["code"] == "store.file.diskFull",
                           f"an upload to a full disk: {sent.status} {sent.body[:200]}")
            for path in ("/health", "/api/v1/partners?limit=50", "/api/v1/search?q=before"):
                verdict.expect(service.ask("GET", path).status == 200, f"{path} does not answer on a full disk")
            receiver.gate.set()
            time.sleep(3)
            ballast.unlink()
            verdict.expect(add(f"after {round_}"), "there is room again, and a partner cannot be added")
        end = time.monotonic() + 60
        wanted = {row[0].hex() for row in service.rows("SELECT uid FROM partner")}
        while time.monotonic() < end and (set(receiver.told) != wanted or service.rows(
                "SELECT 1 FROM outbox WHERE state <> 'sent' LIMIT 1")):
            time.sleep(0.2)
        states = service.rows("SELECT state, code, count(*) FROM outbox GROUP BY 1, 2")
        verdict.expect(set(receiver.told) == wanted, f"{len(wanted ^ set(receiver.told))} changes were not told")
        verdict.expect([row[0] for row in states] == ["sent"], f"calls that are not noted: {states}")
        verdict.expect(all(len(numbers) == 1 for numbers in receiver.told.values()), "a change under two numbers")
        stored = [row[0] for row in service.rows("SELECT name FROM partner ORDER BY id")]
        verdict.expect(stored == kept, f"{len(kept)} partners were added, {len(stored)} are there")
        stuck = service.rows("SELECT name FROM worker_run WHERE code IS NOT NULL")
        verdict.expect(not stuck, f"workers that did not recover: {stuck}")
        verdict.expect(service.process.poll() is None, "the service ended")
        verdict.expect(service.rows("PRAGMA integrity_check") == [("ok",)], "the file is damaged")
    verdict.expect(slowest < 5, f"an answer took {slowest:.1f} s")
    return f"a service on 24 MiB said 507 {len(refused)} times, at most after {slowest:.2f} s, and went on"


def uploads_with_a_limit():
    """A service that may not write files beyond a size: a larger upload is told as a full disk and leaves nothing, and a
    smaller one comes in behind it."""
    with Served(rateLimit=0) as service:
        largest = max(file.stat().st_size for file in service.folder.iterdir() if file.is_file())
        limit, spool = largest + (1 << 20), service.folder / "planner.sqlite-spool"
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (limit, limit))
        for body, status in ((b"x;y\n" * (limit // 4 + 1), 507), (b"x;y\n", 201)):
            sent = service.ask("POST", "/api/v1/uploads?name=a.csv", body, {"Content-Type": "text/csv"})
            verdict.expect(sent.status == status, f"an upload of {len(body)} bytes: {sent.status} {sent.body[:200]}")
            if status == 507:
                verdict.expect(sent.json["code"] == "store.file.diskFull", f"an upload: {sent.json}")
                verdict.expect(not any(spool.iterdir()), "a part of an upload was left")


uploads_with_a_limit()
tmpfs = "no small file system could be mounted here"
mount = mounted("3m")
if mount:
    try:
        small = Files(mount)
        small.run("import", "partners", small.partners(100), "--no-geocode")
        full = 0
        for number in range(10):
            # The list itself lies where there is room.
            listed = small.partners(1500, start=1_000_000 + number * 5000, name=files.folder / "small.csv")
            full += not attempt(small, "import", ["import", "partners", listed, "--no-geocode"])
            full += not attempt(small, "backup", ["backup", small.folder / "b.sqlite"])
            (small.folder / "b.sqlite").unlink(missing_ok=True)
        verdict.expect(full > 0, "the small file system never was full")
        tmpfs = f"{full} refusals on a file system of 3 MiB"
    finally:
        subprocess.run(["umount", mount])
    mount = mounted("24m")
    try:
        tmpfs += "; " + service_on(mount, 1 if SHORT else 5)
    finally:
        subprocess.run(["umount", "--lazy", mount])
verdict.expect(hit > 0, "no limit was met")
verdict.end(f"{hit} refusals of {hit + passed} commands, each typed, in at most {worst:.2f} s (5); {tmpfs}; "
            "0 partial records, all goes on afterwards")
