import HTTPTypes
import Outbound

/// The proxies in front of the service whose word about a client counts: what they say stands in `X-Forwarded-For`,
/// `-Proto` and `-Host`, or in `Forwarded` (RFC 7239). Nobody else's counts, since anybody may send these fields.
struct TrustedProxies: Sendable, Equatable {
  private struct Block: Sendable, Equatable {
    var bytes: [UInt8]
    var bits: Int

    func contains(_ address: [UInt8]) -> Bool {
      guard address.count == bytes.count else { return false }
      for index in bytes.indices {
        let counted = min(8, bits - index * 8)
        guard counted > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF << (8 - counted))
        if address[index] & mask != bytes[index] & mask { return false }
      }
      return true
    }
  }

  private var blocks: [Block] = []

  /// No proxy is trusted.
  static let none = TrustedProxies()

  private init() {}

  /// Addresses and blocks (`10.0.0.0/8`, `fd00::/8`) with commas or blanks between; nil when one of them is none.
  init?(_ text: String) {
    for part in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
      let sides = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      guard let address = OutboundAddress(String(sides[0])) else { return nil }
      let bytes = Self.plain(address)
      var bits = bytes.count * 8
      if sides.count > 1 {
        // A block of mapped addresses is written as IPv4.
        guard bytes.count == address.bytes.count, let number = Int(sides[1]), (0...bits).contains(number)
        else {
          return nil
        }
        bits = number
      }
      blocks.append(Block(bytes: bytes, bits: bits))
    }
  }

  var isEmpty: Bool { blocks.isEmpty }

  private func trusts(_ address: OutboundAddress) -> Bool {
    let bytes = Self.plain(address)
    return blocks.contains { $0.contains(bytes) }
  }

  /// IPv4 as four bytes also where a socket of both kinds tells it inside IPv6.
  private static func plain(_ address: OutboundAddress) -> [UInt8] {
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    return address.isIPv6 && address.bytes.starts(with: mapped) ? Array(address.bytes[12...]) : address.bytes
  }

  // MARK: Clients

  /// What a trusted proxy says of a request.
  struct Client: Equatable {
    /// The right-most address that is no trusted proxy.
    var address: String
    /// "http" or "https"; nil where nothing was said.
    var scheme: String?
    /// What the client called this server; nil where nothing was said.
    var authority: String?
  }

  static let addresses = HTTPField.Name("X-Forwarded-For")!
  static let scheme = HTTPField.Name("X-Forwarded-Proto")!
  static let host = HTTPField.Name("X-Forwarded-Host")!
  static let forwarded = HTTPField.Name("Forwarded")!

  /// Whether a request says that it came through a proxy, true or not.
  static func isForwarded(_ headers: HTTPFields) -> Bool {
    [addresses, scheme, host, forwarded].contains { headers[$0] != nil }
  }

  /// Who asks, as trusted proxies tell; nil when the other side of the connection is none of them.
  ///
  /// Each proxy adds to the right whom it got the request from, so the list is walked from there for as long as those
  /// who wrote it are trusted. What is no address ends the walk. Where both kinds of fields are there and tell of
  /// different clients, one of them came from the client himself, and the request counts as the proxy's own.
  /// - Parameter peer: the other side of the connection.
  func client(of peer: String, _ headers: HTTPFields) -> Client? {
    guard !isEmpty, let peer = Self.address(peer[...]), trusts(peer) else { return nil }
    let listed = Self.list(headers[values: Self.addresses])
    let told = headers[values: Self.forwarded].flatMap(ForwardedElement.list)
    let first = walk(from: peer, listed.map { Self.address($0[...]) })
    let second = walk(from: peer, told.map { $0.client.flatMap { Self.address($0[...]) } })
    var address = listed.isEmpty ? second.address : first.address
    var element = second.place.map { told[$0] }
    if !listed.isEmpty, !told.isEmpty, Self.plain(first.address) != Self.plain(second.address) {
      address = peer
      element = nil
    }
    let scheme = (Self.list(headers[values: Self.scheme]).last ?? element?.scheme)?.lowercased()
    let authority = Self.list(headers[values: Self.host]).last ?? element?.host
    return Client(
      address: OutboundAddress(bytes: Self.plain(address)).description,
      scheme: scheme.flatMap { ["http", "https"].contains($0) ? $0 : nil },
      authority: authority.flatMap { Self.isHost($0) ? $0 : nil })
  }

  /// The last address reached, and its place in the list.
  private func walk(
    from peer: OutboundAddress, _ list: [OutboundAddress?]
  ) -> (address: OutboundAddress, place: Int?) {
    var reached = peer
    var place: Int?
    for (index, address) in list.enumerated().reversed() {
      guard let address else { break }
      (reached, place) = (address, index)
      if !trusts(address) { break }
    }
    return (reached, place)
  }

  private static func list(_ values: [String]) -> [String] {
    values.flatMap { value in
      value.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: true).map {
        String(decoding: $0, as: UTF8.self).trimmed
      }
    }.filter { !$0.isEmpty }
  }

  /// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`; without the zone of a link.
  private static func address(_ text: Substring) -> OutboundAddress? {
    var text = text
    if text.first == "[" {
      guard let close = text.firstIndex(of: "]") else { return nil }
      let rest = text[text.index(after: close)...]
      guard rest.isEmpty || rest.first == ":" && isPort(rest.dropFirst()) else { return nil }
      text = text[text.index(after: text.startIndex)..<close]
    } else if let colon = text.firstIndex(of: ":"), text.lastIndex(of: ":") == colon {
      guard isPort(text[text.index(after: colon)...]) else { return nil }
      text = text[..<colon]
    }
    return OutboundAddress(String(text.prefix { $0 != "%" }))
  }

  private static func isPort(_ text: Substring) -> Bool {
    (1...5).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// A name or address of a host, perhaps with a port.
  static func isHost(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 260
      && text.utf8.allSatisfy { byte in
        (0x30...0x3A).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
          || [0x2D, 0x2E, 0x5B, 0x5D, 0x5F].contains(byte)
      }
  }
}

/// What one proxy says in `Forwarded` (RFC 7239 §4).
struct ForwardedElement: Equatable {
  var client: String?
  var scheme: String?
  var host: String?

  /// The elements of one field in order. What cannot be read tells nothing.
  static func list(_ field: String) -> [ForwardedElement] {
    split(field, at: ",").compactMap { text in
      guard !text.trimmed.isEmpty else { return nil }
      var element = ForwardedElement()
      for pair in split(text, at: ";") {
        let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2 else { continue }
        let value = unquoted(String(sides[1]).trimmed)
        switch String(sides[0]).trimmed.lowercased() {
        case "for": element.client = value
        case "proto": element.scheme = value
        case "host": element.host = value
        default: break
        }
      }
      return element
    }
  }

  /// Parts between separators that stand in no quotation.
  private static func split(_ text: String, at separator: Unicode.Scalar) -> [String] {
    var parts: [String.UnicodeScalarView] = [.init()]
    var isQuoted = false
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if scalar == separator, !isQuoted {
        parts.append(.init())
        continue
      }
      if scalar == "\"", !isEscaped { isQuoted.toggle() }
      isEscaped = isQuoted && scalar == "\\" && !isEscaped
      parts[parts.count - 1].append(scalar)
    }
    return parts.map { String($0) }
  }

  private static func unquoted(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    guard scalars.count >= 2, scalars.first == "\"", scalars.last == "\"" else { return text }
    var plain = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in scalars.dropFirst().dropLast() {
      if scalar == "\\", !isEscaped {
        isEscaped = true
        continue
      }
      isEscaped = false
      plain.append(scalar)
    }
    return String(plain)
  }
}

extension String {
  /// Without blanks and tabs at its ends.
  fileprivate var trimmed: String {
    func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }
    var rest = unicodeScalars[...]
    while let first = rest.first, isBlank(first) { rest.removeFirst() }
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return String(rest)
  }
}
