import CRM
import Foundation
import Geo

/// What lists filter and sort by, of every partner, in memory, by row id: about 130 bytes a partner and eight for each
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
  private(set) var entries = PiecedArray<Entry>()
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
  private var orders: [PartnerQuery.Sort: Order] = [:]
  /// Rows by what filters mostly narrow by, as they were when it was made; nil when too many changed since.
  private(set) var groups: Groups?
  /// Those that changed since ``groups`` was made.
  private(set) var regrouped = RowSet()
  /// From so many on the groups are made anew.
  var mostRegrouped = 16_384

  /// Rows by region, town, set of tags and responsible user.
  struct Groups: Sendable {
    var region: RowGroups
    var city: RowGroups
    var tags: RowGroups
    var responsible: RowGroups

    /// One walk over the entries, which are large: what is grouped by is small.
    fileprivate init(_ entries: PiecedArray<Entry>) {
      var keys = [SIMD4<Int32>](repeating: SIMD4(repeating: -1), count: entries.count)
      entries.visit { row, entry in
        if entry.exists { keys[row] = SIMD4(entry.region, entry.city, entry.tags, entry.responsible) }
      }
      region = RowGroups(keys.map { $0[0] })
      city = RowGroups(keys.map { $0[1] })
      tags = RowGroups(keys.map { $0[2] })
      responsible = RowGroups(keys.map { $0[3] })
    }
  }

  struct Order: Sendable {
    /// In ascending order.
    fileprivate(set) var rows: [Int32] = []
    /// By row, its place in ``rows``: two of them are compared without a look at what they are sorted by. What stands
    /// there for a row that is not among them means nothing.
    fileprivate(set) var places: [Int32] = []

    /// The rows from a place on were changed.
    fileprivate mutating func number(from place: Int, of entries: Int) {
      if places.count < entries {
        places.append(contentsOf: repeatElement(0, count: entries - places.count))
      }
      for place in place..<rows.count { places[Int(rows[place])] = Int32(truncatingIfNeeded: place) }
    }
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

  /// Takes over what was read of the partners of these rows; nil removes. O(partners) copied, and what the changed ones
  /// need to be found and put in order.
  mutating func apply(_ readings: [(row: Int, reading: Reading?)]) {
    guard !readings.isEmpty else { return }
    let rows = readings.map { Int32(truncatingIfNeeded: $0.row) }
    let former = rows.filter { self[Int($0)].exists }
    let places = orders.mapValues { order in former.map { Int(order.places[Int($0)]) }.sorted() }
    for (row, reading) in readings {
      if row >= entries.count {
        guard reading != nil else { continue }
        entries.grow(to: row + 1, with: Self.none)
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
    if unusedNames > names.count / 3 { compactNames() }
    let present = rows.filter { self[Int($0)].exists }
    for (sort, places) in places { merge(present, insteadOf: places, into: sort) }
    guard groups != nil else { return }
    for row in rows where row < entries.count { regrouped.insert(Int64(row)) }
    if regrouped.count >= mostRegrouped {
      groups = nil
      regrouped = RowSet()
    }
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
      regrouped = RowSet()
      groups = Groups(entries)
    }
    guard orders[sort] == nil else { return }
    var rows = entries.indices.compactMap { entries[$0].exists ? Int32(truncatingIfNeeded: $0) : nil }
    if sort != .created { rows.sort { precedes($0, $1, sort) } }
    var order = Order(rows: rows)
    order.number(from: 0, of: entries.count)
    orders[sort] = order
  }

  func isPrepared(_ sort: PartnerQuery.Sort) -> Bool { groups != nil && orders[sort] != nil }

  /// O(1).
  func order(_ sort: PartnerQuery.Sort) -> Order { orders[sort] ?? Order() }

  /// The first place in an order whose row does not come before this one.
  private func place(of row: Int32, in order: [Int32], _ sort: PartnerQuery.Sort) -> Int {
    var (low, high) = (0, order.count)
    while low < high {
      let middle = (low + high) / 2
      if precedes(order[middle], row, sort) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Puts rows where they belong now, and takes away what stands at these places, ascending.
  private mutating func merge(_ rows: [Int32], insteadOf places: [Int], into sort: PartnerQuery.Sort) {
    guard var order = orders.removeValue(forKey: sort) else { return }
    var changedFrom = order.rows.count
    if let first = places.first {
      changedFrom = first
      var kept: [Int32] = []
      kept.reserveCapacity(order.rows.count + rows.count)
      var from = 0
      for place in places {
        kept += order.rows[from..<place]
        from = place + 1
      }
      kept += order.rows[from...]
      order.rows = kept
    }
    let added = rows.sorted { precedes($0, $1, sort) }
    if let first = added.first {
      var from = place(of: first, in: order.rows, sort)
      changedFrom = min(changedFrom, from)
      if from == order.rows.count {
        order.rows += added
      } else {
        var merged: [Int32] = []
        merged.reserveCapacity(order.rows.count + added.count)
        merged += order.rows[..<from]
        for row in added {
          let place = place(of: row, in: order.rows, sort)
          merged += order.rows[from..<place]
          merged.append(row)
          from = place
        }
        merged += order.rows[from...]
        order.rows = merged
      }
    }
    order.number(from: changedFrom, of: entries.count)
    orders[sort] = order
  }

  /// Whether one comes before the other, by what they are sorted by.
  private func precedes(_ a: Int32, _ b: Int32, _ sort: PartnerQuery.Sort) -> Bool {
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
