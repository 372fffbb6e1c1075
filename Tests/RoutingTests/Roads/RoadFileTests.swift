import Foundation
import Geo
import Testing

@testable import Routing

@Suite("The file of a road graph")
struct RoadFileTests {
  private final class Folder {
    let path = FileManager.default.temporaryDirectory.path + "/road-file-\(UUID().uuidString)"
    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func build(_ seed: UInt64, threads: Int = 1) throws -> Data {
      let file = path + "/\(UUID().uuidString).roads"
      _ = try RoadGraphBuilder.build(
        RandomRoads(seed: seed).draft, profile: .car, output: file, threads: threads)
      return try Data(contentsOf: URL(fileURLWithPath: file))
    }

    /// Opens the bytes as a file; nil when they open and are as they were written.
    func fault(of bytes: Data) throws -> RoadGraphError? {
      let file = path + "/tried.roads"
      try bytes.write(to: URL(fileURLWithPath: file))
      do throws(RoadGraphError) {
        let graph = try RoadGraph(path: file)
        return graph.isIntact() ? nil : .damaged(path: file, reason: "checksum")
      } catch {
        return error
      }
    }
  }

  @Test("A missing file, one of another kind and one of another version are told apart")
  func foreign() throws {
    let folder = try Folder()
    #expect(throws: RoadGraphError.missing(path: folder.path + "/none.roads")) {
      _ = try RoadGraph(path: folder.path + "/none.roads")
    }
    #expect(try folder.fault(of: Data("PLNGAZ".utf8))?.code == "routing.roads.notRoads")
    #expect(try folder.fault(of: Data())?.code == "routing.roads.notRoads")
    #expect(try folder.fault(of: Data(repeating: 0, count: 100_000))?.code == "routing.roads.notRoads")
    var bytes = try folder.build(3)
    #expect(try folder.fault(of: bytes) == nil)
    bytes[8] = 200
    #expect(
      try folder.fault(of: bytes) == .wrongVersion(path: folder.path + "/tried.roads", found: 200))
    #expect(throws: RoadGraphError.self) { _ = try RoadGraph(path: folder.path) }
  }

  @Test("A file that is cut short anywhere is damaged, and said to be")
  func truncated() throws {
    let folder = try Folder()
    let bytes = try folder.build(4)
    var random = SeededRandom(seed: 1)
    let lengths = Array(0..<100) + (0..<200).map { _ in random.below(bytes.count) } + [bytes.count - 1]
    for length in lengths {
      let fault = try folder.fault(of: bytes.prefix(length))
      #expect(fault != nil, "\(length) of \(bytes.count) bytes")
    }
    #expect(try folder.fault(of: bytes + Data([0]))?.code == "routing.roads.damaged")
  }

  @Test("A bit that has turned is found, wherever it is, and traps nowhere")
  func bitFlips() throws {
    let folder = try Folder()
    let bytes = try folder.build(5)
    var random = SeededRandom(seed: 2)
    // All of the header and the table of sections, which opening goes by, and places in between.
    let head = 48 + 16 * RoadLayout.Section.allCases.count
    var places = Array(0..<head * 8)
    for _ in 0..<1500 { places.append(head * 8 + random.below((bytes.count - head) * 8)) }
    for place in places {
      var damaged = bytes
      damaged[place / 8] ^= 1 << UInt8(place % 8)
      // The last 16 bytes of the header are room that nothing is read from.
      if (32..<48).contains(place / 8) {
        _ = try folder.fault(of: damaged)
      } else {
        #expect(try folder.fault(of: damaged) != nil, "bit \(place % 8) of byte \(place / 8)")
      }
    }
  }

  @Test("The same roads make the same bytes, on one core and on several", arguments: [6, 7, 8, 9, 10])
  func deterministic(_ seed: UInt64) throws {
    let folder = try Folder()
    let bytes = try folder.build(seed)
    #expect(try folder.build(seed) == bytes)
    #expect(try folder.build(seed, threads: 2) == bytes)
    #expect(try folder.build(seed, threads: 5) == bytes)
  }

  @Test("A real extract makes the same bytes on one core and on two")
  func deterministicExtract() throws {
    guard let extract = RoadExtractTests.extracts.first(where: { $0.contains("monaco") }) else {
      print("no extract of Monaco: passed over")
      return
    }
    let folder = try Folder()
    func build(_ threads: Int) throws -> Data {
      let file = folder.path + "/\(threads).roads"
      _ = try RoadGraphBuilder.build(from: [extract], profile: .car, output: file, threads: threads)
      return try Data(contentsOf: URL(fileURLWithPath: file))
    }
    let one = try build(1)
    #expect(try build(2) == one)
    #expect(try build(1) == one)
  }

  @Test("No roads, or no place to write to, are said, and nothing is left behind")
  func notBuilt() throws {
    let folder = try Folder()
    let path = folder.path + "/empty.osm"
    try AsciiRoads(drawing: "a-b", ways: ["a-b: highway=footway"]).xml.write(
      toFile: path, atomically: false, encoding: .utf8)
    #expect(throws: RoadBuildError.noRoads(paths: [path], profile: "car")) {
      try RoadGraphBuilder.build(from: [path], profile: .car, output: folder.path + "/out.roads")
    }
    try AsciiRoads(drawing: "a-b", missing: "ab").xml.write(toFile: path, atomically: false, encoding: .utf8)
    #expect(throws: RoadBuildError.noRoads(paths: [path], profile: "car")) {
      try RoadGraphBuilder.build(from: [path], profile: .car, output: folder.path + "/out.roads")
    }
    #expect(throws: RoadBuildError.self) {
      try RoadGraphBuilder.build(
        RandomRoads(seed: 1).draft, profile: .car, output: folder.path + "/none/out.roads", threads: 1)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["empty.osm"])
  }
}
