import CRM
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Store
import Testing

@testable import planner

@Suite("OGC API – Features")
struct OGCTests {
  private let service: ServiceFixture

  init() throws { service = try ServiceFixture.withMaps() }

  private func get(
    _ path: String, as role: UserRole? = .administrator, headers: HTTPFields = [:]
  ) async throws -> ServiceFixture.Answer {
    try await service.send(.get, "/ogc" + path, as: role, headers: headers)
  }

  private func links(_ value: JSONValue) -> [String: [JSONValue]] {
    guard case .array(let links)? = value["links"] else { return [:] }
    return Dictionary(grouping: links) { $0["rel"]?.text ?? "" }
  }

  private func features(_ value: JSONValue) -> [JSONValue] {
    guard case .array(let features)? = value["features"] else { return [] }
    return features
  }

  /// What every document of the service owes its readers: links with an address, a relation and a type.
  private func checkLinks(_ value: JSONValue, _ wanted: [String]) {
    let links = links(value)
    for rel in wanted { #expect(links[rel]?.isEmpty == false, "no link \(rel)") }
    for link in links.values.flatMap({ $0 }) {
      #expect(link["href"]?.text?.hasPrefix("http://") == true && link["type"]?.text?.contains("/") == true)
    }
  }

  @Test("the landing page, the conformance and the collections lead to all there is")
  func documents() async throws {
    let landing = try await get("").json
    checkLinks(landing, ["self", "alternate", "service-desc", "service-doc", "conformance", "data"])
    #expect(landing["title"]?.text == "Map data")
    let conformance = try await get("/conformance").json
    guard case .array(let classes)? = conformance["conformsTo"] else { throw APIError.badCursor }
    for name in [
      "1/1.0/conf/core", "1/1.0/conf/geojson", "1/1.0/conf/html", "1/1.0/conf/oas30", "2/1.0/conf/crs",
    ] {
      #expect(classes.contains { $0.text?.hasSuffix("ogcapi-features-\(name)") == true })
    }
    let collections = try await get("/collections").json
    checkLinks(collections, ["self", "alternate"])
    guard case .array(let list)? = collections["collections"] else { throw APIError.badCursor }
    #expect(
      list.compactMap { $0["id"]?.text } == ["partners", "regions", "territories", "trips", "stops", "legs"])
    for collection in list {
      let described = ["queryables", "sortables"].map(OGCDocuments.relation)
      checkLinks(collection, ["self", "items"] + described)
      #expect(collection["storageCrs"]?.text == ReferenceSystem.crs84.uri)
      guard case .array(let systems)? = collection["crs"] else { throw APIError.badCursor }
      #expect(systems.first?.text == ReferenceSystem.crs84.uri)
      // Each link of a collection is answered.
      for link in links(collection).values.flatMap({ $0 }) {
        let address = try #require(link["href"]?.text).split(separator: "/ogc", maxSplits: 1)[1]
        #expect(try await get(String(address)).status == 200)
      }
    }
  }

  @Test("the definition names every resource and every parameter, and each parameter it names is taken")
  func definition() async throws {
    let answer = try await get("/api")
    #expect(answer.response.headers[.contentType] == "application/vnd.oai.openapi+json;version=3.0")
    let document = answer.json
    #expect(document["openapi"]?.text == "3.0.3")
    guard case .object(let paths)? = document["paths"] else { throw APIError.badCursor }
    #expect(paths.count == 4 + 5 * FeatureSource.all.count)
    for path in paths where !path.name.contains("{") {
      #expect(try await get(path.name == "/" ? "" : path.name).status == 200, "\(path.name)")
    }
    // Every parameter that a collection's items take is named, and no other.
    for source in FeatureSource.all {
      let path = "/collections/\(source.name)/items"
      guard case .array(let list)? = document["paths"]?[path]?["get"]?["parameters"] else {
        throw APIError.badCursor
      }
      let names = list.map { one in
        one["name"]?.text ?? one["$ref"]?.text?.components(separatedBy: "/").last ?? ""
      }
      #expect(Set(names) == OGCItemsQuery.names.union(source.properties.map(\.name)).union(["f"]))
      #expect(names.count == Set(names).count)
    }
    // What guards it is told.
    guard case .object(let schemes)? = document["components"]?["securitySchemes"] else {
      throw APIError.badCursor
    }
    #expect(schemes.map(\.name) == ["bearer", "basic"])
  }

  @Test("each class of requirements that is declared has its resource or parameter, with its link")
  func declared() async throws {
    guard case .array(let classes)? = try await get("/conformance").json["conformsTo"] else {
      throw APIError.badCursor
    }
    let names = classes.compactMap { $0.text?.components(separatedBy: "/spec/").last }
    for (name, path) in [
      ("ogcapi-features-3/1.0/conf/queryables", "/collections/partners/queryables"),
      ("ogcapi-features-8/1.0/conf/sortables", "/collections/partners/sortables"),
      ("ogcapi-features-8/1.0/conf/features-sorting", "/collections/partners/items?sortby=-name"),
      ("ogcapi-features-6/1.0/conf/properties-features", "/collections/partners/items?properties=name"),
      (
        "ogcapi-features-2/1.0/conf/crs",
        "/collections/partners/items?limit=1&crs=\(ReferenceSystem.crs84.uri)"
      ),
    ] {
      #expect(names.contains(name) && names.count == Set(names).count)
      #expect(try await get(path).status == 200, "\(path)")
    }
  }

  @Test("sortables are a schema of their own, found from the collection and from its features")
  func sortables() async throws {
    let answer = try await get("/collections/partners/sortables")
    #expect(answer.response.headers[.contentType] == "application/schema+json")
    #expect(answer.json["$id"]?.text?.hasSuffix("/ogc/collections/partners/sortables") == true)
    #expect(answer.json["additionalProperties"] == .bool(false) && answer.json["type"] == "object")
    guard case .object(let members)? = answer.json["properties"] else { throw APIError.badCursor }
    #expect(members.contains { $0.name == "lastVisit" } && !members.contains { $0.name == "tags" })
    for member in members { #expect(member.value["type"]?.text != nil) }
    let link = try #require(
      try await get("/collections/partners/items?limit=1").response.headers[HTTPField.Name("Link")!])
    #expect(link.contains("/sortables>; rel=\"http://www.opengis.net/def/rel/ogc/1.0/sortables\""))
  }

  @Test("features come in the order that was asked for, page after page, and back")
  func sorting() async throws {
    var next: String? = "/collections/partners/items?limit=50&sortby=-status,%2Bname&properties=status,name"
    var rows: [[String]] = []
    var last = JSONValue.null
    while let address = next {
      last = try await get(address).json
      rows += features(last).map { feature in
        guard case .object(let members)? = feature["properties"] else { return [] }
        return members.map { $0.value.text ?? "" }
      }
      next = links(last)["next"]?.first?["href"]?.text.map {
        String($0.split(separator: "/ogc", maxSplits: 1)[1])
      }
    }
    #expect(rows.count == ServiceFixture.partnerCount && rows.allSatisfy { $0.count == 2 })
    // "name" was told first: the order of properties is the collection's.
    #expect(rows.prefix(30).allSatisfy { $0[1] == "prospect" } && rows[30][1] == "active")
    #expect(Set(rows.map { $0[0] }).count == ServiceFixture.partnerCount)
    let before = try #require(links(last)["prev"]?.first?["href"]?.text)
    let page = try await get(String(before.split(separator: "/ogc", maxSplits: 1)[1])).json
    #expect(
      features(page).compactMap { $0["properties"]?["name"]?.text } == rows[50..<100].map { $0[0] })
    // A plus that was not encoded is a blank; what a link says holds for its own order only.
    #expect(try await get("/collections/partners/items?sortby=+name,-status").status == 200)
    let cursor = try #require(before.components(separatedBy: "cursor=").last)
    #expect(try await get("/collections/partners/items?cursor=\(cursor)").status == 400)
    #expect(try await get("/collections/partners/items?sortby=name&cursor=\(cursor)").status == 400)
  }

  @Test("only the properties that were asked for are told, of one feature as of many; none at all too")
  func properties() async throws {
    let page = try await get("/collections/partners/items?limit=2&properties=status,name&kind=hotel").json
    let feature = try #require(features(page).first)
    #expect(feature["geometry"] != .null && feature["properties"]?["name"] != nil)
    guard case .object(let members)? = feature["properties"] else { throw APIError.badCursor }
    #expect(members.map(\.name) == ["name", "status"])
    let id = try #require(feature["id"]?.text)
    let one = try await get("/collections/partners/items/\(id)?properties=kind").json
    guard case .object(let single)? = one["properties"] else { throw APIError.badCursor }
    #expect(single.map(\.name) == ["kind"])
    let none = try await get("/collections/partners/items?limit=1&properties=").json
    #expect(features(none)[0]["properties"] == .object([JSONMember]()))
    #expect(try await get("/collections/partners/items/\(id)?properties=nothing").status == 400)
    let html = try await get("/collections/partners/items?properties=name&f=html").text
    #expect(html.contains("Партнёр &lt;0&gt;") && !html.contains("hotel"))
  }

  @Test("territories are regions of managers; a manager sees his own")
  func territories() async throws {
    let managers: Set = [service.users[.manager]!.id, service.users[.head]!.id]
    try service.database.write(as: Actor(name: "test"), at: service.services.now()) {
      try $0.set(managers: managers, of: "BY")
    }
    let all = try await get("/collections/territories/items?sortby=manager").json
    #expect(features(all).compactMap { $0["properties"]?["manager"]?.text } == ["head", "manager"])
    let first = features(all)[0]
    #expect(first["geometry"]?["type"]?.text == "MultiPolygon")
    #expect(first["properties"]?["regionNameRu"]?.text == "Беларусь")
    #expect(first["properties"]?["managerName"]?.text == "Имя head")
    let mine = try await get("/collections/territories/items", as: .manager).json
    #expect(mine["numberMatched"] == 1 && features(mine)[0]["properties"]?["manager"] == "manager")
    let other = try #require(first["id"]?.text)
    let address = "/collections/territories/items/\(OGCRequest.encode(other))"
    #expect(try await get(address, as: .manager).status == 404)
    #expect(try await get(address, as: .head).status == 200)
    #expect(try await get("/collections/territories/items?region=BY&manager=head").json["numberMatched"] == 1)
  }

  @Test("pages lead one to another, hold everything once, and say how much there is; and back again")
  func paging() async throws {
    var next: String? = "/collections/partners/items?limit=50"
    var seen: [String] = []
    var sizes: [Int] = []
    var last = JSONValue.null
    while let address = next {
      last = try await get(address).json
      seen += features(last).compactMap { $0["id"]?.text }
      sizes.append(features(last).count)
      #expect(last["numberMatched"] == .int(ServiceFixture.partnerCount))
      #expect(last["numberReturned"] == .int(sizes.last!))
      checkLinks(last, ["self", "alternate", "collection"])
      next = links(last)["next"]?.first?["href"]?.text.map {
        String($0.split(separator: "/ogc", maxSplits: 1)[1])
      }
    }
    #expect(sizes == [50, 50, 20] && Set(seen).count == ServiceFixture.partnerCount)
    let before = try #require(links(last)["prev"]?.first?["href"]?.text)
    let page = try await get(String(before.split(separator: "/ogc", maxSplits: 1)[1])).json
    #expect(features(page).compactMap { $0["id"]?.text } == Array(seen[50..<100]))
    let first = try #require(links(page)["prev"]?.first?["href"]?.text)
    let beginning = try await get(String(first.split(separator: "/ogc", maxSplits: 1)[1])).json
    #expect(features(beginning).compactMap { $0["id"]?.text } == Array(seen[..<50]))
    #expect(links(beginning)["prev"] == nil)
  }

  @Test("a page larger than one read is whole")
  func large() async throws {
    try service.database.write(as: Actor(name: "test")) { writer in
      for number in 0..<700 { try writer.insert(Partner(kind: .agency, name: "N\(number)")) }
    }
    let page = try await get("/collections/partners/items?limit=10000").json
    #expect(features(page).count == 820 && page["numberReturned"] == 820)
    #expect(features(page).suffix(1).first?["geometry"] == .null)
    #expect(links(page)["next"] == nil)
  }

  @Test(
    "a box narrows, in whatever system it is written",
    arguments: [
      "bbox=24,52,24.9,52.4", "bbox=24,52,0,24.9,52.4,100",
      "bbox=52,24,52.4,24.9&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326",
      "bbox=2660000,6790000,2780000,6880000&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/3857",
    ])
  func box(_ query: String) async throws {
    let found = try await get("/collections/partners/items?\(query)").json
    #expect(found["numberMatched"] == 6)
  }

  @Test("a box across the 180th meridian and one larger than the world are boxes")
  func wide() async throws {
    #expect(try await get("/collections/partners/items?bbox=170,-10,-170,10").json["numberMatched"] == 0)
    #expect(try await get("/collections/partners/items?bbox=20,40,-170,60").json["numberMatched"] == 120)
    #expect(try await get("/collections/partners/items?bbox=-400,-90,400,90").json["numberMatched"] == 120)
    #expect(try await get("/collections/regions/items?bbox=25,53,25.1,53.1").json["numberMatched"] == 1)
    #expect(try await get("/collections/legs/items?bbox=24.1,51.9,24.2,52.1").json["numberMatched"] == 2)
  }

  @Test(
    "what cannot be understood is 400 with the parameter's name",
    arguments: [
      "bbox=1,2,3", "bbox=a,b,c,d", "bbox=1,2,3,nan", "bbox=0,50,10,40", "limit=0", "limit=x", "limit=-5",
      "datetime=yesterday", "datetime=2026-06-10/2026-06-09", "datetime=a/b/c", "crs=EPSG:9999", "cursor=zzz",
      "bbox-crs=x", "status=nonsense", "version=one", "unknown=1", "f=xml", "limit=1&limit=2", "stale=maybe",
      "sortby=tags", "sortby=", "sortby=name,-name",
      "sortby=nothing", "sortby=--name", "properties=nothing", "properties=name,", "datetime=../x",
    ])
  func refused(_ query: String) async throws {
    let answer = try await get("/collections/partners/items?\(query)")
    #expect(answer.status == 400 && answer.code?.hasPrefix("ogc.parameter.") == true)
    #expect(answer.json["title"]?.text == "Bad Request")
    #expect(answer.text.contains(query.split(separator: "=")[0]))
  }

  @Test("a limit above the greatest is the greatest, other resources take no parameters")
  func limits() async throws {
    #expect(try await get("/collections/partners/items?limit=999999999").status == 200)
    for path in [
      "?x=1", "/conformance?bbox=1,2,3,4", "/collections?limit=1", "/collections/partners?x=1", "/api?x=1",
    ] {
      #expect(try await get(path).status == 400)
    }
    for path in [
      "/nothing", "/collections/nothing", "/collections/nothing/items", "/collections/partners/items/x",
    ] {
      #expect(try await get(path).status == 404)
    }
  }

  @Test("times and properties narrow")
  func narrowed() async throws {
    func count(_ path: String) async throws -> JSONValue? { try await get(path).json["numberMatched"] }
    #expect(try await count("/collections/partners/items?status=prospect") == 30)
    #expect(try await count("/collections/partners/items?status=prospect&kind=hotel") == 6)
    #expect(try await count("/collections/partners/items?responsible=manager") == 40)
    #expect(try await count("/collections/stops/items?datetime=2026-06-09") == 2)
    #expect(try await count("/collections/stops/items?datetime=../2026-06-08") == 0)
    #expect(try await count("/collections/stops/items?datetime=2026-06-09T00:00:00Z/..") == 2)
    // As GDAL writes a day, yes and no.
    #expect(try await count("/collections/stops/items?datetime=2026-06-09T/..") == 2)
    #expect(try await count("/collections/stops/items?datetime=../2026-06-08T") == 0)
    #expect(try await count("/collections/stops/items?locked=0") == 2)
    #expect(try await count("/collections/stops/items?locked=1") == 0)
    #expect(try await count("/collections/stops/items?datetime=2026-06-09T00:00:00Z/") == 2)
    #expect(try await count("/collections/stops/items?datetime=/2026-06-09") == 2)
    #expect(try await count("/collections/stops/items?datetime=2026-06-10/..") == 0)
    #expect(try await count("/collections/stops/items?datetime=2026-06-09T01:45:00Z") == 0)
    #expect(
      try await count("/collections/stops/items?datetime=2026-06-09T01:00:00%2B00:00/2026-06-09T01:15:00Z")
        == 1)
    #expect(try await count("/collections/regions/items?datetime=2026-06-09") == 1)
    let trip = try await get("/collections/trips/items").json
    let id = try #require(features(trip).first?["id"]?.text)
    #expect(try await count("/collections/legs/items?trip=\(id)") == 2)
    #expect(try await get("/collections/legs/items/\(id)-1-2").json["properties"]?["position"] == 2)
  }

  @Test("another reference system is answered in, named in Content-Crs, axes in its own order")
  func systems() async throws {
    let plain = try await get("/collections/partners/items?limit=1")
    let crs = HTTPField.Name("Content-Crs")!
    #expect(plain.response.headers[crs] == "<\(ReferenceSystem.crs84.uri)>")
    let uri = "http://www.opengis.net/def/crs/EPSG/0/4326"
    let swapped = try await get("/collections/partners/items?limit=1&crs=\(uri)")
    #expect(swapped.response.headers[crs] == "<\(uri)>")
    guard case .array(let there)? = features(plain.json)[0]["geometry"]?["coordinates"],
      case .array(let here)? = features(swapped.json)[0]["geometry"]?["coordinates"]
    else { throw APIError.badCursor }
    #expect(there == here.reversed())
    let id = try #require(features(plain.json)[0]["id"]?.text)
    let one = try await get(
      "/collections/partners/items/\(id)?crs=http://www.opengis.net/def/crs/EPSG/0/3857")
    checkLinks(one.json, ["self", "alternate", "collection"])
    #expect(
      (one.json["geometry"]?["coordinates"]).map { String(decoding: $0.bytes, as: UTF8.self) }?.hasPrefix(
        "[26716") == true)
  }

  @Test("a manager sees his own and nobody's, another's by name neither; without signing in nothing is told")
  func scope() async throws {
    func count(_ role: UserRole, _ name: String) async throws -> JSONValue? {
      try await get("/collections/\(name)/items", as: role).json["numberMatched"]
    }
    #expect(try await count(.manager, "partners") == 80)
    #expect(try await count(.head, "partners") == 120)
    #expect(try await count(.manager, "trips") == 1)
    let others = try await get("/collections/partners/items?responsible=head&limit=1", as: .head).json
    let id = try #require(features(others)[0]["id"]?.text)
    #expect(try await get("/collections/partners/items/\(id)", as: .manager).status == 404)
    #expect(try await get("/collections/partners/items/\(id)", as: .head).status == 200)
    #expect(try await get("", as: nil).status == 401)
  }

  @Test("a tag holds until anything changes, for each asker and each form apart")
  func tags() async throws {
    let path = "/collections/partners/items?limit=2"
    let tag = try #require(try await get(path).tag)
    let again = try await get(path, headers: [.ifNoneMatch: tag])
    #expect(again.status == 304 && again.text.isEmpty)
    #expect(try await get(path, as: .manager).tag != tag)
    #expect(try await get(path + "&f=html").tag != tag)
    try service.database.write(as: Actor(name: "test")) {
      try $0.insert(Partner(kind: .hotel, name: "Новый"))
    }
    #expect(try await get(path, headers: [.ifNoneMatch: tag]).status == 200)
  }

  @Test("pages for people in their language, hostile names as text")
  func pages() async throws {
    let headers: HTTPFields = [.accept: "text/html,application/xhtml+xml", .acceptLanguage: "ru"]
    for path in [
      "", "/collections", "/collections/partners", "/collections/partners/items", "/conformance", "/api",
      "/collections/trips/queryables", "/collections/trips/sortables", "/collections/territories",
    ] {
      let answer = try await get(path, headers: headers)
      #expect(answer.response.headers[.contentType] == "text/html; charset=utf-8")
      #expect(answer.response.headers[.contentLanguage] == "ru" && answer.text.contains("Данные для карт"))
      #expect(!answer.text.contains("{{") && !answer.text.contains("Партнёр <"))
    }
    let items = try await get("/collections/partners/items", headers: headers).text
    #expect(
      items.contains("Партнёр &lt;0&gt;") && items.contains("50 из 120") && items.contains("rel=\"next\""))
    let forced = try await get("/collections/partners/items?f=json&limit=1", headers: headers)
    #expect(forced.response.headers[.contentType] == "application/geo+json")
  }

  @Test(
    "the form is the one that Accept weighs most, the first of equal ones",
    arguments: [
      ("text/html;q=0.1, application/json", false), ("text/html;q=0, application/json;q=0.1", false),
      ("text/html; q=0", false), ("application/json;q=0.5,text/html;q=0.6", true),
      ("text/html,application/json", true), ("application/json,text/html", false), ("*/*", false),
    ])
  func accepted(_ accept: String, _ isPage: Bool) async throws {
    let type = try await get("/collections", headers: [.accept: accept]).response.headers[.contentType]
    #expect(type?.hasPrefix("text/html") == isPage, "\(accept)")
  }

  @Test(
    "HEAD of a stream says how long it is, packed or not",
    arguments: ["/ogc/collections/partners/items?f=json", "/api/v1/exports/partners.csv"])
  func measured(_ path: String) async throws {
    for headers in [[:], [.acceptEncoding: "gzip"]] as [HTTPFields] {
      let whole = try await service.send(.get, path, as: .administrator, headers: headers).response
      let head = try await service.send(.head, path, as: .administrator, headers: headers).response
      #expect(head.status == .ok && head.body.readableBytes == 0)
      #expect(head.headers[.contentLength] == "\(whole.body.readableBytes)")
      #expect(head.headers[.contentEncoding] == whole.headers[.contentEncoding])
    }
  }

  @Test(
    "other origins may read only where surfaces are open; then everything, without signing in"
  )
  func open() async throws {
    let origin = HTTPField.Name("Access-Control-Allow-Origin")!
    #expect(try await get("").response.headers[origin] == nil)
    let open = try ServiceFixture.withMaps(settings: ServiceSettings(openSurfaces: true, rateLimit: 0))
    let answer = try await open.send(.get, "/ogc/collections/partners/items")
    #expect(answer.status == 200 && answer.response.headers[origin] == "*")
    #expect(answer.json["numberMatched"] == 120)
    #expect(try await open.send(.options, "/ogc").status == 204)
  }

  @Test("a stream is packed for clients that take it")
  func packed() async throws {
    let plain = try await get("/collections/partners/items?limit=100&f=json")
    let packed = try await get(
      "/collections/partners/items?limit=100&f=json", headers: [.acceptEncoding: "gzip"])
    #expect(packed.response.headers[.contentEncoding] == "gzip")
    let bytes = try Gzip.inflate(Data(packed.response.body.readableBytesView))
    #expect(bytes == Data(plain.response.body.readableBytesView))
  }
}
