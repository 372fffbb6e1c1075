import CRM
import Foundation
import Geo
import Testing

@testable import Store

@Suite struct GeocodeTests {
  let database: Database
  let partner = fullPartner()

  init() throws {
    database = try Database.temporary()
    let partner = partner
    try database.write(as: tester, at: noon) { try $0.insert(partner) }
  }

  func stored() throws -> Partner { try database.read { try $0.partner(partner.id) }! }

  @Test("a newer result becomes the place, the older stays in the history, the map follows")
  func history() throws {
    let better = geocode(place(52.1, 23.7), level: .rooftop)
    let outcome = try database.write(as: tester, at: noon) { try $0.recordGeocode(better, for: partner.id) }
    #expect(outcome == .placed)
    #expect(try stored().location == better)
    #expect(try stored().version == 2)
    #expect(try database.read { try $0.geocodeHistory(of: partner.id) } == [partner.location!, better])
    let near = Selection.circle(center: better.coordinate, radius: Metres(10))
    #expect(try database.read { try $0.selectIDs(near).entries.map(\.id) } == [partner.id])
  }

  @Test("the same result again writes nothing")
  func repeated() throws {
    let audits = try database.read { try $0.auditCount() }
    var again = partner.location!
    again.at = noon.addingTimeInterval(3600)
    let outcome = try database.write(as: tester) { try $0.recordGeocode(again, for: partner.id) }
    #expect(outcome == .unchanged)
    #expect(try stored() == stored())
    #expect(try stored().version == 1)
    #expect(try database.read { try $0.auditCount() } == audits)
  }

  @Test("a pin set by hand is never replaced by a geocoder, only by hand")
  func manualPin() throws {
    let pin = place(52.11, 23.71)
    try database.write(as: tester, at: noon) { try $0.setPin(pin, for: partner.id) }
    let outcome = try database.write(as: tester) {
      try $0.recordGeocode(geocode(place(50, 20), level: .rooftop), for: partner.id)
    }
    #expect(outcome == .keptManualPin)
    #expect(try stored().location?.coordinate == pin)
    #expect(try stored().location?.manual == true)
    #expect(try database.read { try $0.geocodeHistory(of: partner.id).count } == 3)
    // An edited partner that carries a geocoder's place does not move it either.
    var edited = try stored()
    edited.location = geocode(place(50, 20))
    edited.note = "новое"
    try database.write(as: tester) { try $0.update(edited) }
    #expect(try stored().location?.coordinate == pin)
    let moved = place(52.12, 23.72)
    try database.write(as: tester) { try $0.setPin(moved, for: partner.id) }
    #expect(try stored().location?.coordinate == moved)
  }

  @Test("a changed address makes the pin stale and keeps it; a changed note does not")
  func stale() throws {
    try database.write(as: tester, at: noon) { try $0.setPin(place(52.11, 23.71), for: partner.id) }
    var edited = try stored()
    edited.note = "звонить заранее"
    try database.write(as: tester) { try $0.update(edited) }
    #expect(try stored().location?.stale == false)
    edited = try stored()
    edited.addresses[0].text = "г. Брест, ул. Гоголя, 5"
    try database.write(as: tester) { try $0.update(edited) }
    #expect(try stored().location?.stale == true)
    #expect(try stored().location?.coordinate == place(52.11, 23.71))
    let review = try database.read { try $0.partnersToReview() }
    #expect(review.map(\.partner.id) == [partner.id])
    #expect(review.map(\.reason) == [.stale])
    try database.write(as: tester) { try $0.setPin(place(52.11, 23.71), for: partner.id) }
    #expect(try stored().location?.stale == false)
  }

  @Test("what is not at the house, stale or nowhere is listed for review, and nothing else")
  func review() throws {
    let vague = fullPartner("Где-то", at: nil)
    var town = fullPartner("В городе")
    town.location?.level = .locality
    let vagueID = vague.id
    let townID = town.id
    try database.write(as: tester) { [town] in
      try $0.insert(vague)
      try $0.insert(town)
    }
    let review = try database.read { try $0.partnersToReview() }
    #expect(review.map(\.partner.id) == [vagueID, townID])
    #expect(review.map(\.reason) == [.notLocated, .belowHouse])
  }

  @Test("a short list for review begins with those nowhere, then the stale, then the vaguest")
  func reviewOrder() throws {
    var partners: [Partner] = []
    for level in [GeocodeLevel.interpolated, .street, .locality, .region] {
      var partner = fullPartner(level.rawValue)
      partner.location?.level = level
      partners.append(partner)
    }
    var stale = fullPartner("stale")
    stale.location?.stale = true
    partners += [stale, fullPartner("nowhere", at: nil)]
    try database.write(as: tester) { [partners] in for partner in partners { try $0.insert(partner) } }
    func names(_ limit: Int) throws -> [String] {
      try database.read { try $0.partnersToReview(limit: limit).map(\.partner.name) }
    }
    #expect(try names(100) == ["nowhere", "stale", "region", "locality", "street", "interpolated"])
    #expect(try names(1) == ["nowhere"])
    #expect(try names(3) == ["nowhere", "stale", "region"])
  }
}
