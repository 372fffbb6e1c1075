import CRM
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import Store
import Testing

@testable import planner

@Suite("The map of all partners")
struct MapPagesTests {
  let service: ServiceFixture

  init() throws {
    service = try ServiceFixture.withMaps()
    // One of them is on no map.
    try service.database.write(as: Actor(name: "test")) {
      try $0.insert(Partner(kind: .hotel, name: "Нигде", responsible: service.users[.manager]!.id))
    }
  }

  @Test("the page lists whom the asker sees, counts who is not on the map, and says where they lie")
  func page() async throws {
    let all = try await service.page("/map")
    #expect(all.status == 200 && all.text.contains("120 in view") && all.text.contains("1 not on the map"))
    #expect(all.text.contains("data-extent=\"24.0,52.0,28.4,54.7\""))
    #expect(all.text.contains("The first 50 are listed"))
    #expect(
      all.text.contains("href=\"/review?place&#61;missing\"") || all.text.contains("/review?place=missing"))
    #expect(all.text.contains("Партнёр &lt;0&gt;") && !all.text.contains("Партнёр <0>"))
    let own = try await service.page("/map", as: .manager)
    #expect(own.text.contains("80 in view"))
    let few = try await service.page("/map?kind=hotel&status=prospect&by=status&at=53.5,27,8")
    #expect(few.text.contains("6 in view") && few.text.contains("data-by=\"status\""))
    #expect(few.text.contains("data-at=\"53.5,27.0,8.0\""))
    #expect(few.text.contains("<option value=\"hotel\" selected>"))
    for wrong in ["by=colour", "at=1,2", "at=91,0,3", "at=1,2,99", "kind=castle", "place=moon", "zoom=3"] {
      #expect(try await service.page("/map?\(wrong)").status == 400, "\(wrong)")
    }
  }

  @Test("the list is of a box, its rim included, and whoever waits longest stands first")
  func list() async throws {
    let some = try await service.page("/map/list?box=24,52,24.4,52.3&overdue=true")
    #expect(some.status == 200 && some.text.contains("2 in view") && !some.text.contains("<html"))
    #expect(try await service.page("/map/list?box=24,52,24.4,52.3").text.contains("4 in view"))
    // Beyond the world's rim there is nothing more.
    #expect(try await service.page("/map/list?box=-190,-95,190,95").text.contains("120 in view"))
    #expect(try await service.page("/map/list?box=0,0,1,1").text.contains("Nobody here"))
    for wrong in ["box=1,2,3", "box=3,0,1,1", "box=a,b,c,d", "box=nan,0,1,1", "colour=red"] {
      #expect(try await service.page("/map/list?\(wrong)").status == 400, "\(wrong)")
    }
  }

  @Test("a pin's card is of whom the asker sees")
  func card() async throws {
    let partner = try service.database.read { reader in
      try reader.partnerPage(PartnerQuery(), scope: .all, by: DayClock()).items.first {
        $0.responsible == "head"
      }
    }
    let id = try #require(partner?.id)
    let card = try await service.page("/map/card/\(id)")
    #expect(card.status == 200 && card.text.contains("/partners/\(id)") && card.text.contains("Responsible:"))
    #expect(try await service.page("/map/card/\(id)", as: .manager).status == 404)
    #expect(try await service.page("/map/card/nobody").status == 404)
  }

  @Test("tiles show whom the filters leave, and each choice is a tile of its own")
  func tiles() async throws {
    func layer(_ query: String) async throws -> MapTile.Layer? {
      let answer = try await service.send(.get, "/tiles/partners/0/0/0.mvt\(query)", as: .administrator)
      #expect(answer.status == 200 || answer.status == 204)
      return MapTile(answer.response.body.readableBytesView.map { $0 }).layer("partners")
    }
    #expect(try await layer("")?.sum("count") == 120)
    let prospects = try #require(try await layer("?status=prospect"))
    #expect(prospects.sum("count") == 30 && prospects.sum("prospect") == 30 && prospects.sum("active") == 0)
    #expect(try await layer("?overdue=true&status=&kind=")?.sum("count") == 60)
    #expect(try await layer("?q=%D0%BF%D0%B0%D1%80%D1%82%D0%BD&responsible=none")?.sum("count") == 40)
    #expect(try await layer("?place=missing")?.sum("count") ?? 0 == 0)
    #expect(
      try await service.send(.get, "/tiles/partners/0/0/0.mvt?status=red", as: .administrator).status == 400)
    // Other layers know no choice.
    #expect(try await service.send(.get, "/tiles/base/0/0/0.mvt?x=1", as: .administrator).status == 200)
  }

  @Test("partners of one place stand around it")
  func spread() {
    let center = SIMD2(2000.0, 2000.0)
    let places = (0..<12).map { PointClusters.spread(center, number: $0, of: 12) }
    for (index, place) in places.enumerated() {
      for other in places[..<index] {
        let step = place - other
        #expect((step * step).sum().squareRoot() > 100)
      }
    }
    for place in (0..<4).map({ PointClusters.spread(SIMD2(0, 4095), number: $0, of: 4) }) {
      #expect(place.x >= 0 && place.x < 4096 && place.y >= 0 && place.y < 4096)
    }
  }
}
