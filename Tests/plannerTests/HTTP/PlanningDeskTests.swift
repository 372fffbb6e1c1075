import Foundation
import Hummingbird
import HummingbirdTesting
import NIOCore
import NIOPosix
import Testing

@testable import planner

@Suite("Where trips are planned")
struct PlanningDeskTests {
  /// What became of the work of each request.
  private enum Step: Sendable {
    case begun
    case ended(isCancelled: Bool)
  }

  @Test("work ends when its caller hangs up, and the service goes on")
  func hangUp() async throws {
    let (steps, told) = AsyncStream<Step>.makeStream()
    let router = Router()
    router.post("/work") { request, _ in
      _ = try await request.body.collect(upTo: 1 << 10)
      do {
        return try await request.body.whileCallerStays {
          told.yield(.begun)
          try await Task.sleep(for: .seconds(600))
          return "done"
        }
      } catch {
        told.yield(.ended(isCancelled: error is CancellationError))
        throw HTTPError(.internalServerError)
      }
    }
    router.post("/quick") { request, _ in
      _ = try await request.body.collect(upTo: 1 << 10)
      return try await request.body.whileCallerStays { "done" }
    }
    let application = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      logger: ServiceFixture.quiet)
    try await application.test(.live) { client in
      let port = try #require(client.port)
      var seen = steps.makeAsyncIterator()
      for _ in 0..<20 {
        let caller = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
          .connect(host: "127.0.0.1", port: port).get()
        let request = "POST /work HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n\r\nbody"
        try await caller.writeAndFlush(ByteBuffer(string: request)).get()
        guard case .begun = await seen.next() else {
          Issue.record("the work did not begin")
          return
        }
        try await caller.close().get()
        guard case .ended(isCancelled: true) = await seen.next() else {
          Issue.record("the work was not cancelled")
          return
        }
      }
      let answer = try await client.execute(uri: "/quick", method: .post, body: ByteBuffer(string: "body"))
      #expect(answer.status == .ok && String(buffer: answer.body) == "done")
    }
  }
}
