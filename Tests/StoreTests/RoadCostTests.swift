import CRM
import Foundation
import Geo
import Testing

@testable import Store

@Suite("Kept driving times")
struct RoadCostTests {
  let database: Database

  init() throws { database = try Database.temporary() }

  private func spot(_ number: Int) -> RoadPlace { RoadPlace(place(53 + Double(number) / 1000, -13.5)) }

  private func keep(
    _ costs: [RoadPlace: RoadCosts], version: String = "1", at: Date = noon,
    limit: Int = Writer.roadPlaceLimit
  ) throws {
    try database.write(as: tester, at: at) { try $0.keep(roadCosts: costs, version: version, limit: limit) }
  }

  private func kept(_ places: [RoadPlace], version: String = "1") throws -> [RoadPlace: RoadCosts] {
    try database.read { try $0.roadCosts(from: places, version: version) }
  }

  private func cost(_ value: Int32) -> RoadCosts.Cost { .init(milliseconds: value, decimetres: value * 2) }

  @Test("what is kept comes back as it was, drives without a way and places without a road too")
  func roundTrip() throws {
    let costs = [
      spot(0): RoadCosts(
        roadDistance: Metres(12.5), targets: [spot(0): cost(0), spot(1): cost(.max / 2), spot(2): cost(-1)]),
      spot(1): RoadCosts(roadDistance: nil, targets: [spot(0): cost(-1)]),
      RoadPlace(place(-90, 180)): RoadCosts(
        roadDistance: .zero, targets: [RoadPlace(place(90, -180)): cost(7)]),
    ]
    try keep(costs)
    #expect(try kept(Array(costs.keys) + [spot(9)]) == costs)
  }

  @Test("places of a metre apart are one, farther ones are not")
  func rounding() throws {
    #expect(RoadPlace(place(53.123_454, 13)) == RoadPlace(place(53.123_446, 13)))
    #expect(RoadPlace(place(53.12345, 13)) != RoadPlace(place(53.12347, 13)))
    #expect(RoadPlace(RoadPlace(place(53.123_454, 13.7)).coordinate) == RoadPlace(place(53.123_454, 13.7)))
  }

  @Test("networks are kept apart")
  func versions() throws {
    try keep([spot(0): RoadCosts(roadDistance: nil, targets: [spot(1): cost(5)])], version: "1")
    #expect(try kept([spot(0)], version: "2") == [:])
    try keep([spot(0): RoadCosts(roadDistance: nil, targets: [spot(1): cost(6)])], version: "2")
    #expect(try kept([spot(0)], version: "1")[spot(0)]?.targets == [spot(1): cost(5)])
    #expect(try kept([spot(0)], version: "2")[spot(0)]?.targets == [spot(1): cost(6)])
  }

  @Test("new drives join those known of the place, and the newer of two holds")
  func merging() throws {
    try keep([spot(0): RoadCosts(roadDistance: Metres(1), targets: [spot(1): cost(1), spot(2): cost(2)])])
    try keep([spot(0): RoadCosts(roadDistance: Metres(3), targets: [spot(2): cost(20), spot(3): cost(30)])])
    #expect(
      try kept([spot(0)])[spot(0)]
        == RoadCosts(
          roadDistance: Metres(3), targets: [spot(1): cost(1), spot(2): cost(20), spot(3): cost(30)]))
  }

  @Test("a place with too many drives begins anew")
  func targetLimit() throws {
    let many = Dictionary(uniqueKeysWithValues: (1...Writer.roadTargetLimit).map { (spot($0), cost(1)) })
    try keep([spot(0): RoadCosts(roadDistance: nil, targets: many)])
    #expect(try kept([spot(0)])[spot(0)]?.targets.count == Writer.roadTargetLimit)
    try keep([spot(0): RoadCosts(roadDistance: nil, targets: [spot(0): cost(0)])])
    #expect(try kept([spot(0)])[spot(0)]?.targets.count == 1)
  }

  @Test("of too many places those written longest ago are forgotten, whatever their network")
  func eviction() throws {
    for number in 0..<5 {
      try keep(
        [spot(number): RoadCosts(roadDistance: nil, targets: [:])], version: number < 2 ? "old" : "new",
        at: noon.addingTimeInterval(Double(number)), limit: 3)
    }
    let all = (0..<5).map(spot)
    #expect(try kept(all, version: "old") == [:])
    #expect(Set(try kept(all, version: "new").keys) == Set(all[2...]))
  }

  @Test("keeping them is no business: nothing is audited")
  func notAudited() throws {
    try keep([spot(0): RoadCosts(roadDistance: nil, targets: [:])])
    #expect(try database.read { try $0.auditCount() } == 0)
  }
}
