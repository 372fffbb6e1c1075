import CRM
import Foundation

/// Rows of one table in the order of a whole number and the row id, behind a cursor: what the pages of tasks, trips,
/// activities, users, audit rows and import runs have in common.
struct KeysetRows {
  /// Table and joins, with the alias conditions use.
  var from: String
  /// The number rows are ordered by, and the row id behind it; the same column for those ordered by row id alone.
  var key: String
  var row: String
  /// All are to hold.
  var conditions: [Condition] = []
  /// Each part is a stretch of one index; together they are all rows, none of them twice.
  var parts: [Condition] = [.always]
  var descending = true

  /// A part for each user of a column, 0 for nobody.
  static func parts(_ column: String, _ users: Set<Int64>) -> [Condition] {
    users.sorted().map { user in
      user == 0
        ? Condition(sql: "\(column) IS NULL") : Condition(sql: "\(column) = ?", arguments: [.int(user)])
    }
  }

  /// One of these values.
  static func isOne<Value: RawRepresentable<String>>(of values: [Value], _ column: String) -> [Condition] {
    guard !values.isEmpty else { return [] }
    return [
      Condition(
        sql: "\(column) IN (\(values.map { _ in "?" }.joined(separator: ", ")))",
        arguments: values.map { .text($0.rawValue) })
    ]
  }

  struct Place: Hashable {
    var key: Int64
    var row: Int64
  }

  /// The first so many behind a place. O(parts · log rows + what conditions pass over).
  func first(_ limit: Int, behind place: Place?, in db: ReadAccess) throws -> [Place] {
    let direction = descending ? "DESC" : "ASC"
    let order = key == row ? "\(row) \(direction)" : "\(key) \(direction), \(row) \(direction)"
    var found: [Place] = []
    for part in parts {
      var all = [part] + conditions
      if let place {
        let sign = descending ? "<" : ">"
        all.append(
          key == row
            ? Condition(sql: "\(row) \(sign) ?", arguments: [.int(place.row)])
            : Condition(
              sql: "(\(key), \(row)) \(sign) (?, ?)", arguments: [.int(place.key), .int(place.row)]))
      }
      try db.access.db.rows(
        """
        SELECT \(key), \(row) FROM \(from) WHERE \(all.map(\.sql).joined(separator: " AND "))
        ORDER BY \(order) LIMIT ?
        """, arguments: all.flatMap(\.arguments) + [.int(limit)]
      ) { found.append(Place(key: $0.int64(0), row: $0.int64(1))) }
    }
    if parts.count > 1 {
      found.sort { a, b in
        descending ? (a.key, a.row) > (b.key, b.row) : (a.key, a.row) < (b.key, b.row)
      }
    }
    return Array(found.prefix(limit))
  }

  func count(in db: ReadAccess) throws -> Int {
    try parts.reduce(0) { sum, part in
      let all = [part] + conditions
      let count = try db.access.db.first(
        "SELECT count(*) FROM \(from) WHERE \(all.map(\.sql).joined(separator: " AND "))",
        argumentList: all.flatMap(\.arguments)
      ) { $0.int(0) }
      return sum + (count ?? 0)
    }
  }

  var order: UInt8 { descending ? 0x80 : 0 }

  /// The page of a list. `read` gives the item of a row.
  func page<Item>(
    _ list: ListCursor.List, limit: Int, after: ListCursor?, countsTotal: Bool, in db: ReadAccess,
    read: (Int64) throws -> Item?
  ) throws -> Page<Item> {
    try page(list, limit: limit, after: after, countsTotal: countsTotal, in: db, read: read) {
      try first($0, behind: $1, in: db)
    }
  }

  /// - Parameter places: the first so many behind a place.
  func page<Item>(
    _ list: ListCursor.List, limit: Int, after: ListCursor?, countsTotal: Bool, in db: ReadAccess,
    read: (Int64) throws -> Item?, places: (Int, Place?) throws -> [Place]
  ) throws -> Page<Item> {
    let limit = try Page<Item>.checked(limit: limit)
    try after?.check(list, order: order)
    let behind = try after.map { Place(key: key == row ? $0.row : try $0.number(), row: $0.row) }
    let found = try places(limit + 1, behind)
    let shown = found.prefix(limit)
    let next = shown.last.map {
      ListCursor(list, order: order, key: key == row ? .none : .number($0.key), row: $0.row)
    }
    return Page(
      items: try shown.compactMap { try read($0.row) }, next: found.count > limit ? next : nil,
      total: countsTotal ? try count(in: db) : nil)
  }
}

extension ReadAccess {
  /// Whose records are meant: those of the scope among those of the logins; nil for everybody's.
  func users(_ logins: [String], in scope: RecordScope) throws -> Set<Int64>? {
    let seen = try userRows(of: scope)
    guard !logins.isEmpty else { return seen }
    let named = Set(try logins.map(userRow(login:)))
    return seen.map(named.intersection) ?? named
  }
}
