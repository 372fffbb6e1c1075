import CRM
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Store
import Testing

@testable import planner

@Suite("HEAD says what GET would")
struct HeadTests {
  let service: ServiceFixture
  /// An ended job with a file.
  let job: JobID
  private static let file = "Имя,Адрес\nА,Минск\n"

  init() throws {
    let service = try ServiceFixture()
    let spool = try #require(service.services.background).jobs.spool
    let head = try #require(service.users[.head])
    let made = try service.database.write(as: Actor(user: head.id, name: "test")) { writer in
      let job = try writer.enqueueJob(kind: GeocodeJob.kind, input: "{}")
      _ = try writer.claimJob(kinds: [GeocodeJob.kind])
      try writer.finishJob(job.id, .done(result: "{}"))
      return job.id
    }
    try Data(Self.file.utf8).write(to: URL(fileURLWithPath: try spool.path(made, GeocodeJob.output)))
    self.service = service
    job = made
  }

  @Test("a file that a job made has its length, a stream of its events has none")
  func jobs() async throws {
    let path = "/api/v1/jobs/\(job)/files/\(GeocodeJob.output)"
    let whole = try await service.send(.get, path, as: .head).response
    let file = try await service.send(.head, path, as: .head).response
    #expect(whole.status == .ok && whole.body.readableBytes > 0)
    #expect(file.status == .ok && file.body.readableBytes == 0)
    #expect(file.headers[.contentLength] == "\(whole.body.readableBytes)")
    #expect(file.headers[.contentDisposition] == whole.headers[.contentDisposition])
    let events = try await service.send(.head, "/api/v1/jobs/\(job)/events", as: .head).response
    #expect(events.status == .ok && events.body.readableBytes == 0)
    #expect(events.headers[.contentType]?.hasPrefix("text/event-stream") == true)
    #expect(events.headers[.contentLength] == nil && events.headers[.connection] == "close")
  }

  @Test("over a socket too, where nothing may stand behind the head of an answer")
  func socket() async throws {
    let application = Application(
      router: try service.routes().router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      logger: ServiceFixture.quiet)
    let (headers, job): (HTTPFields, JobID) = ([.authorization: "Bearer \(service.token(.head))"], job)
    try await application.test(.live) { client in
      let file = try await client.execute(
        uri: "/api/v1/jobs/\(job)/files/\(GeocodeJob.output)", method: .head, headers: headers)
      #expect(file.status == .ok && file.headers[.contentLength] == "\(Self.file.utf8.count)")
      let events = try await client.execute(
        uri: "/api/v1/jobs/\(job)/events", method: .head, headers: headers)
      #expect(events.status == .ok && events.headers[.contentLength] == nil)
    }
  }

  @Test(
    "a refusal has no body either, also of what is nowhere",
    arguments: ["/api/v1/jobs/0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b/events", "/nothing"])
  func refusals(path: String) async throws {
    let whole = try await service.send(.get, path, as: .head).response
    let head = try await service.send(.head, path, as: .head).response
    #expect(whole.status == .notFound && whole.body.readableBytes > 0)
    #expect(head.status == .notFound && head.body.readableBytes == 0)
    #expect(head.headers[.contentLength] == "\(whole.body.readableBytes)")
    #expect(head.headers[.contentType] == whole.headers[.contentType])
  }
}
