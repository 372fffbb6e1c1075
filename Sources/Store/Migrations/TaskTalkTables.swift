extension Migration {
  /// Who takes part in a task, what is said about it, who wants to be reminded of it, and which partner an item of its
  /// checklist is about.
  static let taskTalk = Migration(
    name: "task-talk",
    statements: [
      """
      CREATE TABLE task_participant (
        task_id INTEGER NOT NULL REFERENCES task (id) ON DELETE CASCADE,
        user_id INTEGER NOT NULL REFERENCES user (id),
        PRIMARY KEY (task_id, user_id)
      ) STRICT, WITHOUT ROWID
      """,
      "-- the tasks somebody takes part in\nCREATE INDEX task_participant_user ON task_participant (user_id)",
      // Whoever takes part finds the task.
      """
      CREATE TRIGGER task_participant_due_insert AFTER INSERT ON task_participant BEGIN
        INSERT OR IGNORE INTO search_due (id) VALUES (NEW.task_id * 8 + 1);
      END
      """,
      """
      CREATE TRIGGER task_participant_due_delete AFTER DELETE ON task_participant BEGIN
        INSERT OR IGNORE INTO search_due (id) VALUES (OLD.task_id * 8 + 1);
      END
      """,
      """
      CREATE TABLE task_comment (
        id INTEGER PRIMARY KEY,
        uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
        task_id INTEGER NOT NULL REFERENCES task (id) ON DELETE CASCADE,
        author_id INTEGER NOT NULL REFERENCES user (id),
        at INTEGER NOT NULL,
        text TEXT NOT NULL CHECK (length(text) > 0)
      ) STRICT
      """,
      "-- comments(of:)\nCREATE INDEX task_comment_task ON task_comment (task_id)",
      "-- who may not be removed\nCREATE INDEX task_comment_author ON task_comment (author_id)",
      """
      CREATE TABLE task_reminder (
        id INTEGER PRIMARY KEY,
        uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
        task_id INTEGER NOT NULL REFERENCES task (id) ON DELETE CASCADE,
        user_id INTEGER NOT NULL REFERENCES user (id),
        at INTEGER NOT NULL,
        language TEXT NOT NULL,
        told_at INTEGER,
        mailed_at INTEGER,
        UNIQUE (task_id, user_id, at)
      ) STRICT
      """,
      "-- reminders(for:)\nCREATE INDEX task_reminder_user ON task_reminder (user_id, at)",
      "-- dueReminders(at:)\nCREATE INDEX task_reminder_due ON task_reminder (at) WHERE told_at IS NULL",
      "ALTER TABLE checklist_item ADD COLUMN partner_id INTEGER REFERENCES partner (id) ON DELETE SET NULL",
      "-- what is to be done about a partner\nCREATE INDEX checklist_item_partner ON checklist_item (partner_id) "
        + "WHERE partner_id IS NOT NULL",
    ])
}
