import Foundation
import Testing

@testable import Geo

/// The data folder and a gazetteer built once for all tests of this process.
enum GazetteerFixture {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let data = root.appendingPathComponent("data").path

  /// A new folder that is removed with all others when the tests end.
  static func temporaryFolder() throws -> String {
    let path = parent + "/" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  private static let parent: String = {
    atexit { try? FileManager.default.removeItem(atPath: GazetteerFixture.parentPath) }
    return parentPath
  }()
  private static let parentPath =
    NSTemporaryDirectory() + "planner-gazetteer-\(ProcessInfo.processInfo.processIdentifier)"

  /// All of the shipped data with the town extract.
  static let shared: Result<Gazetteer, any Error> = Result {
    let path = try temporaryFolder() + "/gazetteer.bin"
    let sources = GazetteerSources.standard(
      dataDirectory: data, extracts: [data + "/osm/neubrandenburg.osm.pbf"])
    try GazetteerBuilder.build(sources, at: path)
    return try Gazetteer(path: path)
  }
}
