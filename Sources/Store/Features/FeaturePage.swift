import CRM
import Geo

/// A property by which features are ordered.
public struct FeatureSort: Sendable, Hashable {
  public let property: String
  public let isDescending: Bool

  public init(_ property: String, isDescending: Bool = false) {
    self.property = property
    self.isDescending = isDescending
  }
}

/// Behind which feature a page begins: the values it is ordered by, and its row. It needs no feature to be still there,
/// so that records that come and go between two pages neither repeat others nor hide them.
public struct FeatureCursor: Sendable, Hashable {
  /// The order it is of, as ``order(_:)`` writes it; empty for the order of the collection.
  let order: String
  /// One a property of the order.
  let keys: [Key]
  let row: Int64

  enum Key: Sendable, Hashable {
    case none
    case int(Int64)
    case double(Double)
    case text(String)
    case blob([UInt8])

    init(_ value: SQLValue) {
      switch value {
      case .null: self = .none
      case .int(let value): self = .int(value)
      case .double(let value): self = .double(value)
      case .text(let value): self = .text(value)
      case .blob(let value): self = .blob(value)
      }
    }

    var bound: SQLValue {
      switch self {
      case .none: .null
      case .int(let value): .int(value)
      case .double(let value): .double(value)
      case .text(let value): .text(value)
      case .blob(let value): .blob(value)
      }
    }
  }

  init(_ sort: [FeatureSort] = [], keys: [Key] = [], row: Int64) {
    order = Self.order(sort)
    self.keys = keys
    self.row = row
  }

  private static func order(_ sort: [FeatureSort]) -> String {
    sort.map { ($0.isDescending ? "-" : "+") + $0.property }.joined(separator: ",")
  }

  /// The longest text of a cursor, bytes.
  public static let longest = 12_000

  /// As it stands in an address: letters, digits, `-` and `_`.
  public var text: String {
    let row = String(max(0, row), radix: 36)
    guard !keys.isEmpty else { return "p" + row }
    let values =
      [JSONValue.string(order)]
      + keys.map { key -> JSONValue in
        switch key {
        case .none: .null
        case .int(let value): .object([("i", .string("\(value)"))])
        case .double(let value): .object([("d", .string("\(value)"))])
        case .text(let value): .string(value)
        case .blob(let value): .object([("b", .array(value.map { .int(Int($0)) }))])
        }
      }
    return "s\(row)-" + Base64URL.encode(JSONValue.array(values).bytes)
  }

  /// - Parameter sort: the order that the cursor is of; nil when it is of another, or none at all.
  public init?(_ text: String, sort: [FeatureSort]) {
    guard text.utf8.count <= Self.longest else { return nil }
    let parts = text.dropFirst().split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, first.utf8.count < 14, let row = Int64(first, radix: 36),
      (0..<Int64.max).contains(row), first.first != "+"
    else { return nil }
    self.row = row
    order = Self.order(sort)
    switch text.utf8.first {
    case UInt8(ascii: "p"):
      guard parts.count == 1, sort.isEmpty else { return nil }
      keys = []
    case UInt8(ascii: "s"):
      guard parts.count == 2, let bytes = Base64URL.decode(String(parts[1])),
        case .array(let values)? = try? JSONValue(parsing: bytes), values.count == sort.count + 1,
        !sort.isEmpty, values[0] == .string(order)
      else { return nil }
      let keys = values.dropFirst().compactMap(Self.key)
      guard keys.count == sort.count else { return nil }
      self.keys = keys
    default: return nil
    }
  }

  private static func key(_ value: JSONValue) -> Key? {
    switch value {
    case .null: return Key.none
    case .string(let text): return .text(text)
    case .object:
      if let number = value["i"]?.text.flatMap({ Int64($0) }) { return .int(number) }
      if let number = value["d"]?.text.flatMap(Double.init) { return .double(number) }
      guard case .array(let bytes)? = value["b"] else { return nil }
      let found = bytes.compactMap { byte -> UInt8? in
        guard case .int(let number) = byte else { return nil }
        return UInt8(exactly: number)
      }
      return found.count == bytes.count ? .blob(found) : nil
    default: return nil
    }
  }
}

/// The features of one page, as of one snapshot.
public struct FeaturePage: Sendable {
  /// Which page stands before this one.
  public enum Before: Sendable, Hashable {
    case nothing
    case first
    case page(FeatureCursor)
  }

  /// Row ids in the order of the page.
  public var rows: [Int64]
  /// Behind the last of the page; nil where nothing more comes.
  public var next: FeatureCursor?
  public var before: Before
}

/// Ends a reading before its end.
private struct Enough: Error {}

extension ReadAccess {
  /// Which features stand on a page.
  ///
  /// Without an order it costs nothing worth mentioning; with one, the values of all features of the collection are read
  /// and ordered: O(n log n). Features without a value come last, upwards as downwards; equal ones in the order of the collection.
  /// - Parameter after: the end of the page before; nil for the first page.
  public func page(
    _ source: FeatureSource, _ match: FeatureMatch, sort: [FeatureSort] = [], after: FeatureCursor? = nil,
    limit: Int
  ) throws -> FeaturePage {
    guard !sort.isEmpty else { return plainPage(match, after: after, limit: limit) }
    let found = try ordered(source, match, sort, from: after, isBackwards: false, limit: limit + 1)
    let rows = found.prefix(limit).map(\.row)
    var before = FeaturePage.Before.nothing
    if let after {
      // The page before ends with the cursor's feature itself.
      let passed = try ordered(source, match, sort, from: after, isBackwards: true, limit: limit + 1)
      before = passed.count > limit ? .page(passed[limit]) : passed.isEmpty ? .nothing : .first
    }
    return FeaturePage(rows: rows, next: found.count > limit ? found[limit - 1] : nil, before: before)
  }

  private func plainPage(_ match: FeatureMatch, after: FeatureCursor?, limit: Int) -> FeaturePage {
    var rows: [Int64] = []
    var from = after.map { $0.row + 1 } ?? 0
    while rows.count < limit, let row = match.rows.first(from: from) {
      rows.append(row)
      from = row + 1
    }
    let more = rows.last.map { match.rows.first(from: $0 + 1) != nil } ?? false
    var before = FeaturePage.Before.nothing
    if let after, let start = match.rows.back(limit, from: after.row + 1) {
      before =
        match.rows.back(1, from: start) == nil ? .first : .page(FeatureCursor(row: start - 1))
    }
    return FeaturePage(
      rows: rows, next: more ? rows.last.map { FeatureCursor(row: $0) } : nil, before: before)
  }

  /// Matched features behind a place in an order, or up to it and backwards.
  private func ordered(
    _ source: FeatureSource, _ match: FeatureMatch, _ sort: [FeatureSort], from cursor: FeatureCursor?,
    isBackwards: Bool, limit: Int
  ) throws -> [FeatureCursor] {
    let keys = sort.map { by in
      (
        sql: source.sortables.first { $0.name == by.property }?.sortSQL ?? "NULL",
        isDescending: by.isDescending
      )
    }
    var arguments: [SQLValue] = []
    func behind(_ place: Int) -> String {
      guard let cursor else { return "1" }
      guard place < keys.count else {
        arguments.append(.int(cursor.row))
        return isBackwards ? "id <= ?" : "id > ?"
      }
      let name = "k\(place)"
      guard cursor.keys[place] != .none else {
        let rest = "\(name) IS NULL AND \(behind(place + 1))"
        return isBackwards ? "(\(name) IS NOT NULL OR \(rest))" : "(\(rest))"
      }
      let isUp = keys[place].isDescending == isBackwards
      arguments += [cursor.keys[place].bound, cursor.keys[place].bound]
      let rest = "\(name) = ? AND \(behind(place + 1))"
      let without = isBackwards ? "" : " OR \(name) IS NULL"
      return "(\(name) \(isUp ? ">" : "<") ?\(without) OR \(rest))"
    }
    let order = keys.indices.map { place in
      let isUp = keys[place].isDescending == isBackwards
      return "k\(place) IS NULL\(isBackwards ? " DESC" : ""), k\(place)\(isUp ? "" : " DESC")"
    }
    let columns = keys.enumerated().map { "\($1.sql) AS k\($0)" }
    let condition = behind(0)
    var found: [FeatureCursor] = []
    do {
      try db.uncachedRows(
        """
        WITH keyed AS MATERIALIZED (
          SELECT t.id AS id, \(columns.joined(separator: ", ")) FROM \(source.rows))
        SELECT id, \(keys.indices.map { "k\($0)" }.joined(separator: ", ")) FROM keyed WHERE \(condition)
        ORDER BY \(order.joined(separator: ", ")), id\(isBackwards ? " DESC" : "")
        """, arguments: arguments
      ) { c in
        guard match.rows.contains(c.int64(0)) else { return }
        found.append(
          FeatureCursor(
            sort, keys: keys.indices.map { FeatureCursor.Key(c.value(Int32($0 + 1))) }, row: c.int64(0)))
        // The rest is of no use.
        if found.count == limit { throw Enough() }
      }
    } catch is Enough {}
    return found
  }

  /// The features of a page in its order, some at a time. Those that went since are passed over.
  /// - Parameters:
  ///   - start: the place in `rows` to begin at.
  ///   - most: ends sooner when their geometries have so many points.
  /// - Returns: the features, and the place to go on at.
  public func features(
    _ source: FeatureSource, rows: [Int64], from start: Int = 0, limit: Int = .max, most points: Int = .max
  ) throws -> (features: [FeatureRow], next: Int) {
    var result: [FeatureRow] = []
    var next = start
    var held = 0
    while next < rows.count, result.count < limit, held < points {
      let row = rows[next]
      next += 1
      guard let feature = try feature(source, where: "t.id = ?", [.int(row)]) else { continue }
      held += feature.geometry?.pointCount ?? 0
      result.append(feature)
    }
    return (result, next)
  }
}
