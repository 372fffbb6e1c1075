import CRM
import Foundation
import Geo
import Hummingbird
import Planning

/// Addresses to places and back.
struct GeocodingController: Sendable {
  let services: Services

  func addRoutes(to table: RouteTable) {
    table.api(.get, "geocode", "geocode", access: .needs(.useMaps), services, geocode)
    table.api(.get, "reverse", "reverse", access: .needs(.useMaps), services, reverse)
    table.api(.get, "suggest", "suggest", access: .needs(.useMaps), services, suggest)
  }

  private func text(_ query: QueryReader) throws -> String {
    let text = try query.text("q", limit: 500)
    guard let text, !text.allSatisfy(\.isWhitespace) else {
      throw APIError.badParameter("q", detail: "it is missing or blank", hint: "give an address")
    }
    return text
  }

  private func country(_ query: QueryReader) throws -> String? {
    guard let text = try query.text("country") else { return nil }
    guard let code = CountryCode.find(text) else {
      let near = CountryCode.near(text)
      throw APIError.badParameter(
        "country", detail: "\"\(text)\" is no country",
        hint: near.isEmpty
          ? "write a code such as BY, or a name" : "did you mean \(near.joined(separator: ", "))?")
    }
    return code
  }

  private func gazetteer() throws -> Gazetteer {
    guard let gazetteer = services.gazetteer else { throw APIError.gazetteerMissing }
    return gazetteer
  }

  private func geocode(_ call: APICall) async throws -> APIAnswer {
    let query = try call.query("q", "country", "limit", "near", "lang")
    let text = try text(query)
    let language = try query.text("lang")
    if let language, language.wholeMatch(of: /[A-Za-z]{2,3}/) == nil {
      throw APIError.badParameter(
        "lang", detail: "\"\(language)\" is no language", hint: "write en, de, ru …")
    }
    let question = GeocodeQuery(
      text, country: try country(query), limit: try query.integer("limit", 1...100) ?? 5,
      near: try query.coordinate("near"), language: language)
    guard let geocoder = services.geocoder else { throw APIError.gazetteerMissing }
    let found = try await geocoder.geocode(question)
    return try .encoding(GeocodeCommand.Answer(text, found, language: language ?? "en"))
  }

  private func suggest(_ call: APICall) async throws -> APIAnswer {
    let query = try call.query("q", "country", "limit", "near")
    let text = try text(query)
    let (country, near) = (try country(query), try query.coordinate("near"))
    let limit = try query.integer("limit", 1...50) ?? 8
    let gazetteer = try gazetteer()
    return try await call.blocking {
      let found = gazetteer.suggest(text, country: country, near: near, limit: limit)
      return try .encoding(GeocodeCommand.Answer(text, found, language: "en"))
    }
  }

  private func reverse(_ call: APICall) async throws -> APIAnswer {
    let query = try call.query("at", "lat", "lon")
    let at = try query.coordinate("at")
    let (latitude, longitude) = (try query.number("lat", -90...90), try query.number("lon", -180...180))
    let given = latitude.flatMap { latitude in
      longitude.map { Coordinate(trustedLatitude: latitude, longitude: $0) }
    }
    guard let place = at ?? given else {
      throw APIError.badParameter(
        "at", detail: "there is no position", hint: "give at=53.9,27.56, or lat and lon in degrees")
    }
    let gazetteer = try gazetteer()
    return try await call.blocking { try .encoding(ReverseCommand.Answer(place, in: gazetteer)) }
  }
}
