extension Migration {
  /// What a record looked like stands in audit rows under a code of its own, so that an erased person's data can leave
  /// the row and the chain still shows every other change.
  static let auditImages = Migration(
    name: "audit-images",
    statements: [
      "ALTER TABLE audit ADD COLUMN image BLOB CHECK (length(image) = 32)",
      "ALTER TABLE audit ADD COLUMN redaction BLOB CHECK (length(redaction) = 32)",
      "DROP TRIGGER audit_never_changed",
      """
      CREATE TRIGGER audit_never_changed
      BEFORE UPDATE OF id, at, user_id, actor, entity, entity_id, action ON audit BEGIN
        SELECT RAISE(ABORT, 'audit.kept: rows of the audit trail are never changed');
      END
      """,
      """
      CREATE TRIGGER audit_texts_kept BEFORE UPDATE OF before, after ON audit
      WHEN NEW.redaction IS NULL OR NEW.redaction IS OLD.redaction BEGIN
        SELECT RAISE(ABORT, 'audit.kept: texts of the audit trail are changed by erasures only');
      END
      """,
    ])
}
