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
  ///   - chosen: only these.
  ///   - inFull: with everything that belongs to them; else their summaries alone are read.
  public func partners(
    after: Int64?, limit: Int, scope: RecordScope = .all, among chosen: ChosenPartners? = nil,
    inFull: Bool = false
  ) throws -> PartnerBatch {
    if let chosen { return try batch(of: chosen, after: after ?? 0, limit: limit, scope: scope, inFull) }
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
    return try batch(of: rows, next: rows.count < limit ? nil : rows.last, inFull)
  }

  /// Who was chosen may have gone, or been given to somebody the scope does not show.
  private func batch(
    of chosen: ChosenPartners, after: Int64, limit: Int, scope: RecordScope, _ inFull: Bool
  ) throws -> PartnerBatch {
    let seen = try userRows(of: scope)
    var (rows, next, looked) = ([Int64](), after, 0)
    while looked < limit, let row = chosen.rows.first(from: next + 1) {
      (next, looked) = (row, looked + 1)
      let responsible = try db.first("SELECT ifnull(responsible_id, 0) FROM partner WHERE id = ?", .int(row))
      {
        $0.int64(0)
      }
      if let responsible, seen?.contains(responsible) ?? true { rows.append(row) }
    }
    return try batch(of: rows, next: looked < limit ? nil : next, inFull)
  }

  private func batch(of rows: [Int64], next: Int64?, _ inFull: Bool) throws -> PartnerBatch {
    var batch = PartnerBatch(partners: [], summaries: [], next: next)
    for row in rows {
      guard let summary = try summary(row: row) else { continue }
      batch.summaries.append(summary)
      if inFull, let partner = try partner(row: row) { batch.partners.append(partner) }
    }
    return batch
  }
}
