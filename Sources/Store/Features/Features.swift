import CRM
import Foundation
import Geo

/// The features that a query means as of one snapshot: one bit a row. ``ReadAccess/page(_:_:sort:after:limit:)`` cuts
/// pages from it by keyset.
public struct FeatureMatch: Sendable {
  let rows: RowSet
  public let count: Int

  init(_ rows: RowSet) {
    self.rows = rows
    count = rows.count
  }
}

/// A feature with everything that is told of it.
public struct FeatureRow: Sendable {
  public var id: String
  public var geometry: GeoJSON.Geometry?
  public var properties: [JSONMember]
}

/// Where and when the features of a collection are; nil for none.
public struct FeatureExtent: Sendable, Hashable {
  public var box: BoundingBox?
  public var time: FeatureTime?
}

/// Changes whenever anything in the database does that features are made of.
public struct DataRevision: Sendable, Hashable, CustomStringConvertible {
  let audit: Int64
  let change: Int64
  public var description: String { "\(audit)-\(change)" }
}

extension ReadAccess {
  /// As of this snapshot. Two searches of an index's end.
  public func dataRevision() throws -> DataRevision {
    func last(_ sql: String) throws -> Int64 { try db.first(sql) { $0.int64(0) } ?? 0 }
    return DataRevision(
      audit: try last("SELECT max(id) FROM audit"), change: try last("SELECT max(seq) FROM partner_change"))
  }

  /// The features that a query means. A box is asked of the R*Tree, and of the geometry itself only where the box of the
  /// geometry lies across the rim. O(features of the collection) without a box, O(those near the box) with one.
  public func match(_ source: FeatureSource, _ query: FeatureQuery) throws -> FeatureMatch {
    var rows = RowSet()
    let (condition, arguments) = self.condition(source, query)
    guard let box = query.box else {
      try db.uncachedRows(
        "SELECT t.id FROM \(source.rows) WHERE \(condition)", arguments: arguments
      ) { rows.insert($0.int64(0)) }
      return FeatureMatch(rows)
    }
    for part in box.parts {
      try db.uncachedRows(
        """
        SELECT t.id, i.xmin, i.xmax, i.ymin, i.ymax, \(source.place)
        FROM \(source.indexedRows)
        WHERE i.xmax >= ? AND i.xmin <= ? AND i.ymax >= ? AND i.ymin <= ? AND \(condition)
        """,
        arguments: [.double(part.west), .double(part.east), .double(part.south), .double(part.north)]
          + arguments
      ) { c in
        // Bounds are 32-bit floats rounded outwards: what lies inside by them does.
        let isInside =
          c.double(1) >= part.west && c.double(2) <= part.east && c.double(3) >= part.south
          && c.double(4) <= part.north
        if try isInside || part.intersects(geometry(source, c, 5)) { rows.insert(c.int64(0)) }
      }
    }
    return FeatureMatch(rows)
  }

  private func condition(_ source: FeatureSource, _ query: FeatureQuery) -> (String, [SQLValue]) {
    var parts = ["1"]
    var arguments: [SQLValue] = []
    for filter in query.filters {
      guard let property = source.property(filter.property) else { continue }
      parts.append(property.filterSQL)
      arguments.append(filter.bound)
    }
    if let time = query.time, let span = source.time {
      if let last = time.last {
        parts.append("\(span.first) <= ?")
        arguments.append(.date(last))
      }
      if let first = time.first {
        parts.append("\(span.last) >= ?")
        arguments.append(.date(first))
      }
      if time.first == nil, time.last == nil { parts.append("\(span.first) IS NOT NULL") }
    }
    if let (sql, values) = scoped(source, query.scope) {
      parts.append(sql)
      arguments += values
    }
    return (parts.joined(separator: " AND "), arguments)
  }

  private func scoped(_ source: FeatureSource, _ scope: RecordScope) -> (String, [SQLValue])? {
    guard let column = source.responsible, case .responsible(let users) = scope else { return nil }
    let marks = Array(repeating: "?", count: users.count).joined(separator: ", ")
    return (
      "(\(column) IS NULL OR \(column) IN (SELECT u.id FROM user u WHERE u.uid IN (\(marks))))",
      users.sorted().map(\.blob)
    )
  }

  /// The feature of that name; nil when there is none, or it is not in the scope.
  public func feature(_ source: FeatureSource, id: String, scope: RecordScope = .all) throws -> FeatureRow? {
    var parts: [String]
    var values: [SQLValue]
    switch source.identifier {
    case .uid(let column):
      guard let uid = PartnerID(id) else { return nil }
      (parts, values) = (["\(column) = ?"], [uid.blob])
    case .text(let column): (parts, values) = (["\(column) = ?"], [.text(id)])
    case .numbered(let uid, let positions):
      let numbers = id.utf8.dropFirst(36).split(separator: 0x2D).compactMap {
        Int(String(decoding: $0, as: UTF8.self))
      }
      guard let owner = PartnerID(String(id.unicodeScalars.prefix(36))), numbers.count == positions.count,
        numbers.allSatisfy({ (1...1_000_000).contains($0) })
      else { return nil }
      parts = (["\(uid) = ?"] + positions.map { "\($0) = ?" })
      values = [owner.blob] + numbers.map { .int($0 - 1) }
    case .pair(let text, let uid):
      let first = id.unicodeScalars.prefix { $0 != "~" }
      guard let owner = PartnerID(String(id.unicodeScalars.dropFirst(first.count + 1))) else { return nil }
      (parts, values) = (["\(text) = ?", "\(uid) = ?"], [.text(String(first)), owner.blob])
    }
    if let (sql, users) = scoped(source, scope) {
      parts.append(sql)
      values += users
    }
    return try feature(source, where: parts.joined(separator: " AND "), values)
  }

  func feature(
    _ source: FeatureSource, where condition: String, _ values: [SQLValue]
  ) throws -> FeatureRow? {
    let columns = ["t.id", source.place] + source.identifier.columns
    let all = columns + source.properties.map(\.sql)
    var found: FeatureRow?
    try db.rows(
      "SELECT \(all.joined(separator: ", ")) FROM \(source.rows) WHERE \(condition)",
      arguments: values
    ) { c in
      var properties: [JSONMember] = []
      properties.reserveCapacity(source.properties.count)
      for (offset, property) in source.properties.enumerated() {
        properties.append(.init(property.name, c.json(Int32(columns.count + offset), property.kind)))
      }
      found = FeatureRow(
        id: c.identifier(source.identifier, from: 2),
        geometry: c.isNull(1) ? nil : try geometry(source, c, 1), properties: properties)
    }
    return found
  }

  private func geometry(
    _ source: FeatureSource, _ c: Columns, _ i: Int32
  ) throws -> GeoJSON.Geometry {
    let bytes = c.bytes(i)
    let found: GeoJSON.Geometry? =
      switch source.geometry {
      case .point: GeometryBlob.coordinate(bytes).map { .point($0) }
      case .line: LegGeometry.line(bytes).map { .line($0) }
      case .multiLine: GeometryBlob.lines(bytes).map { .multiLine($0) }
      case .area: GeometryBlob.area(bytes).map { .multiPolygon($0) }
      }
    guard let found else {
      throw StoreError.unreadable(table: source.table, detail: "a \(source.geometryColumn) is no geometry")
    }
    return found
  }

  /// Where and when the features of a collection are that the scope shows. O(features of the collection).
  public func extent(_ source: FeatureSource, scope: RecordScope = .all) throws -> FeatureExtent {
    let (condition, values) = scoped(source, scope) ?? ("1", [])
    var extent = FeatureExtent()
    try db.uncachedRows(
      """
      SELECT min(i.xmin), max(i.xmax), min(i.ymin), max(i.ymax)
      FROM \(source.indexedRows) WHERE \(condition)
      """, arguments: values
    ) { c in
      guard !c.isNull(0) else { return }
      extent.box = BoundingBox(
        south: max(-90, c.double(2)), west: max(-180, c.double(0)), north: min(90, c.double(3)),
        east: min(180, c.double(1)))
    }
    guard let time = source.time else { return extent }
    try db.uncachedRows(
      """
      SELECT min(\(time.first)), max(\(time.last)) FROM \(source.rows) WHERE \(condition)
      """, arguments: values
    ) { c in
      if !c.isNull(0) { extent.time = FeatureTime(first: c.date(0), last: c.date(1)) }
    }
    return extent
  }
}

extension Columns {
  fileprivate func json(_ i: Int32, _ kind: FeatureProperty.Kind) -> JSONValue {
    guard !isNull(i) else { return .null }
    return switch kind {
    case .text, .day: .string(text(i))
    case .integer: .int(int(i))
    case .number: .double(double(i))
    case .boolean: .bool(bool(i))
    case .instant: .string(FeatureInstant.write(date(i)))
    case .identifier: .string(id(i, of: Partner.self).description)
    }
  }

  fileprivate func identifier(_ columns: FeatureSource.IdentifierColumns, from i: Int32) -> String {
    switch columns {
    case .uid: return id(i, of: Partner.self).description
    case .text: return text(i)
    case .numbered(_, let positions):
      var name = id(i, of: Partner.self).description
      for offset in positions.indices { name += "-\(int(i + 1 + Int32(offset)) + 1)" }
      return name
    case .pair: return text(i) + "~" + id(i + 1, of: Partner.self).description
    }
  }
}

extension GeoJSON.Geometry {
  var pointCount: Int {
    switch self {
    case .point: 1
    case .multiPoint(let points): points.count
    case .line(let line): line.points.count
    case .multiLine(let lines): lines.reduce(0) { $0 + $1.points.count }
    case .polygon(let polygon): polygon.holes.reduce(polygon.outer.count) { $0 + $1.count }
    case .multiPolygon(let area):
      area.polygons.reduce(0) { $0 + $1.holes.reduce($1.outer.count) { $0 + $1.count } }
    case .collection(let parts): parts.reduce(0) { $0 + $1.pointCount }
    }
  }
}
