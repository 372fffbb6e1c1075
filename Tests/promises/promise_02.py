#!/usr/bin/env python3
"""Promise 2: a full disk corrupts nothing. Import, backup and the saving of a trip meet a limit on the size of files
(RLIMIT_FSIZE) at many sizes, and a small file system in memory where one can be mounted.

    promise_02.py [--short]     40 limits for each; with --short 4
"""
import resource
import subprocess
import tempfile
import time

from files import SHORT, Files, Verdict

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
    verdict.expect((partners - before[0][0]) % 1000 == 0 and changes >= partners - before[0][0],
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

mount = tempfile.mkdtemp(prefix="planner-small-")
tmpfs = "no small file system could be mounted here"
if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", mount], capture_output=True).returncode == 0:
    try:
        small = Files(mount)
        small.run("import", "partners", small.partners(100), "--no-geocode")
        full = 0
        for number in range(10):
            listed = small.partners(1500, start=1_000_000 + number * 5000, name="more.csv")
            full += not attempt(small, "import", ["import", "partners", listed, "--no-geocode"])
            full += not attempt(small, "backup", ["backup", small.folder / "b.sqlite"])
            (small.folder / "b.sqlite").unlink(missing_ok=True)
        verdict.expect(full > 0, "the small file system never was full")
        tmpfs = f"{full} refusals on a file system of 3 MiB"
    finally:
        subprocess.run(["umount", mount])
verdict.expect(hit > 0, "no limit was met")
verdict.end(f"{hit} refusals of {hit + passed} commands, each typed, in at most {worst:.2f} s (5); {tmpfs}; "
            "0 partial records, all goes on afterwards")
