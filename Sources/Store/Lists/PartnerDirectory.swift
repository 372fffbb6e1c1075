import CRM
import Foundation
import Geo

/// What lists filter and sort by, of every partner, in memory, by row id: about 130 bytes a partner and four for each
/// order asked for.
///
/// A filter rarely narrows enough for an index, and no set of indexes serves every pair of filter and order; a pass over
/// this table takes a fraction of a millisecond for 100,000 partners, whatever is asked. Like ``PointTable`` it is brought
/// up to date from `partner_change` before each use.
struct PartnerDirectory: Sendable {
  struct Entry: Sendable {
    var uuid: UUID
    /// Milliseconds since 1970; `Int64.min` for never.
    var lastVisit: Int64
    /// Milliseconds since 1970; 0 when not known.
    var changedAt: Int64
    /// Number of the last change; what was read of the partner holds while it stands.
    var change: Int64
    /// First eight bytes of the folded name, and where all of it stands.
    var nameStart: UInt64
    var name: Range32
    /// Row id of the user, 0 for nobody.
    var responsible: Int32
    /// The call interval in days, 0 for none.
    var interval: Int32
    /// Numbers of ``cities``, ``regions`` and ``tagSets``.
    var city: Int32
    var region: Int32
    var tags: Int32
    var statusCode: UInt8
    /// ``PointTable/Point/absent`` where there is no partner.
    var kindCode: UInt8
    /// Number of the level among all; ``noLevel`` without a place.
    var levelCode: UInt8
    var stale: Bool

    var exists: Bool { kindCode != PointTable.Point.absent }
  }

  struct Range32: Sendable {
    var start: UInt32
    var count: UInt32
  }

  static let noLevel: UInt8 = 31
  static let none = Entry(
    uuid: PointTable.none.uuid, lastVisit: .min, changedAt: 0, change: 0, nameStart: 0,
    name: Range32(start: 0, count: 0), responsible: 0, interval: 0, city: 0, region: 0, tags: 0,
    statusCode: 0, kindCode: PointTable.Point.absent, levelCode: noLevel, stale: false)

  /// The change it is up to date with.
  var sequence: Int64 = 0
  private(set) var entries: [Entry] = []
  private(set) var count = 0
  /// Folded names one after another; those of former names stay until a third is such.
  private var names: [UInt8] = []
  private var unusedNames = 0
  /// Folded towns, number 0 for none.
  private(set) var cities = Interned<[UInt8]>([])
  /// Country and code, number 0 for none.
  private(set) var regions = Interned<RegionKey>(RegionKey(country: "", code: ""))
  /// Sorted tags, number 0 for none.
  private(set) var tagSets = Interned<[String]>([])
  /// Rows in ascending order of each sort that was asked for.
  private var orders: [PartnerQuery.Sort: [Int32]] = [:]
  /// Rows by what filters mostly narrow by; nil when someone's changed since.
  private(set) var groups: Groups?

  /// Rows by region, town, set of tags and responsible user.
  struct Groups: Sendable {
    var region: RowGroups
    var city: RowGroups
    var tags: RowGroups
    var responsible: RowGroups
  }

  struct RegionKey: Hashable, Sendable {
    var country: String
    var code: String
  }

  /// What is read of one partner.
  struct Reading {
    var entry: Entry
    var name: [UInt8]
    var city: [UInt8] = []
    var region = RegionKey(country: "", code: "")
    var tags: [String] = []
  }

  @inline(__always) subscript(row: Int) -> Entry { row < entries.count ? entries[row] : Self.none }

  /// Takes over what was read of the partners of these rows; nil removes.
  mutating func apply(_ readings: [(row: Int, reading: Reading?)]) {
    guard !readings.isEmpty else { return }
    var changed = RowSet()
    for (row, reading) in readings {
      changed.insert(Int64(row))
      if row >= entries.count {
        guard reading != nil else { continue }
        entries.append(contentsOf: repeatElement(Self.none, count: row + 1 - entries.count))
      }
      if entries[row].exists {
        count -= 1
        unusedNames += Int(entries[row].name.count)
      }
      guard let reading else {
        entries[row] = Self.none
        continue
      }
      var entry = reading.entry
      entry.name = Range32(start: UInt32(names.count), count: UInt32(reading.name.count))
      entry.nameStart = Self.start(of: reading.name)
      names += reading.name
      entry.city = cities.number(of: reading.city)
      entry.region = regions.number(of: reading.region)
      entry.tags = tagSets.number(of: reading.tags)
      entries[row] = entry
      count += 1
    }
    groups = nil
    if unusedNames > names.count / 3 { compactNames() }
    let rows = readings.map { Int32(truncatingIfNeeded: $0.row) }
    for sort in orders.keys { merge(rows, changed, into: sort) }
  }

  private static func start(of name: [UInt8]) -> UInt64 {
    var result: UInt64 = 0
    for i in 0..<8 { result = result << 8 | (i < name.count ? UInt64(name[i]) : 0) }
    return result
  }

  private mutating func compactNames() {
    var kept: [UInt8] = []
    kept.reserveCapacity(names.count - unusedNames)
    for row in entries.indices where entries[row].exists {
      let (start, count) = (Int(entries[row].name.start), Int(entries[row].name.count))
      entries[row].name.start = UInt32(kept.count)
      kept += names[start..<start + count]
    }
    names = kept
    unusedNames = 0
  }

  // MARK: Orders

  mutating func prepare(_ sort: PartnerQuery.Sort) {
    if groups == nil {
      groups = Groups(
        region: RowGroups(entries, by: \.region), city: RowGroups(entries, by: \.city),
        tags: RowGroups(entries, by: \.tags), responsible: RowGroups(entries, by: \.responsible))
    }
    guard orders[sort] == nil else { return }
    var rows = entries.indices.compactMap { entries[$0].exists ? Int32(truncatingIfNeeded: $0) : nil }
    if sort != .created { rows.sort { precedes($0, $1, sort) } }
    orders[sort] = rows
  }

  func isPrepared(_ sort: PartnerQuery.Sort) -> Bool { groups != nil && orders[sort] != nil }

  /// Rows in ascending order. O(1).
  func order(_ sort: PartnerQuery.Sort) -> [Int32] { orders[sort] ?? [] }

  /// Puts changed rows where they belong now. O(partners + changed · log changed).
  private mutating func merge(_ rows: [Int32], _ changed: RowSet, into sort: PartnerQuery.Sort) {
    guard let old = orders.updateValue([], forKey: sort) else { return }
    let added = rows.filter { entries[safe: Int($0)]?.exists == true }.sorted { precedes($0, $1, sort) }
    var result: [Int32] = []
    result.reserveCapacity(old.count + added.count)
    var next = 0
    for row in old where !changed.contains(Int64(row)) {
      while next < added.count, precedes(added[next], row, sort) {
        result.append(added[next])
        next += 1
      }
      result.append(row)
    }
    result += added[next...]
    orders[sort] = result
  }

  func precedes(_ a: Int32, _ b: Int32, _ sort: PartnerQuery.Sort) -> Bool {
    let (x, y) = (entries[Int(a)], entries[Int(b)])
    switch sort {
    case .created: break
    case .lastVisit: if x.lastVisit != y.lastVisit { return x.lastVisit < y.lastVisit }
    case .status: if x.statusCode != y.statusCode { return x.statusCode < y.statusCode }
    case .city:
      if x.city != y.city {
        return cities[x.city].lexicographicallyPrecedes(cities[y.city])
      }
    case .name:
      if x.nameStart != y.nameStart { return x.nameStart < y.nameStart }
      let order = names.withUnsafeBufferPointer { Self.compare($0[x.name], $0[y.name]) }
      if order != 0 { return order < 0 }
    }
    return a < b
  }

  /// The key of a row as cursors carry it.
  func key(_ row: Int32, _ sort: PartnerQuery.Sort) -> ListCursor.Key {
    let entry = entries[Int(row)]
    return switch sort {
    case .created: .none
    case .lastVisit: .number(entry.lastVisit)
    case .status: .number(Int64(entry.statusCode))
    case .city: .bytes(cities[entry.city])
    case .name: .bytes(names.withUnsafeBufferPointer { [UInt8]($0[entry.name]) })
    }
  }

  /// How the row stands to a cursor's place: negative before it, 0 at it, positive behind.
  func compare(_ row: Int32, to cursor: ListCursor, _ sort: PartnerQuery.Sort) -> Int {
    let entry = entries[Int(row)]
    var order = 0
    switch (sort, cursor.key) {
    case (.lastVisit, .number(let key)): order = entry.lastVisit < key ? -1 : entry.lastVisit > key ? 1 : 0
    case (.status, .number(let key)): order = Int(entry.statusCode) - Int(clamping: key)
    case (.city, .bytes(let key)):
      order = key.withUnsafeBufferPointer { key in
        cities[entry.city].withUnsafeBufferPointer { Self.compare($0, key) }
      }
    case (.name, .bytes(let key)):
      order = key.withUnsafeBufferPointer { key in
        names.withUnsafeBufferPointer { Self.compare($0[entry.name], key) }
      }
    default: break
    }
    return order != 0 ? order : Int64(row) < cursor.row ? -1 : Int64(row) > cursor.row ? 1 : 0
  }

  private static func compare(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Int {
    let common = min(a.count, b.count)
    if common > 0, let x = a.baseAddress, let y = b.baseAddress {
      let order = memcmp(x, y, common)
      if order != 0 { return Int(order) }
    }
    return a.count - b.count
  }
}

extension UnsafeBufferPointer<UInt8> {
  fileprivate subscript(range: PartnerDirectory.Range32) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: self[Int(range.start)..<Int(range.start) + Int(range.count)])
  }
}

extension Array {
  fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}

/// Values by small numbers, in the order they were first seen.
struct Interned<Value: Hashable & Sendable>: Sendable {
  private(set) var values: [Value]
  private var numbers: [Value: Int32]

  init(_ first: Value) {
    values = [first]
    numbers = [first: 0]
  }

  subscript(number: Int32) -> Value { values[Int(number)] }

  mutating func number(of value: Value) -> Int32 {
    if let known = numbers[value] { return known }
    let number = Int32(values.count)
    values.append(value)
    numbers[value] = number
    return number
  }

  /// By number, whether the value is among those.
  func marks(_ isMeant: (Value) -> Bool) -> [Bool] { values.map(isMeant) }
}
