import CRM
import Foundation
import Geo
import HTTPTypes
import Store
import Testing

@testable import planner

@Suite("Imports, uploads and backups over HTTP")
struct ImportRoutesTests {
  private let key = HTTPField.Name("Idempotency-Key")!

  @Test("runs out of sight are not there, and nobody takes back what is another's by now")
  func sight() async throws {
    let service = try ServiceFixture()
    let (head, manager) = (service.users[.head]!, service.users[.manager]!)
    /// A run that made one partner.
    func run(by user: UserID?, for responsible: UserID?) throws -> ImportRunID {
      let partner = Partner(kind: .agency, name: "Вояж", responsible: responsible)
      return try service.database.write(as: Actor(user: user, name: "import")) { writer in
        let run = try writer.beginImportRun(source: "list.csv")
        try writer.insert(partner)
        try writer.importChange(run, partner: partner.id, before: nil)
        try writer.finishImportRun(run, report: "{}")
        return run
      }
    }
    let own = try run(by: head.id, for: head.id)
    let given = try run(by: head.id, for: manager.id)
    let others = try run(by: manager.id, for: head.id)
    let nobodys = try run(by: nil, for: nil)
    func listed() async throws -> [String] {
      let answer = try await service.send(.get, "/api/v1/imports", as: .head)
      return (answer.json["items"]?.elements ?? []).compactMap { $0["id"]?.text }
    }
    func undo(_ run: ImportRunID, as role: UserRole = .head) async throws -> ServiceFixture.Answer {
      try await service.send(.post, "/api/v1/imports/\(run)/undo", as: role)
    }
    #expect(try await listed().count == 4)
    var narrow = head
    narrow.visibility = .own
    let changed = narrow
    try service.database.write(as: Actor(name: "test")) { _ = try $0.update(user: changed) }
    #expect(try await listed() == [given.description, own.description])
    let page = try await service.page("/import", as: .head).text
    #expect(page.contains("data-run=\"\(own)\"") && !page.contains("data-run=\"\(others)\""))
    for run in [others, nobodys] {
      let answer = try await undo(run)
      #expect(answer.status == 404 && answer.code == "store.importRun.notFound")
    }
    let refused = try await undo(given)
    #expect(refused.status == 403 && refused.code == "http.forbidden")
    #expect(try await undo(own).status == 200)
    for run in [given, others, nobodys] { #expect(try await undo(run, as: .administrator).status == 200) }
  }

  @Test("an upload sent again with its key is one upload, and the key with another body is refused")
  func repeatedUpload() async throws {
    let service = try ServiceFixture()
    func upload(_ body: String, key text: String = "u-1") async throws -> ServiceFixture.Answer {
      try await service.send(
        .post, "/api/v1/uploads?name=a.csv", as: .head, headers: [.contentType: "text/csv", key: text],
        body: body)
    }
    func spooled() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: service.database.path + "-spool").count
    }
    let first = try await upload("a;b\n1;2\n")
    let again = try await upload("a;b\n1;2\n")
    #expect(first.status == 201 && again.status == 201 && again.text == first.text)
    #expect(again.response.headers[.location] == first.response.headers[.location])
    let other = try await upload("a;b\n1;3\n")
    #expect(other.status == 422 && other.code == "http.idempotency.otherRequest")
    #expect(try spooled() == 1)
    let bad = try await upload("a;b\n", key: String(repeating: "k", count: 256))
    #expect(bad.status == 400 && bad.code == "http.idempotency.badKey")
    #expect(try await upload("a;b\n1;2\n", key: "u-2").json["id"] != first.json["id"])
    #expect(try spooled() == 2)
  }

  private func service(backups folder: String) throws -> ServiceFixture {
    var session = Session.current
    session.environment["PLANNER_BACKUPS"] = folder
    return try Session.$current.withValue(session) { try ServiceFixture() }
  }

  @Test("a backup asked for again with its key is made once, also when both are asked for at a time")
  func repeatedBackup() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("backups-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let service = try service(backups: folder)
    let (path, headers): (String, HTTPFields) = ("/api/v1/backups", [key: "b-1"])
    func backup(_ text: String, json: String? = nil) async throws -> ServiceFixture.Answer {
      try await service.send(.post, path, as: .administrator, json: json, headers: [key: text])
    }
    func made() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: folder).count { $0.hasSuffix(".sqlite") }
    }
    async let one = service.send(.post, path, as: .administrator, headers: headers)
    async let two = service.send(.post, path, as: .administrator, headers: headers)
    let answers = try await [one, two]
    #expect(answers.map(\.status) == [201, 201] && answers[0].text == answers[1].text)
    try await service.advance(60)
    #expect(try await backup("b-1").text == answers[0].text)
    #expect(try made() == 1)
    let other = try await backup("b-1", json: "{}")
    #expect(other.status == 422 && other.code == "http.idempotency.otherRequest")
    let next = try await backup("b-2")
    #expect(next.status == 201 && next.json["made"] != answers[0].json["made"])
  }
}
