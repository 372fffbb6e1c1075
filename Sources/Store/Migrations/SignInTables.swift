extension Migration {
  /// Sign-in: what people are beside a name and a role, how they prove who they are, and which of their requests were
  /// answered before. Of every secret only its SHA-256 is kept, of passwords their Argon2id hash.
  static let signIn = Migration(
    name: "sign-in",
    statements: [
      """
      CREATE TABLE team (
        id INTEGER PRIMARY KEY,
        uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
        name TEXT NOT NULL UNIQUE CHECK (length(name) > 0)
      ) STRICT
      """,
      "ALTER TABLE user ADD COLUMN email TEXT CHECK (length(email) > 2)",
      "ALTER TABLE user ADD COLUMN team_id INTEGER REFERENCES team (id)",
      "ALTER TABLE user ADD COLUMN visibility TEXT CHECK (visibility IN ('own', 'team', 'all'))",
      "ALTER TABLE user ADD COLUMN version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1)",
      "-- user(email:)\nCREATE UNIQUE INDEX user_email ON user (email) WHERE email IS NOT NULL",
      "-- members(of:)\nCREATE INDEX user_team ON user (team_id) WHERE team_id IS NOT NULL",
      """
      CREATE TABLE credential (
        user_id INTEGER PRIMARY KEY REFERENCES user (id),
        password TEXT,
        changed_at INTEGER,
        totp_secret BLOB,
        totp_confirmed INTEGER NOT NULL DEFAULT 0 CHECK (totp_confirmed IN (0, 1)),
        totp_last_step INTEGER NOT NULL DEFAULT 0
      ) STRICT
      """,
      """
      CREATE TABLE session (
        id INTEGER PRIMARY KEY,
        hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
        user_id INTEGER NOT NULL REFERENCES user (id),
        made_at INTEGER NOT NULL,
        used_at INTEGER NOT NULL,
        address TEXT NOT NULL,
        agent TEXT NOT NULL
      ) STRICT
      """,
      "-- endSessions(of:)\nCREATE INDEX session_user ON session (user_id)",
      """
      CREATE TABLE api_token (
        id INTEGER PRIMARY KEY,
        uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
        hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
        user_id INTEGER NOT NULL REFERENCES user (id),
        name TEXT NOT NULL CHECK (length(name) > 0),
        scopes TEXT NOT NULL CHECK (json_valid(scopes)),
        made_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        used_at INTEGER,
        revoked_at INTEGER
      ) STRICT
      """,
      "-- tokens(of:)\nCREATE INDEX api_token_user ON api_token (user_id)",
      """
      CREATE TABLE sign_in_link (
        hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
        user_id INTEGER NOT NULL REFERENCES user (id),
        purpose TEXT NOT NULL CHECK (purpose IN ('invitation', 'reset')),
        expires_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID
      """,
      "-- endLinks(of:)\nCREATE INDEX sign_in_link_user ON sign_in_link (user_id)",
      """
      CREATE TABLE sign_in_attempt (
        id INTEGER PRIMARY KEY,
        subject TEXT NOT NULL,
        at INTEGER NOT NULL
      ) STRICT
      """,
      "-- attempts(on:since:)\nCREATE INDEX sign_in_attempt_subject ON sign_in_attempt (subject, at)",
      """
      CREATE TABLE territory (
        region TEXT NOT NULL CHECK (length(region) BETWEEN 2 AND 6),
        user_id INTEGER NOT NULL REFERENCES user (id),
        PRIMARY KEY (region, user_id)
      ) STRICT, WITHOUT ROWID
      """,
      "-- territories(of:)\nCREATE INDEX territory_user ON territory (user_id)",
      """
      CREATE TABLE idempotent_answer (
        user_id INTEGER NOT NULL REFERENCES user (id),
        key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
        fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
        at INTEGER NOT NULL,
        answer BLOB NOT NULL,
        PRIMARY KEY (user_id, key)
      ) STRICT, WITHOUT ROWID
      """,
      "-- forgetAnswers(before:)\nCREATE INDEX idempotent_answer_at ON idempotent_answer (at)",
    ])
}
