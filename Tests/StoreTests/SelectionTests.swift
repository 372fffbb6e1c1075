import CRM
import Foundation
import Geo
import Testing

@testable import Store

/// A generator with a fixed seed.
struct Seeded: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 29
  }
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}

/// 400 partners around the world's corners that matter, with the plain answer to any selection beside the store's.
struct World {
  let database: Database
  let partners: [Partner]
  let logins: [UserID: String]
  let regions: [Region]

  init() throws {
    database = try Database.temporary()
    let users = ["anna", "boris"].map { User(login: $0, name: $0, role: .manager) }
    logins = Dictionary(uniqueKeysWithValues: users.map { ($0.id, $0.login) })
    var random = Seeded(state: 11)
    partners = (0..<400).map { i in
      let spot: Coordinate? =
        switch i % 8 {
        case 0: nil
        case 1: place(-10 + 20 * random.unit(), 170 + 10 * random.unit())
        case 2: place(-10 + 20 * random.unit(), -180 + 10 * random.unit())
        default: place(51 + 5 * random.unit(), 23 + 9 * random.unit())
        }
      var partner = Partner(
        kind: PartnerKind.allCases[i % 5], name: "Партнёр \(i)", status: PartnerStatus.allCases[i % 4],
        responsible: i % 3 == 0 ? nil : users[i % 2].id,
        tags: [["vip"], ["сеть", "vip"], []][i % 3], callIntervalDays: i % 4 == 0 ? nil : 10 * (i % 7 + 1),
        location: spot.map { geocode($0) })
      if i % 5 != 0 { partner.lastVisit = noon.addingTimeInterval(-86_400 * Double(i % 90)) }
      return partner
    }
    regions = [
      Region(
        code: "BY-BR", level: .subdivision, country: "BY", names: ["ru": "Брестская область"],
        area: MultiPolygon([Polygon(outer: square(51, 23, 53, 27))])),
      Region(
        code: "BY-VI", level: .subdivision, country: "BY", names: ["ru": "Витебская область"],
        area: MultiPolygon([Polygon(outer: square(54.5, 27, 56, 31))])),
      Region(
        code: "LT", level: .country, country: "LT", names: ["en": "Lithuania"],
        area: MultiPolygon([
          Polygon(outer: square(54, 23, 56, 26), holes: [square(54.5, 24, 55.5, 25).reversed()]),
          Polygon(outer: square(53, 23, 53.5, 23.5)),
        ])),
    ]
    let (all, areas) = (partners, regions)
    try database.write(as: tester, at: noon) { writer in
      for user in users { try writer.add(user: user) }
      for partner in all { try writer.insert(partner) }
      try writer.replaceRegions(areas)
    }
  }

  /// What a selection means, one partner at a time, without index, SQL or sets.
  func holds(_ s: Selection, _ p: Partner, _ clock: DayClock) -> Bool {
    let spot = p.location?.coordinate
    switch s {
    case .all: return true
    case .region(let code):
      let own = regions.filter { $0.code == code }
      return (own.isEmpty ? regions.filter { $0.country == code } : own).contains { region in
        spot.map { PreparedPolygon(region.area).contains($0) } ?? false
      }
    case .polygon(let area): return spot.map { PreparedPolygon(area).contains($0) } ?? false
    case .circle(let center, let radius): return spot.map { Geodesy.distance(center, $0) <= radius } ?? false
    case .corridor(let line, let distance):
      return spot.map { Geodesy.distance(from: $0, to: line) <= distance } ?? false
    case .ids(let ids): return ids.contains(p.id)
    case .status(let list): return list.contains(p.status)
    case .kind(let list): return list.contains(p.kind)
    case .tag(let tags): return tags.contains { p.tags.contains($0) }
    case .responsible(let list): return list.contains(p.responsible.flatMap { logins[$0] } ?? "")
    case .notVisitedSince(let day):
      return p.lastVisit.map { LocalDate($0, in: clock.zone) < day } ?? true
    case .overdue(let day):
      guard let interval = p.callIntervalDays else { return false }
      return p.lastVisit.map {
        LocalDate($0, in: clock.zone).adding(days: interval) <= (day ?? LocalDate(clock.now, in: clock.zone))
      } ?? true
    case .and(let list): return list.allSatisfy { holds($0, p, clock) }
    case .or(let list): return list.contains { holds($0, p, clock) }
    case .not(let one): return !holds(one, p, clock)
    }
  }

  static let clock = DayClock(now: noon, zone: .gmt)

  /// Every way of asking, from rows and from memory, gives what the selection means.
  func verify(_ s: Selection, by clock: DayClock = clock, _ comment: Comment? = nil) throws {
    let expected = Set(partners.filter { holds(s, $0, clock) }.map(\.id))
    let quick = try database.read { try $0.selectIDs(s, by: clock) }
    #expect(Set(quick.entries.map(\.id)) == expected, comment ?? "\(s)")
    #expect(quick.count == expected.count)
    let full = try database.read { try $0.select(s, by: clock) }
    #expect(Set(full.partners.map(\.id)) == expected, comment ?? "\(s)")
    #expect(full.count == expected.count)
    var streamed: [PartnerID] = []
    try database.read { try $0.forEachSummary(s, by: clock) { streamed.append($0.id) } }
    #expect(Set(streamed) == expected && streamed.count == expected.count)
    let written = try database.write(as: tester) { try $0.selectIDs(s, by: clock) }
    #expect(Set(written.entries.map(\.id)) == expected)
    let chosen = partners.filter { expected.contains($0.id) }
    let byStatus = Dictionary(grouping: chosen, by: \.status.rawValue).mapValues(\.count)
    let byResponsible = Dictionary(grouping: chosen) { $0.responsible.flatMap { logins[$0] } ?? "" }
      .mapValues(\.count)
    for counts in [quick.byStatus, full.byStatus] { #expect(counts == byStatus) }
    for counts in [quick.byResponsible, full.byResponsible] { #expect(counts == byResponsible) }
  }
}

/// What `work` gives on a thread of its own: reads of one database do not nest on one thread.
private func onAnotherThread(_ work: @escaping @Sendable () throws -> Int) -> Int? {
  let box = Box()
  let done = DispatchSemaphore(value: 0)
  Thread {
    box.value = try? work()
    done.signal()
  }.start()
  done.wait()
  return box.value
}

private final class Box: @unchecked Sendable { var value: Int? }

@Suite struct SelectionTests {
  static let world = Result { try World() }
  var world: World { get throws { try Self.world.get() } }

  static let leaves: [Selection] = [
    .all, .region("BY-BR"), .region("BY"), .region("LT"),
    .polygon(
      MultiPolygon([
        Polygon(outer: square(52, 24, 55, 30), holes: [square(53, 26, 54, 28).reversed()]),
        Polygon(outer: square(51, 23, 51.5, 32)),
      ])),
    .circle(center: place(53, 27), radius: Metres(kilometres: 150)),
    .circle(center: place(0, 180), radius: Metres(kilometres: 700)),
    .circle(center: place(0, -179.9), radius: Metres(kilometres: 300)),
    .corridor(
      LineString([place(52, 23.7), place(53.9, 27.5), place(55.2, 30.2)]), distance: Metres(kilometres: 40)),
    .corridor(LineString([place(-5, 178), place(5, -178)]), distance: Metres(kilometres: 100)),
    .status([.active, .paused]), .status([]), .kind([.hotel]), .tag(["vip"]), .tag(["сеть", "нет"]),
    .responsible(["anna"]), .responsible([""]), .responsible(["", "boris"]),
    .notVisitedSince(LocalDate("2026-05-01")!), .overdue(asOf: LocalDate("2026-06-08")!), .overdue(asOf: nil),
    .ids([]),
  ]

  @Test("each kind of area and filter gives exactly its partners", arguments: leaves)
  func leaf(_ selection: Selection) throws { try world.verify(selection) }

  static let clocks = ["GMT", "Europe/Minsk", "Europe/Warsaw", "America/St_Johns", "Pacific/Kiritimati"].map {
    DayClock(now: noon, zone: TimeZone(identifier: $0)!)
  }

  @Test("days begin where the asker says", arguments: clocks)
  func zones(_ clock: DayClock) throws {
    for day in ["2026-05-01", "2026-03-29", "2026-06-08"].map({ LocalDate($0)! }) {
      try world.verify(.notVisitedSince(day), by: clock)
      try world.verify(.overdue(asOf: day), by: clock)
    }
    try world.verify(.overdue(asOf: nil), by: clock)
  }

  @Test("a visit late in the evening in UTC was made the next day in Minsk")
  func lateVisit() throws {
    let database = try Database.temporary()
    var partner = fullPartner()
    partner.callIntervalDays = 10
    // 2026-06-07 21:30 UTC is 2026-06-08 00:30 in Minsk.
    partner.lastVisit = noon.addingTimeInterval(-11.5 * 3600)
    try database.write(as: tester) { [partner] in try $0.insert(partner) }
    func held(_ selection: Selection, _ zone: String, now: Date = noon) throws -> Bool {
      let clock = DayClock(now: now, zone: TimeZone(identifier: zone)!)
      let answers = try [
        database.read { try $0.selectIDs(selection, by: clock).count },
        database.read { try $0.selectIDs(selection, by: clock).count },
        database.write(as: tester) { try $0.selectIDs(selection, by: clock).count },
      ]
      #expect(Set(answers).count == 1)
      return answers[0] == 1
    }
    let since = Selection.notVisitedSince(LocalDate("2026-06-08")!)
    #expect(try held(since, "GMT"))
    #expect(try !held(since, "Europe/Minsk"))
    let due = Selection.overdue(asOf: LocalDate("2026-06-17")!)
    #expect(try held(due, "GMT"))
    #expect(try !held(due, "Europe/Minsk"))
    // 2026-06-17 21:30 UTC: the 18th has begun in Minsk.
    let evening = noon.addingTimeInterval(9 * 86_400 + 12.5 * 3600)
    #expect(try held(.overdue(asOf: nil), "Europe/Minsk", now: evening))
    #expect(try !held(.overdue(asOf: nil), "Europe/Minsk", now: evening.addingTimeInterval(-3600)))
  }

  @Test("an interval of ages is never due, and a day that has no midnight begins with its first instant")
  func oddDays() throws {
    let database = try Database.temporary()
    var partner = fullPartner()
    partner.callIntervalDays = Int(Int32.max) + 5
    partner.lastVisit = noon
    try database.write(as: tester) { [partner] in try $0.insert(partner) }
    #expect(try database.read { try $0.selectIDs(.overdue(asOf: LocalDate("9999-12-31")!)).count } == 0)
    // Clocks in São Paulo went from 2018-11-03 23:59:59 to 2018-11-04 01:00.
    let clock = DayClock(now: noon, zone: TimeZone(identifier: "America/Sao_Paulo")!)
    let start = clock.start(of: LocalDate("2018-11-04")!)
    #expect(LocalDate(start, in: clock.zone) == LocalDate("2018-11-04")!)
    #expect(LocalDate(start.addingTimeInterval(-0.001), in: clock.zone) == LocalDate("2018-11-03")!)
  }

  @Test("ids give those partners that exist, once")
  func ids() throws {
    let world = try world
    let some = world.partners.prefix(7).map(\.id)
    try world.verify(.ids(some + some + [.new()]))
    try world.verify(.and([.ids(Array(some)), .status([.active])]))
  }

  @Test("random combinations with AND, OR, NOT mean what they say", arguments: 0..<60)
  func combinations(_ seed: Int) throws {
    var random = Seeded(state: UInt64(seed + 1))
    func tree(_ depth: Int) -> Selection {
      let pick = depth == 0 ? 3 : Int.random(in: 0..<5, using: &random)
      switch pick {
      case 0: return .and((0..<Int.random(in: 0...3, using: &random)).map { _ in tree(depth - 1) })
      case 1: return .or((0..<Int.random(in: 0...3, using: &random)).map { _ in tree(depth - 1) })
      case 2: return .not(tree(depth - 1))
      default: return Self.leaves.randomElement(using: &random)!
      }
    }
    try world.verify(tree(3), by: Self.clocks[seed % Self.clocks.count], "seed \(seed)")
  }

  @Test("random polygons of hundreds of vertices agree with SpatiaLite's ST_Within")
  func reference() throws {
    let world = try world
    var random = Seeded(state: 5)
    for _ in 0..<20 {
      let centre = (51 + 5 * random.unit(), 24 + 7 * random.unit())
      var ring = (0..<300).map { i in
        let angle = Double(i) / 300 * 2 * .pi
        let radius = 1 + 0.5 * random.unit()
        return place(centre.0 + radius * sin(angle), centre.1 + radius * cos(angle))
      }
      ring.append(ring[0])
      let area = MultiPolygon([Polygon(outer: ring)])
      let ours = try world.database.read { try $0.selectIDs(.polygon(area)) }
      let theirs = try world.database.read { try $0.referenceWithin(area) }
      #expect(Set(ours.entries.map(\.id)) == Set(theirs))
      #expect(!theirs.isEmpty)
    }
  }

  @Test("a region of many thousand vertices is answered, and a replaced one is not remembered")
  func bigRegion() throws {
    let database = try Database.temporary()
    let inside = fullPartner("Внутри", at: place(0, 0.5))
    func region(_ radius: Double) -> Region {
      var ring = (0..<20_000).map { i in
        let angle = Double(i) / 20_000 * 2 * .pi
        return place(radius * sin(angle), radius * cos(angle))
      }
      ring.append(ring[0])
      return Region(
        code: "XX", level: .country, country: "XX", names: [:], area: MultiPolygon([Polygon(outer: ring)]))
    }
    try database.write(as: tester) {
      try $0.insert(inside)
      try $0.replaceRegions([region(1)])
    }
    #expect(try database.read { try $0.selectIDs(.region("XX")).count } == 1)
    #expect(try database.read { try $0.regionArea(code: "XX") } == region(1).area)
    try database.write(as: tester) { try $0.replaceRegions([region(0.4)]) }
    #expect(try database.read { try $0.selectIDs(.region("XX")).count } == 0)
    #expect(try database.read { try $0.region(code: "XX") } == region(0.4))
  }

  @Test("a region is read by its code alone, and all of them one at a time")
  func regionReading() throws {
    let database = try Database.temporary()
    let codes = ["BY-BR", "BY-VI", "LT-VL"]
    let all = codes.enumerated().map { index, code in
      let west = Double(index)
      return Region(
        code: code, level: .subdivision, country: String(code.prefix(2)), names: ["en": code],
        area: MultiPolygon([Polygon(outer: square(0, west, 1, west + 1))]))
    }
    try database.write(as: tester) { writer in
      try writer.replaceRegions(all)
      // Whoever decodes the others as well stumbles here.
      try writer.db.run("UPDATE region SET names = '[]' WHERE code = 'LT-VL'")
    }
    try database.read { reader in
      #expect(try reader.region(code: "BY-VI") == all[1])
      #expect(try reader.region(code: "BY") == nil)
      #expect(throws: StoreError.unreadable(table: "", detail: "")) { try reader.region(code: "LT-VL") }
      var seen: [Region] = []
      try reader.forEachRegion(country: "BY") { seen.append($0) }
      #expect(seen == Array(all[..<2]))
    }
    try database.write(as: tester) { try $0.replaceRegions(all.reversed()) }
    var seen: [Region] = []
    try database.read { reader in try reader.forEachRegion { seen.append($0) } }
    #expect(seen == all)
  }

  @Test("an area of a write that is rolled back is not remembered")
  func rolledBackRegion() throws {
    struct Stop: Error {}
    let database = try Database.temporary()
    func region(_ east: Double) -> Region {
      Region(
        code: "XX", level: .country, country: "XX", names: [:],
        area: MultiPolygon([Polygon(outer: square(-1, 0, 1, east))]))
    }
    let partner = fullPartner("Внутри", at: place(0, 0.5))
    try database.write(as: tester) {
      try $0.insert(partner)
      try $0.replaceRegions([region(1)])
    }
    #expect(throws: Stop.self) {
      try database.write(as: tester) { writer in
        try writer.replaceRegions([region(0.2)])
        #expect(try writer.selectIDs(.region("XX")).count == 0)
        throw Stop()
      }
    }
    // The same row and revision as the one rolled back, with another area.
    try database.write(as: tester) { try $0.replaceRegions([region(1)]) }
    #expect(try database.read { try $0.selectIDs(.region("XX")).count } == 1)
  }

  @Test("an unknown region or login and a self-crossing or open polygon are coded errors")
  func errors() throws {
    let world = try world
    func code(_ selection: Selection) throws -> String {
      try world.database.read { reader in
        do {
          _ = try reader.select(selection)
          return ""
        } catch let error as any CodedError { return error.code }
      }
    }
    #expect(try code(.region("BY-XX")) == "store.region.unknown")
    #expect(try code(.responsible(["nobody"])) == "store.user.notFound")
    let crossing = [place(0, 0), place(1, 1), place(0, 1), place(1, 0), place(0, 0)]
    #expect(try code(.polygon(MultiPolygon([Polygon(outer: crossing)]))).hasPrefix("geo."))
    #expect(
      try code(.not(.polygon(MultiPolygon([Polygon(outer: Array(crossing.dropLast()))])))).hasPrefix("geo."))
    do {
      _ = try world.database.read { try $0.select(.region("BY-XX")) }
    } catch let error as StoreError { #expect(error.choices == ["BY-BR", "BY-VI"]) }
  }

  @Test("points in memory follow every change: moved, added, removed, rolled back")
  func pointsInMemory() throws {
    struct Stop: Error {}
    let database = try Database.temporary()
    let circle = Selection.circle(center: place(52.0975, 23.688), radius: Metres(100))
    func count() throws -> Int { try database.read { try $0.selectIDs(circle).count } }
    #expect(try count() == 0)
    let partner = fullPartner()
    try database.write(as: tester) { try $0.insert(partner) }
    #expect(try count() == 1)
    try database.write(as: tester) { try $0.setPin(place(53, 24), for: partner.id) }
    #expect(try count() == 0)
    #expect(throws: Stop.self) {
      try database.write(as: tester) { writer in
        try writer.setPin(place(52.0975, 23.688), for: partner.id)
        #expect(try writer.selectIDs(circle).count == 1)
        throw Stop()
      }
    }
    #expect(try count() == 0)
    let run = try database.write(as: tester) { writer in
      let run = try writer.beginImportRun(source: "x")
      let added = fullPartner("Ещё")
      try writer.insert(added)
      try writer.importChange(run, partner: added.id, before: nil)
      return run
    }
    #expect(try count() == 1)
    try database.read { (old) throws in
      // A snapshot that began before a later change keeps its own answer.
      let before = try old.selectIDs(circle).count
      let now = onAnotherThread {
        try database.write(as: tester) { try $0.undoImportRun(run) }
        return try database.read { try $0.selectIDs(circle).count }
      }
      let after = try old.selectIDs(circle).count
      #expect(before == 1 && now == 0 && after == 1)
    }
  }

  @Test("filters in memory follow every change of what they ask for")
  func filtersInMemory() throws {
    let database = try Database.temporary()
    var partner = fullPartner()
    partner.callIntervalDays = nil
    try database.write(as: tester, at: noon) { [partner] in try $0.insert(partner) }
    let clock = DayClock(now: noon, zone: .gmt)
    func answers() throws -> [Int] {
      try database.read { reader in
        try [
          .status([.paused]), .kind([.hotel]), .overdue(asOf: nil),
          .notVisitedSince(LocalDate("2026-06-08")!),
        ].map { try reader.selectIDs($0, by: clock).count }
      }
    }
    #expect(try answers() == [0, 0, 0, 1])
    try database.write(as: tester, at: noon) { writer in
      var changed = try #require(try writer.partner(partner.id))
      changed.status = .paused
      changed.kind = .hotel
      changed.callIntervalDays = 3
      try writer.update(changed)
    }
    #expect(try answers() == [1, 1, 1, 1])
    let visit = Activity(kind: .visit, partner: partner.id, at: noon)
    try database.write(as: tester, at: noon) { try $0.record(activity: visit) }
    #expect(try answers() == [1, 1, 0, 0])
  }

  @Test("a removed selection is gone, its name free, and an unknown one is refused")
  func removed() throws {
    let database = try Database.temporary()
    let saved = SavedSelection(name: "Запад", selection: .all)
    try database.write(as: tester) {
      try $0.save(selection: saved)
      try $0.remove(selection: saved.id)
      try $0.save(selection: SavedSelection(name: "Запад", selection: .status([.active])))
    }
    #expect(try database.read { try $0.savedSelections().map(\.selection) } == [.status([.active])])
    let actions = try database.read {
      try $0.audit(entity: "selection", id: saved.id.description).map(\.action)
    }
    #expect(actions == ["create", "delete"])
    #expect(throws: StoreError.notFound(entity: "selection", id: "")) {
      try database.write(as: tester) { try $0.remove(selection: saved.id) }
    }
  }

  @Test("selections are kept under their names, one owner's apart from another's")
  func saved() throws {
    let database = try Database.temporary()
    let user = User(login: "anna", name: "A", role: .manager)
    let common = SavedSelection(name: "Запад", selection: .and(Self.leaves))
    let own = SavedSelection(name: "Запад", owner: user.id, selection: .status([.active]))
    try database.write(as: tester) {
      try $0.add(user: user)
      try $0.save(selection: common)
      try $0.save(selection: own)
    }
    #expect(try database.read { try $0.savedSelections() } == [common, own])
    #expect(try database.read { try $0.savedSelections(for: user.id) } == [common, own])
    #expect(try database.read { try $0.savedSelections(for: .new()) } == [common])
    #expect(try database.read { try $0.savedSelection(named: "Запад") } == common)
    #expect(try database.read { try $0.savedSelection(named: "Запад", owner: user.id) } == own)
    #expect(try database.read { try $0.savedSelection(named: "Восток") } == nil)
    #expect(throws: StoreError.duplicate(entity: "selection", key: "")) {
      try database.write(as: tester) {
        try $0.save(selection: SavedSelection(name: "Запад", selection: .all))
      }
    }
  }

  @Test("regions of the operator's own are kept apart from the table that is made of them")
  func ownRegions() throws {
    func region(_ code: String, _ name: String) -> Region {
      Region(
        code: code, level: .subdivision, country: "BY", names: ["ru": name],
        area: MultiPolygon([Polygon(outer: square(52, 23, 53, 26))]))
    }
    let (west, east) = (region("BY-ZAP", "Запад"), region("BY-VOS", "Восток"))
    let database = try Database.temporary()
    try database.write(as: tester) {
      try $0.keep(ownRegions: [west, region("BY-VOS", "?")])
      try $0.keep(ownRegions: [east])
      try $0.replaceRegions([west], own: ["BY-ZAP"])
    }
    #expect(try database.read { try $0.ownRegions() } == [east, west])
    #expect(try database.read { try $0.hasShippedRegions() } == false)
    try database.write(as: tester) {
      try $0.replaceRegions([west, east], own: ["BY-ZAP"])
      #expect(try $0.remove(ownRegion: "BY-ZAP"))
      #expect(try !$0.remove(ownRegion: "BY-ZAP"))
    }
    #expect(try database.read { try $0.ownRegions() } == [east])
    #expect(try database.read { try $0.hasShippedRegions() })
    #expect(try database.read { try $0.regionCount() } == 2)
    #expect(
      try database.read { try $0.audit(entity: "region", id: "BY-ZAP").map(\.action) } == ["keep", "delete"])
  }

  @Test("overrides of regions are kept, changed and taken back")
  func overrides() throws {
    let database = try Database.temporary()
    try database.write(as: tester) {
      try $0.setRegionOverride(RegionOverride(polygon: "RU/Crimea", country: "UA", region: "UA-43"))
      try $0.setRegionOverride(RegionOverride(polygon: "XX/Y", country: "XX"))
      try $0.setRegionOverride(RegionOverride(polygon: "RU/Crimea", country: "UA"))
      try $0.setRegionOverride(RegionOverride(polygon: "XX/Y"))
    }
    #expect(
      try database.read { try $0.regionOverrides() } == [RegionOverride(polygon: "RU/Crimea", country: "UA")])
  }
}
