extension Migration {
  /// What is to leave for other computers, written with the change it tells of.
  static let outbox = Migration(
    name: "outbox",
    statements: [
      """
      CREATE TABLE outbox (
        id INTEGER PRIMARY KEY,
        uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
        kind TEXT NOT NULL CHECK (kind IN ('mail', 'webhook')),
        webhook_id INTEGER REFERENCES webhook (id) ON DELETE SET NULL,
        destination TEXT NOT NULL CHECK (length(destination) > 0),
        subject TEXT NOT NULL,
        once_key TEXT NOT NULL UNIQUE CHECK (length(once_key) BETWEEN 1 AND 200),
        payload BLOB,
        state TEXT NOT NULL CHECK (state IN ('pending', 'claimed', 'sending', 'sent', 'unknown', 'failed')),
        attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
        next_at INTEGER,
        process TEXT,
        code TEXT,
        message TEXT,
        created_at INTEGER NOT NULL,
        ended_at INTEGER,
        CHECK ((state IN ('claimed', 'sending')) = (process IS NOT NULL)),
        CHECK ((state IN ('sent', 'unknown', 'failed')) = (ended_at IS NOT NULL)),
        CHECK ((state = 'pending') = (next_at IS NOT NULL)),
        CHECK (payload IS NOT NULL OR state IN ('sent', 'failed', 'unknown'))
      ) STRICT
      """,
      """
      -- claimOutbox(kind:limit:), hasOutboxWork(kind:at:)
      CREATE INDEX outbox_due ON outbox (kind, state, next_at)
      """,
      "-- outbox(destination:)\nCREATE INDEX outbox_destination ON outbox (destination, id)",
      "-- disableWebhook(_:reason:)\nCREATE INDEX outbox_webhook ON outbox (webhook_id, state)",
      "-- removeOutbox(endedBefore:)\nCREATE INDEX outbox_ended ON outbox (ended_at) WHERE ended_at IS NOT NULL",
      """
      CREATE TABLE outbox_attempt (
        outbox_id INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
        number INTEGER NOT NULL CHECK (number > 0),
        at INTEGER NOT NULL,
        outcome TEXT NOT NULL CHECK (outcome IN ('sent', 'later', 'unknown', 'failed')),
        code TEXT,
        message TEXT,
        PRIMARY KEY (outbox_id, number)
      ) STRICT, WITHOUT ROWID
      """,
    ])

  /// Addresses of other programs that are told of changes.
  static let webhooks = Migration(
    name: "webhooks",
    statements: [
      """
      CREATE TABLE webhook (
        id INTEGER PRIMARY KEY,
        uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
        url TEXT NOT NULL CHECK (length(url) BETWEEN 1 AND 2000),
        note TEXT NOT NULL,
        events TEXT NOT NULL CHECK (json_valid(events)),
        secret BLOB NOT NULL,
        former_secret BLOB,
        former_until INTEGER,
        state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'disabled')),
        failures INTEGER NOT NULL DEFAULT 0,
        reason TEXT,
        told INTEGER NOT NULL,
        version INTEGER NOT NULL DEFAULT 1,
        created_by INTEGER REFERENCES user (id),
        created_at INTEGER NOT NULL,
        changed_at INTEGER NOT NULL,
        CHECK ((former_secret IS NULL) = (former_until IS NULL)),
        CHECK ((state = 'disabled') = (reason IS NOT NULL))
      ) STRICT
      """
    ])
}
