import CRM
import Foundation
import Geo

/// How a selection is answered: what gives the candidates, and what else they have to satisfy.
struct SelectionPlan {
  enum Candidates {
    /// Those in the area, found through the R*Tree and the exact test.
    case area(AreaTest)
    case rows(RowSet)
    /// All of the table. What the condition on `partner p` lets through is enough when rows are read.
    case table(Condition)
  }
  var candidates: Candidates
  var rest: PartnerTest
}

/// A condition on columns of `partner p`, with the values of its question marks.
struct Condition {
  var sql: String
  var arguments: [SQLValue] = []

  static let always = Condition(sql: "1")
}

extension ReadAccess {
  /// - Parameter clock: cuts the days of ``Selection/notVisitedSince(_:)`` and ``Selection/overdue(asOf:)``.
  func plan(_ selection: Selection, by clock: DayClock) throws -> SelectionPlan {
    try checkDepth(of: selection)
    var areas: [AreaTest] = []
    var rows: RowSet?
    var rest: [PartnerTest] = []
    func sort(_ test: PartnerTest) {
      switch test {
      case .all(let list): list.forEach(sort)
      case .area(let area): areas.append(area)
      case .rows(let set): if rows == nil { rows = set } else { rows?.formIntersection(set) }
      default: rest.append(test)
      }
    }
    sort(try test(selection, by: clock))
    // A short list is read row by row; else the smallest area drives.
    if let list = rows, areas.isEmpty || list.count <= 1000 {
      return SelectionPlan(
        candidates: .rows(list), rest: .conjunction(rest + areas.map { .area($0) }))
    }
    areas.sort { $0.extent < $1.extent }
    guard let area = areas.first else {
      return SelectionPlan(candidates: .table(Self.indexed(rest)), rest: .conjunction(rest))
    }
    return SelectionPlan(
      candidates: .area(area),
      rest: .conjunction(
        (rows.map { [.rows($0)] } ?? []) + rest + areas.dropFirst().map { .area($0) }))
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

  private func test(_ selection: Selection, by clock: DayClock) throws -> PartnerTest {
    switch selection {
    case .all: return .always
    case .region(let code): return .area(.polygons(try preparedRegion(code: code)))
    case .polygon(let area): return .area(.polygons([PreparedPolygon(area)]))
    case .circle(let center, let radius):
      return .area(
        .circle(
          center: center, radius: radius, box: Geodesy.boundingBox(around: center, radius: radius)))
    case .corridor(let line, let distance): return .area(.corridor(Corridor(line, distance: distance)))
    case .ids(let ids):
      var rows = RowSet()
      for id in ids { if let row = try partnerRow(id) { rows.insert(row) } }
      return .rows(rows)
    case .tag(let tags):
      var rows = RowSet()
      for tag in Set(tags.map(\.composed)) {
        try db.rows("SELECT partner_id FROM partner_tag WHERE tag = ?", .text(tag)) {
          rows.insert($0.int64(0))
        }
      }
      return .rows(rows)
    case .status(let list):
      return .status(list.reduce(0) { $0 | 1 << UInt32(PointTable.code($1)) })
    case .kind(let list): return .kind(list.reduce(0) { $0 | 1 << UInt32(PointTable.code($1)) })
    case .responsible(let logins):
      return .responsible(
        Set(
          try logins.map { login in
            guard !login.isEmpty else { return 0 }
            let row = try db.first("SELECT id FROM user WHERE login = ?", .text(login)) { $0.int64(0) }
            guard let row else { throw StoreError.notFound(entity: "user", id: login) }
            return Int32(truncatingIfNeeded: row)
          }))
    case .notVisitedSince(let day): return .visitedBefore(clock.start(of: day).milliseconds)
    case .overdue(let day): return .overdue(DueDays(day ?? clock.today, clock))
    case .and(let list): return .conjunction(try list.map { try test($0, by: clock) })
    case .or(let list): return .disjunction(try list.map { try test($0, by: clock) })
    case .not(let one): return .not(try test(one, by: clock))
    }
  }

  /// The condition of those that all have to hold which an index narrows most.
  private static func indexed(_ tests: [PartnerTest]) -> Condition {
    func list(_ column: String, _ values: [SQLValue]) -> Condition {
      let marks = Array(repeating: "?", count: values.count).joined(separator: ", ")
      return Condition(sql: "\(column) IN (\(marks))", arguments: values)
    }
    var found: (rank: Int, condition: Condition) = (.max, .always)
    func offer(_ rank: Int, _ condition: Condition) {
      if rank < found.rank { found = (rank, condition) }
    }
    for test in tests {
      switch test {
      case .responsible(let users):
        var condition = list(
          "p.responsible_id", users.filter { $0 != 0 }.sorted().map { .int(Int64($0)) })
        if users.contains(0) { condition.sql = "(\(condition.sql) OR p.responsible_id IS NULL)" }
        offer(0, condition)
      case .status(let bits):
        let names = PartnerStatus.allCases.filter { bits & (1 << UInt32(PointTable.code($0))) != 0 }
        offer(1, list("p.status", names.map { .text($0.rawValue) }))
      case .visitedBefore(let instant):
        offer(
          2,
          Condition(sql: "(p.last_visit IS NULL OR p.last_visit < ?)", arguments: [.int(instant)]))
      default: break
      }
    }
    return found.condition
  }

  /// Calls `body` for each selected partner with its row id, in no particular order.
  /// - Parameter points: nil where rows are to be read.
  func forEachSelected(
    _ plan: SelectionPlan, points: PointTable?, _ body: (Int64, PointTable.Point) -> Void
  ) throws {
    let rest = plan.rest
    let isWhole = rest.isAlways
    switch plan.candidates {
    case .area(let area):
      let boxes = area.boxes
      var seen = RowSet()
      func offer(_ row: Int64, _ point: PointTable.Point) {
        guard let coordinate = point.coordinate, isWhole || rest.holds(point, row: row),
          area.contains(coordinate)
        else { return }
        if boxes.count > 1 {
          guard !seen.contains(row) else { return }
          seen.insert(row)
        }
        body(row, point)
      }
      let inBox = "i.xmax >= ? AND i.xmin <= ? AND i.ymax >= ? AND i.ymin <= ?"
      for box in boxes {
        let bounds: [SQLValue] = [
          .double(box.west), .double(box.east), .double(box.south), .double(box.north),
        ]
        if let points {
          try db.rows("SELECT i.pkid FROM idx_partner_location i WHERE \(inBox)", arguments: bounds) { c in
            let row = c.int64(0)
            offer(row, points[Int(row)])
          }
        } else {
          try db.rows(
            """
            SELECT \(PointTable.columns) FROM idx_partner_location i CROSS JOIN partner p ON p.id = i.pkid
            WHERE \(inBox)
            """, arguments: bounds
          ) { offer($0.int64(0), try PointTable.point($0)) }
        }
      }
    case .rows(let rows):
      try rows.visitEach { row in
        if let points {
          let point = points[Int(row)]
          if point.exists, rest.holds(point, row: row) { body(row, point) }
        } else {
          try db.rows("SELECT \(PointTable.columns) FROM partner p WHERE p.id = ?", .int(row)) { c in
            let point = try PointTable.point(c)
            if rest.holds(point, row: row) { body(row, point) }
          }
        }
      }
    case .table(let condition):
      if let points {
        points.visitEach { row, point in if rest.holds(point, row: row) { body(row, point) } }
      } else {
        try db.rows(
          "SELECT \(PointTable.columns) FROM partner p WHERE \(condition.sql)", arguments: condition.arguments
        ) { c in
          let (row, point) = (c.int64(0), try PointTable.point(c))
          if rest.holds(point, row: row) { body(row, point) }
        }
      }
    }
  }
}
