import CRM
import Foundation

/// What a look at the whole audit trail found.
public struct AuditVerification: Sendable, Hashable {
  /// Rows read.
  public var rows: Int
  /// Rows that were there before the chain was begun: since then they were not changed; before, nobody knows.
  public var earlierRows: Int
  /// When the chain was begun.
  public var begunAt: Date?
  /// The end of the trail; nil when there is a fault.
  public var anchor: AuditAnchor?
  /// The first that does not fit; nil when all does.
  public var fault: AuditFault?
}

/// The first thing in the audit trail that is not as planner wrote it.
public struct AuditFault: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, Codable {
    /// The row was changed, or one before it was exchanged or, among those from before the chain, removed.
    case changed
    /// The row is missing.
    case missing
    /// Nobody wrote the row through planner.
    case foreign
    /// The rows fit, and the row that says how many there are does not: rows may be missing at the end.
    case head
    /// The trail does not lead on from a known earlier end.
    case anchor
  }
  public var kind: Kind
  /// The number of the row; nil for the head.
  public var row: Int64?
  /// What the row says of itself, or what is wrong.
  public var detail: String

  /// `row 17 was changed: …`.
  public var description: String {
    switch kind {
    case .changed: "row \(row ?? 0) of the audit trail was changed: \(detail)"
    case .missing: "row \(row ?? 0) of the audit trail is missing: \(detail)"
    case .foreign: "row \(row ?? 0) of the audit trail was not written by planner: \(detail)"
    case .head: "the head row of the audit trail was changed: \(detail)"
    case .anchor: "row \(row ?? 0) of the audit trail is not the one known from before: \(detail)"
    }
  }
}

/// Where the audit trail ended at some time: kept elsewhere, it shows later that nothing up to there was taken back, not
/// even by putting the whole file back as it was.
public struct AuditAnchor: Sendable, Hashable, CustomStringConvertible {
  public var row: Int64
  /// 32 bytes.
  public var code: [UInt8]

  public init(row: Int64, code: [UInt8]) {
    self.row = row
    self.code = code
  }

  /// `17:` and 64 hexadecimal digits.
  public var description: String { "\(row):" + code.map { String(format: "%02x", $0) }.joined() }

  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let row = Int64(parts[0]), parts[1].utf8.count == 64 else { return nil }
    var code: [UInt8] = []
    var rest = parts[1][...]
    while !rest.isEmpty {
      guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
      code.append(byte)
      rest = rest.dropFirst(2)
    }
    self.init(row: row, code: code)
  }
}

extension ReadAccess {
  /// Reads the whole audit trail, row by row, and tells the first thing that does not fit. Memory does not grow with
  /// the trail.
  /// - Parameter anchors: ends of the trail known from earlier, of backups for instance.
  /// - Throws: ``StoreError/keyMissing(path:)`` and its like.
  public func verifyAudit(anchors: [AuditAnchor] = []) throws -> AuditVerification {
    let key = try shared.requiredKeys(db)[.audit]
    let stored = try AuditChain.head(db, key: key)
    var result = AuditVerification(rows: 0, earlierRows: 0)
    // Without a sound head nobody knows where the chain was begun; numbers without gaps are then asked of all.
    let trusted = stored.flatMap { $0.isSound ? $0.head : nil }
    let known = Dictionary(anchors.map { ($0.row, $0.code) }) { first, _ in first }
    result.begunAt = trusted.map { Date(milliseconds: $0.begunAt) }
    var code = AuditChain.start
    var last: Int64 = 0
    let statement = "SELECT \(AuditChain.columns), code FROM audit ORDER BY id"
    do {
      try db.rows(statement) { c in
        let entry = AuditChain.entry(c)
        if let fault = gap(before: entry, last: last, head: trusted) { throw Found(fault: fault) }
        code = AuditChain.code(of: entry, after: code, key: key)
        guard KeyRing.areEqual(c.blob(11), code), AuditChain.isSound(entry, key: key) else {
          throw Found(
            fault: AuditFault(
              kind: c.isNull(11) ? .foreign : .changed, row: entry.id, detail: entry.summary))
        }
        if let expected = known[entry.id], expected != code {
          throw Found(fault: AuditFault(kind: .anchor, row: entry.id, detail: entry.summary))
        }
        last = entry.id
        result.rows += 1
        if let trusted, entry.id < trusted.firstID { result.earlierRows += 1 }
      }
      if let fault = end(last: last, rows: result.rows, code: code, stored: stored) {
        throw Found(fault: fault)
      }
      if let anchor = anchors.filter({ $0.row > last }).min(by: { $0.row < $1.row }) {
        let detail = "it ends at row \(last)"
        throw Found(fault: AuditFault(kind: .anchor, row: anchor.row, detail: detail))
      }
      result.anchor = AuditAnchor(row: last, code: code)
    } catch let found as Found {
      result.fault = found.fault
    }
    return result
  }

  private func gap(before entry: AuditChain.Entry, last: Int64, head: AuditChain.Head?) -> AuditFault? {
    if let head, entry.id > head.lastID {
      // Behind the end: something is missing before it, or it is nobody's.
      if last < head.lastID {
        return AuditFault(kind: .missing, row: last &+ 1, detail: "the next one is row \(entry.id)")
      }
      return AuditFault(kind: .foreign, row: entry.id, detail: entry.summary)
    }
    // Among the rows from before the chain there may be gaps.
    guard entry.id > last &+ 1, entry.id >= head?.firstID ?? 1, last &+ 1 >= head?.firstID ?? 1 else {
      return nil
    }
    return AuditFault(kind: .missing, row: last &+ 1, detail: "the next one is row \(entry.id)")
  }

  private func end(
    last: Int64, rows: Int, code: [UInt8], stored: (head: AuditChain.Head, isSound: Bool)?
  ) -> AuditFault? {
    func head(_ detail: String) -> AuditFault { AuditFault(kind: .head, row: nil, detail: detail) }
    guard let (end, isSound) = stored else { return head("it is missing") }
    guard isSound else { return head("its code does not fit; the rows that are there do, up to row \(last)") }
    guard last == end.lastID else {
      return AuditFault(kind: .missing, row: last &+ 1, detail: "the last one was row \(end.lastID)")
    }
    guard Int64(rows) == end.count, KeyRing.areEqual(code, end.lastCode) else {
      return head("it says \(end.count) rows, there are \(rows)")
    }
    return nil
  }

  /// The end of the trail as the head row has it, without reading the rows; nil when the head is not sound.
  public func auditAnchor() throws -> AuditAnchor? {
    let key = try shared.requiredKeys(db)[.audit]
    guard let (head, isSound) = try AuditChain.head(db, key: key), isSound else { return nil }
    return AuditAnchor(row: head.lastID, code: head.lastCode)
  }
}

private struct Found: Error {
  var fault: AuditFault
}

extension AuditChain.Entry {
  /// `2026-06-08T09:00:00Z, update of partner …`.
  fileprivate var summary: String {
    "\(Date(milliseconds: at).formatted(.iso8601)), \(action) of \(entity) \(record)"
  }
}

extension Writer {
  /// Begins the chain of the audit trail anew over the rows as they are now, and says so in a row of its own: the way on
  /// after tampering was found and looked into, or after the key was lost.
  /// - Parameter newKey: true when the key file now holds another key than the one the database was made with. Values
  ///   sealed with the old one stay, and open only with it.
  public func resealAudit(reason: String, newKey: Bool = false) throws {
    guard !reason.allSatisfy(\.isWhitespace) else {
      throw StoreError.badValue(field: "reason", detail: "it is empty")
    }
    guard let ring = shared.ring else { throw StoreError.keyMissing(path: "-") }
    var found = "the key is another one"
    let keys: KeyRing.Keys
    if newKey {
      keys = try ring.renew(db)
    } else {
      keys = try ring.keys(db)
      found = try verifyAudit().fault?.description ?? "nothing"
    }
    let earlier = try db.first("SELECT last_id, last_code FROM audit_head") { c in
      AuditAnchor(row: c.int64(0), code: c.blob(1)).description
    }
    try AuditChain.begin(at: at.milliseconds, key: keys[.audit], in: db)
    tail.forget()
    try audit(
      "reseal", entity: "audit", id: "chain",
      before: try JSONText.encode(["found": found, "head": earlier ?? "none"]),
      after: try JSONText.encode(["reason": reason.composed]))
  }
}
