import CRM
import Foundation
import Geo
import TestSupport
import Testing

@testable import Store

@Suite("Partners as points of a map")
struct MapPointTests {
  static let clock = DayClock(
    now: Date(timeIntervalSince1970: 1_782_820_800), zone: TimeZone(identifier: "Europe/Minsk")!)
  let store: Database

  init() throws {
    store = try Database.temporary()
    var random = SplitMix(seed: 9)
    try store.write(as: tester, at: Self.clock.now.addingTimeInterval(-400 * 86_400)) { writer in
      for number in 0..<200 {
        let place = Coordinate(
          trustedLatitude: 50 + Double(number % 20) * 0.25, longitude: 22 + Double(number / 20) * 0.5)
        var partner = Partner(
          kind: number % 5 == 0 ? .hotel : .agency, name: "П\(number)",
          callIntervalDays: [nil, 1, 7, 30, 90, 365].randomElement(using: &random)!)
        if number % 10 != 0 {
          partner.location = GeocodeResult(
            coordinate: place, level: .house, score: 1, provider: "test", query: "q", label: "l",
            at: Self.clock.now)
        }
        try writer.insert(partner)
        guard number % 3 != 0 else { continue }
        let ago = Double(Int.random(in: 0...380, using: &random)) + 0.3
        let visit = Self.clock.now.addingTimeInterval(-ago * 86_400)
        try writer.record(activity: Activity(kind: .visit, partner: partner.id, at: visit))
      }
    }
  }

  private func points(
    _ box: BoundingBox = BoundingBox(south: -90, west: -180, north: 90, east: 180),
    _ chosen: PartnerQuery? = nil
  ) throws -> [MapPoint] {
    try store.read { reader in
      let among = try chosen.map { try reader.chosenPartners($0, scope: .all, by: Self.clock) }
      var found: [MapPoint] = []
      try reader.forEachPoint(in: box, among: among, by: Self.clock) { found.append($0) }
      return found
    }
  }

  @Test("urgency by the points in memory is urgency by days")
  func urgency() throws {
    let all = try points()
    #expect(all.count == 180)
    var seen: Set<Urgency> = []
    for point in all {
      let partner = try #require(try store.read { try $0.partner(point.partner) })
      let expected = Urgency(
        lastVisit: partner.lastVisit.map { LocalDate($0, in: Self.clock.zone) },
        interval: partner.callIntervalDays, today: Self.clock.today)
      #expect(point.urgency == expected, "\(partner.name)")
      seen.insert(point.urgency)
    }
    #expect(seen == Set(Urgency.allCases))
  }

  @Test("a choice leaves whom its list shows, on the map and in its box")
  func chosen() throws {
    var query = PartnerQuery()
    query.kind = [.hotel]
    query.limit = 500
    let listed = try store.read { try $0.partnerPage(query, scope: .all, by: Self.clock).items }
    let shown = Set(
      try points(BoundingBox(south: -90, west: -180, north: 90, east: 180), query).map(\.partner))
    #expect(!shown.isEmpty && shown == Set(listed.filter { $0.coordinate != nil }.map(\.id)))
    // The rim belongs to the box, in the list as on the map.
    let box = BoundingBox(south: 50.25, west: 22.5, north: 52, east: 24)
    query.kind = []
    query.box = box
    query.countsTotal = true
    let page = try store.read { try $0.partnerPage(query, scope: .all, by: Self.clock) }
    let inside = try points(box)
    #expect(page.total == inside.count && Set(page.items.map(\.id)) == Set(inside.map(\.partner)))
    #expect(inside.contains { $0.latitude == 50.25 } && inside.contains { $0.longitude == 24 })
  }

  @Test("the extent of a choice is that of its points, and none where it has none")
  func extent() throws {
    let (whole, none) = try store.read { reader in
      var nobody = PartnerQuery()
      nobody.hasLocation = false
      return (
        try reader.extent(of: try reader.chosenPartners(PartnerQuery(), scope: .all, by: Self.clock)),
        try reader.extent(of: try reader.chosenPartners(nobody, scope: .all, by: Self.clock))
      )
    }
    let all = try points()
    #expect(whole?.south == all.map(\.latitude).min() && whole?.north == all.map(\.latitude).max())
    #expect(whole?.west == all.map(\.longitude).min() && whole?.east == all.map(\.longitude).max())
    #expect(none == nil)
  }
}
