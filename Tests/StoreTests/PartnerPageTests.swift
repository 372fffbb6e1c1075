import CRM
import Foundation
import Geo
import TestSupport
import Testing

@testable import Store

/// Pages of partners, held against a filter and a sort of whole partners.
@Suite struct PartnerPageTests {
  static let clock = DayClock(now: noon, zone: TimeZone(identifier: "Europe/Minsk")!)
  static let names = ["Вояж", "vojage", "Ёлка", "Łódź", "Атлас", "атлас", "Baltic 12", "Baltic", "я", "Z"]
  static let cities = ["Брест", "брест", "Vilnius", "Минск", "Kraków", nil]

  /// Partners of every sort, of two managers and nobody, and what was put in.
  struct Company {
    let database = try! Database.temporary()
    let users = ["anna", "boris"].map { User(login: $0, name: $0, role: .manager) }
    var partners: [Partner] = []
    var changedAt: [PartnerID: Date] = [:]
    var random = SplitMix(seed: 11)

    mutating func random(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func partner() -> Partner {
      var p = fullPartner(PartnerPageTests.names[random(0..<10)], at: nil, city: "x")
      p.kind = PartnerKind.allCases[random(0..<5)]
      p.status = PartnerStatus.allCases[random(0..<4)]
      p.responsible = random(0..<3) == 0 ? nil : users[random(0..<2)].id
      p.tags = ["море", "vip", "горы"].filter { _ in random(0..<3) == 0 }.sorted()
      p.callIntervalDays = random(0..<2) == 0 ? nil : random(1..<90)
      p.lastVisit = random(0..<4) == 0 ? nil : noon.addingTimeInterval(-86_400 * Double(random(0..<90)))
      let region = [("BY", "BY-BR"), ("BY", "BY-HM"), ("PL", "PL-14")][random(0..<3)]
      p.addresses = [
        Address(
          type: random(0..<3) == 0 ? .legal : .physical, text: "адрес",
          components: .init(
            country: region.0, regionCode: region.1, city: PartnerPageTests.cities[random(0..<6)])),
        Address(text: "другой", components: .init(country: "RU", regionCode: "RU-MOW", city: "Москва")),
      ]
      if random(0..<4) != 0 {
        p.location = geocode(
          place(50 + Double(random(0..<100)) / 20, 24), level: [.house, .street, .region][random(0..<3)])
        p.location?.stale = random(0..<5) == 0
      }
      return p
    }

    init(_ count: Int) throws {
      let users = users
      try database.write(as: tester, at: noon) { for user in users { try $0.add(user: user) } }
      for i in 0..<count {
        let p = partner()
        let at = noon.addingTimeInterval(Double(i) * 60)
        try database.write(as: tester, at: at) { try $0.insert(p) }
        partners.append(try database.read { try $0.partner(p.id)! })
        changedAt[p.id] = at
      }
    }

    mutating func query() -> PartnerQuery {
      var q = PartnerQuery()
      q.walk = [0, 5, 40, 4096][random(0..<4)]
      if random(0..<4) == 0 { q.status = [.active, .paused] }
      if random(0..<4) == 0 { q.kind = [.hotel, .agency, .carrier] }
      if random(0..<4) == 0 { q.tag = ["vip", "горы"] }
      if random(0..<4) == 0 { q.responsible = random(0..<2) == 0 ? ["anna"] : ["boris", ""] }
      if random(0..<4) == 0 { q.region = random(0..<2) == 0 ? ["BY-BR", "PL-14"] : ["by"] }
      if random(0..<4) == 0 { q.city = ["БРЕСТ", "krakow", "москва"] }
      if random(0..<4) == 0 { q.hasLocation = random(0..<2) == 0 }
      if random(0..<5) == 0 { q.level = [.street, .house] }
      if random(0..<5) == 0 { q.stale = random(0..<2) == 0 }
      if random(0..<4) == 0 { q.notVisitedSince = LocalDate("2026-05-01") }
      if random(0..<4) == 0 { q.overdue = random(0..<2) == 0 }
      if random(0..<4) == 0 { q.changedSince = noon.addingTimeInterval(6000) }
      if random(0..<4) == 0 { q.text = ["ба", "vo", "атлас", "12 balt"][random(0..<4)] }
      if random(0..<4) == 0 {
        q.within = .circle(center: place(52, 24), radius: Metres(kilometres: 200))
      }
      q.sort = PartnerQuery.Sort.allCases[random(0..<5)]
      q.descending = random(0..<2) == 0
      q.limit = [1, 7, 50, 500][random(0..<4)]
      q.countsTotal = true
      return q
    }

    /// The same by looking at each partner.
    func expected(_ q: PartnerQuery, _ scope: RecordScope) -> [PartnerID] {
      let clock = PartnerPageTests.clock
      func login(_ p: Partner) -> String { users.first { $0.id == p.responsible }?.login ?? "" }
      func among<T: Equatable>(_ values: [T], _ value: T?) -> Bool {
        values.isEmpty || value.map(values.contains) ?? false
      }
      let held = partners.enumerated().filter { _, p in
        let parts = p.visitAddress!.components
        guard scope.contains(p.responsible), among(q.status, p.status), among(q.kind, p.kind),
          q.tag.isEmpty || p.tags.contains(where: q.tag.contains), among(q.responsible, login(p)),
          q.region.isEmpty
            || q.region.contains(where: { [parts.country, parts.regionCode].contains($0.uppercased()) }),
          among(q.city.map(TextFolding.fold), parts.city.map(TextFolding.fold)),
          q.hasLocation == nil || q.hasLocation == (p.location != nil), among(q.level, p.location?.level),
          q.stale == nil || q.stale == (p.location?.stale ?? false),
          q.changedSince == nil || changedAt[p.id]! >= q.changedSince!
        else { return false }
        if let day = q.notVisitedSince, let visit = p.lastVisit, visit >= clock.start(of: day) {
          return false
        }
        if let wanted = q.overdue {
          let isDue =
            p.callIntervalDays.map { days in
              p.lastVisit.map {
                LocalDate($0, in: clock.zone).daysSinceEpoch + days <= clock.today.daysSinceEpoch
              } ?? true
            } ?? false
          guard isDue == wanted else { return false }
        }
        let texts =
          [p.name] + p.tags + p.addresses.flatMap { [$0.text, $0.components.city ?? ""] }
          + p.people.map(\.name) + p.contactPoints.filter { $0.kind == .email }.map(\.value)
          + [p.registrationNumber ?? ""]
        let words = texts.flatMap(SearchText.words)
        let isFound = SearchText.words(q.text).allSatisfy { typed in
          words.contains { word in
            typed.folded.count <= 2 || typed.hasDigits ? word.key == typed.key : word.key.hasPrefix(typed.key)
          }
            || typed.folded.count <= 2
              && SearchText.words(p.name).contains { word in
                SearchText.beginnings(word).contains { $0 == typed.folded || $0 == typed.key }
              }
        }
        guard isFound else { return false }
        if q.within != nil {
          guard let c = p.location?.coordinate, Geodesy.distance(c, place(52, 24)) <= Metres(kilometres: 200)
          else { return false }
        }
        return true
      }
      func key(_ p: Partner) -> (Int64, [UInt8]) {
        switch q.sort {
        case .name: (0, Array(TextFolding.fold(p.name).utf8))
        case .lastVisit: (p.lastVisit?.milliseconds ?? .min, [])
        case .created: (0, [])
        case .status: (Int64(PartnerStatus.allCases.firstIndex(of: p.status)!), [])
        case .city: (0, Array(TextFolding.fold(p.visitAddress?.components.city ?? "").utf8))
        }
      }
      let sorted = held.sorted { a, b in
        let (x, y) = (key(a.element), key(b.element))
        if x.0 != y.0 { return x.0 < y.0 }
        if x.1 != y.1 { return x.1.lexicographicallyPrecedes(y.1) }
        return a.offset < b.offset
      }.map(\.element.id)
      return q.descending ? sorted.reversed() : sorted
    }
  }

  /// Every page of a list, one after another.
  func pages(_ query: PartnerQuery, _ scope: RecordScope, _ database: Database) throws -> [PartnerSummary] {
    var query = query
    var found: [PartnerSummary] = []
    while true {
      let page = try database.read { try $0.partnerPage(query, scope: scope, by: Self.clock) }
      #expect(page.items.count <= query.limit)
      found += page.items
      guard let next = page.next else { return found }
      #expect(page.items.count == query.limit)
      query.after = try ListCursor(next.text)
    }
  }

  @Test("pages hold exactly the partners that the filters and the scope let through, in order")
  func random() throws {
    var company = try Company(150)
    let scopes: [RecordScope] = [
      .all, .responsible([company.users[0].id]), .responsible(Set(company.users.map(\.id))), .responsible([]),
    ]
    for round in 0..<300 {
      let query = company.query()
      let scope = scopes[round % 4]
      let expected = company.expected(query, scope)
      let found = try pages(query, scope, company.database)
      #expect(found.map(\.id) == expected, "round \(round): \(query) \(scope)")
      let total = try company.database.read { try $0.partnerPage(query, scope: scope, by: Self.clock).total }
      #expect(total == expected.count)
      if let selection = query.within {
        var asked = query
        asked.chosen = try company.database.read { try $0.selectIDs(selection, by: Self.clock) }
        asked.within = nil
        #expect(try pages(asked, scope, company.database).map(\.id) == expected)
      }
      for summary in found.prefix(3) {
        let row = try company.database.read { try $0.partnerRow(summary.id)! }
        #expect(try company.database.read { try $0.summary(row: row) } == summary)
      }
    }
  }

  @Test("regions and tags are those of the partners that a query and the scope let through")
  func regions() throws {
    var company = try Company(150)
    let scopes: [RecordScope] = [.all, .responsible([company.users[0].id]), .responsible([])]
    let since = Self.clock.start(of: Self.clock.today.adding(days: -90))
    for round in 0..<60 {
      let (query, scope) = (company.query(), scopes[round % 3])
      let held = Set(company.expected(query, scope))
      var expected: [String: RegionFacts] = [:]
      for partner in company.partners where held.contains(partner.id) {
        let isDue =
          Urgency(
            lastVisit: partner.lastVisit.map { LocalDate($0, in: Self.clock.zone) },
            interval: partner.callIntervalDays, today: Self.clock.today) == .overdue
        expected[partner.visitAddress!.components.regionCode!, default: RegionFacts()] += RegionFacts(
          partners: 1, overdue: isDue ? 1 : 0,
          unvisited: partner.lastVisit.map { $0 < since } ?? true ? 1 : 0)
      }
      let found = try company.database.read { try $0.regionFacts(query, scope: scope, by: Self.clock) }
      #expect(found == expected, "round \(round): \(query) \(scope)")
    }
    for scope in scopes {
      let seen = company.partners.filter { scope.contains($0.responsible) }
      let tags = try company.database.read { try $0.partnerTags(scope: scope) }
      #expect(tags == Set(seen.flatMap(\.tags)).sorted())
    }
  }

  @Test("what is kept in memory follows every change, and a page of a write sees what the write did")
  func follows() throws {
    var company = try Company(60)
    for round in 0..<60 {
      let query = company.query()
      _ = try pages(query, .all, company.database)
      let i = company.random(0..<company.partners.count)
      let at = noon.addingTimeInterval(Double(round + 200) * 60)
      switch company.random(0..<4) {
      case 0:
        let added = company.partner()
        try company.database.write(as: tester, at: at) { try $0.insert(added) }
        company.partners.append(try company.database.read { try $0.partner(added.id)! })
        company.changedAt[added.id] = at
      case 1:
        let other = company.partner()
        var changed = company.partners[i]
        (changed.name, changed.tags, changed.addresses) = (other.name, other.tags, other.addresses)
        (changed.status, changed.responsible) = (other.status, other.responsible)
        let isNew = try company.database.write(as: tester, at: at) { try $0.update(changed) }
        if isNew { company.changedAt[changed.id] = at }
      case 2:
        let visit = Activity(
          kind: .visit, partner: company.partners[i].id, at: noon.addingTimeInterval(-3600))
        try company.database.write(as: tester, at: at) { try $0.record(activity: visit) }
        if company.partners[i].lastVisit.map({ $0 < visit.at }) ?? true {
          company.changedAt[visit.partner] = at
        }
      default:
        try company.database.write(as: tester, at: at) {
          try $0.setPin(place(51, 24), for: company.partners[i].id)
        }
        company.changedAt[company.partners[i].id] = at
      }
      let id = company.partners[i].id
      company.partners[i] = try company.database.read { try $0.partner(id)! }
      #expect(try company.database.read { try $0.partnerDetail(id) } == company.partners[i])
      #expect(
        try pages(query, .all, company.database).map(\.id) == company.expected(query, .all), "round \(round)")
    }
    struct Stop: Error {}
    var query = PartnerQuery()
    query.countsTotal = true
    let before = try company.database.read { try $0.partnerPage(query, scope: .all).total }
    #expect(throws: Stop.self) {
      try company.database.write(as: tester) { writer in
        try writer.insert(company.partner())
        #expect(try writer.partnerPage(query, scope: .all).total == before! + 1)
        throw Stop()
      }
    }
    #expect(try company.database.read { try $0.partnerPage(query, scope: .all).total } == before)
  }

  @Test(
    "a partner that was shown neither comes again nor is one passed over when others come and go between pages"
  )
  func stable() throws {
    var company = try Company(80)
    for sort in PartnerQuery.Sort.allCases {
      var query = PartnerQuery()
      (query.sort, query.descending, query.limit) = (sort, company.random(0..<2) == 0, 9)
      let meant = Set(company.partners.map(\.id))
      var seen: [PartnerID] = []
      repeat {
        let page = try company.database.read { try $0.partnerPage(query, scope: .all, by: Self.clock) }
        seen += page.items.map(\.id)
        query.after = page.next
        let added = company.partner()
        try company.database.write(as: tester) { try $0.insert(added) }
      } while query.after != nil
      #expect(Set(seen).count == seen.count)
      #expect(meant.isSubset(of: seen))
      company.partners = try company.database.read { reader in
        try reader.select(.all).partners.compactMap { try reader.partner($0.id) }
      }
    }
  }

  @Test("the cursor of the last partner removed still says where the list goes on")
  func removedCursor() throws {
    let company = try Company(20)
    var query = PartnerQuery()
    (query.sort, query.limit) = (.created, 5)
    let first = try company.database.read { try $0.partnerPage(query, scope: .all) }
    try company.database.write(as: tester) { writer in
      try writer.db.run("DELETE FROM partner WHERE uid = ?", first.items[4].id.blob)
    }
    query.after = first.next
    let second = try company.database.read { try $0.partnerPage(query, scope: .all) }
    #expect(second.items.map(\.id) == company.partners[5..<10].map(\.id))
  }

  @Test(
    "a cursor of another order or list, a broken one and a limit out of range are refused",
    arguments: ["", "x", "AQEA", String(repeating: "A", count: 9000), "AQkAAQAAAAAAAAAA"])
  func refused(_ text: String) throws {
    #expect(throws: StoreError.badCursor("")) { try ListCursor(text) }
    let company = try Company(3)
    var query = PartnerQuery()
    query.limit = 1
    query.after = try company.database.read { try $0.partnerPage(query, scope: .all).next }
    query.descending = true
    #expect(throws: StoreError.badCursor("")) {
      try company.database.read { try $0.partnerPage(query, scope: .all) }
    }
    var tasks = TaskQuery()
    tasks.after = query.after
    #expect(throws: StoreError.badCursor("")) {
      try company.database.read { try $0.taskPage(tasks, scope: .all) }
    }
    for limit in [0, -1, 501] {
      var query = PartnerQuery()
      query.limit = limit
      #expect(throws: StoreError.badValue(field: "", detail: "")) {
        try company.database.read { try $0.partnerPage(query, scope: .all) }
      }
    }
  }
}
