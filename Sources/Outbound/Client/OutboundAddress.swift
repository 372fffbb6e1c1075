import Foundation

/// An IP address as its 4 or 16 bytes, and the judgement whether a request of ours may go there.
///
/// Text is read in the one canonical way of `inet_pton`; octal, hexadecimal, decimal and shortened spellings are no
/// addresses here (``OutboundURL`` refuses them as hosts).
public struct OutboundAddress: Hashable, Sendable, CustomStringConvertible {
  /// Network order, 4 or 16 of them.
  public let bytes: [UInt8]

  /// - Precondition: 4 or 16 bytes; the process stops otherwise.
  public init(bytes: [UInt8]) {
    precondition(bytes.count == 4 || bytes.count == 16, "an address has 4 or 16 bytes")
    self.bytes = bytes
  }

  /// Nil when the text is no address in canonical dotted or colon form.
  public init?(_ text: String) {
    var four = [UInt8](repeating: 0, count: 4)
    if inet_pton(AF_INET, text, &four) == 1 {
      bytes = four
      return
    }
    var sixteen = [UInt8](repeating: 0, count: 16)
    guard inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
    bytes = sixteen
  }

  public var isIPv6: Bool { bytes.count == 16 }

  /// The canonical spelling.
  public var description: String {
    var text = [CChar](repeating: 0, count: 64)
    guard inet_ntop(isIPv6 ? AF_INET6 : AF_INET, bytes, &text, socklen_t(text.count)) != nil else {
      return ""
    }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// What kind of address it is when no request may go there unasked (`loopback`, `private`, …); nil for an
  /// address of the public internet.
  public var refusal: String? { isIPv6 ? refusalOfIPv6 : Self.refusalOfIPv4(bytes[...]) }

  private static let ipv4Blocks: [(block: [UInt8], bits: Int, kind: String)] = [
    ([0, 0, 0, 0], 8, "this network"),
    ([10, 0, 0, 0], 8, "private"),
    ([100, 64, 0, 0], 10, "shared by a carrier"),
    ([127, 0, 0, 0], 8, "loopback"),
    ([169, 254, 0, 0], 16, "link-local"),
    ([172, 16, 0, 0], 12, "private"),
    ([192, 0, 0, 0], 24, "reserved"),
    ([192, 0, 2, 0], 24, "for documentation"),
    ([192, 88, 99, 0], 24, "a 6to4 relay"),
    ([192, 168, 0, 0], 16, "private"),
    ([198, 18, 0, 0], 15, "for benchmarks"),
    ([198, 51, 100, 0], 24, "for documentation"),
    ([203, 0, 113, 0], 24, "for documentation"),
    ([224, 0, 0, 0], 4, "multicast"),
    ([240, 0, 0, 0], 4, "reserved"),
  ]

  /// Inside 2000::/3, the only block given out for the public internet (RFC 4291, IANA special registry).
  private static let ipv6Blocks: [(block: [UInt8], bits: Int, kind: String)] = [
    ([0x20, 0x01, 0x00, 0x00], 23, "reserved"),  // Teredo, ORCHID, benchmarks, anycast services
    ([0x20, 0x01, 0x0D, 0xB8], 32, "for documentation"),
    ([0x20, 0x02], 16, "6to4"),
    ([0x3F, 0xFF, 0x00], 20, "for documentation"),
  ]

  private static func refusalOfIPv4(_ bytes: ArraySlice<UInt8>) -> String? {
    ipv4Blocks.first { lies(bytes, in: $0.block, bits: $0.bits) }?.kind
  }

  private var refusalOfIPv6: String? {
    // IPv4 inside IPv6: mapped (::ffff:0:0/96) and translated by NAT64 (64:ff9b::/96) go where the IPv4 goes.
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    let translated: [UInt8] = [0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
    if bytes.starts(with: mapped) || bytes.starts(with: translated) {
      return Self.refusalOfIPv4(bytes[12...]).map { $0 + ", inside IPv6" }
    }
    if bytes.dropLast().allSatisfy({ $0 == 0 }), bytes[15] <= 1 {
      return bytes[15] == 1 ? "loopback" : "this host"
    }
    if Self.lies(bytes[...], in: [0xFC], bits: 7) { return "private" }
    if Self.lies(bytes[...], in: [0xFE, 0x80], bits: 10) { return "link-local" }
    if bytes[0] == 0xFF { return "multicast" }
    guard Self.lies(bytes[...], in: [0x20], bits: 3) else { return "reserved" }
    return Self.ipv6Blocks.first { Self.lies(bytes[...], in: $0.block, bits: $0.bits) }?.kind
  }

  private static func lies(_ bytes: ArraySlice<UInt8>, in block: [UInt8], bits: Int) -> Bool {
    for (index, (byte, wanted)) in zip(bytes, block).enumerated() {
      let counted = min(8, bits - index * 8)
      guard counted > 0 else { break }
      let mask = UInt8(truncatingIfNeeded: 0xFF << (8 - counted))
      if byte & mask != wanted & mask { return false }
    }
    return true
  }
}
