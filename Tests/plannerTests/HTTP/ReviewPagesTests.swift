import CRM
import Foundation
import Geo
import Store
import Testing

@testable import planner

@Suite("The queue of doubtful places")
struct ReviewPagesTests {
  let service: ServiceFixture

  /// Beside 120 partners placed to the house: of the manager, the head and nobody one without a place, one whose address
  /// changed, and one for each level below the house.
  init() throws {
    service = try ServiceFixture.withMaps()
    let owners: [(String, UserID?)] = [
      ("manager", service.users[.manager]!.id), ("head", service.users[.head]!.id), ("nobody", nil),
    ]
    try service.database.write(as: Actor(name: "test")) { writer in
      func place(_ level: GeocodeLevel, stale: Bool = false) -> GeocodeResult {
        GeocodeResult(
          coordinate: Coordinate(trustedLatitude: 53.9, longitude: 27.5), level: level, score: 0.5,
          provider: "test", query: "q", label: "l", at: Date(timeIntervalSince1970: 1_780_000_000),
          stale: stale)
      }
      for (owner, id) in owners {
        func add(_ name: String, _ location: GeocodeResult?) throws {
          try writer.insert(
            Partner(
              kind: .hotel, name: "\(name) <\(owner)>", responsible: id,
              addresses: [
                Address(
                  text: "Минск, \"Ленина\" 5", components: AddressComponents(country: "BY", city: "Минск"))
              ],
              location: location))
        }
        try add("Rough", place(.street))
        try add("Stale", place(.house, stale: true))
        try add("Nowhere", nil)
      }
    }
  }

  /// Names in the order of the page.
  private func names(_ answer: ServiceFixture.Answer) -> [String] {
    answer.text.matches(of: /<span class="name">([^<]*)<\/span>/).map {
      String($0.1).replacing("&lt;", with: "<").replacing("&gt;", with: ">")
    }
  }

  @Test("holds who has no place, then whose address changed, then who is placed roughly, and nobody else")
  func order() async throws {
    let page = try await service.page("/review")
    #expect(page.status == 200 && page.text.contains("9 to look at"))
    #expect(
      names(page).map { $0.prefix { $0 != " " } }
        == ["Nowhere", "Stale", "Rough"].flatMap { Array(repeating: $0, count: 3) })
    #expect(page.text.contains("data-around=\"24.0,52.0,28.4,54.7\""))
    #expect(page.text.contains("data-country=\"BY\"") && page.text.contains("&lt;head&gt;"))
    for (place, name) in [("missing", "Nowhere"), ("stale", "Stale")] {
      let some = try await service.page("/review?place=\(place)")
      #expect(names(some).count == 3 && names(some).allSatisfy { $0.hasPrefix(name) })
    }
    #expect(names(try await service.page("/review?responsible=head&q=rough")) == ["Rough <head>"])
    for wrong in ["place=moon", "colour=red"] {
      #expect(try await service.page("/review?\(wrong)").status == 400)
    }
  }

  @Test("holds whom the asker may change")
  func rights() async throws {
    let own = try await service.page("/review", as: .manager)
    #expect(Set(names(own).map { $0.drop { $0 != "<" } }).isSubset(of: ["<manager>", "<nobody>"]))
    #expect(names(own).contains("Nowhere <manager>"))
    #expect(names(try await service.page("/review?responsible=head", as: .manager)).isEmpty)
    // What stands there is taken with the version that stands there.
    let item = try #require(own.text.firstMatch(of: /data-partner="([^"]+)" data-version="(\d+)"/))
    let pin = try await service.send(
      .put, "/api/v1/partners/\(item.1)/pin", as: .manager, json: #"{"latitude":53.91,"longitude":27.56}"#,
      headers: [.ifMatch: "\"v\(item.2)\""])
    #expect(pin.status == 200)
    #expect(names(try await service.page("/review", as: .manager)).count == names(own).count - 1)
  }

  @Test("tells whoever has nothing to do so, and is led to from the map and the list of partners")
  func ways() async throws {
    let nothing = try await service.page("/review?q=zzzz")
    #expect(nothing.status == 200 && nothing.text.contains("Every place is known"))
    #expect(!nothing.text.contains("id=\"accept\""))
    #expect(try await service.page("/map").text.contains("href=\"/review?place"))
    #expect(try await service.page("/partners").text.contains("href=\"/review\""))
    #expect(try await !service.page("/partners", as: .accountant).text.contains("href=\"/review\""))
  }
}
