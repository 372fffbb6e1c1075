import Foundation
import Geo
import NetworkSupport
import Testing

@testable import Outbound

@Suite("Answers of outside services outlive the process")
struct AnswerFileTests {
  private func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "planner-answers-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
  }

  private static let house = OutsideGeocoderTests.Kind.photon

  @Test("the next process answers from the file, until the answer is a month old; another service is asked")
  func survives() async throws {
    try await withFolder { folder in
      let settings = OutsideSettings(memoryFolder: folder)
      try await ScriptedServer.with(Script { _, _ in [.answer(json: Self.house.house)] }) { server in
        func ask(after days: Int, path: String = "") async throws -> [GeocodeCandidate] {
          let provider = try Self.house.provider(
            server, clock: ManualClock(days: days), settings: settings, path: path)
          return try await provider.geocode(GeocodeQuery("Минск, Ленина 5"))
        }
        let found = try await ask(after: 0)
        #expect(found.count == 1)
        #expect(try await ask(after: 29) == found)
        #expect(server.requests.count == 1)
        #expect(try await ask(after: 29, path: "/other") == found)
        #expect(server.requests.count == 2)
        #expect(try await ask(after: 31) == found)
        #expect(server.requests.count == 3)
      }
      let file = folder + "/outside-photon.jsonl"
      let attributes = try FileManager.default.attributesOfItem(atPath: file)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test("lines that cannot be read are passed over; a file too large loses its older half")
  func limits() async throws {
    try await withFolder { folder in
      let path = folder + "/answers.jsonl"
      let file = AnswerFile(path: path, limit: 2000)
      let now = Date(timeIntervalSince1970: 1_700_000_000)
      let soon = now.timeIntervalSince1970 + 100
      #expect(file.load(now: now).isEmpty)
      for number in 0..<100 { file.append(.init(key: "key \(number)", until: soon, found: [])) }
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("{\"key\": broken\n\u{0}\n".utf8))
      try handle.close()
      let kept = file.load(now: now)
      #expect((5..<40).contains(kept.count) && kept.last?.key == "key 99")
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count <= 1000)
      #expect(file.load(now: now).map(\.key) == kept.map(\.key))
      #expect(file.load(now: now.addingTimeInterval(200)).isEmpty)
    }
  }

  @Test("without a folder, or without a provider, nothing is written")
  func off() async throws {
    try await withFolder { folder in
      let none = try OutsideConfiguration(environment: [:], settings: OutsideSettings(memoryFolder: folder))
      #expect(none.geocoders.isEmpty)
      try await ScriptedServer.with(Script { _, _ in [.answer(json: Self.house.house)] }) { server in
        _ = try await Self.house.provider(server).geocode(GeocodeQuery("Минск, Ленина 5"))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
      // A folder that is not there is no reason to fail.
      try await ScriptedServer.with(Script { _, _ in [.answer(json: Self.house.house)] }) { server in
        let settings = OutsideSettings(memoryFolder: folder + "/absent")
        let found = try await Self.house.provider(server, settings: settings).geocode(GeocodeQuery("Минск 5"))
        #expect(found.count == 1)
      }
    }
  }
}
