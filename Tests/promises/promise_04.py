#!/usr/bin/env python3
"""Promise 4: migrations are all-or-nothing. The file of each earlier version is brought to today's schema by a process
that is killed at 20 moments spread over its whole time; then it must hold some version's schema whole, and come to
today's with all of its data. A newer file is refused.

    promise_04.py [--short]     20 moments for each version; with --short 3
"""
import gzip
import os
import shutil
import signal
import sqlite3
import time

from files import ROOT, SHORT, Files, Verdict

POINTS = 3 if SHORT else 20
FIXTURES = ROOT / "Tests/StoreTests/Fixtures/Schema"
verdict = Verdict(4)
files = Files()


def unpack(name):
    for path in files.folder.iterdir():
        path.unlink()
    with gzip.open(FIXTURES / name) as packed:
        files.database.write_bytes(packed.read())
    shutil.copy(FIXTURES / "fixture-key", str(files.database) + "-key")


def shape():
    steps = [row[0] for row in files.ask("SELECT identifier FROM grdb_migrations ORDER BY rowid")]
    return tuple(sorted(steps)), tuple(files.ask("SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2"))


def data():
    return files.ask("""SELECT (SELECT count(*) FROM user), (SELECT count(*) FROM partner), (SELECT count(*) FROM trip),
        (SELECT count(*) FROM stop), (SELECT count(*) FROM audit), (SELECT group_concat(name) FROM partner)""")


names = sorted(path.name for path in FIXTURES.glob("*.gz"))
# Where a killed run may leave the file: the schema of any version on the way, learnt from runs killed at none.
kills, stages, shapes = 0, set(), {}
for name in names:
    unpack(name)
    began = time.monotonic()
    files.run("migrate")
    whole = time.monotonic() - began
    verdict.expect(shapes.setdefault(shape()[0], shape()[1]) == shape()[1], f"{name}: another schema at the end")
    for point in range(POINTS):
        unpack(name)
        before = data()
        process = files.start("migrate")
        time.sleep(whole * (point + 0.5) / POINTS)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        kills += process.returncode == -signal.SIGKILL
        # Rolls back what was under way.
        sqlite3.connect(files.database).execute("SELECT count(*) FROM sqlite_schema").fetchall()
        faults = files.sound()
        verdict.expect(not faults, f"{name}, point {point}: {faults[:3]}")
        steps, schema = shape()
        stages.add(len(steps))
        verdict.expect(shapes.setdefault(steps, schema) == schema, f"{name}, point {point}: between two schemas")
        verdict.expect(data() == before, f"{name}, point {point}: data changed")
        files.run("migrate")
        verdict.expect(data() == before, f"{name}, point {point}: data changed at the end")
        found = files.run("audit", "verify", check=False)
        verdict.expect(found.returncode == 0, f"{name}, point {point}: {found.out}")
connection = sqlite3.connect(files.database)
connection.execute("INSERT INTO grdb_migrations VALUES ('of-tomorrow')")
connection.commit()
connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
connection.close()
content = files.database.read_bytes()
refused = files.run("migrate", check=False)
verdict.expect("store.file.newer" in refused.err and files.database.read_bytes() == content, "a newer file was taken")
verdict.expect(kills > 0, "nothing was killed")
verdict.end(f"{len(names)} versions × {POINTS} moments: {kills} killed, {len(stages)} different stages seen, "
            "each whole and with all data; a newer file refused")
