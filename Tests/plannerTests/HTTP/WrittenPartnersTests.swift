import CRM
import Foundation
import Geo
import Testing

@testable import planner

@Suite("JSON of partners that is kept")
struct WrittenPartnersTests {
  private static func partner(_ number: Int) -> PartnerSummary {
    PartnerSummary(
      id: .new(), name: "Агентство «Вояж» \(number)", kind: .agency, status: .active,
      responsible: "anna",
      address: "Минск, ул. Немига, \(number)", phone: "+375 17 200-00-01",
      coordinate: Coordinate(trustedLatitude: 53.9, longitude: 27.55), level: .house,
      lastVisit: Date(timeIntervalSince1970: 1_770_000_000), callIntervalDays: 30, tags: ["vip"])
  }

  @Test("Whatever changes of a partner, its text is the one written anew")
  func same() throws {
    let written = WrittenPartners()
    var partner = Self.partner(1)
    let changes: [(inout PartnerSummary) -> Void] = [
      { _ in }, { $0.name = "Другое" }, { $0.kind = .hotel }, { $0.status = .paused },
      { $0.responsible = nil },
      { $0.responsible = "boris" }, { $0.address = nil }, { $0.phone = "8 017" }, { $0.coordinate = nil },
      { $0.coordinate = Coordinate(trustedLatitude: 53.9, longitude: 27.56) }, { $0.level = .street },
      { $0.stale = true }, { $0.lastVisit = nil }, { $0.callIntervalDays = 60 }, { $0.tags = [] },
      { $0.tags = ["vip", "сеть"] },
    ]
    for change in changes {
      change(&partner)
      for _ in 0..<2 {
        #expect(
          JSONValue.array(written.json([partner])).bytes
            == JSONValue.array([PartnerResource.json(partner)]).bytes)
      }
    }
  }

  @Test("Pages longer than what is kept come whole and in order")
  func limit() {
    let written = WrittenPartners(limit: 8)
    let partners = (0..<20).map(Self.partner)
    for page in [Array(partners[..<5]), Array(partners[3..<9]), partners, Array(partners.reversed())] {
      #expect(written.json(page).map(\.bytes) == page.map { PartnerResource.json($0).bytes })
    }
  }
}
