extension Migration {
  /// Long work that somebody asked for, and the standing workers with what became of their last run.
  static let jobs = Migration(
    name: "jobs",
    statements: [
      """
      CREATE TABLE job (
        id INTEGER PRIMARY KEY,
        uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
        kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 64),
        state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
        requested_by INTEGER REFERENCES user (id),
        actor TEXT NOT NULL CHECK (length(actor) > 0),
        input TEXT NOT NULL CHECK (json_valid(input)),
        progress_done INTEGER NOT NULL DEFAULT 0 CHECK (progress_done >= 0),
        progress_total INTEGER CHECK (progress_total >= 0),
        result TEXT CHECK (result IS NULL OR json_valid(result)),
        error_code TEXT,
        error_message TEXT,
        attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
        process TEXT,
        created_at INTEGER NOT NULL,
        started_at INTEGER,
        finished_at INTEGER,
        cancel_asked_at INTEGER,
        CHECK ((state = 'running') = (process IS NOT NULL)),
        CHECK ((state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
        CHECK ((state = 'failed') = (error_code IS NOT NULL))
      ) STRICT
      """,
      "-- claimJob(kinds:most:)\nCREATE INDEX job_open ON job (state, id)",
      "-- jobs(scope:before:limit:)\nCREATE INDEX job_asker ON job (requested_by, id)",
      "-- removeJobs(endedBefore:)\nCREATE INDEX job_finished ON job (finished_at) WHERE finished_at IS NOT NULL",
      """
      CREATE TABLE worker_run (
        name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 64),
        process TEXT,
        started_at INTEGER,
        finished_at INTEGER,
        outcome TEXT CHECK (outcome IN ('ok', 'error')),
        code TEXT,
        message TEXT,
        next_at INTEGER,
        asked_at INTEGER,
        runs INTEGER NOT NULL DEFAULT 0,
        failures INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID
      """,
    ])
}
