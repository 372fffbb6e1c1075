import Crypto
import Foundation

/// Passwords that were published somewhere.
struct KnownPasswords: Sendable {
  var contains: @Sendable (String) -> Bool
  static let none = KnownPasswords(contains: { _ in false })
}

extension KnownPasswords {
  /// Those of the shipped list; none when the data is not there.
  static func shipped(_ workspace: Workspace) -> KnownPasswords {
    guard let folder = try? workspace.dataFolder(),
      let data = FileManager.default.contents(atPath: folder + "/passwords/known.bloom"),
      let filter = BloomFilter(data)
    else { return .none }
    return KnownPasswords(contains: filter.contains)
  }
}

/// A set that may say yes to what was never put in, and never no to what was (Bloom 1970). `data/passwords` makes it.
struct BloomFilter: Sendable {
  private let bits: UInt64
  private let hashes: UInt64
  private let field: [UInt8]

  /// Nil when the bytes are no filter.
  init?(_ data: Data) {
    let bytes = [UInt8](data)
    guard bytes.count > 16, bytes.starts(with: Array("PLNRBLM1".utf8)) else { return nil }
    func number(_ at: Int) -> UInt64 { (0..<4).reduce(0) { $0 | UInt64(bytes[at + $1]) << UInt64(8 * $1) } }
    bits = number(8)
    hashes = number(12)
    field = Array(bytes[16...])
    guard bits > 0, (1...64).contains(hashes), UInt64(field.count) * 8 >= bits else { return nil }
  }

  /// In whatever case it is written.
  func contains(_ text: String) -> Bool {
    let digest = Array(SHA256.hash(data: Data(text.lowercased().utf8)))
    func number(_ at: Int) -> UInt64 { (0..<8).reduce(0) { $0 | UInt64(digest[at + $1]) << UInt64(8 * $1) } }
    let (a, b) = (number(0), number(8))
    return (0..<hashes).allSatisfy { i in
      let place = Int((a &+ i &* b) % bits)
      return field[place / 8] & 1 << (place % 8) != 0
    }
  }
}
