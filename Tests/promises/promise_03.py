#!/usr/bin/env python3
"""Promise 3: a backup is a consistent whole and restores. Backups are made while partners are written over HTTP fifty
times a second; each restores, and what belongs together is together in it.

    promise_03.py [--short]     50 backups; with --short 4
"""
import threading
import time

from files import SHORT, Files, Verdict
from served import Served

BACKUPS, RATE = (4 if SHORT else 50), 50
verdict = Verdict(3)
with Served(rateLimit=0) as service:
    files = Files(service.folder)
    stop, written, refused = threading.Event(), [0], [0]

    def write(part):
        number, due = 0, time.monotonic()
        while not stop.is_set():
            number += 1
            answer = service.ask("POST", "/api/v1/partners", {
                "name": f"Партнёр {part}-{number}", "kind": "agency", "status": "active",
                "people": [{"name": f"Человек {number}"}], "tags": ["сеть"],
                "externalReferences": [{"system": "promise", "key": f"{part}-{number}"}]})
            if answer.status == 201:
                written[0] += 1
            else:
                refused[0] += 1
                verdict.expect(False, f"a write was answered {answer.status}: {answer.body[:200]}")
                time.sleep(0.2)
            due += 2 / RATE
            time.sleep(max(0, due - time.monotonic()))

    writers = [threading.Thread(target=write, args=(part,)) for part in range(2)]
    for writer in writers:
        writer.start()
    began, sizes = time.monotonic(), []
    for number in range(BACKUPS):
        path = files.folder / f"b{number}.sqlite"
        files.run("backup", path)
        drill = files.json("restore", "--drill", path)
        verdict.expect("auditFault" not in drill, f"backup {number}: {drill.get('auditFault')}")
        verdict.expect(not files.sound(path), f"backup {number} is not sound")
        sums = files.ask("""
            SELECT (SELECT count(*) FROM partner),
              (SELECT count(*) FROM contact_person), (SELECT count(*) FROM partner_tag),
              (SELECT count(*) FROM external_reference),
              (SELECT count(*) FROM audit WHERE entity = 'partner' AND action = 'create')""", path)[0]
        verdict.expect(len(set(sums)) == 1, f"backup {number}: partners, people, tags, references, audit rows {sums}")
        sizes.append(sums[0])
        path.unlink()
    seconds = time.monotonic() - began
    stop.set()
    for writer in writers:
        writer.join()
    verdict.expect(sizes[-1] > sizes[0] > 0, "nobody wrote meanwhile")
    # One is put in the place of the database, with the service stopped.
    path = files.folder / "last.sqlite"
    files.run("backup", path)
    busy = files.run("restore", path, check=False)
    verdict.expect("backup.inUse" in busy.err, f"a database in use was replaced: {busy.err}")
    service.stop()
    files.run("restore", path)
    verdict.expect(files.ask("SELECT count(*) FROM partner")[0][0] == written[0], "the restored database lacks writes")
verdict.end(f"{BACKUPS} backups under {written[0] / seconds:.0f} writes/s ({RATE} asked): each restores, sums equal "
            f"({sizes[0]} to {sizes[-1]} partners)")
