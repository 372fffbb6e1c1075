import Foundation
import Testing

@testable import Geo

@Suite("Files of arrays")
struct SectionFileTests {
  private static let magic = "PLNTEST\n"

  /// Runs the body with the path of a file that is not there yet and is removed afterwards.
  private func withFile<T>(_ body: (String) throws -> T) rethrows -> T {
    let path = FileManager.default.temporaryDirectory.path + "/sections-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }

  private func write(_ sections: [[[UInt32]]], to path: String) throws -> UInt64 {
    let file = try SectionFileWriter(path: path, magic: Self.magic, version: 7, sections: sections.count)
    for pieces in sections {
      try file.write(pieces[0])
      for piece in pieces.dropFirst() { try file.extend(piece) }
    }
    return try file.finish()
  }

  @Test("A section written in pieces is the one written as a whole")
  func pieces() throws {
    let numbers = (0..<700_001).map { UInt32(truncatingIfNeeded: $0 &* 2_654_435_761) }
    func bytes(_ sections: [[[UInt32]]]) throws -> Data {
      try withFile {
        _ = try write(sections, to: $0)
        return try Data(contentsOf: URL(fileURLWithPath: $0))
      }
    }
    let whole = try bytes([[[1, 2, 3]], [numbers], [[]], [[9]]])
    let cut = stride(from: 0, to: numbers.count, by: 65_536).map {
      Array(numbers[$0..<min($0 + 65_536, numbers.count)])
    }
    #expect(try bytes([[[1], [2, 3]], [[]] + cut, [[], []], [[9], []]]) == whole)
  }

  @Test(
    "The checksum told is that of the file, whatever its length",
    arguments: [0, 1, 2, 15, 262_143, 262_144, 262_145, 700_001])
  func checksum(_ count: Int) throws {
    try withFile { path in
      let numbers = (0..<UInt32(count)).map { $0 }
      let told = try write([[numbers]], to: path)
      let reader = try SectionFileReader(path: path, magic: Self.magic, version: 7)
      #expect(reader.isIntact() && reader.storedChecksum == told)
      #expect(Array(reader.section(0, of: UInt32.self)) == numbers)
      guard count > 0 else { return }
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: URL(fileURLWithPath: path))
      #expect(try !SectionFileReader(path: path, magic: Self.magic, version: 7).isIntact())
    }
  }
}
