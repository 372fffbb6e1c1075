import CRM

/// Who sees which runs of imports. A run is in the sight of whoever sees the one who began it; those that no person began
/// are seen by ``RecordScope/all`` only, as jobs are.
extension ReadAccess {
  /// The run, when it is in sight.
  public func importRun(_ id: ImportRunID, in scope: RecordScope) throws -> ImportRun? {
    let sight = try importRunSight(scope)
    let isSeen = try db.first(
      "SELECT \(sight.sql) FROM import_run r WHERE r.uid = ?", argumentList: sight.arguments + [id.blob]
    ) { $0.bool(0) }
    return isSeen == true ? try importRun(id) : nil
  }

  /// Whether the run created or changed partners that are out of sight by now.
  public func importRun(_ id: ImportRunID, touchesBeyond scope: RecordScope) throws -> Bool {
    guard let inSight = scope.condition(on: "p.responsible_id") else { return false }
    return try db.first(
      """
      SELECT 1 FROM import_change c JOIN partner p ON p.id = c.partner_id
      WHERE c.run_id = (SELECT id FROM import_run WHERE uid = ?1) AND NOT \(inSight) LIMIT 1
      """, argumentList: [id.blob] + scope.arguments
    ) { _ in true } ?? false
  }

  /// Runs `r` in sight. Who began one stands in the audit trail.
  func importRunSight(_ scope: RecordScope) throws -> Condition {
    guard let users = try userRows(of: scope)?.filter({ $0 != 0 }).sorted() else { return .always }
    let pieces = ["1, 8", "9, 4", "13, 4", "17, 4", "21"].map { "substr(hex(r.uid), \($0))" }
    return Condition(
      sql: """
        ifnull((SELECT a.user_id FROM audit a WHERE a.entity = 'importRun' AND a.action = 'begin'
          AND a.entity_id = lower(\(pieces.joined(separator: " || '-' || "))) LIMIT 1)
          IN (\(users.map { _ in "?" }.joined(separator: ", "))), 0)
        """, arguments: users.map { .int($0) })
  }
}
