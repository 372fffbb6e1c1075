import CRM
import Foundation

extension ReadAccess {
  /// One page of the tasks whose responsible user `scope` shows, or in which one of its users takes part.
  /// - Throws: ``StoreError/badCursor(_:)``, ``StoreError/badValue(field:detail:)`` for a limit out of range,
  ///   ``StoreError/notFound(entity:id:)`` for a login nobody has; the other pages likewise.
  public func taskPage(_ query: TaskQuery, scope: RecordScope) throws -> Page<TaskSummary> {
    var rows = KeysetRows(from: "task k", key: "k.id", row: "k.id")
    rows.descending = query.newestFirst
    rows.conditions = KeysetRows.isOne(of: query.state, "k.state")
    if let date = query.dueFrom {
      rows.conditions.append(Condition(sql: "k.deadline >= ?", arguments: [.date(date)]))
    }
    if let date = query.dueBefore {
      rows.conditions.append(Condition(sql: "k.deadline < ?", arguments: [.date(date)]))
    }
    if let users = try users(query.responsible, in: scope) {
      rows.parts = KeysetRows.parts("k.responsible_id", users)
    }
    if let seen = try userRows(of: scope) {
      // Tasks of others in which they take part: none of them stands in a part above.
      let rowsSeen = seen.sorted().map(String.init).joined(separator: ", ")
      var joined =
        "k.id IN (SELECT task_id FROM task_participant WHERE user_id IN (\(rowsSeen)))"
        + " AND k.responsible_id NOT IN (\(rowsSeen))"
      if !query.responsible.isEmpty {
        let named = Set(try query.responsible.map(userRow(login:))).sorted().map(String.init)
        joined += " AND k.responsible_id IN (\(named.joined(separator: ", ")))"
      }
      rows.parts.append(Condition(sql: joined))
    }
    return try rows.page(
      .tasks, limit: query.limit, after: query.after, countsTotal: query.countsTotal, in: self
    ) { try taskSummary(row: $0) }
  }

  /// One page of the trips whose responsible user `scope` shows.
  public func tripPage(_ query: TripQuery, scope: RecordScope) throws -> Page<TripSummary> {
    var rows = KeysetRows(from: "trip t", key: "t.saved_at", row: "t.id")
    rows.descending = query.newestFirst
    rows.conditions = KeysetRows.isOne(of: query.state, "t.state")
    if query.from != nil || query.to != nil {
      rows.conditions.append(
        Condition(
          sql: "EXISTS (SELECT 1 FROM trip_day d WHERE d.trip_id = t.id AND d.date BETWEEN ? AND ?)",
          arguments: [
            .text(query.from?.description ?? "0000-00-00"), .text(query.to?.description ?? "9999-99-99"),
          ]))
    }
    if let users = try users(query.responsible, in: scope) {
      rows.parts = KeysetRows.parts("t.responsible_id", users)
    }
    return try rows.page(
      .trips, limit: query.limit, after: query.after, countsTotal: query.countsTotal, in: self
    ) { try tripSummary(row: $0) }
  }

  /// One page of what happened with the partners whose responsible user `scope` shows.
  public func activityPage(_ query: ActivityQuery, scope: RecordScope) throws -> Page<Activity> {
    var rows = KeysetRows(from: "activity a", key: "a.at", row: "a.id")
    rows.descending = query.newestFirst
    rows.conditions = KeysetRows.isOne(of: query.kind, "a.kind")
    if let date = query.from { rows.conditions.append(Condition(sql: "a.at >= ?", arguments: [.date(date)])) }
    if let date = query.to { rows.conditions.append(Condition(sql: "a.at < ?", arguments: [.date(date)])) }
    let seen = try userRows(of: scope)
    var places: ((Int, KeysetRows.Place?) throws -> [KeysetRows.Place])?
    if let id = query.partner {
      let partner = try db.first("SELECT id, responsible_id FROM partner WHERE uid = ?", id.blob) {
        (row: $0.int64(0), responsible: $0.int64(1))
      }
      // Without the index's own order a filter on the author would have SQLite sort.
      rows.from = "activity a INDEXED BY activity_partner_at"
      let isSeen = partner.map { seen?.contains($0.responsible) ?? true } ?? false
      rows.parts = isSeen ? [Condition(sql: "a.partner_id = ?", arguments: [.int(partner!.row)])] : []
      if let authors = try users(query.author, in: .all) {
        rows.conditions.append(isOne(of: authors, "a.author_id"))
      }
    } else if let authors = try users(query.author, in: .all) {
      rows.from = "activity a INDEXED BY activity_author"
      rows.parts = KeysetRows.parts("a.author_id", authors)
    } else {
      rows.from = "activity a INDEXED BY activity_at"
    }
    if let seen, query.partner == nil {
      let partners = try partnersAnsweredFor(by: seen)
      if partners.count <= Self.fewPartners, query.author.isEmpty {
        rows.from = "activity a INDEXED BY activity_partner_at"
        rows.parts = []
        partners.visitEach {
          rows.parts.append(Condition(sql: "a.partner_id = ?", arguments: [.int($0)]))
        }
      } else {
        places = { [rows] limit, behind in
          try self.places(limit, behind: behind, of: partners, in: rows)
        }
      }
    }
    return try rows.page(
      .activities, limit: query.limit, after: query.after, countsTotal: false, in: self,
      read: { try activity(row: $0) }, places: places ?? { try rows.first($0, behind: $1, in: self) })
  }

  /// Up to so many partners their activities are asked for one by one.
  private static var fewPartners: Int { 200 }

  private func partnersAnsweredFor(by users: Set<Int64>) throws -> RowSet {
    var rows = RowSet()
    for user in users {
      let responsible: SQLValue = user == 0 ? .null : .int(user)
      try db.rows("SELECT id FROM partner WHERE responsible_id IS ?", responsible) {
        rows.insert($0.int64(0))
      }
    }
    return rows
  }

  /// Walks along until enough are of these partners.
  private func places(
    _ limit: Int, behind: KeysetRows.Place?, of partners: RowSet, in rows: KeysetRows
  ) throws -> [KeysetRows.Place] {
    var found: [KeysetRows.Place] = []
    var place = behind
    while found.count < limit {
      let step = try rows.first(1000, behind: place, in: self)
      for one in step where found.count < limit {
        let partner = try db.first("SELECT partner_id FROM activity WHERE id = ?", .int(one.row)) {
          $0.int64(0)
        }
        if let partner, partners.contains(partner) { found.append(one) }
      }
      guard step.count == 1000 else { break }
      place = step.last
    }
    return found
  }

  private func isOne(of users: Set<Int64>, _ column: String) -> Condition {
    let parts = KeysetRows.parts(column, users)
    return Condition(
      sql: "(\(parts.isEmpty ? "0" : parts.map(\.sql).joined(separator: " OR ")))",
      arguments: parts.flatMap(\.arguments))
  }

  /// One page of the users; of a scope that names users, of those.
  public func userPage(_ query: UserQuery, scope: RecordScope) throws -> Page<User> {
    let limit = try Page<User>.checked(limit: query.limit)
    try query.after?.check(.users, order: 0)
    // Hundreds at most: the list is read whole.
    var users = try users().filter { user in
      if case .responsible(let seen) = scope, !seen.contains(user.id) { return false }
      return (query.role.isEmpty || query.role.contains(user.role))
        && (query.disabled == nil || user.disabled == query.disabled)
    }
    let total = query.countsTotal ? users.count : nil
    if let after = query.after {
      guard case .bytes(let login) = after.key else { throw StoreError.badCursor("its key is no login") }
      users.removeAll { !login.lexicographicallyPrecedes(Array($0.login.utf8)) }
    }
    let shown = Array(users.prefix(limit))
    let next = shown.last.map { ListCursor(.users, order: 0, key: .bytes(Array($0.login.utf8)), row: 0) }
    return Page(items: shown, next: users.count > limit ? next : nil, total: total)
  }

  /// One page of the audit trail.
  public func auditPage(_ query: AuditQuery) throws -> Page<AuditRow> {
    var rows = KeysetRows(from: "audit a", key: "a.id", row: "a.id")
    if let entity = query.entity {
      rows.conditions.append(Condition(sql: "a.entity = ?", arguments: [.text(entity)]))
    }
    if let record = query.record {
      rows.conditions.append(Condition(sql: "a.entity_id = ?", arguments: [.text(record)]))
    }
    if let date = query.from { rows.conditions.append(Condition(sql: "a.at >= ?", arguments: [.date(date)])) }
    if let date = query.to { rows.conditions.append(Condition(sql: "a.at < ?", arguments: [.date(date)])) }
    if let users = try users(query.user, in: .all) { rows.parts = KeysetRows.parts("a.user_id", users) }
    return try rows.page(
      .audit, limit: query.limit, after: query.after, countsTotal: false, in: self
    ) { try auditRow($0) }
  }

  /// One page of the import runs, the newest first.
  public func importRunPage(limit: Int = 50, after: ListCursor? = nil) throws -> Page<ImportRun> {
    let rows = KeysetRows(from: "import_run r", key: "r.id", row: "r.id")
    return try rows.page(.importRuns, limit: limit, after: after, countsTotal: false, in: self) {
      try importRun(row: $0)
    }
  }
}
