import CRM

/// Some partners in the order of the file, and where the next ones begin.
public struct PartnerBatch: Sendable {
  public var partners: [Partner]
  public var summaries: [PartnerSummary]
  /// Behind which to go on; nil when there are no more.
  public var next: Int64?
}

extension ReadAccess {
  /// Up to `limit` partners behind a position that the scope shows. For reading everybody in pieces, each in a snapshot
  /// of its own: whoever stays is told once, whoever comes or goes meanwhile once or not at all.
  /// - Parameters:
  ///   - after: ``PartnerBatch/next`` of the batch before; nil for the first.
  ///   - inFull: with everything that belongs to them; else their summaries alone are read.
  public func partners(
    after: Int64?, limit: Int, scope: RecordScope = .all, inFull: Bool = false
  ) throws -> PartnerBatch {
    var rows: [Int64] = []
    switch scope {
    case .all:
      try db.rows("SELECT id FROM partner WHERE id > ? ORDER BY id LIMIT ?", .int(after ?? 0), .int(limit)) {
        rows.append($0.int64(0))
      }
    case .responsible(let users):
      // What is nobody's is everybody's.
      var owners: [SQLValue] = [.null]
      for user in users.sorted() {
        if let row = try db.first("SELECT id FROM user WHERE uid = ?", user.blob, body: { $0.int64(0) }) {
          owners.append(.int(row))
        }
      }
      for owner in owners {
        // partner_responsible holds the rows of each user in order.
        try db.rows(
          "SELECT id FROM partner WHERE responsible_id IS ? AND id > ? ORDER BY id LIMIT ?", owner,
          .int(after ?? 0), .int(limit)
        ) { rows.append($0.int64(0)) }
      }
      rows = Array(rows.sorted().prefix(limit))
    }
    var batch = PartnerBatch(
      partners: [], summaries: [], next: rows.count < limit ? nil : rows.last)
    for row in rows {
      guard let summary = try summary(row: row) else { continue }
      batch.summaries.append(summary)
      if inFull, let partner = try partner(row: row) { batch.partners.append(partner) }
    }
    return batch
  }
}
