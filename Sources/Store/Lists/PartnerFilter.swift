import CRM
import Foundation
import Geo

/// The filters of a query and what the asker may see, as one question about an entry of ``PartnerDirectory``.
struct PartnerFilter {
  private var statuses = UInt32.max
  private var kinds = UInt32.max
  private var levels = UInt32.max
  private var stale: Bool?
  private var visitedBefore = Int64.max
  private var overdue: (days: DueDays, isWanted: Bool)?
  private var changedSince = Int64.min
  /// By user's row, 0 for nobody; those beyond are not among them.
  private var responsible: [Bool]?
  private var cities: [Bool]?
  private var regions: [Bool]?
  private var tagSets: [Bool]?
  private var rows: RowSet?

  @inline(__always) func holds(_ e: PartnerDirectory.Entry, row: Int) -> Bool {
    guard e.exists, statuses & (1 << UInt32(e.statusCode)) != 0, kinds & (1 << UInt32(e.kindCode)) != 0,
      levels & (1 << UInt32(e.levelCode)) != 0, e.lastVisit < visitedBefore || visitedBefore == .max,
      e.changedAt >= changedSince
    else { return false }
    if let stale, e.stale != stale { return false }
    if let responsible {
      let user = Int(e.responsible)
      guard user < responsible.count, responsible[user] else { return false }
    }
    if let cities, !cities[Int(e.city)] { return false }
    if let regions, !regions[Int(e.region)] { return false }
    if let tagSets, !tagSets[Int(e.tags)] { return false }
    if let rows, !rows.contains(Int64(row)) { return false }
    if let overdue, overdue.days.isDue(interval: e.interval, lastVisit: e.lastVisit) != overdue.isWanted {
      return false
    }
    return true
  }

  /// The fewest rows that hold whoever the filter holds, as far as one of its parts says.
  enum Candidates {
    case everybody
    /// The marked groups but for the changed rows, and those.
    case group(RowGroups, [Bool], changed: RowSet, count: Int)
    case rows(RowSet, count: Int)

    /// - Parameter everybody: how many there are at most.
    func count(of everybody: Int) -> Int {
      switch self {
      case .everybody: everybody
      case .group(_, _, _, let count), .rows(_, let count): count
      }
    }

    func visit(_ count: Int, _ body: (Int) -> Void) {
      switch self {
      case .everybody: for row in 0..<count { body(row) }
      case .group(let groups, let marks, let changed, _):
        groups.visit(marks) { if !changed.contains(Int64($0)) { body($0) } }
        changed.visitEach { body(Int($0)) }
      case .rows(let rows, _): rows.visitEach { if $0 < count { body(Int($0)) } }
      }
    }
  }

  func candidates(in directory: PartnerDirectory) -> Candidates {
    var (best, fewest) = (Candidates.everybody, directory.entries.count)
    if let rows {
      let count = rows.count
      if count < fewest { (best, fewest) = (.rows(rows, count: count), count) }
    }
    guard let groups = directory.groups else { return best }
    let changed = directory.regrouped.count
    for (group, marks) in [
      (groups.responsible, responsible), (groups.city, cities), (groups.region, regions),
      (groups.tags, tagSets),
    ] {
      guard let marks else { continue }
      let count = group.count(marks) + changed
      guard count < fewest else { continue }
      (best, fewest) = (.group(group, marks, changed: directory.regrouped, count: count), count)
    }
    return best
  }

  /// Only those that both sets have.
  private mutating func narrow(to users: Set<Int64>) {
    var marks = [Bool](repeating: false, count: Int(users.max() ?? -1) + 1)
    for user in users where responsible == nil || Int(user) < responsible!.count && responsible![Int(user)] {
      marks[Int(user)] = true
    }
    responsible = marks
  }

  /// - Throws: ``StoreError/notFound(entity:id:)`` for a login nobody has; what a selection throws.
  init(
    _ query: PartnerQuery, scope: RecordScope, in directory: PartnerDirectory, by clock: DayClock,
    reader: Reader
  ) throws {
    func bits(_ codes: [Int]) -> UInt32 { codes.isEmpty ? .max : codes.reduce(0) { $0 | 1 << UInt32($1) } }
    statuses = bits(query.status.map(PointTable.code))
    kinds = bits(query.kind.map(PointTable.code))
    levels = bits(query.level.map { Int($0.code) })
    let nowhere: UInt32 = 1 << UInt32(PartnerDirectory.noLevel)
    switch query.hasLocation {
    case true?: levels &= ~nowhere
    case false?: levels &= nowhere
    case nil: break
    }
    stale = query.stale
    if let day = query.notVisitedSince { visitedBefore = clock.start(of: day).milliseconds }
    if let wanted = query.overdue { overdue = (DueDays(clock.today, clock), wanted) }
    if let date = query.changedSince { changedSince = date.milliseconds }
    if let users = try reader.userRows(of: scope) { narrow(to: users) }
    if !query.responsible.isEmpty { narrow(to: Set(try query.responsible.map(reader.userRow(login:)))) }
    if !query.city.isEmpty {
      let wanted = Set(query.city.map { Array(TextFolding.fold($0).utf8) })
      cities = directory.cities.marks(wanted.contains)
    }
    if !query.region.isEmpty {
      let wanted = Set(query.region.map { $0.uppercased() })
      regions = directory.regions.marks { wanted.contains($0.code) || wanted.contains($0.country) }
    }
    if !query.tag.isEmpty {
      let wanted = Set(query.tag.map(\.composed))
      tagSets = directory.tagSets.marks { $0.contains(where: wanted.contains) }
    }
    if query.chosen != nil || query.within != nil {
      var found = RowSet()
      for entry in query.chosen?.entries ?? [] { found.insert(entry.row) }
      if query.chosen == nil, let selection = query.within {
        for entry in try reader.selectIDs(selection, by: clock).entries { found.insert(entry.row) }
      }
      rows = found
    }
    if let found = try reader.partnerRows(matching: query.text) { narrow(to: found) }
    if let box = query.box {
      var found = RowSet()
      try reader.forEachPoint(in: box) { found.insert($0.row) }
      narrow(to: found)
    }
  }

  private mutating func narrow(to found: RowSet) {
    if rows == nil { rows = found } else { rows?.formIntersection(found) }
  }
}

extension ReadAccess {
  /// The rows of the users of a scope, and 0 for nobody; nil where everything is seen.
  func userRows(of scope: RecordScope) throws -> Set<Int64>? {
    guard case .responsible(let users) = scope else { return nil }
    // Somebody who is not there answers for nothing; what is nobody's is everybody's.
    return Set(
      try users.compactMap { user in
        try db.first("SELECT id FROM user WHERE uid = ?", user.blob) { $0.int64(0) }
      } + [0])
  }

  /// 0 for the empty login, which stands for nobody.
  func userRow(login: String) throws -> Int64 {
    guard !login.isEmpty else { return 0 }
    let row = try db.first("SELECT id FROM user WHERE login = ?", .text(login)) { $0.int64(0) }
    guard let row else { throw StoreError.notFound(entity: "user", id: login) }
    return row
  }
}
