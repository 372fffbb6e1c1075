"""Whether a request left the database as it was.

Before the request a snapshot is held; after it the file's own count of commits is read. While nothing was committed
nothing changed. When something was, every table of the snapshot is held against the table as it is now.
"""
import hashlib
import sqlite3

# Attempts to sign in are counted, a token and a session note their last use, and work behind the service goes on.
BESIDE = {
    "sign_in_attempt", "session", "api_token", "worker_run", "outbox", "outbox_attempt", "job", "sqlite_sequence",
    "search_due", "place_due", "geocode_try"}
# Large, and no request writes them.
FIXED = {"region", "spatial_ref_sys", "spatial_ref_sys_aux", "grdb_migrations", "data_licenses", "search_data"}
# Columns that work behind the service writes.
COLUMNS = {"webhook": "id, uid, url, note, events, secret, former_secret, created_by, created_at"}


class Unchanged:
    def __init__(self, path):
        def connect():
            # One call at a time, of whichever thread.
            return sqlite3.connect(
                f"file:{path}?mode=ro", uri=True, isolation_level=None, timeout=30, check_same_thread=False)

        self.before, self.now = connect(), connect()
        self.tables = [name for name, in self.now.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name")
            if name not in BESIDE | FIXED]
        self.count = None
        self.asked = self.compared = 0

    def release(self):
        """Lets go of the snapshot: while it is held the log of the database grows."""
        if self.before.in_transaction:
            self.before.execute("ROLLBACK")

    def hold(self):
        self.release()
        self.before.execute("BEGIN")
        self.before.execute("SELECT 1 FROM sqlite_schema").fetchone()
        self.count = self.commits()

    def commits(self):
        return self.now.execute("PRAGMA data_version").fetchone()[0]

    def changed(self):
        """Names of the tables that are not as they were at `hold()`."""
        self.asked += 1
        if self.commits() == self.count:
            return []
        self.compared += 1
        # One state of the database is looked at, whatever is written meanwhile.
        self.now.execute("BEGIN")
        try:
            if self.is_by_workers():
                return []
            return [name for name in self.tables if self.digest(self.before, name) != self.digest(self.now, name)]
        finally:
            self.now.execute("ROLLBACK")

    def is_by_workers(self):
        """Whether whatever was noted in the trail since was noted by work behind the service, which is no user."""
        last = self.before.execute("SELECT max(id) FROM audit").fetchone()[0] or 0
        new = self.now.execute("SELECT user_id FROM audit WHERE id > ?", [last]).fetchall()
        return bool(new) and all(user is None for user, in new)

    @staticmethod
    def digest(connection, table):
        rows = sorted(repr(row) for row in connection.execute(f'SELECT {COLUMNS.get(table, "*")} FROM "{table}"'))
        return hashlib.sha256("\n".join(rows).encode()).digest()
