#!/usr/bin/env python3
"""Promise 1: acknowledged work survives a killed process. Trips are saved by commands that are killed (kill -9) at
random moments; each that answered must be there, whole: with days, stops, task, checklist, audit row and the mail in
the outbox that tells the manager of it.

    promise_01.py [--short]     500 rounds; with --short 12
"""
import json
import os
import random
import signal
import time

from files import SHORT, Files, Verdict

ROUNDS, SEED = (12 if SHORT else 500), 1001
verdict, dice = Verdict(1), random.Random(SEED)
files = Files()
files.run("import", "partners", files.partners(12), "--no-geocode")
files.run("user", "add", "anna", "--name", "Anna", "--role", "manager", "--email", "anna@example.org")
ids = [p["id"] for p in files.json("select")["partners"]]


def save(number):
    chosen = ",".join(dice.sample(ids, 3))
    return files.start("plan", "--ids", chosen, "--start", "52.1,23.7", "--round-trip", "--date", "2026-06-08",
                       "--budget", "20ms", "--title", f"trip {number}", "--responsible", "anna", "--save", "--json")


began = time.monotonic()
save(-1).communicate()
whole = time.monotonic() - began
acknowledged, killed = {}, 0
for number in range(ROUNDS):
    process = save(number)
    # Most kills fall where the work is done: about the end.
    time.sleep(whole * (dice.uniform(0.7, 1.2) if dice.random() < 0.8 else dice.random()))
    os.kill(process.pid, signal.SIGKILL)
    out, _ = process.communicate()
    killed += process.returncode == -signal.SIGKILL
    try:
        acknowledged[f"trip {number}"] = json.loads(out)["taskId"]
    except (ValueError, KeyError):
        pass
    faults = files.sound()
    verdict.expect(not faults, f"round {number}: {faults[:3]}")
    half = files.ask("""
        SELECT t.title FROM trip t WHERE NOT EXISTS (SELECT 1 FROM task k WHERE k.trip_id = t.id)
          OR NOT EXISTS (SELECT 1 FROM trip_day d JOIN stop s ON s.day_id = d.id WHERE d.trip_id = t.id)
          OR (SELECT count(*) FROM checklist_item i JOIN task k ON k.id = i.task_id
              WHERE k.trip_id = t.id AND i.stop_id IS NOT NULL)
            <> (SELECT count(*) FROM stop s JOIN trip_day d ON d.id = s.day_id WHERE d.trip_id = t.id)
          OR NOT EXISTS (SELECT 1 FROM audit a WHERE a.entity = 'trip' AND a.action = 'create'
            AND replace(a.entity_id, '-', '') = lower(hex(t.uid)))
          OR NOT EXISTS (SELECT 1 FROM outbox o WHERE o.kind = 'mail' AND o.state = 'pending'
            AND replace(o.once_key, '-', '') LIKE 'trip:' || lower(hex(t.uid)) || ':%')""")
    verdict.expect(not half, f"round {number}: trips that are not whole: {half}")
there = {row[0] for row in files.ask("SELECT title FROM trip")}
lost = [title for title in acknowledged if title not in there]
verdict.expect(not lost, f"acknowledged and lost: {lost}")
trail = json.loads(files.run("audit", "verify", "--json", check=False).out)
verdict.expect(trail["ok"], f"audit: {trail.get('fault')}")
trips, tasks, rows, mails = (files.ask(f"SELECT count(*) FROM {what}")[0][0] for what in
                      ("trip", "task", "audit WHERE entity = 'trip' AND action = 'create'", "outbox"))
verdict.expect(trips == tasks == rows == mails, f"{trips} trips, {tasks} tasks, {rows} audit rows, {mails} mails")
verdict.expect(0 < killed, "nothing was killed")
verdict.end(f"{ROUNDS} rounds, seed {SEED}: {killed} killed, {len(acknowledged)} acknowledged, {len(lost)} lost, "
            f"{trips} trips there, all whole")
