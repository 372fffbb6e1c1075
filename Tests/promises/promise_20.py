#!/usr/bin/env python3
"""Promise 20: the suite is clean and steady. It is run under the thread and the address sanitizer, and twenty times in a
random order: each time the suites are shuffled and run by several processes one after another, so that each has other
company and another past.

    promise_20.py [--short]     with --short a sixteenth of the suites once, as `make test` built them, no sanitizers

The tests are built optimised, as the program is, as `make test` does it, and once more for each sanitizer, in folders
of SCRATCH: what runs there is what people run, and it runs in a fraction of the time.

SCRATCH is the build folder, where what a sanitizer said stands in thread.log and address.log; PLANNER_TESTS names tests
that are built already. PLANNER_HYGIENE="order" or "thread,address" runs only those; PLANNER_HYGIENE_ROUNDS and
PLANNER_HYGIENE_SEED change how often and from which seed the order is drawn.
"""
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

from files import SHORT, Verdict

ROOT = Path(__file__).resolve().parents[2]
SCRATCH = os.environ.get("SCRATCH", ".build")
WANTED = os.environ.get("PLANNER_HYGIENE", "order" if SHORT else "order,thread,address").split(",")
ROUNDS = int(os.environ.get("PLANNER_HYGIENE_ROUNDS", "1" if SHORT else "20"))
SEED = int(os.environ.get("PLANNER_HYGIENE_SEED", "2020"))
# Into how many processes an order is cut.
PARTS = 8
# How many tests run at once. Under a sanitizer each takes ten times as long, and what waits for an answer waits so long only.
WIDTH, WATCHED_WIDTH = 16, 4
# As `make test` builds: tests reach into modules, and an optimised build has to be told so.
OPTIMISED = ["-c", "release", "-Xswiftc", "-enable-testing"]
os.environ["PLANNER_UNDER_TEST"] = "1"
verdict, told = Verdict(20), []


def build(kind, *options):
    """The optimised tests; None when they do not build."""
    command = ["swift", "build", "--scratch-path", f"{SCRATCH}/{kind}", *OPTIMISED, *options]
    built = subprocess.run(
        [*command, "--build-tests"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    verdict.expect(built.returncode == 0, f"the {kind} tests do not build: {built.stdout[-2000:]}")
    if built.returncode:
        return None
    folder = subprocess.run([*command, "--show-bin-path"], cwd=ROOT, capture_output=True, text=True, check=True)
    return folder.stdout.strip() + "/plannerPackageTests.xctest"


def ask(tests, *arguments, environment=None):
    return subprocess.run(
        [tests, "--testing-library", "swift-testing", *arguments], cwd=ROOT,
        env=os.environ | {"NO_COLOR": "1"} | (environment or {}), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace")


def suites(tests):
    done = ask(tests, "--list-tests")
    names = {line.split("/")[0] for line in done.stdout.splitlines() if re.fullmatch(r"\w+\.\w+/.+", line)}
    if not names:
        sys.exit(f"promise 20: {tests} lists no tests\n{done.stdout[-2000:]}")
    return sorted(names)


def run(names, tests, environment=None, record=None, width=WIDTH):
    """Tests that ran, and the lines that tell what failed; the whole output stands in the file `record`."""
    chosen = ["--filter", "^(" + "|".join(re.escape(name) for name in names) + ")/"] if names else []
    done = ask(tests, "--experimental-maximum-parallelization-width", str(width), *chosen, environment=environment)
    if record:
        record.write_text(done.stdout)
    count = re.search(r"Test run with (\d+) tests?", done.stdout)
    bad = [line for line in done.stdout.splitlines()
           if re.match(r"^✘ Test .* failed after|^(SUMMARY|WARNING|==\d+==ERROR): \w*Sanitizer|Fatal error", line)]
    if done.returncode and not bad:
        bad = done.stdout.splitlines()[-5:]
    return int(count.group(1)) if count else 0, bad


def orders():
    program = os.environ.get("PLANNER_TESTS") or build("steady", "-debug-info-format", "none")
    if program is None:
        return
    names, tests, failures = suites(program), 0, []
    for number in range(ROUNDS):
        dice = random.Random(SEED + number)
        order = names[:]
        dice.shuffle(order)
        parts = [order[::2 * PARTS]] if SHORT else [order[i::PARTS] for i in range(PARTS)]
        for part in parts:
            count, bad = run(part, program)
            tests += count
            failures += [f"seed {SEED + number}: {line}" for line in bad]
    verdict.expect(tests > 0, "no test ran")
    for failure in failures:
        verdict.expect(False, failure)
    told.append(f"{ROUNDS} random order{'s' if ROUNDS > 1 else ''}: {tests} tests, {len(failures)} failures")


def sanitizer(kind):
    started = time.time()
    program = build(kind, f"--sanitize={kind}")
    if program is None:
        return
    environment = {
        # Leaks at the end are what libraries keep for the life of the process.
        "thread": {"TSAN_OPTIONS": f"halt_on_error=0 exitcode=66 suppressions={ROOT}/Tests/promises/thread-sanitizer.txt"},
        "address": {"ASAN_OPTIONS": "detect_leaks=0 halt_on_error=1"},
    }[kind]
    count, bad = run([], program, environment, record=Path(SCRATCH) / f"{kind}.log", width=WATCHED_WIDTH)
    verdict.expect(count > 0, f"no test ran under the {kind} sanitizer")
    for line in bad:
        verdict.expect(False, f"{kind} sanitizer: {line}")
    told.append(f"{kind} sanitizer: {count} tests, {len(bad)} reports, {time.time() - started:.0f} s")


for name in WANTED:
    orders() if name == "order" else sanitizer(name)
verdict.end("; ".join(told))
