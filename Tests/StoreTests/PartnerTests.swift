import CRM
import Foundation
import Geo
import Testing

@testable import Store

@Suite struct PartnerTests {
  @Test("a partner comes back exactly as it was stored")
  func roundTrip() throws {
    let database = try Database.temporary()
    let user = User(login: "anna", name: "Анна", role: .manager)
    let partner = fullPartner(responsible: user.id, key: "42")
    try database.write(as: tester, at: noon) {
      try $0.add(user: user)
      try $0.insert(partner)
    }
    var expected = partner
    expected.tags = ["vip", "сеть"]
    #expect(try database.read { try $0.partner(partner.id) } == expected)
    #expect(try database.read { try $0.users() } == [user])
    #expect(try database.read { try $0.partners(system: "bitrix", key: "42") } == [partner.id])
    #expect(try database.read { try $0.partners(phone: "+375291112233") } == [partner.id])
    #expect(try database.read { try $0.partners(email: "info@vetraz.by") } == [partner.id])
    #expect(try database.read { try $0.partners(registrationNumber: "291234567") } == [partner.id])
    let similar = try database.read {
      try $0.partners(similarTo: "«Ветразь-тур»", near: nil, orInTown: "БРЕСТ")
    }
    #expect(similar.map(\.id) == [partner.id])
    let circle = Selection.circle(center: place(52.1, 23.69), radius: Metres(1000))
    let result = try database.read { try $0.select(circle) }
    #expect(result.count == 1)
    #expect(result.byStatus == ["active": 1])
    #expect(result.byResponsible == ["anna": 1])
    #expect(result.partners.first?.phone == "8 029 123-45-67")
    #expect(result.partners.first?.coordinate == partner.location?.coordinate)
  }
}
