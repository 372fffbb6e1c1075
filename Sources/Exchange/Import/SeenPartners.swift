import CRM
import Foundation

/// Which row of the file was about a partner. A hash table on a ``ScratchFile`` with linear probing: memory does not grow
/// with the file.
struct SeenPartners {
  /// 16 bytes of the identifier and the row's number; rows count from 1, so a zero row is an empty place.
  private struct Place {
    var high: UInt64 = 0
    var low: UInt64 = 0
    var row: UInt64 = 0
  }
  private static let size = MemoryLayout<Place>.size

  private var file = ScratchFile()
  private(set) var count = 0
  private(set) var capacity: Int

  /// - Parameter capacity: a power of two.
  init(capacity: Int = 1 << 12) { self.capacity = capacity }

  /// The row that was about the partner; nil when none was.
  func row(of partner: PartnerID) throws -> Int? {
    let place = try find(Self.key(partner)).place
    return place.row == 0 ? nil : Int(place.row)
  }

  /// Remembers the row, unless an earlier one is known.
  mutating func insert(_ partner: PartnerID, row: Int) throws {
    if (count + 1) * 4 > capacity * 3 { try grow() }
    var key = Self.key(partner)
    let (index, found) = try find(key)
    guard found.row == 0 else { return }
    key.row = UInt64(row)
    try write(key, at: index)
    count += 1
  }

  private func find(_ key: Place) throws -> (index: Int, place: Place) {
    // Mixed by the finaliser of SplitMix64 (Steele, Lea, Flood 2014): identifiers begin with their time.
    var hash = key.low ^ key.high &* 0x9E37_79B9_7F4A_7C15
    hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
    var index = Int(truncatingIfNeeded: hash ^ (hash >> 31)) & (capacity - 1)
    while true {
      let place = try read(index)
      if place.row == 0 || place.high == key.high && place.low == key.low { return (index, place) }
      index = (index + 1) & (capacity - 1)
    }
  }

  private mutating func grow() throws {
    let old = self
    file = ScratchFile()
    capacity *= 2
    for index in 0..<old.capacity {
      let place = try old.read(index)
      if place.row != 0 { try write(place, at: try find(place).index) }
    }
  }

  private func read(_ index: Int) throws -> Place {
    var place = Place()
    try withUnsafeMutableBytes(of: &place) { try file.read($0, at: index * Self.size) }
    return place
  }

  private func write(_ place: Place, at index: Int) throws {
    try withUnsafeBytes(of: place) { try file.write($0, at: index * Self.size) }
  }

  private static func key(_ partner: PartnerID) -> Place {
    withUnsafeBytes(of: partner.uuid.uuid) {
      Place(
        high: $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
        low: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
  }
}
