import CRM
import Foundation
import Geo

/// An exact question about one point, with the box outside which the answer is no.
enum AreaTest {
  case polygons([PreparedPolygon])
  case circle(center: Coordinate, radius: Metres, box: BoundingBox)
  case corridor(Geo.Corridor)

  @inline(__always) func contains(_ c: Coordinate) -> Bool {
    switch self {
    case .polygons(let polygons):
      for polygon in polygons where polygon.contains(c) { return true }
      return false
    case .circle(let center, let radius, let box):
      return box.contains(c) && Geodesy.distance(center, c) <= radius
    case .corridor(let corridor): return corridor.contains(c)
    }
  }

  /// Boxes that do not cross the 180th meridian and together hold the area.
  var boxes: [BoundingBox] {
    var boxes: [BoundingBox] = []
    switch self {
    case .polygons(let polygons): boxes = polygons.compactMap(\.boundingBox)
    case .circle(_, _, let box): boxes = [box]
    case .corridor(let corridor): boxes = corridor.boundingBox.map { [$0] } ?? []
    }
    return boxes.flatMap { box -> [BoundingBox] in
      guard box.west > box.east else { return [box] }
      return [
        BoundingBox(south: box.south, west: box.west, north: box.north, east: 180),
        BoundingBox(south: box.south, west: -180, north: box.north, east: box.east),
      ]
    }
  }
}

/// A condition on columns of `partner p`, with the values of its question marks.
struct Condition {
  var sql: String
  var arguments: [SQLValue] = []

  static let always = Condition(sql: "1")
  var isAlways: Bool { sql == "1" }

  static func list(_ column: String, _ values: [SQLValue]) -> Condition {
    guard !values.isEmpty else { return Condition(sql: "0") }
    let marks = Array(repeating: "?", count: values.count).joined(separator: ", ")
    return Condition(sql: "\(column) IN (\(marks))", arguments: values)
  }

  static func joined(_ parts: [Condition], by word: String, empty: String) -> Condition {
    guard parts.count > 1 else { return parts.first ?? Condition(sql: empty) }
    return Condition(
      sql: "(" + parts.map(\.sql).joined(separator: " \(word) ") + ")",
      arguments: parts.flatMap(\.arguments))
  }
}

/// How a selection is answered: at most one area drives the search through the R*Tree, conditions on columns
/// go along as SQL, and what mixes areas with OR or NOT is worked out as sets of rows first.
struct SelectionPlan {
  var area: AreaTest?
  var condition: Condition
  var rows: RowSet?
}

extension ReadAccess {
  /// - Parameter validating: whether areas are checked for crossing themselves first.
  func plan(_ selection: Selection, validating: Bool = true) throws -> SelectionPlan {
    try checkDepth(of: selection)
    if validating { try validateAreas(of: selection) }
    var parts: [Selection] = []
    func flatten(_ s: Selection) {
      if case .and(let list) = s { list.forEach(flatten) } else { parts.append(s) }
    }
    flatten(selection)
    var areas: [AreaTest] = []
    var conditions: [Condition] = []
    var rows: RowSet?
    func narrow(_ set: RowSet) {
      if rows == nil { rows = set } else { rows?.formIntersection(set) }
    }
    for part in parts {
      if let area = try areaTest(part) {
        areas.append(area)
      } else if let condition = try condition(part) {
        conditions.append(condition)
      } else {
        narrow(try rowSet(part))
      }
    }
    // The smallest box drives; the other areas become sets.
    areas.sort { Self.extent($0) < Self.extent($1) }
    for area in areas.dropFirst() { narrow(try rowSet(area)) }
    return SelectionPlan(
      area: areas.first, condition: .joined(conditions, by: "AND", empty: "1"), rows: rows)
  }

  private static func extent(_ area: AreaTest) -> Double {
    area.boxes.reduce(0) { $0 + ($1.north - $1.south) * ($1.east - $1.west) }
  }

  /// - Throws: ``StoreError/badValue(field:detail:)`` for what SQLite's parser might not take.
  func checkDepth(of selection: Selection) throws {
    guard selection.depth <= Selection.maximumDepth else {
      throw StoreError.badValue(
        field: "selection",
        detail: "and, or and not stand inside each other more than \(Selection.maximumDepth) deep")
    }
  }

  /// - Throws: `GeometryError` for an area that is none.
  func validateAreas(of selection: Selection) throws {
    switch selection {
    case .polygon(let area): _ = try area.validated()
    case .and(let list), .or(let list): for one in list { try validateAreas(of: one) }
    case .not(let one): try validateAreas(of: one)
    default: break
    }
  }

  /// The area a selection is; nil when it is none.
  private func areaTest(_ selection: Selection) throws -> AreaTest? {
    switch selection {
    case .region(let code): .polygons(try preparedRegion(code: code))
    case .polygon(let area): .polygons([PreparedPolygon(area)])
    case .circle(let center, let radius):
      .circle(
        center: center, radius: radius, box: Geodesy.boundingBox(around: center, radius: radius))
    case .corridor(let line, let distance): .corridor(Corridor(line, distance: distance))
    default: nil
    }
  }

  /// The selection as SQL; nil when an area takes part in it.
  private func condition(_ selection: Selection) throws -> Condition? {
    switch selection {
    case .region, .polygon, .circle, .corridor: return nil
    case .all: return .always
    case .ids(let ids):
      let rows = try ids.compactMap { try partnerRow($0) }
      // One JSON text instead of thousands of question marks.
      return Condition(
        sql: "p.id IN (SELECT value FROM json_each(?))",
        arguments: [.text("[" + rows.map(String.init).joined(separator: ",") + "]")])
    case .status(let list): return .list("p.status", list.map { .text($0.rawValue) })
    case .kind(let list): return .list("p.kind", list.map { .text($0.rawValue) })
    case .tag(let tags):
      let inner = Condition.list("t.tag", tags.map { .text($0.composed) })
      return Condition(
        sql: "p.id IN (SELECT t.partner_id FROM partner_tag t WHERE \(inner.sql))",
        arguments: inner.arguments)
    case .responsible(let logins):
      var parts: [Condition] = []
      let named = logins.filter { !$0.isEmpty }
      if named.count < logins.count { parts.append(Condition(sql: "p.responsible_id IS NULL")) }
      if !named.isEmpty {
        for login in named where try user(login: login) == nil {
          throw StoreError.notFound(entity: "user", id: login)
        }
        let inner = Condition.list("login", named.map { .text($0) })
        parts.append(
          Condition(
            sql: "p.responsible_id IN (SELECT id FROM user WHERE \(inner.sql))",
            arguments: inner.arguments))
      }
      return .joined(parts, by: "OR", empty: "0")
    case .notVisitedSince(let day):
      return Condition(
        sql: "(p.last_visit IS NULL OR p.last_visit < ?)",
        arguments: [.int(Int64(day.daysSinceEpoch) * 86_400_000)])
    case .overdue(let day):
      // Due on the day that lies an interval after the visit's day.
      return Condition(
        sql: """
          (p.call_interval_days IS NOT NULL AND (p.last_visit IS NULL
            OR p.last_visit / 86400000 + p.call_interval_days <= ?))
          """, arguments: [.int((day ?? LocalDate(Date(), in: .gmt)).daysSinceEpoch)])
    case .and(let list):
      return try conditions(list).map { .joined($0, by: "AND", empty: "1") }
    case .or(let list):
      return try conditions(list).map { .joined($0, by: "OR", empty: "0") }
    case .not(let one):
      return try condition(one).map {
        Condition(sql: "NOT (\($0.sql))", arguments: $0.arguments)
      }
    }
  }

  private func conditions(_ list: [Selection]) throws -> [Condition]? {
    var result: [Condition] = []
    for one in list {
      guard let condition = try condition(one) else { return nil }
      result.append(condition)
    }
    return result
  }

  /// The rows of a selection of any form.
  private func rowSet(_ selection: Selection) throws -> RowSet {
    if let area = try areaTest(selection) { return try rowSet(area) }
    var set = RowSet()
    if let condition = try condition(selection) {
      try db.rows("SELECT p.id FROM partner p WHERE \(condition.sql)", arguments: condition.arguments) {
        set.insert($0.int64(0))
      }
      return set
    }
    switch selection {
    case .and(let list):
      for (index, one) in list.enumerated() {
        let next = try rowSet(one)
        if index == 0 { set = next } else { set.formIntersection(next) }
      }
    case .or(let list):
      for one in list { set.formUnion(try rowSet(one)) }
    case .not(let one):
      set = try rowSet(.all)
      set.subtract(try rowSet(one))
    default: break
    }
    return set
  }

  private func rowSet(_ area: AreaTest) throws -> RowSet {
    var set = RowSet()
    for box in area.boxes {
      try db.rows(
        """
        SELECT p.id, p.location FROM idx_partner_location i JOIN partner p ON p.id = i.pkid
        WHERE i.xmax >= ? AND i.xmin <= ? AND i.ymax >= ? AND i.ymin <= ?
        """, .double(box.west), .double(box.east), .double(box.south), .double(box.north)
      ) { c in
        if let place = GeometryBlob.coordinate(c.bytes(1)), area.contains(place) { set.insert(c.int64(0)) }
      }
    }
    return set
  }

  /// Calls `body` for each selected partner, in no particular order; `columns` of `partner p` come after the
  /// row id in column 0 and the location in column 1.
  func forEachRow(_ plan: SelectionPlan, columns: String, body: (Columns) throws -> Void) throws {
    guard let area = plan.area else {
      let sql = "SELECT p.id, p.location\(columns) FROM partner p WHERE \(plan.condition.sql)"
      guard let rows = plan.rows else {
        return try db.rows(sql, arguments: plan.condition.arguments, body: body)
      }
      try rows.visitEach { row in
        try db.rows(sql + " AND p.id = ?", arguments: plan.condition.arguments + [.int(row)], body: body)
      }
      return
    }
    let boxes = area.boxes
    var seen = RowSet()
    for box in boxes {
      try db.rows(
        """
        SELECT p.id, p.location\(columns) FROM idx_partner_location i CROSS JOIN partner p ON p.id = i.pkid
        WHERE i.xmax >= ? AND i.xmin <= ? AND i.ymax >= ? AND i.ymin <= ? AND \(plan.condition.sql)
        """,
        arguments: [.double(box.west), .double(box.east), .double(box.south), .double(box.north)]
          + plan.condition.arguments
      ) { c in
        guard let place = GeometryBlob.coordinate(c.bytes(1)), area.contains(place) else { return }
        let row = c.int64(0)
        if boxes.count > 1 {
          guard !seen.contains(row) else { return }
          seen.insert(row)
        }
        if plan.rows?.contains(row) != false { try body(c) }
      }
    }
  }
}
