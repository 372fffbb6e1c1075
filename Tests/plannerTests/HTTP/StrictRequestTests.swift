import Foundation
import HTTPTypes
import Testing

@testable import planner

/// What the document of the API says of headers, parameters and methods holds whether or not the request needs them.
@Suite struct StrictRequestTests {
  @Test("a request that keeps nothing is refused for a bad key or version all the same")
  func headersWithoutUse() async throws {
    let service = try ServiceFixture()
    let trip = "/api/v1/trips/01a218f0-fcad-70ae-bf06-df89e672397b/replan"
    let key = HTTPField.Name("Idempotency-Key")!
    let control = try await service.send(
      .post, trip, as: .administrator, json: "{}", headers: [key: "clé"])
    #expect(control.status == 400)
    #expect(control.code == "http.idempotency.badKey")
    for tag in [
      "{}", "v1", "\"v0\"", "\"v-1\"", "\"v1234567890\"", "\"1\"", "\"v1-\"", "\"v1-0123456789AB\"",
    ] {
      let answer = try await service.send(
        .post, trip, as: .administrator, json: "{}", headers: [.ifMatch: tag])
      #expect(answer.status == 400, "\(tag)")
      #expect(answer.code == "http.badVersion", "\(tag)")
    }
    let right = try await service.send(
      .post, trip, as: .administrator, json: "{}", headers: [.ifMatch: "\"v1\"", key: "k"])
    #expect(right.status == 404)
    let marked = try await service.send(
      .post, trip, as: .administrator, json: "{}", headers: [.ifMatch: "\"v1-0123456789ab\"", key: "m"])
    #expect(marked.status == 404)
  }

  @Test(
    "parameters are held to their form",
    arguments: [
      "regions?country=0", "regions?country=BYN", "regions/resolve?q=", "regions/resolve?q=%20",
      "reverse?at=53.9,27.5&lat=91&lon=0", "reverse?at=53.9,27.5&lon=-1e308", "reverse?lat=53.9",
      "activities?from=2026-06-01T09:00:00%2B24:00", "activities?from=2026-06-01T09:00:00",
    ])
  func parameters(address: String) async throws {
    let service = try ServiceFixture()
    let before = try service.content()
    let answer = try await service.send(.get, "/api/v1/" + address, as: .administrator)
    #expect(answer.status == 400)
    #expect(answer.code == "http.parameter.bad")
    #expect(try service.content() == before)
  }

  @Test("instants may have any offset of RFC 3339")
  func offsets() {
    let noon = Instant.parse("2026-06-01T12:00:00Z")
    #expect(noon != nil)
    #expect(Instant.parse("2026-06-02T11:59:00+23:59") == noon)
    #expect(Instant.parse("2026-05-31T12:01:00.000-23:59") == noon)
    #expect(Instant.parse("2026-06-01T15:00:00+03:00") == noon)
    #expect(Instant.parse("2026-06-01T12:00:00+24:00") == nil)
    #expect(Instant.parse("0001-01-01T00:00:00+23:59") == nil)
  }

  @Test("a method that no address has is 405 with those it has, and each refusal has a code")
  func methods() async throws {
    let service = try ServiceFixture()
    let answer = try await service.send(.init("QUERY")!, "/api/v1/partners", as: .administrator)
    #expect(answer.status == 405)
    #expect(answer.response.headers[.allow] == "GET, HEAD, POST")
    #expect(answer.code == "http.methodNotAllowed")
    #expect(Problem(status: .misdirectedRequest).code == "http.refused")
    #expect(Problem(status: .internalServerError).code == "http.failed")
  }
}
