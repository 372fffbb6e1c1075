import CRM
import Foundation
import Geo
import HTTPTypes
import Store
import Testing

@testable import planner

@Suite("Photographs over HTTP") struct PhotoAPITests {
  /// The smallest file that is a photograph, with a word in a comment.
  private static let picture: [UInt8] =
    [0xFF, 0xD8] + [0xFF, 0xFE, 0, 7] + Array("Minsk".utf8)
    + [0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0xFF, 0xD9]

  let service: ServiceFixture
  /// Of the manager's own trip.
  let task: String
  let stop: String
  let day: String

  init() async throws {
    service = try ServiceFixture()
    _ = try service.addPartners(1, of: service.users[.manager]!.id)
    let plan = try await service.send(
      .post, "/api/v1/plan", as: .manager,
      json: "{\"selection\":{\"all\":true},\"start\":\"53.9,27.49\",\"date\":\"2026-06-15\",\"save\":true}")
    task = "/api/v1/tasks/\(try #require(plan.json["taskId"]?.text, "\(plan.text)"))"
    let shown = try await service.send(.get, task, as: .manager)
    let days = try #require(shown.json["checklist"]?.elements, "\(shown.text)")
    day = try #require(days[0]["id"]?.text)
    stop = try #require(days[0]["children"]?.elements?[0]["id"]?.text)
  }

  private func add(
    _ bytes: [UInt8] = PhotoAPITests.picture, to item: String? = nil, as role: UserRole = .manager,
    type: String = "image/jpeg", query: String = "", key: String? = nil
  ) async throws -> ServiceFixture.Answer {
    var headers: HTTPFields = [.contentType: type]
    if let key { headers[HTTPField.Name("Idempotency-Key")!] = key }
    return try await service.send(
      .post, "\(task)/items/\(item ?? stop)/photos\(query)", as: role, headers: headers, bytes: bytes)
  }

  @Test("a photograph goes to a stop once, and comes back without what the camera noted")
  func photographs() async throws {
    let first = try await add(query: "?at=2026-06-01T09:00:00Z", key: "k")
    #expect(first.status == 201 && first.json["at"] == "2026-06-01T09:00:00Z", "\(first.text)")
    #expect(first.json["author"] == "manager" && first.json["width"] == 1)
    #expect(try await add(query: "?at=2026-06-01T09:00:00Z", key: "k").json == first.json)
    let list = try await service.send(.get, "\(task)/photos", as: .manager)
    #expect(list.json["items"]?.elements == [first.json], "\(list.text)")
    let address = try #require(first.response.headers[.location])
    let shown = try await service.send(.get, address, as: .manager)
    #expect(shown.response.headers[.contentType] == "image/jpeg")
    let bytes: [UInt8] = Array(buffer: shown.response.body)
    #expect(bytes == Array(Self.picture.prefix(2) + Self.picture.dropFirst(11)))
    let known = try #require(shown.response.headers[.eTag])
    #expect(
      try await service.send(.get, address, as: .manager, headers: [.ifNoneMatch: known]).status == 304)
    #expect(try await service.send(.delete, address, as: .manager).status == 204)
    #expect(try await service.send(.get, address, as: .manager).status == 404)
  }

  @Test("what is no photograph, or belongs to no stop, is refused and changes nothing")
  func refusals() async throws {
    let before = try service.content()
    for (answer, status, code) in [
      (try await add(type: "image/png"), 415, "http.contentType"),
      (try await add(Array("{}".utf8)), 422, "http.body.field"),
      (try await add(Array(Self.picture.dropLast())), 422, "http.body.field"),
      (try await add([]), 422, "http.body.field"),
      (try await add(query: "?at=2035-01-01T00:00:00Z"), 400, "http.parameter.bad"),
      (try await add(to: day), 409, "store.checklist.notAVisit"),
      (try await add(as: .accountant), 403, "http.forbidden"),
      (try await add(to: ChecklistItemID.new().description), 404, "store.checklistItem.notFound"),
      (try await add(Self.picture + Array(repeating: 0, count: 3 << 20)), 413, "http.bodyTooLarge"),
    ] { #expect(answer.status == status && answer.code == code, "\(answer.text)") }
    #expect(try service.content() == before)
    for _ in 0..<PhotosController.most { #expect(try await add().status == 201) }
    #expect(try await add().code == "http.conflict")
  }

  @Test(
    "photographs are seen with the trip or the partner, and taken away by whoever made them or changes the trip"
  )
  func rights() async throws {
    let address = try #require(try await add().response.headers[.location])
    let other = try service.addUser("other", .manager, visibility: .own)
    let watcher = try service.addUser("watcher", .manager, visibility: .all)
    #expect(try await service.send(.get, address, headers: other.headers).status == 404)
    #expect(try await service.send(.delete, address, headers: other.headers).status == 404)
    #expect(try await service.send(.get, address, headers: watcher.headers).status == 200)
    #expect(try await service.send(.delete, address, headers: watcher.headers).status == 403)
    // Who takes part in the task does not see the trip; who answers for the partner sees what is of it.
    let tag = try #require(try await service.send(.get, task, as: .manager).tag)
    let joined = try await service.send(
      .patch, task, as: .manager, json: #"{"participants":["other"]}"#, headers: [.ifMatch: tag])
    #expect(joined.status == 200, "\(joined.text)")
    #expect(
      try await service.send(.get, "\(task)/photos", headers: other.headers).json["items"]?.elements == [])
    #expect(try await service.send(.get, address, headers: other.headers).status == 404)
    try service.database.write(as: Actor(name: "test")) { writer in
      let id = try #require(PhotoID(address.split(separator: "/").last.map(String.init) ?? ""))
      var partner = try #require(try writer.partner(ofPhoto: id).flatMap { try writer.partner($0) })
      partner.responsible = try writer.user(login: "other")?.id
      try writer.update(partner)
    }
    #expect(try await service.send(.get, address, headers: other.headers).status == 200)
    #expect(try await service.send(.delete, address, as: .head).status == 204)
  }
}
