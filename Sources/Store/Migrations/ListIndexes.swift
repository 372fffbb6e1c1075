extension Migration {
  /// What lists in pages need: when each partner was changed, and the orders in which tasks, trips, activities and
  /// audit rows are listed for one person.
  static let listIndexes = Migration(
    name: "list-indexes",
    statements: [
      // Every change of a partner is noted, whatever the column: what is kept in memory of it (PartnerDirectory) holds
      // as long as its number stands. When it was changed is what its audit rows say.
      "ALTER TABLE partner_change ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0",
      """
      UPDATE partner_change SET changed_at = ifnull((
        SELECT max(a.at) FROM audit a WHERE a.entity = 'partner' AND a.entity_id = (
          SELECT lower(substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-' || substr(h, 13, 4) || '-'
            || substr(h, 17, 4) || '-' || substr(h, 21))
          FROM (SELECT hex(p.uid) AS h FROM partner p WHERE p.id = partner_change.partner_id))), 0)
      """,
      "-- trigger partner_changed_at: SQLite cannot read the hexadecimal digits of audit rows\n"
        + "CREATE INDEX partner_hex ON partner (lower(hex(uid)))",
      """
      CREATE TRIGGER partner_changed_at AFTER INSERT ON audit WHEN NEW.entity = 'partner' BEGIN
        UPDATE partner_change SET changed_at = NEW.at WHERE partner_id = (
          SELECT p.id FROM partner p WHERE lower(hex(p.uid)) = replace(NEW.entity_id, '-', ''));
      END
      """,
      "DROP TRIGGER partner_change_update",
      """
      CREATE TRIGGER partner_change_update AFTER UPDATE ON partner BEGIN
        INSERT OR REPLACE INTO partner_change (partner_id, changed_at)
        VALUES (NEW.id, ifnull((SELECT c.changed_at FROM partner_change c WHERE c.partner_id = NEW.id), 0));
      END
      """,
      "-- taskPage(_:): tasks of one person, the newest first\n"
        + "CREATE INDEX task_responsible ON task (responsible_id, id)",
      "-- tripPage(_:): trips of one person, the latest saved first\n"
        + "CREATE INDEX trip_responsible ON trip (responsible_id, saved_at, id)",
      "-- activityPage(_:): of a partner, the latest first\n"
        + "CREATE INDEX activity_partner_at ON activity (partner_id, at, id)",
      "-- activityPage(_:): by one author, the latest first\n"
        + "CREATE INDEX activity_author ON activity (author_id, at, id)",
      "-- activityPage(_:): of everybody, the latest first; who answers for the partner is asked of memory\n"
        + "CREATE INDEX activity_at ON activity (at, id, partner_id)",
      "-- auditPage(_:): changes by one person, the latest first\n"
        + "CREATE INDEX audit_user ON audit (user_id, id) WHERE user_id IS NOT NULL",
    ])
}
