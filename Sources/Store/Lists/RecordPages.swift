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
    if !query.participant.isEmpty {
      let named = Set(try query.participant.map(userRow(login:))).sorted().map(String.init)
      rows.conditions.append(
        Condition(
          sql:
            "k.id IN (SELECT task_id FROM task_participant WHERE user_id IN (\(named.joined(separator: ", "))))"
        ))
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
    var times: [Condition] = []
    if let date = query.from { times.append(Condition(sql: "a.at >= ?", arguments: [.date(date)])) }
    if let date = query.to { times.append(Condition(sql: "a.at < ?", arguments: [.date(date)])) }
    let kinds = KeysetRows.isOne(of: query.kind, "a.kind")
    rows.conditions = kinds + times
    let seen = try userRows(of: scope)
    let authors = try users(query.author, in: .all)
    var places: ((Int, KeysetRows.Place?) throws -> [KeysetRows.Place])?
    if let id = query.partner {
      let partner = try db.first("SELECT id, responsible_id FROM partner WHERE uid = ?", id.blob) {
        (row: $0.int64(0), responsible: $0.int64(1))
      }
      // Without the index's own order a filter on the author would have SQLite sort.
      rows.from = "activity a INDEXED BY activity_partner_at"
      let isSeen = partner.map { seen?.contains($0.responsible) ?? true } ?? false
      rows.parts = isSeen ? [Condition(sql: "a.partner_id = ?", arguments: [.int(partner!.row)])] : []
      if let authors { rows.conditions.append(isOne(of: authors, "a.author_id")) }
    } else if let authors {
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
        var walk = rows
        walk.conditions = times
        var own = rows
        own.from = "partner p CROSS JOIN activity a INDEXED BY activity_partner_at ON a.partner_id = p.id"
        own.parts = KeysetRows.parts("p.responsible_id", seen)
        if let authors { own.conditions.append(isOne(of: authors, "a.author_id")) }
        places = { [walk, own] limit, behind in
          try self.places(limit, behind: behind, seenBy: seen, of: kinds, walking: walk, own: own)
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

  /// So many activities of everybody are passed through for a page of a sight.
  private static var activitiesWalked: Int { 2000 }

  /// The first so many behind a place, of partners these users answer for: from among the next activities of everybody,
  /// which hold enough where the sight is wide; else from those of the partners in sight.
  private func places(
    _ limit: Int, behind: KeysetRows.Place?, seenBy users: Set<Int64>, of kinds: [Condition],
    walking walk: KeysetRows, own: KeysetRows
  ) throws -> [KeysetRows.Place] {
    let step = try walk.first(Self.activitiesWalked, behind: behind, in: self)
    let rows = step.map { String($0.row) }.joined(separator: ",")
    let seen = users.sorted().map(String.init).joined(separator: ", ")
    var near = KeysetRows(from: "activity a NOT INDEXED", key: "a.at", row: "a.id")
    near.descending = walk.descending
    near.parts = [
      Condition(sql: "a.id IN (SELECT value FROM json_each(?))", arguments: [.text("[\(rows)]")])
    ]
    let partner = "(SELECT ifnull(p.responsible_id, 0) FROM partner p WHERE p.id = a.partner_id)"
    near.conditions = kinds + [Condition(sql: "\(partner) IN (\(seen))")]
    let found = try near.first(limit, behind: nil, in: self)
    guard found.count < limit, step.count == Self.activitiesWalked else { return found }
    return try own.first(limit, behind: behind, in: self)
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
    let users = try users(query.user, in: .all)
    if let entity = query.entity {
      // One person's changes are fewer than all of a kind: + keeps SQLite from the index of kinds.
      let column = users != nil && query.record == nil ? "+a.entity" : "a.entity"
      rows.conditions.append(Condition(sql: "\(column) = ?", arguments: [.text(entity)]))
    }
    if let record = query.record {
      rows.conditions.append(Condition(sql: "a.entity_id = ?", arguments: [.text(record)]))
    }
    if let date = query.from { rows.conditions.append(Condition(sql: "a.at >= ?", arguments: [.date(date)])) }
    if let date = query.to { rows.conditions.append(Condition(sql: "a.at < ?", arguments: [.date(date)])) }
    if let users { rows.parts = KeysetRows.parts("a.user_id", users) }
    return try rows.page(
      .audit, limit: query.limit, after: query.after, countsTotal: false, in: self
    ) { try auditRow($0) }
  }

  /// One page of the import runs in sight, the newest first.
  public func importRunPage(
    limit: Int = 50, after: ListCursor? = nil, scope: RecordScope = .all
  ) throws -> Page<ImportRun> {
    var rows = KeysetRows(from: "import_run r", key: "r.id", row: "r.id")
    rows.conditions.append(try importRunSight(scope))
    return try rows.page(.importRuns, limit: limit, after: after, countsTotal: false, in: self) {
      try importRun(row: $0)
    }
  }
}
