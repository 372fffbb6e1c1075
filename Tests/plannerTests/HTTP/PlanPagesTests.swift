import CRM
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import Store
import Testing

@testable import planner

@Suite("Planning on a page")
struct PlanPagesTests {
  let service: ServiceFixture

  init() throws { service = try ServiceFixture.withMaps() }

  private static let near = """
    "selection":{"circle":{"center":{"latitude":52.2,"longitude":24.5},"radius":60000}},"start":"52.2,24.5","days":2
    """

  private func draft(
    _ members: String, as role: UserRole = .manager, language: String = "en"
  ) async throws -> ServiceFixture.Answer {
    try await service.send(
      .post, "/plan/draft", as: role, json: "{\(members)}",
      headers: [.accept: "application/json", .acceptLanguage: language])
  }

  private func order(_ answer: ServiceFixture.Answer) -> [[String]] {
    guard case .array(let days)? = answer.json["order"] else { return [] }
    return days.map { day in
      guard case .array(let ids)? = day["partners"] else { return [] }
      return ids.compactMap(\.text)
    }
  }

  private func written(_ days: [(date: String, partners: [String])]) -> String {
    let list = days.map { day in
      "{\"date\":\"\(day.date)\",\"partners\":[\(day.partners.map { "\"\($0)\"" }.joined(separator: ","))]}"
    }
    return "[\(list.joined(separator: ","))]"
  }

  private func dates(_ answer: ServiceFixture.Answer) -> [String] {
    guard case .array(let days)? = answer.json["order"] else { return [] }
    return days.compactMap { $0["date"]?.text }
  }

  @Test("a draft is the API's plan, with words, lines and its order, and saves nothing")
  func same() async throws {
    let trips = try service.database.read { try $0.trips(limit: 10, in: .all).count }
    let answer = try await draft(Self.near)
    #expect(answer.status == 200, "\(answer.text)")
    let api = try await service.send(.post, "/api/v1/plan", as: .manager, json: "{\(Self.near)}")
    guard case .array(let days)? = api.json["trip"]?["days"] else { return #expect(Bool(false)) }
    let planned = days.map { day -> [String] in
      guard case .array(let stops)? = day["stops"] else { return [] }
      return stops.compactMap { $0["partnerId"]?.text ?? $0["partner"]?.text }
    }
    #expect(order(answer) == planned && !planned.joined().isEmpty)
    let html = try #require(answer.json["html"]?.text)
    for id in planned.joined() { #expect(html.contains("data-partner=\"\(id)\" draggable")) }
    #expect(html.contains("Партнёр &lt;") && !html.contains("Партнёр <"))
    #expect(html.contains("data-move=\"up\"") && html.contains("→ Day 2"))
    guard case .array(let features)? = answer.json["route"]?["features"] else { return #expect(Bool(false)) }
    #expect(features.count { $0["properties"]?["kind"] == "stop" } == planned.joined().count)
    #expect(try service.database.read { try $0.trips(limit: 10, in: .all).count } == trips)
  }

  @Test("an order of one's own is kept and timed, and what it breaks is said")
  func moved() async throws {
    let first = try await draft(Self.near)
    var days = zip(dates(first), order(first)).map { (date: $0, partners: $1) }
    #expect(days.count == 2)
    days[0].partners.swapAt(0, 1)
    let own = try await draft(Self.near + ",\"order\":\(written(days))")
    #expect(order(own) == days.map(\.partners))
    // A day of one hour holds none of them.
    let short = try await draft(Self.near + ",\"work\":\"09:00-10:00\",\"order\":\(written(days))")
    #expect(short.json["html"]?.text?.contains("This order breaks something") == true)
    let russian = try await draft(
      Self.near + ",\"work\":\"09:00-10:00\",\"order\":\(written(days))", language: "ru")
    let told = try #require(russian.json["html"]?.text)
    #expect(told.contains("день кончается слишком поздно: <span lang=\"ru\">конец в 1"))
    #expect(!told.contains("workEnd") && !told.contains("ends at"))
    let better = try await draft(Self.near + ",\"improve\":true,\"order\":\(written(days))")
    #expect(Set(order(better).joined()) == Set(days.map(\.partners).joined()))
  }

  @Test("who is taken out is in it no more, who is insisted on is marked")
  func without() async throws {
    let all = order(try await draft(Self.near)).flatMap { $0 }
    let one = try #require(all.first)
    let other = try #require(all.last)
    let fewer = try await draft(Self.near + ",\"without\":[\"\(one)\"],\"must\":[\"\(other)\"]")
    #expect(fewer.status == 200)
    #expect(!order(fewer).joined().contains(one) && order(fewer).joined().contains(other))
    #expect(fewer.json["html"]?.text?.contains(one) == false)
    #expect(fewer.json["html"]?.text?.contains("must be visited") == true)
  }

  @Test("where nobody fits each is listed with why, and insisting is offered")
  func nothing() async throws {
    let none = try await draft(Self.near + ",\"work\":\"09:00-09:10\"")
    #expect(none.status == 200 && none.json["route"] == .null && order(none).isEmpty)
    let html = try #require(none.json["html"]?.text)
    #expect(html.contains("Nothing fits") && html.contains("data-fix=\"must\""))
  }

  @Test("other plans stand beside the best, and each can be taken")
  func alternatives() async throws {
    let best = try await draft(Self.near + ",\"alternatives\":3")
    #expect(best.status == 200)
    let offered = best.json["html"]?.text?.components(separatedBy: "data-choose=").count ?? 0
    guard offered > 2 else { return }
    let second = try await draft(Self.near + ",\"alternatives\":3,\"choose\":2")
    #expect(order(second) != order(best))
    #expect(second.json["html"]?.text?.contains("data-choose=\"2\" aria-pressed=\"true\"") == true)
  }

  @Test("a stop that is locked keeps its day in whatever is looked for, and is marked")
  func locked() async throws {
    let first = try await draft(Self.near)
    let (days, dates) = (order(first), dates(first))
    let moved = try #require(days[0].first)
    let rules = ",\"rules\":{\"stops\":[{\"partner\":\"\(moved)\",\"dates\":[\"\(dates[1])\"]}]}"
    let other = try await draft(Self.near + rules)
    #expect(order(other)[1].contains(moved) && !order(other)[0].contains(moved))
    #expect(other.json["html"]?.text?.contains("data-move=\"unlock\"") == true)
    // In an order of one's own the lock is broken aloud.
    let own = try await draft(
      Self.near + rules + ",\"order\":\(written(zip(dates, days).map { (date: $0, partners: $1) }))")
    #expect(order(own) == days && own.json["html"]?.text?.contains("This order breaks something") == true)
  }

  @Test("who is near the way is offered with what a visit costs, and costs that much when it is taken in")
  func nearby() async throws {
    let few = """
      "selection":{"circle":{"center":{"latitude":52.2,"longitude":24.5},"radius":30000}},"start":"52.2,24.5"
      """
    let first = try await draft(few)
    let plan = few + ",\"order\":\(written(zip(dates(first), order(first)).map { (date: $0, partners: $1) }))"
    func nearby(_ members: String, as role: UserRole = .manager) async throws -> ServiceFixture.Answer {
      try await service.send(
        .post, "/plan/nearby", as: role, json: "{\(members)}", headers: [.accept: "application/json"])
    }
    // One stands between the stops, one farther away than is looked.
    let place = Coordinate(trustedLatitude: 52.05, longitude: 24.42)
    let far = Coordinate(trustedLatitude: 54.9, longitude: 24.42)
    var added: [PartnerID] = []
    try service.database.write(as: Actor(name: "test"), at: Date(timeIntervalSince1970: 1_780_909_200)) {
      writer in
      for (place, owner) in [(place, UserRole.manager), (far, .manager), (place, .head)] {
        let partner = Partner(
          kind: .agency, name: "Рядом <i>", responsible: service.users[owner]!.id,
          location: GeocodeResult(
            coordinate: place, level: .house, score: 1, provider: "test", query: "q", label: "l",
            at: Date(timeIntervalSince1970: 1_780_000_000)))
        try writer.insert(partner)
        added.append(partner.id)
      }
    }
    let answer = try await nearby(plan)
    #expect(answer.status == 200, "\(answer.text)")
    let html = try #require(answer.json["html"]?.text)
    let offered = html.components(separatedBy: "data-add=\"").dropFirst().compactMap {
      $0.components(separatedBy: "\"").first
    }
    #expect(offered.contains(added[0].description) && !offered.contains(added[1].description))
    // Nobody's whom one does not see, nobody twice, none that is in the plan.
    #expect(!offered.contains(added[2].description) && Set(offered).count == offered.count)
    #expect(Set(offered).isDisjoint(with: order(first).joined()))
    #expect(html.contains("Рядом &lt;i&gt;") && html.contains("+") && html.contains("Day 1, place "))
    let out = try await nearby(plan + ",\"without\":[\"\(added[0])\"]")
    #expect(out.json["html"]?.text?.contains(added[0].description) == false)
    for wrong in [few, plan + ",\"save\":true", plan + ",\"improve\":true", few + ",\"order\":[]"] {
      #expect((400..<500).contains(try await nearby(wrong).status), "\(wrong)")
    }
    #expect(try await nearby(plan, as: .accountant).status == 403)
  }

  @Test("a draft that saves, is of several, or is none is refused")
  func refused() async throws {
    for more in [
      ",\"save\":true", ",\"managers\":[\"manager\"]", ",\"days\":0", ",\"without\":5",
      ",\"without\":[\"x\"]",
      ",\"colour\":1",
    ] {
      let answer = try await draft(Self.near + more)
      #expect((400..<500).contains(answer.status) && answer.code != nil, "\(more): \(answer.text)")
    }
    #expect(try await draft("\"start\":\"52.2,24.5\",\"without\":[]").status == 422)
    #expect(try await draft(Self.near, as: .accountant).status == 403)
    #expect(try await service.page("/plan", as: .accountant).status == 403)
  }

  @Test("the page offers the selections one sees, and the one the address names")
  func page() async throws {
    func keep(_ name: String, _ role: UserRole, shared: Bool = false) async throws -> String {
      let made = try await service.send(
        .post, "/api/v1/selections", as: role,
        json: "{\"name\":\"\(name)\",\"shared\":\(shared),\"selection\":{\"all\":true}}")
      return try #require(made.json["id"]?.text)
    }
    let own = try await keep("Моя <b>", .manager)
    let foreign = try await keep("Чужая", .booking)
    let page = try await service.page("/plan?selection=\(own)", as: .manager)
    #expect(
      page.status == 200 && page.text.contains("<option value=\"\(own)\" selected>Моя &lt;b&gt;</option>"))
    #expect(!page.text.contains("Чужая"))
    #expect(try await service.page("/plan?selection=\(foreign)", as: .manager).status == 404)
    #expect(try await service.page("/plan?colour=1", as: .manager).status == 400)
    // Whoever may give trips to others says whose it is, his own first; a manager's is his.
    #expect(!page.text.contains("name=\"responsible\""))
    let head = try await service.page("/plan", as: .head)
    #expect(
      head.text.contains("<option value=\"head\" selected>")
        && head.text.contains("<option value=\"manager\">"))
  }
}
