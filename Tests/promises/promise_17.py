#!/usr/bin/env python3
"""Promise 17: the audit trail cannot be altered unseen. A file is changed by another SQLite program in random ways,
triggers removed first; each time the trail is read, and the first row that does not fit must be named.

    promise_17.py [--short]     1,000 tamperings; with --short 40
"""
import json
import random
import shutil
import sqlite3

from files import SHORT, Files, Verdict

ROUNDS, SEED = (40 if SHORT else 1000), 1717
verdict, dice = Verdict(17), random.Random(SEED)
files = Files()
files.run("import", "partners", files.partners(120), "--no-geocode")
for number in range(10):
    files.run("user", "add", f"u{number}", "--name", "U", "--role", "manager")
connection = sqlite3.connect(files.database)
connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
connection.close()
original = files.folder / "original"
shutil.copy(files.database, original)
last = files.ask("SELECT max(id) FROM audit")[0][0]
COLUMNS = "at, user_id, actor, entity, entity_id, action, before, after, code, image, redaction"


def change(db, row):
    column = dice.choice(["at", "user_id", "actor", "entity", "entity_id", "action", "before", "after", "code", "image",
                          "redaction"])
    new = {"at": dice.randrange(2 ** 40), "user_id": dice.choice([1, 2, 3]), "code": dice.randbytes(32),
           "image": dice.randbytes(32), "redaction": dice.randbytes(32),
           "before": '{"x":%d}' % dice.randrange(10 ** 9), "after": '{"x":%d}' % dice.randrange(10 ** 9)}
    db.execute(f"UPDATE audit SET {column} = ? WHERE id = ?", (new.get(column, f"x{dice.random()}"), row))
    return ("changed", row)


def bit(db, row):
    """One bit of one column's text."""
    text = db.execute("SELECT after FROM audit WHERE id = ?", (row,)).fetchone()[0]
    if not text:
        return change(db, row)
    place = dice.choice([i for i, c in enumerate(text) if c.isdigit()] or [0])
    digit = str((int(text[place]) + 1) % 9 + 1) if text[place].isdigit() else text[place]
    if digit == text[place]:
        return change(db, row)
    db.execute("UPDATE audit SET after = ? WHERE id = ?", (text[:place] + digit + text[place + 1:], row))
    return ("changed", row)


def delete(db, row):
    count = dice.choice([1, 1, 2, 5])
    db.execute("DELETE FROM audit WHERE id >= ? AND id < ?", (row, row + count))
    return ("missing", row)


def insert(db, row):
    place = dice.choice([last + 1, last + 1 + dice.randrange(1000), -dice.randrange(1, 1000)])
    db.execute(f"INSERT INTO audit (id, {COLUMNS}) SELECT {place}, {COLUMNS} FROM audit WHERE id = ?", (row,))
    return ("foreign" if place > 0 else "changed", place)


def swap(db, row):
    other = dice.choice([r for r in range(1, last + 1) if r != row])
    a, b = sorted((row, other))
    db.execute("UPDATE audit SET id = -1 WHERE id = ?", (a,))
    db.execute("UPDATE audit SET id = ? WHERE id = ?", (a, b))
    db.execute("UPDATE audit SET id = ? WHERE id = -1", (b,))
    return ("changed", a)


def truncate(db, row):
    row = max(row, 2)
    db.execute("DELETE FROM audit WHERE id >= ?", (row,))
    if dice.random() < 0.5:
        return ("missing", row)
    db.execute("UPDATE audit_head SET count = ?, last_id = ?, last_code = (SELECT code FROM audit WHERE id = ?)",
               (row - 1, row - 1, row - 1))
    return ("head", None)


def head(db, row):
    column = dice.choice(["count", "last_id", "begun_at", "first_id", "seal", "last_code", None])
    if column is None:
        db.execute("DELETE FROM audit_head")
    else:
        blob = column in ("seal", "last_code")
        db.execute(f"UPDATE audit_head SET {column} = ?", (dice.randbytes(32) if blob else dice.randrange(2 ** 20) + last + 1,))
    return ("head", None)


def overwrite(db, row):
    other = dice.choice([r for r in range(1, last + 1) if r != row])
    db.execute(f"INSERT OR REPLACE INTO audit (id, {COLUMNS}) SELECT {row}, {COLUMNS} FROM audit WHERE id = ?", (other,))
    return ("changed", row)


WAYS = [change, change, change, bit, delete, insert, swap, truncate, head, overwrite]
found, named, counts = 0, 0, {}


def tampered(protect):
    """Changes a fresh copy; returns what is to be said of it."""
    for end in ("-wal", "-shm"):
        (files.folder / f"planner.sqlite{end}").unlink(missing_ok=True)
    shutil.copy(original, files.database)
    way = dice.choice(WAYS)
    db = sqlite3.connect(files.database)
    db.execute("PRAGMA foreign_keys = OFF")
    for trigger in ("audit_never_changed", "audit_texts_kept", "audit_never_removed"):
        db.execute(f"DROP TRIGGER {trigger}")
    expected = way(db, dice.randrange(1, last + 1))
    db.commit()
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return way.__name__, expected


untouched = json.loads(files.run("audit", "verify", "--json").out)
verdict.expect(untouched["ok"] and untouched["rows"] == last, f"untouched: {untouched}")
for number in range(ROUNDS):
    name, (kind, row) = tampered(True)
    counts[name] = counts.get(name, 0) + 1
    done = files.run("audit", "verify", "--json", check=False)
    answer = json.loads(done.out) if done.out else {}
    fault = answer.get("fault") or {}
    if verdict.expect(done.returncode == 1 and fault, f"{number}: {name} of {row} was not seen {done.err}"):
        found += 1
    if verdict.expect((fault.get("kind"), fault.get("row")) == (kind, row), f"{number}: {name}: {fault}, not {kind} {row}"):
        named += 1
    if number % 50 == 0:
        said = files.run("doctor", check=False).out
        where = f"row {row} of the audit trail" if row is not None else "the head row of the audit trail"
        verdict.expect(f"FAIL audit: {where}" in said, f"{number}: doctor says {said}")
# The control: with the codes made anew for what is there, the same change is no longer seen.
tampered(False)
files.run("audit", "reseal", "--reason", "control", check=False)
verdict.expect(json.loads(files.run("audit", "verify", "--json", check=False).out)["ok"], "resealed and still broken")
verdict.end(f"{ROUNDS} tamperings, seed {SEED}: {found} found, {named} with the first row named ("
            + ", ".join(f"{n} {w}" for w, n in sorted(counts.items())) + ")")
