import CRM
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Outbound
import Store
import Testing

@testable import planner

@Suite("Tiles over HTTP")
struct TileServiceTests {
  private let service: ServiceFixture

  init() throws { service = try ServiceFixture.withMaps() }

  @Test("partners come as clusters far off and one by one near by, each once, within the asker's sight")
  func partners() async throws {
    let far = try await service.send(.get, "/tiles/partners/0/0/0.mvt", as: .administrator)
    #expect(far.status == 200 && far.response.headers[.contentType] == "application/vnd.mapbox-vector-tile")
    let layer = try #require(MapTile(far.response.body.readableBytesView.map { $0 }).layer("partners"))
    #expect(layer.sum("count") == 120 && layer.sum("prospect") == 30 && layer.sum("active") == 90)
    // Never visited, with an interval: overdue.
    #expect(layer.sum("overdue") == 60)
    let own = try await service.send(.get, "/tiles/partners/0/0/0.mvt", as: .manager)
    #expect(MapTile(own.response.body.readableBytesView.map { $0 }).layer("partners")?.sum("count") == 80)
    // The first partner: 52 N, 24 E.
    let near = try await service.send(.get, "/tiles/partners/14/9284/5436.mvt", as: .administrator)
    let singles = MapTile(near.response.body.readableBytesView.map { $0 }).layer("partners")
    #expect(singles == nil || singles?.sum("count") == 0)
    let other = try await service.send(.get, "/tiles/partners/14/0/0.mvt", as: .administrator)
    #expect(other.status == 204 && other.response.body.readableBytes == 0)
  }

  @Test("a tile's tag holds until the data changes, and differs by asker")
  func tags() async throws {
    let path = "/tiles/partners/3/4/2.mvt"
    let tag = try #require(try await service.send(.get, path, as: .administrator).tag)
    #expect(
      try await service.send(.get, path, as: .administrator, headers: [.ifNoneMatch: tag]).status == 304)
    #expect(try await service.send(.get, path, as: .manager).tag != tag)
    try service.database.write(as: Actor(name: "test")) {
      try $0.insert(Partner(kind: .hotel, name: "Новый"))
    }
    #expect(try await service.send(.get, path, as: .administrator).tag != tag)
  }

  @Test("regions are drawn, layers are described, and what there is not is 404")
  func others() async throws {
    let regions = try await service.send(.get, "/tiles/regions/4/9/5.mvt", as: .administrator)
    let layer = try #require(MapTile(regions.response.body.readableBytesView.map { $0 }).layer("regions"))
    #expect(layer.features.count == 1)
    let description = try await service.send(.get, "/tiles/base.json", as: .administrator).json
    #expect(description["tilejson"]?.text == "3.0.0")
    for path in [
      "/tiles/nothing/0/0/0.mvt", "/tiles/base/1/2/0.mvt", "/tiles/base/a/0/0.mvt", "/tiles/base/99/0/0.mvt",
      "/tiles/nothing.json",
    ] {
      #expect(try await service.send(.get, path, as: .administrator).status == 404)
    }
  }
}

/// Just enough of a reader to count features and add up whole attributes.
struct MapTile {
  struct Layer {
    var name = ""
    var features: [[UInt64]] = []
    var keys: [String] = []
    var numbers: [UInt64?] = []
    func sum(_ key: String) -> Int {
      features.reduce(0) { total, tags in
        var total = total
        for i in stride(from: 0, to: tags.count, by: 2) where keys[Int(tags[i])] == key {
          total += Int(numbers[Int(tags[i + 1])] ?? 0)
        }
        return total
      }
    }
  }
  var layers: [Layer] = []

  func layer(_ name: String) -> Layer? { layers.first { $0.name == name } }

  init(_ bytes: [UInt8]) {
    for (field, _, body) in Self.fields(bytes[...]) where field == 3 {
      var layer = Layer()
      for (field, _, body) in Self.fields(body) {
        switch field {
        case 1: layer.name = String(decoding: body, as: UTF8.self)
        case 2:
          for (field, _, tags) in Self.fields(body) where field == 2 {
            layer.features.append(Self.list(tags))
          }
        case 3: layer.keys.append(String(decoding: body, as: UTF8.self))
        case 4: layer.numbers.append(Self.fields(body).first.flatMap { $0.0 == 5 ? $0.1 : nil })
        default: break
        }
      }
      layers.append(layer)
    }
  }

  private static func varint(_ bytes: inout ArraySlice<UInt8>) -> UInt64 {
    var (value, shift): (UInt64, UInt64) = (0, 0)
    while let byte = bytes.popFirst() {
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { break }
      shift += 7
    }
    return value
  }

  private static func list(_ bytes: ArraySlice<UInt8>) -> [UInt64] {
    var rest = bytes
    var all: [UInt64] = []
    while !rest.isEmpty { all.append(varint(&rest)) }
    return all
  }

  private static func fields(_ bytes: ArraySlice<UInt8>) -> [(UInt64, UInt64, ArraySlice<UInt8>)] {
    var rest = bytes
    var all: [(UInt64, UInt64, ArraySlice<UInt8>)] = []
    while !rest.isEmpty {
      let key = varint(&rest)
      switch key & 7 {
      case 0: all.append((key >> 3, varint(&rest), []))
      case 1: rest = rest.dropFirst(8)
      default:
        let count = Int(varint(&rest))
        all.append((key >> 3, 0, rest.prefix(count)))
        rest = rest.dropFirst(count)
      }
    }
    return all
  }
}

@Suite("Photon's errors and filters")
struct PhotonFaultTests {
  private let photon = PhotonService(gazetteer: nil)

  @Test(
    "wrong questions are told as Photon tells them",
    arguments: [
      ([], "missing search term 'q': /?q=berlin"), ([("q", "")], "missing search term 'q': /?q=berlin"),
      ([("q", "a"), ("limit", "x")], "invalid search term 'limit', expected an integer."),
      ([("q", "a"), ("lang", "xx")], "language xx is not supported"),
      ([("q", "a"), ("lat", "1")], "invalid search term 'lat' and/or 'lon'"),
      ([("q", "a"), ("lat", "91"), ("lon", "0")], "invalid search term 'lat' and/or 'lon'"),
      ([("q", "a"), ("bbox", "1,2,3")], "Invalid number of supplied coordinates for parameter 'bbox'"),
      ([("q", "a"), ("foo", "1")], "unknown query parameter 'foo'."),
      ([("q", "a"), ("osm_tag", ":")], "Invalid parameter 'osm_tag=:'"),
    ] as [([(String, String)], String)])
  func faults(_ items: [(String, String)], _ message: String) {
    do {
      _ = try photon.search(items.map { (name: $0.0, value: $0.1) })
      Issue.record("no fault")
    } catch {
      #expect(error.status == 400 && error.message.hasPrefix(message), "\(error.message)")
    }
  }

  @Test("without a gazetteer it says so, and a reverse search needs a place")
  func none() {
    #expect(throws: PhotonService.Fault.self) { try photon.search([("q", "Минск")]) }
    do {
      _ = try photon.reverse([])
    } catch { #expect(error.message == "missing search term 'lat' and/or 'lon': /?lat=51.5&lon=8.0") }
  }
}

@Suite("Calendars to subscribe to, and exports")
struct FeedTests {
  private let service: ServiceFixture

  init() throws { service = try ServiceFixture.withMaps() }

  @Test("the address of a calendar is whole where the service knows how it is reached")
  func address() async throws {
    var runner = try TranscriptRunner()
    defer { runner.remove() }
    #expect(await runner.run(line: "planner user add anna --name Anna --role manager").status == 0)
    let plain = await runner.run(line: "planner token create --calendar anna")
    #expect(plain.output.hasPrefix("/calendar/"))
    runner.environment = ["PLANNER_PUBLIC_URL": "https://planner.example.com/"]
    let whole = await runner.run(line: "planner token create --calendar anna")
    #expect(whole.output.hasPrefix("https://planner.example.com/calendar/"))
    let json = await runner.run(line: "planner token create --calendar anna --json")
    #expect(json.output.contains("https://planner.example.com/calendar/"))
  }

  @Test("a calendar that stayed as it was is not sent again, one whose trip changed is")
  func unchanged() async throws {
    let token = CalendarToken()
    try service.database.write(as: Actor(name: "test"), at: service.services.now()) {
      try $0.add(calendarToken: token, for: service.users[.manager]!.id)
    }
    let path = "/calendar/\(token.text).ics"
    let tag = try #require(try await service.send(.get, path).tag)
    for known in [tag, "\"other\", \(tag)", "*"] {
      let answer = try await service.send(.get, path, headers: [.ifNoneMatch: known])
      #expect(answer.status == 304 && answer.text.isEmpty && answer.tag == tag, "\(known)")
    }
    #expect(try await service.send(.get, path, headers: [.ifNoneMatch: "\"other\""]).status == 200)
    try await service.advance(600)
    try service.database.write(as: Actor(name: "test"), at: service.services.now()) { writer in
      let id = try #require(
        try writer.tripIDs(responsible: service.users[.manager]!.id, endingAfter: .distantPast).first)
      _ = try writer.cancelTrip(id)
    }
    let after = try await service.send(.get, path, headers: [.ifNoneMatch: tag])
    #expect(after.status == 200 && after.tag != tag)
    let text = after.text
    #expect(
      text.components(separatedBy: "STATUS:CANCELLED").count
        == text.components(separatedBy: "BEGIN:VEVENT").count)
    #expect(text.contains("LAST-MODIFIED:20260608T091000Z") && text.contains("SEQUENCE:1"))
  }

  @Test("a trip handed over is cancelled in the calendar of whoever had it, for 60 days")
  func handedOver() async throws {
    let (token, head) = (CalendarToken(), CalendarToken())
    try service.database.write(as: Actor(name: "test"), at: service.services.now()) { writer in
      try writer.add(calendarToken: token, for: service.users[.manager]!.id)
      try writer.add(calendarToken: head, for: service.users[.head]!.id)
      let id = try #require(
        try writer.tripIDs(responsible: service.users[.manager]!.id, endingAfter: .distantPast).first)
      var trip = try #require(try writer.trip(id))
      trip.responsible = service.users[.head]!.id
      try writer.save(trip)
    }
    func count(_ text: String, of token: CalendarToken) async throws -> Int {
      let calendar = try await service.send(.get, "/calendar/\(token.text).ics").text
      return calendar.components(separatedBy: text + "\r\n").count - 1
    }
    #expect(try await count("STATUS:CANCELLED", of: token) == 3)
    #expect(try await count("SEQUENCE:1", of: token) == 3)
    #expect(try await count("STATUS:CONFIRMED", of: head) == 3)
    #expect(try await count("STATUS:CANCELLED", of: head) == 0)
    try await service.advance(61 * 86_400)
    #expect(try await count("BEGIN:VEVENT", of: token) == 0)
    #expect(try await count("BEGIN:VEVENT", of: head) == 3)
  }

  @Test("a calendar shows its user's days and visits to whoever has the address, and to nobody else")
  func calendar() async throws {
    let (token, head) = (CalendarToken(), CalendarToken())
    try service.database.write(as: Actor(name: "test"), at: service.services.now()) {
      try $0.add(calendarToken: token, for: service.users[.manager]!.id)
      try $0.add(calendarToken: head, for: service.users[.head]!.id)
    }
    let path = "/calendar/\(token.text).ics"
    let answer = try await service.send(.get, path)
    #expect(answer.status == 200 && answer.response.headers[.contentType] == "text/calendar; charset=utf-8")
    let text = answer.text.replacing("\r\n ", with: "")
    #expect(text.components(separatedBy: "BEGIN:VEVENT").count == 4)
    #expect(text.contains("SUMMARY:Поездка 1/1") && text.contains("DTSTART;VALUE=DATE:20260609"))
    #expect(text.contains("-day-2026-06-09@planner") && text.contains("TRANSP:TRANSPARENT"))
    #expect(text.hasSuffix("END:VCALENDAR\r\n"))
    let tag = try #require(answer.tag)
    #expect(try await service.send(.get, path, headers: [.ifNoneMatch: tag]).status == 304)
    #expect(try await service.send(.get, "/calendar/\(head.text).ics").text.contains("VEVENT") == false)
    #expect(try await service.send(.get, "/calendar/\(CalendarToken().text).ics").code == "calendar.notFound")
    #expect(try await service.send(.get, "/calendar/x.ics").status == 404)
    try service.database.write(as: Actor(name: "test"), at: service.services.now()) {
      try $0.revokeCalendarTokens(of: service.users[.manager]!.id)
    }
    #expect(try await service.send(.get, path).status == 404)
  }

  @Test("an export holds everybody in sight once, as GeoJSON and as a table")
  func exports() async throws {
    try service.database.write(as: Actor(name: "test")) { writer in
      for number in 0..<1100 { try writer.insert(Partner(kind: .agency, name: "N\(number)")) }
    }
    let all = try await service.send(.get, "/api/v1/exports/partners.geojson", as: .head)
    guard case .array(let features)? = all.json["features"] else { throw APIError.badCursor }
    #expect(features.count == 1220 && Set(features.compactMap { $0["id"]?.text }).count == 1220)
    let own = try await service.send(.get, "/api/v1/exports/partners.csv", as: .manager)
    // 40 of his, 40 and 1,100 of nobody's, and the headings.
    #expect(own.text.components(separatedBy: "\r\n").count == 1180 + 2)
    #expect(try await service.send(.get, "/api/v1/exports/partners.csv").status == 401)
    let filtered = try await service.send(.get, "/api/v1/exports/partners.csv?status=active", as: .head)
    #expect(filtered.status == 400 && filtered.code == "http.parameter.unknown", "\(filtered.text)")
  }

  @Test("whoever stops asking stops the reading; a piece is made only when the one before was taken")
  func abandoned() async throws {
    try service.database.write(as: Actor(name: "test")) { writer in
      for number in 0..<3000 { try writer.insert(Partner(kind: .agency, name: "N\(number)")) }
    }
    let read = StoreReading(database: service.database)
    let export = try PartnerExport(.geojson, read: read, scope: .all)
    _ = try await export.next()
    // Between two pieces nothing is held: the writer changes and the journal can be emptied.
    try service.database.write(as: Actor(name: "test")) {
      try $0.insert(Partner(kind: .hotel, name: "Новый"))
    }
    var bytes = 0
    while let piece = try await export.next() {
      bytes += piece.count
      #expect(piece.count < 1 << 19)
    }
    #expect(bytes > 100_000)
    #expect(try await export.next() == nil)
  }
}
