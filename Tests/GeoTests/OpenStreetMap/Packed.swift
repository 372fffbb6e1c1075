import CBzip2
import Foundation

@testable import Geo

/// Packs bytes for tests.
enum Packed {
  static func gzip(_ bytes: [UInt8]) -> [UInt8] { [UInt8](Gzip.deflate(Data(bytes))) }

  /// One bzip2 stream.
  static func bzip2(_ bytes: [UInt8]) -> [UInt8] {
    var source = bytes.map { CChar(bitPattern: $0) }
    var packed = [CChar](repeating: 0, count: bytes.count + bytes.count / 100 + 600)
    var size = UInt32(packed.count)
    let status = BZ2_bzBuffToBuffCompress(&packed, &size, &source, UInt32(source.count), 1, 0, 0)
    precondition(status == BZ_OK)
    return packed.prefix(Int(size)).map { UInt8(bitPattern: $0) }
  }

  /// Writes a file into a folder of its own and gives its path.
  static func file(_ bytes: some Sequence<UInt8>, _ name: String = "x") throws -> String {
    let path = try GazetteerFixture.temporaryFolder() + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }
}
