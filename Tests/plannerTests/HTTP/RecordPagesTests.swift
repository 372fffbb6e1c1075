import CRM
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import Store
import Testing

@testable import planner

@Suite("Pages of records")
struct RecordPagesTests {
  let service: ServiceFixture

  init() throws { service = try ServiceFixture.withMaps() }

  func count(_ part: String, in text: String) -> Int { text.components(separatedBy: part).count - 1 }

  @Test("partners stand in a list with as many as there are, page after page")
  func list() async throws {
    let first = try await service.page("/partners")
    #expect(first.status == 200 && first.text.contains("120 partners"))
    #expect(count("<td><a href=\"/partners/", in: first.text) == 50)
    let next = try #require(first.text.firstMatch(of: /rel="next" href="([^"]+)"/)?.1)
    let address = next.replacing("&amp;", with: "&").replacing("&#61;", with: "=")
    let second = try await service.page(String(address))
    #expect(second.status == 200 && count("<td><a href=\"/partners/", in: second.text) == 50)
    #expect(!first.text.contains("Партнёр <0>") && first.text.contains("Партнёр &lt;0&gt;"))
  }

  @Test("the list shows whom the filters leave, and keeps what was chosen")
  func filters() async throws {
    let hotels = try await service.page("/partners?q=&kind=hotel&status=&responsible=&sort=name")
    #expect(hotels.status == 200 && hotels.text.contains("12 partners"))
    #expect(hotels.text.contains("<option value=\"hotel\" selected>Hotel</option>"))
    let mine = try await service.page("/partners?responsible=manager&overdue=true")
    #expect(
      mine.text.contains("20 partners") && mine.text.contains("name=\"overdue\" value=\"true\" checked"))
    let nobody = try await service.page("/partners?kind=carrier")
    #expect(nobody.text.contains("Nobody fits") && nobody.text.contains("href=\"/partners\">All partners"))
    for wrong in ["colour=red", "kind=castle", "sort=colour", "cursor=x", "overdue=perhaps"] {
      #expect(try await service.page("/partners?\(wrong)").status == 400, "\(wrong)")
    }
  }

  @Test("a manager sees his own and what is nobody's, and no other card")
  func sight() async throws {
    let own = try await service.page("/partners", as: .manager)
    #expect(own.text.contains("80 partners"))
    let other = try service.database.read { reader in
      try reader.partnerPage(PartnerQuery(), scope: .all, by: DayClock()).items.first {
        $0.responsible == "head"
      }
    }
    let id = try #require(other?.id)
    #expect(try await service.page("/partners/\(id)", as: .manager).status == 404)
    #expect(try await service.page("/partners/\(id)", as: .head).status == 200)
    #expect(try await service.page("/partners/nobody").status == 404)
  }

  @Test("the card shows contacts, people, place, rules of visits and what happened, newest first")
  func card() async throws {
    var partner = Partner(kind: .agency, name: "Вояж <b>", callIntervalDays: 14)
    partner.contactPoints = [
      ContactPoint(kind: .phone, value: "+375 29 123-45-67", normalised: "+375291234567"),
      ContactPoint(kind: .email, value: "Info@Example.org", normalised: "info@example.org"),
      ContactPoint(kind: .web, value: "javascript:alert(1)", normalised: "example.org"),
    ]
    partner.people = [ContactPerson(name: "Анна", position: "директор")]
    partner.tags = ["море"]
    let made = partner
    let now = service.clock.withLock { $0 }
    try service.database.write(
      as: Actor(user: service.users[.head]!.id, name: "web"), at: now.addingTimeInterval(-9 * 86_400)
    ) { writer in
      try writer.insert(made)
      try writer.record(
        activity: Activity(
          kind: .visit, partner: made.id, at: now.addingTimeInterval(-86_400), author: nil,
          outcome: "Ждут <каталог>", text: ""))
    }
    let card = try await service.page("/partners/\(made.id)")
    #expect(card.status == 200)
    #expect(card.text.contains("<h1>Вояж &lt;b&gt;</h1>"))
    #expect(card.text.contains("href=\"tel:+375291234567\""))
    #expect(card.text.contains("href=\"mailto:info@example.org\""))
    #expect(card.text.contains("href=\"https://example.org\"") && !card.text.contains("href=\"javascript"))
    #expect(card.text.contains("Анна") && card.text.contains("every 14 days"))
    #expect(card.text.contains("not on the map") && card.text.contains("Ждут &lt;каталог&gt;"))
    let visit = try #require(card.text.range(of: "Visit<"))
    let added = try #require(card.text.range(of: "Added<"))
    #expect(visit.lowerBound < added.lowerBound)
    let russian = try await service.page("/partners/\(made.id)", cookie: "planner_language=ru")
    #expect(russian.text.contains("раз в 14 дней") && russian.text.contains("нет на карте"))
  }

  @Test("the history names what was changed in the language of the page, and a place as one thing")
  func history() async throws {
    let made = Partner(kind: .agency, name: "Вояж")
    let now = service.clock.withLock { $0 }
    let found = GeocodeResult(
      coordinate: try Coordinate(latitude: 52.2, longitude: 23.8), level: .house, score: 1,
      provider: "gazetteer", query: "Брест", label: "Брест", at: now)
    try service.database.write(as: Actor(name: "test"), at: now) { writer in
      try writer.insert(made)
      try writer.setPin(try Coordinate(latitude: 52.1, longitude: 23.7), for: made.id)
      try writer.recordGeocode(found, for: made.id)
    }
    let russian = try await service.page("/partners/\(made.id)", cookie: "planner_language=ru").text
    #expect(russian.contains("Изменено: место<") && russian.contains("Партнёр · место оставлено"))
    let english = try await service.page("/partners/\(made.id)").text
    #expect(english.contains("Changed: place<") && english.contains("Partner · place kept"))
  }

  @Test("tasks are those to be done, or all; a trip's task leads to the trip and to its page for the road")
  func tasks() async throws {
    try service.database.write(as: Actor(name: "test")) { writer in
      try writer.save(
        TripTask(title: "Позвонить <всем>", deadline: Date(timeIntervalSince1970: 1_780_000_000)))
      try writer.save(TripTask(title: "Сделано", state: .done))
    }
    let open = try await service.page("/tasks")
    #expect(open.text.contains("Позвонить &lt;всем&gt;") && !open.text.contains("Сделано"))
    #expect(open.text.contains("overdue"))
    #expect(try await service.page("/tasks?all=true").text.contains("Сделано"))
    let trip = try #require(try service.database.read { try $0.trips(limit: 1, in: .all).first })
    let days = [
      "Day 1, 2026-06-15: 09:00–17:30, 6 visits, 286 km", "Day 2, 2026-06-16: 08:00–9:00, the way back, 7 km",
    ]
    let walk = TripTask(
      title: "Объезд", trip: trip.id,
      checklist: days.map { ChecklistItem(title: $0, children: [ChecklistItem(title: "Офис")]) })
    try service.database.write(as: Actor(name: "test")) { try $0.save(walk) }
    let answer = try await service.page("/tasks/\(walk.id)")
    #expect(
      answer.text.contains("href=\"/trips/\(trip.id)\"") && answer.text.contains("href=\"/road/\(trip.id)\""))
    // Days are kept in English and said in the language of the page.
    let own = try await service.send(
      .get, "/tasks/\(walk.id)", as: .head, headers: [.accept: "text/html", .acceptLanguage: "ru"])
    #expect(own.text.contains("День 1, пн 15 июня: 09:00–17:30, 6 точек, 286\u{A0}км"), "\(own.text)")
    #expect(own.text.contains("День 2, вт 16 июня: 08:00–9:00, 7,0\u{A0}км"))
    // The trip says how far its task is and whose it is.
    #expect(!answer.text.contains("&quot;state&quot;:") && !answer.text.contains("name=\"responsible\""))
  }

  @Test("a task has its page: checklist, forms for who may change it, and nothing to press for who may not")
  func task() async throws {
    let own = service.users[.manager]!.id
    let task = TripTask(
      title: "Выставка <b>", responsible: own, creator: own,
      checklist: [
        ChecklistItem(
          title: "Письма",
          children: [
            ChecklistItem(
              title: "Минск <i>", state: .done, outcome: "да",
              doneAt: Date(timeIntervalSince1970: 1_780_000_000), doneBy: own)
          ]),
        ChecklistItem(title: "Стенд"),
      ])
    let plain = TripTask(title: "Позвонить", responsible: own)
    try service.database.write(as: Actor(name: "test")) {
      try $0.save(task)
      try $0.save(plain)
    }
    let page = try await service.page("/tasks/\(task.id)", as: .manager)
    #expect(page.status == 200 && page.text.contains("Минск &lt;i&gt;") && !page.text.contains("<i>"))
    #expect(page.text.contains("1 of 2") && page.text.contains("data-send=\"PATCH\""))
    #expect(page.text.contains("data-act=\"/api/v1/tasks/\(task.id)/items/\(task.checklist[1].id)/check\""))
    #expect(!page.text.contains("/items/\(task.checklist[0].id)/check"))
    // A checklist says itself when the task is done; a task without one is said to be.
    #expect(!page.text.contains("&quot;state&quot;:&quot;done&quot;"))
    let bare = try await service.page("/tasks/\(plain.id)", as: .manager)
    #expect(bare.text.contains("&quot;state&quot;:&quot;done&quot;"))
    // Managers give nobody else work.
    #expect(!page.text.contains("name=\"responsible\""))
    #expect(try await service.page("/tasks/\(task.id)", as: .head).text.contains("name=\"responsible\""))
    let watcher = try service.addUser("watcher", .manager, visibility: .all)
    var headers = watcher.headers
    headers[.accept] = "text/html"
    let seen = try await service.send(.get, "/tasks/\(task.id)", headers: headers)
    #expect(seen.status == 200 && !seen.text.contains("data-send=\"PATCH\""))
    // Whoever sees a task has his say; nothing else.
    #expect(!seen.text.contains("/items\"") && !seen.text.contains("data-method"))
    #expect(seen.text.contains("data-to=\"/api/v1/tasks/\(task.id)/comments\""))
    #expect(seen.text.contains("disabled"))
    let stranger = try service.addUser("stranger", .manager)
    headers = stranger.headers
    headers[.accept] = "text/html"
    #expect(try await service.send(.get, "/tasks/\(task.id)", headers: headers).status == 404)
    #expect(try await service.page("/tasks/x").status == 404)
    #expect(try await service.page("/tasks/\(task.id)?a=1").status == 400)
    let list = try await service.page("/tasks", as: .manager)
    #expect(
      list.text.contains("href=\"/tasks/\(task.id)\"") && list.text.contains("data-to=\"/api/v1/tasks\""))
  }

  @Test("a partner's card has forms for who may change it, filled with what it is")
  func editing() async throws {
    let own = service.users[.manager]!.id
    let partner = Partner(
      kind: .agency, name: "Вояж \"<b>\"", responsible: own, tags: ["vip"], callIntervalDays: 14,
      visitLength: Seconds(2700),
      doNotVisit: DoNotVisit(until: LocalDate("2026-12-31"), reason: "ремонт <i>"),
      note: "</textarea><script>",
      contactPoints: [
        ContactPoint(kind: .phone, value: "+375 17 200-00-01", normalised: "+375172000001", label: "'\"")
      ],
      people: [ContactPerson(name: "Анна </div>", position: "директор")],
      addresses: [Address(type: .physical, text: "Минск, Ленина 5")])
    try service.database.write(as: Actor(name: "test")) { try $0.insert(partner) }
    let page = try await service.page("/partners/\(partner.id)", as: .manager)
    #expect(page.status == 200)
    for text in [
      "data-send=\"PATCH\" data-to=\"/api/v1/partners/\(partner.id)\" data-version=\"1\"",
      "data-to=\"/api/v1/partners/\(partner.id)/activities\"",
      "data-to=\"/api/v1/partners/\(partner.id)/pin\"",
      "name=\"callIntervalDays\" data-type=\"number\" min=\"1\" max=\"3650\" inputmode=\"numeric\" value=\"14\"",
      "value=\"45\"", "ремонт &lt;i&gt;", "value=\"2026-12-31\"", "data-has checked", "Анна &lt;/div&gt;",
      "&lt;/textarea&gt;&lt;script&gt;", "value=\"Вояж &quot;&lt;b&gt;&quot;\"",
    ] { #expect(page.text.contains(text), "\(text)") }
    #expect(!page.text.contains("<script>") && !page.text.contains("name=\"responsible\""))
    #expect(
      try await service.page("/partners/\(partner.id)", as: .head).text.contains("name=\"responsible\""))
    // An accountant reads.
    let read = try await service.page("/partners/\(partner.id)", as: .accountant)
    #expect(read.status == 200 && !read.text.contains("data-send") && !read.text.contains("forms.js"))
  }

  @Test("search finds records of every kind and says what it looks for when nothing is asked")
  func search() async throws {
    let found = try await service.page("/search?q=%D0%BF%D0%BE%D0%B5%D0%B7%D0%B4%D0%BA%D0%B0")
    #expect(found.status == 200 && found.text.contains("href=\"/trips/"))
    #expect(found.text.contains("value=\"поездка\""))
    #expect(try await service.page("/search").text.contains("What are you looking for?"))
    let nothing = try await service.page("/search?q=%3Cscript%3E")
    #expect(nothing.text.contains("Nothing found for “&lt;script&gt;”") && !nothing.text.contains("<script>"))
  }

  @Test("the search box gets a short list of what has a page, escaped, and nobody else does")
  func hits() async throws {
    let found = try await service.page("/search/hits?q=%D0%BF%D0%B0%D1%80%D1%82%D0%BD%D1%91%D1%80")
    #expect(found.status == 200 && count("role=\"option\"", in: found.text) == 8)
    #expect(found.text.contains("data-link=\"/partners/") && found.text.contains("&lt;"))
    #expect(!found.text.contains("<html"))
    #expect(try await service.page("/search/hits").text.contains("<ul></ul>"))
    #expect(try await service.page("/search/hits?q=\(String(repeating: "x", count: 201))").status == 400)
  }

  @Test("sections and search are there for whoever may read, with the one that is shown marked")
  func frame() async throws {
    let page = try await service.page("/partners")
    #expect(page.text.contains("<a href=\"/partners\" aria-current=\"page\">"))
    #expect(page.text.contains("action=\"/search\""))
    let signIn = try await service.send(.get, "/sign-in", headers: [.accept: "text/html"])
    #expect(signIn.status == 200 && !signIn.text.contains("action=\"/search\""))
    #expect(signIn.text.contains("action=\"/look\""))
    let unknown = try await service.send(.get, "/partners", headers: [.accept: "text/html"])
    #expect(unknown.status == 303 && unknown.response.headers[.location] == "/sign-in?next=/partners")
  }

  @Test("language and brightness are chosen on a device and kept there; other sites choose nothing")
  func look() async throws {
    let form = "application/x-www-form-urlencoded"
    let chosen = try await service.send(
      .post, "/look", headers: [.contentType: form],
      body: "language=ru&theme=dark&next=%2Fpartners%3Fkind%3Dhotel")
    #expect(chosen.status == 303 && chosen.response.headers[.location] == "/partners?kind=hotel")
    let cookies = chosen.response.headers[values: .setCookie]
    #expect(cookies.contains { $0.hasPrefix("planner_language=ru;") && $0.contains("SameSite=Lax") })
    #expect(cookies.contains { $0.hasPrefix("planner_theme=dark;") })
    let page = try await service.page("/partners", cookie: "planner_language=ru; planner_theme=dark")
    #expect(page.text.contains("<html lang=\"ru\" data-theme=\"dark\">"))
    #expect(page.response.headers[.vary]?.contains("Cookie") == true)
    let back = try await service.send(
      .post, "/look", headers: [.contentType: form],
      body: "language=xx&theme=&next=https%3A%2F%2Fevil.example")
    #expect(back.response.headers[.location] == "/")
    #expect(back.response.headers[values: .setCookie].contains { $0.hasPrefix("planner_theme=; Max-Age=0") })
    let elsewhere = try await service.send(
      .post, "/look", headers: [.contentType: form, HTTPField.Name("Sec-Fetch-Site")!: "cross-site"],
      body: "language=ru")
    #expect(elsewhere.status == 403)
  }
}
