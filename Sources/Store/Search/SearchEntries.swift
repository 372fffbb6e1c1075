import CRM
import Foundation
import GRDB
import Geo

extension ReadAccess {
  /// What is to be found of a record; nil when there is none.
  func searchEntry(_ kind: SearchKind, row: Int64) throws -> SearchEntry? {
    switch kind {
    case .partner: try partnerEntry(row)
    case .task:
      try taskEntry(row)
    case .trip:
      try entry(
        "SELECT title, responsible_id, start_label || ' ' || ifnull(end_label, '') FROM trip WHERE id = ?",
        row,
        kind)
    case .user: try entry("SELECT name, id, login FROM user WHERE id = ?", row, kind)
    case .selection: try entry("SELECT name, owner_id, '' FROM selection WHERE id = ?", row, kind)
    }
  }

  /// Whoever takes part in a task finds it too.
  private func taskEntry(_ row: Int64) throws -> SearchEntry? {
    guard var found = try entry("SELECT title, responsible_id, '' FROM task WHERE id = ?", row, .task) else {
      return nil
    }
    found.scope += try db.all(
      """
      SELECT p.user_id FROM task_participant p JOIN task k ON k.id = p.task_id
      WHERE p.task_id = ? AND k.responsible_id IS NOT NULL AND p.user_id <> k.responsible_id ORDER BY p.user_id
      """, .int(row)
    ) { "u\($0.int(0))" }
    return found
  }

  private func entry(_ sql: String, _ row: Int64, _ kind: SearchKind) throws -> SearchEntry? {
    try db.first(sql, .int(row)) { c in
      var entry = SearchEntry()
      entry.add(name: c.text(0))
      entry.add(c.text(2), to: kind == .trip ? \.place : \.other)
      // A selection that is nobody's is everybody's.
      let isShared = kind == .selection && c.isNull(1)
      entry.scope = ["k\(kind.code)", isShared ? "any" : "u\(c.int(1))"]
      return entry
    }
  }

  private func partnerEntry(_ row: Int64) throws -> SearchEntry? {
    let head = try db.first(
      "SELECT name, ifnull(responsible_id, 0), registration_number FROM partner WHERE id = ?", .int(row)
    ) { c in
      var entry = SearchEntry()
      entry.add(name: c.text(0))
      entry.scope = ["k\(SearchKind.partner.code)", "u\(c.int(1))"]
      if let number = c.textOrNil(2) { entry.add(number, to: \.other, forgiving: false) }
      return entry
    }
    guard var entry = head else { return nil }
    try db.rows("SELECT text, city FROM address WHERE partner_id = ? ORDER BY position", .int(row)) { c in
      entry.add(c.text(0), to: \.place)
      entry.add(c.text(1), to: \.place)
    }
    try db.rows("SELECT name FROM contact_person WHERE partner_id = ? ORDER BY position", .int(row)) { c in
      entry.add(c.text(0), to: \.other)
    }
    try db.rows("SELECT kind, value, normalised FROM contact_point WHERE partner_id = ?", .int(row)) { c in
      if c.text(0) == ContactPoint.Kind.phone.rawValue {
        entry.add(phone: c.text(2))
      } else {
        entry.add(c.text(1), to: \.other, forgiving: false)
      }
    }
    try db.rows("SELECT tag FROM partner_tag WHERE partner_id = ? ORDER BY tag", .int(row)) { c in
      entry.add(c.text(0), to: \.other)
    }
    try db.rows("SELECT key FROM external_reference WHERE partner_id = ? ORDER BY position", .int(row)) { c in
      entry.add(c.text(0), to: \.other, forgiving: false)
      entry.add(joined: c.text(0))
    }
    return entry
  }

  func searchDueCount() throws -> Int {
    try db.first("SELECT count(*) FROM search_due") { $0.int(0) } ?? 0
  }

  /// What is wrong with the index of everything, in words; empty when it is up to date, as far as counts and some hundred
  /// records looked at tell. Another program that writes into the file leaves records to be filed.
  public func searchFindings() throws -> [String] {
    var found: [String] = []
    let due = try searchDueCount()
    if due > 0 { found.append("\(due) changed records are not filed") }
    for kind in SearchKind.allCases {
      let records = try db.first("SELECT count(*) FROM \(kind.table)") { $0.int(0) } ?? 0
      let table = SearchIndex(entry: kind.code).entries
      let entries = try db.first("SELECT count(*) FROM \(table) WHERE id & 7 = ?", .int(kind.code)) {
        $0.int(0)
      }
      if entries != records {
        found.append("\(records) records of kind \(kind.rawValue), \(entries ?? 0) entries")
      }
      let step = max(1, records / 100)
      let rows = try db.all("SELECT id FROM \(kind.table) WHERE id % ? = 0 LIMIT 200", .int(step)) {
        $0.int64(0)
      }
      let outdated = try rows.count { row in
        let kept = try db.first(
          "SELECT name, begin, place, other, number, scope FROM \(table) WHERE id = ?",
          .int(row << 3 | kind.code)
        ) { c in (0..<6).map { c.text($0) } }
        return try kept != searchEntry(kind, row: row)?.columns
      }
      if outdated > 0 {
        found.append("\(outdated) of \(rows.count) entries of kind \(kind.rawValue) are out of date")
      }
    }
    return found
  }
}

extension Writer {
  /// Brings the entries of changed records up to date.
  /// - Parameter limit: how many records at most; nil for all.
  /// - Returns: how many records were looked at.
  @discardableResult
  func refreshSearch(limit: Int? = nil) throws -> Int {
    let due = try db.all("SELECT id FROM search_due ORDER BY id LIMIT ?", .int(limit ?? -1)) { $0.int64(0) }
    guard !due.isEmpty else { return 0 }
    var known: Set<String> = []
    for id in due {
      guard let kind = SearchKind(entry: id) else { continue }
      try replaceEntry(id, by: try access.searchEntry(kind, row: id >> 3), known: &known)
    }
    try db.run("DELETE FROM search_due WHERE id <= ?", .int(due.last!))
    return due.count
  }

  private func replaceEntry(_ id: Int64, by entry: SearchEntry?, known: inout Set<String>) throws {
    let index = SearchIndex(entry: id)
    let old = try db.first(
      "SELECT name, begin, place, other, number, scope FROM \(index.entries) WHERE id = ?", .int(id)
    ) { c in (0..<6).map { c.text($0) } }
    let new = entry?.columns
    guard old != new else { return }
    if let old {
      try db.run(
        """
        INSERT INTO \(index.words) (\(index.words), rowid, name, begin, place, other, number, scope)
        VALUES ('delete', ?, ?, ?, ?, ?, ?, ?)
        """, arguments: [.int(id)] + old.map { .text($0) })
      if new == nil { try db.run("DELETE FROM \(index.entries) WHERE id = ?", .int(id)) }
    }
    guard let new, let entry else { return }
    let values: [SQLValue] = [.int(id)] + new.map { .text($0) }
    try db.run(
      """
      INSERT OR REPLACE INTO \(index.entries) (id, name, begin, place, other, number, scope)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """, arguments: values)
    try db.run(
      """
      INSERT INTO \(index.words) (rowid, name, begin, place, other, number, scope) VALUES (?, ?, ?, ?, ?, ?, ?)
      """, arguments: values)
    for word in entry.vocabulary.sorted() where known.insert(word).inserted {
      try db.run("INSERT OR IGNORE INTO search_word (word) VALUES (?)", .text(word))
    }
  }

  /// Forgets all entries and notes every record as changed; ``refreshSearch(limit:)`` does the rest.
  func forgetSearch() throws {
    for index in SearchIndex.allCases {
      try db.run("DELETE FROM \(index.entries)")
      // 'delete-all' is for tables without content alone; a rebuild of none is the same.
      try db.run("INSERT INTO \(index.words) (\(index.words)) VALUES ('rebuild')")
    }
    try db.run("DELETE FROM search_word")
    try db.run("DELETE FROM search_due")
    for kind in SearchKind.allCases {
      try db.run("INSERT INTO search_due (id) SELECT id * 8 + \(kind.code) FROM \(kind.table)")
    }
  }
}

extension Database {
  /// How many records one transaction files at its end; of more the rest waits for the next one.
  static var searchBatch: Int { 20_000 }

  /// Makes the index of everything anew, some thousand records a transaction: others write in between. A search meanwhile
  /// finds what is there already.
  /// - Parameter progress: how many records are done, and of how many.
  /// - Returns: how many records were filed.
  @discardableResult
  public func rebuildSearch(
    as actor: Actor, at: Date = Date(), progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> Int {
    var total = 0
    try write(as: actor, at: at) { writer in
      try writer.forgetSearch()
      try writer.audit("rebuild", entity: "search", id: "all")
      total = try writer.searchDueCount()
    }
    try fileDue(as: actor) { progress(total - $0, total) }
    return total
  }

  /// Files what waits.
  /// - Parameter progress: how many records wait still.
  func fileDue(as actor: Actor, progress: (Int) -> Void = { _ in }) throws {
    var waiting = 0
    repeat {
      // Each transaction files at its end.
      waiting = try write(as: actor) { try $0.searchDueCount() }
      progress(max(0, waiting - Self.searchBatch))
    } while waiting > 0
  }
}
