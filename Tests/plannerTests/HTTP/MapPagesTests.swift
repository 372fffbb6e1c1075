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

  /// Regions and tags of some partners.
  private func place() throws {
    try service.database.write(as: Actor(name: "test")) { writer in
      let square = MultiPolygon([
        Polygon(
          outer: [(51, 23), (51, 26), (55, 26), (55, 23), (51, 23)].map {
            Coordinate(trustedLatitude: $0.0, longitude: $0.1)
          })
      ])
      try writer.replaceRegions([
        Region(
          code: "BY", level: .country, country: "BY", names: ["en": "Belarus", "ru": "Беларусь"], aliases: [],
          area: square),
        Region(
          code: "BY-BR", level: .subdivision, country: "BY",
          names: ["en": "Brest", "ru": "Брестская область"],
          aliases: [], area: square),
      ])
      for (number, item) in try writer.partnerPage(PartnerQuery(), scope: .all).items.enumerated() {
        guard var partner = try writer.partner(item.id), number < 8 else { continue }
        partner.addresses = [Address(text: "Брест", components: .init(country: "BY", regionCode: "BY-BR"))]
        partner.tags = number < 3 ? ["<море>"] : []
        try writer.update(partner)
      }
    }
  }

  @Test("regions say how many there are, how many are overdue and how many were not visited lately")
  func regions() async throws {
    try place()
    let all = try await service.send(.get, "/map/regions", as: .administrator)
    #expect(all.status == 200 && all.response.headers[.contentType] == "application/json")
    let overdue = try await service.send(.get, "/map/regions?overdue=true", as: .administrator)
    let counted = try #require(all.json["BY-BR"]?.elements?.compactMap { $0.number.map { Int($0) } })
    #expect(counted.count == 3 && counted[0] == 8 && counted[2] == 8)
    #expect(overdue.json["BY-BR"]?.elements?.first?.number == Double(counted[1]))
    #expect(
      try await service.send(.get, "/map/regions?tag=%3C%D0%BC%D0%BE%D1%80%D0%B5%3E", as: .head).json[
        "BY-BR"]?
        .elements?.first?.number == 3)
    #expect(try await service.send(.get, "/map/regions?colour=red", as: .head).status == 400)
    let card = try await service.page("/map/regions/by-br?status=active")
    #expect(
      card.status == 200 && card.text.contains("Brest") && card.text.contains("data-choose-region=\"BY-BR\""))
    #expect(
      card.text.contains("/partners?status&#61;active") || card.text.contains("/partners?status=active"))
    #expect(try await service.page("/map/regions/XX-1").status == 404)
    #expect(
      try await service.page("/map?regions=overdue").text.contains("<option value=\"overdue\" selected>"))
    #expect(try await service.page("/map?regions=rain").status == 400)
  }

  @Test("lists and maps are narrowed by region and tag, and offer those there are")
  func narrowed() async throws {
    try place()
    let list = try await service.page("/partners?region=BY-BR")
    #expect(list.text.contains("8 partners") && list.text.contains("<option value=\"BY-BR\" selected>"))
    #expect(list.text.contains("&lt;море&gt;</option>") && !list.text.contains("<море>"))
    #expect(try await service.page("/partners?region=by").text.contains("8 partners"))
    #expect(try await service.page("/map?tag=%3C%D0%BC%D0%BE%D1%80%D0%B5%3E").text.contains("2 in view"))
    // What is asked for stands in the form, whether anybody has it or not.
    #expect(
      try await service.page("/partners?region=PL-14").text.contains("<option value=\"PL-14\" selected>"))
    #expect(try await service.page("/partners?region=Brest").status == 400)
  }

  @Test("views are kept from what the page shows, lead to it and are offered to whom they are for")
  func views() async throws {
    let empty = try await service.page("/partners")
    #expect(
      empty.text.contains("Set filters, then keep them here")
        && !empty.text.contains("data-to=\"/api/v1/views\""))
    let page = try await service.page("/partners?status=prospect&sort=city")
    #expect(
      page.text.contains("data-to=\"/api/v1/views\"") && page.text.contains("name=\"sort\" value=\"city\""))
    for (name, shared, filters) in [
      ("Свои <b>", "false", #"{"status":"prospect"}"#), ("Общие", "true", #"{"overdue":"true"}"#),
      ("Не для карты", "true", #"{"notVisitedSince":"2026-01-01"}"#),
    ] {
      let kept = try await service.send(
        .post, "/api/v1/views", as: .head,
        json: #"{"name":"\#(name)","list":"partners","shared":\#(shared),"filters":\#(filters)}"#)
      #expect(kept.status == 201)
    }
    let map = try await service.page("/map?status=prospect").text
    #expect(map.contains("Свои &lt;b&gt;") && map.contains("Общие") && !map.contains("Не для карты"))
    #expect(
      map.contains("/map?status&#61;prospect\" aria-current")
        || map.contains("/map?status=prospect\" aria-current"))
    // Of another's shared view a manager sees the name and cannot remove it.
    let other = try await service.page("/map", as: .manager).text
    #expect(other.contains("Общие") && !other.contains("Свои") && !other.contains("data-method=\"DELETE\""))
    for choice in [
      "q=a&kind=hotel,agency&responsible=none&tag=x", "region=BY&overdue=true&place=stale", "place=missing",
    ] {
      let query = try QueryReader(
        Request(
          head: .init(method: .get, scheme: nil, authority: nil, path: "/map?\(choice)"),
          body: .init(buffer: .init())), known: PartnerChoice.parameters)
      let asked = try PartnerChoice(query)
      #expect(PartnerChoice(filters: asked.filters) == asked, "\(choice)")
    }
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
