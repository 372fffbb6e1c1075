import Foundation

@testable import Geo

/// Writes small PBF files for tests: the format from its description, independent of the reader.
struct PBFWriter {
  var bytes: [UInt8] = []

  static func varint(_ value: UInt64) -> [UInt8] {
    var value = value
    var out: [UInt8] = []
    while value >= 0x80 {
      out.append(UInt8(value & 0x7F) | 0x80)
      value >>= 7
    }
    return out + [UInt8(value)]
  }
  static func zigzag(_ value: Int64) -> [UInt8] { varint(UInt64(bitPattern: (value << 1) ^ (value >> 63))) }
  static func field(_ number: Int, _ content: [UInt8]) -> [UInt8] {
    varint(UInt64(number << 3 | 2)) + varint(UInt64(content.count)) + content
  }
  static func number(_ number: Int, _ value: UInt64) -> [UInt8] {
    varint(UInt64(number << 3)) + varint(value)
  }

  static func header(features: [String] = ["OsmSchema-V0.6", "DenseNodes"]) -> [UInt8] {
    features.flatMap { field(4, Array($0.utf8)) }
  }

  mutating func blob(_ type: String, _ content: [UInt8], packed: Bool) {
    var blob: [UInt8]
    if packed {
      // A zlib stream is a gzip stream in another dress: deflated bytes between two bytes of head and a checksum.
      let gzip = [UInt8](Gzip.deflate(Data(content)))
      var (a, b): (UInt32, UInt32) = (1, 0)
      for byte in content {
        a = (a + UInt32(byte)) % 65521
        b = (b + a) % 65521
      }
      let sum = b << 16 | a
      let zlib: [UInt8] =
        [0x78, 0xDA] + gzip[10..<(gzip.count - 8)]
        + (0..<4).map { UInt8(truncatingIfNeeded: sum >> (24 - 8 * $0)) }
      blob = Self.number(2, UInt64(content.count)) + Self.field(3, zlib)
    } else {
      blob = Self.field(1, content)
    }
    let header = Self.field(1, Array(type.utf8)) + Self.number(3, UInt64(blob.count))
    bytes += (0..<4).map { UInt8(truncatingIfNeeded: UInt32(header.count) >> (24 - 8 * $0)) } + header + blob
    blob = []
  }

  /// Two plain nodes, three dense ones, a way and a relation; granularity 1000, offsets of one degree.
  static func sampleBlock() -> [UInt8] {
    let strings = ["", "name", "Мир", "highway", "residential", "outer", "type", "multipolygon"]
    let table = strings.flatMap { field(1, Array($0.utf8)) }
    func node(_ id: Int64, _ lat: Int64, _ lon: Int64) -> [UInt8] {
      field(
        1,
        varint(1 << 3) + zigzag(id) + field(2, varint(1)) + field(3, varint(2)) + varint(8 << 3) + zigzag(lat)
          + varint(9 << 3) + zigzag(lon))
    }
    let dense = field(
      2,
      field(1, zigzag(10) + zigzag(1) + zigzag(-3))
        + field(8, zigzag(52_000_000) + zigzag(1000) + zigzag(-1000))
        + field(9, zigzag(26_000_000) + zigzag(1000) + zigzag(500))
        + field(10, varint(1) + varint(2) + varint(0) + varint(0) + varint(3) + varint(4) + varint(0)))
    let way = field(
      3,
      number(1, 77) + field(2, varint(1) + varint(3)) + field(3, varint(2) + varint(4))
        + field(8, zigzag(10) + zigzag(1) + zigzag(-3)))
    let relation = field(
      4,
      number(1, 99) + field(2, varint(6)) + field(3, varint(7)) + field(8, varint(5)) + field(9, zigzag(77))
        + field(10, varint(1)))
    return field(1, table) + field(2, node(1, 52_500_000, 25_500_000) + node(-2, -3_000_000, -500_000))
      + field(2, dense) + field(2, way) + field(2, relation) + number(17, 1000)
      + number(19, 1_000_000_000) + number(20, 1_000_000_000)
  }
}
