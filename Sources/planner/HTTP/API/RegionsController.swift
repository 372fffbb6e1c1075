import CRM
import Foundation
import Geo
import Hummingbird
import Store

/// Administrative regions.
struct RegionsController: Sendable {
  let services: Services

  func addRoutes(to table: RouteTable) {
    table.api(
      .get, "regions", "listRegions", access: .reads(or: .manageRegions, .manageTerritories), services, list)
    table.api(
      .get, "regions/resolve", "resolveRegion", access: .reads(or: .manageRegions, .manageTerritories),
      services, resolve)
    table.api(
      .get, "regions/{code}", "showRegion", access: .reads(or: .manageRegions, .manageTerritories), services,
      show)
  }

  private static func members(_ region: RegionInfo) -> [(String, JSONValue)] {
    [
      ("code", .string(region.code)), ("level", .string(region.level.rawValue)),
      ("country", .string(region.country)), ("name", .string(region.name())),
      ("names", .object(region.names.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
    ]
  }

  private func list(_ call: APICall) async throws -> APIAnswer {
    let query = try call.query("country", "level", "counts")
    let country = try query.text("country")?.uppercased()
    if let country, country.wholeMatch(of: /[A-Z]{2}/) == nil {
      throw APIError.badParameter(
        "country", detail: "\"\(country)\" is no country", hint: "write its two letters, such as BY")
    }
    let levels = try query.choices("level", Region.Level.self)
    let counts = try query.bool("counts") ?? false
    let viewer = call.viewer
    return try await call.read { reader in
      let partners: [String: Int] =
        counts ? (try reader.partnerCountsByRegion(scope: viewer.scope)) : [:]
      let regions = try reader.regions().filter { region in
        (country == nil || region.country == country) && levels?.contains(region.level) ?? true
      }
      let items = regions.map { region in
        var members = Self.members(region)
        if counts {
          // A country has the partners of all its regions.
          let count =
            region.level == .country
            ? partners.reduce(0) { $0 + ($1.key.hasPrefix(region.code + "-") ? $1.value : 0) }
            : partners[region.code] ?? 0
          members.append(("partners", .int(count)))
        }
        return JSONValue.object(members)
      }
      return APIPage.answer(items, next: nil, call: call)
    }
  }

  private func show(_ call: APICall) async throws -> APIAnswer {
    let code = call.parameter("code").uppercased()
    let geometry = try call.query("geometry").bool("geometry") ?? false
    return try await call.read { reader in
      guard let region = try reader.region(code: code) else {
        throw APIError.notFound(entity: "region", id: code)
      }
      let info = RegionInfo(
        code: region.code, level: region.level, country: region.country, names: region.names,
        aliases: region.aliases)
      var members = Self.members(info)
      let box = region.area.boundingBox
      if let box {
        members.append(
          ("bbox", .array([.double(box.west), .double(box.south), .double(box.east), .double(box.north)])))
      }
      guard geometry else { return .ok(.object(members)) }
      // The area is large: it is written once, behind the other members.
      var bytes = JSONValue.object(members).bytes
      bytes.removeLast()
      bytes += Array(",\"geometry\":".utf8)
      GeoJSON.Geometry.multiPolygon(region.area).write(to: &bytes)
      bytes.append(UInt8(ascii: "}"))
      return .ok(bytes)
    }
  }

  private func resolve(_ call: APICall) async throws -> APIAnswer {
    guard let text = try call.query("q").text("q"), !text.allSatisfy(\.isWhitespace) else {
      throw APIError.badParameter("q", detail: "it is missing or blank", hint: "give a name or a code")
    }
    return try await call.read { reader in
      func choice(_ code: String, _ name: String) -> JSONValue {
        .object([("code", .string(code)), ("name", .string(name))])
      }
      var (match, choices, suggestions): (String, [JSONValue], [String]) = ("none", [], [])
      switch RegionNameIndex(try reader.regionNames()).find(text) {
      case .one(let code):
        match = "one"
        choices = [choice(code, try reader.regionInfo(code: code)?.name() ?? code)]
      case .ambiguous(let list):
        match = "ambiguous"
        choices = list.map { choice($0.code, $0.name) }
      case .none(let near): suggestions = near
      }
      return .ok(
        .object([
          ("query", .string(text)), ("match", .string(match)), ("regions", .array(choices)),
          ("suggestions", .texts(suggestions)),
        ]))
    }
  }
}
