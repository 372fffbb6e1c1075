import Foundation

/// An address of the web read in one strict way, so that what is checked is what is connected to.
///
/// Only `http` and `https`; no user or password; the host is a name of ASCII letters, digits, `-`, `_` and `.`, an IPv4
/// address in plain dotted decimals, or an IPv6 address in brackets. A fragment is dropped.
public struct OutboundURL: Hashable, Sendable {
  public enum Scheme: String, Sendable { case http, https }
  public enum Host: Hashable, Sendable {
    case name(String)
    case address(OutboundAddress)
  }

  public let scheme: Scheme
  public let host: Host
  public let port: Int
  /// Path and query, percent-encoded, beginning with `/`.
  public let target: String

  /// - Throws: ``OutboundError`` `badURL`, `schemeRefused`, `addressRefused` (an IPv4 address in an unusual spelling).
  public init(_ text: String) throws(OutboundError) {
    // A question for a large table of driving times names its places in the address.
    guard text.utf8.count <= 65_536 else { throw .badURL("it is longer than 65536 bytes") }
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else {
      throw .badURL("it holds a space, a backslash or a control character")
    }
    guard let colon = text.firstIndex(of: ":") else { throw .badURL("it does not begin with https://") }
    let scheme = text[..<colon].lowercased()
    guard let known = Scheme(rawValue: scheme) else { throw .schemeRefused(String(scheme.prefix(20))) }
    var rest = text[text.index(after: colon)...]
    guard rest.hasPrefix("//") else { throw .badURL("there is no // behind \(scheme):") }
    rest = rest.dropFirst(2)
    let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
    let authority = rest[..<end]
    guard !authority.contains("@") else { throw .badURL("it holds a user name or password") }

    self.scheme = known
    let (host, port) = try Self.split(authority)
    self.host = try Self.host(host)
    if let port {
      guard port.utf8.count <= 5, port.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let number = Int(port),
        (1...65535).contains(number)
      else { throw .badURL("the port is not 1 … 65535") }
      self.port = number
    } else {
      self.port = known == .https ? 443 : 80
    }
    var target = String(rest[end...].prefix { $0 != "#" })
    if !target.hasPrefix("/") { target = "/" + target }
    self.target = Self.encoded(target)
  }

  /// Scheme, host and port, without path and query: what may stand in messages.
  public var origin: String { "\(scheme.rawValue)://\(hostText):\(port)" }

  public var text: String { origin + target }

  /// As it stands in a URL: an IPv6 address in brackets.
  public var hostText: String {
    switch host {
    case .name(let name): name
    case .address(let address): address.isIPv6 ? "[\(address)]" : "\(address)"
    }
  }

  /// The address that `location` names seen from here.
  /// - Throws: as ``init(_:)``.
  func following(_ location: String) throws(OutboundError) -> OutboundURL {
    guard let base = URL(string: text), let next = URL(string: location, relativeTo: base) else {
      throw .badURL("the place a redirect names cannot be read")
    }
    return try OutboundURL(next.absoluteString)
  }

  private static func split(
    _ authority: Substring
  ) throws(OutboundError) -> (host: Substring, port: Substring?) {
    if authority.hasPrefix("[") {
      guard let close = authority.firstIndex(of: "]") else { throw .badURL("a bracket is not closed") }
      let behind = authority[authority.index(after: close)...]
      guard behind.isEmpty || behind.hasPrefix(":") else { throw .badURL("there is text behind the bracket") }
      let port = behind.dropFirst()
      return (authority[...close], port.isEmpty ? nil : port)
    }
    guard let colon = authority.firstIndex(of: ":") else { return (authority, nil) }
    let port = authority[authority.index(after: colon)...]
    return (authority[..<colon], port.isEmpty ? nil : port)
  }

  private static func host(_ text: Substring) throws(OutboundError) -> Host {
    if text.hasPrefix("[") {
      guard let address = OutboundAddress(String(text.dropFirst().dropLast())), address.isIPv6 else {
        throw .badURL("there is no IPv6 address in the brackets")
      }
      return .address(address)
    }
    var name = text.lowercased()
    if name.hasSuffix(".") { name.removeLast() }
    guard !name.isEmpty, name.utf8.count <= 253 else { throw .badURL("there is no host") }
    guard
      name.utf8.allSatisfy({ byte in
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || [0x2D, 0x2E, 0x5F].contains(byte)
      }), !name.hasPrefix("."), !name.contains("..")
    else { throw .badURL("the host is no plain name: names with other letters are written as xn--…") }
    if let address = OutboundAddress(name) { return .address(address) }
    // What the system would read as an IPv4 address in octal, hexadecimal, one number or fewer parts.
    if let last = name.split(separator: ".").last, isNumber(last) {
      throw .addressRefused(host: name, kind: "written in an unusual way")
    }
    return .name(name)
  }

  private static func isNumber(_ label: Substring) -> Bool {
    if label.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return true }
    guard label.hasPrefix("0x") else { return false }
    return label.dropFirst(2).utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  /// Bytes that may not stand in a request line as percent escapes; escapes that stand there already stay.
  private static func encoded(_ target: String) -> String {
    var result = ""
    for byte in target.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: result.unicodeScalars.append(Unicode.Scalar(byte))
      case _ where "-._~!$&'()*+,;=:@/?%".utf8.contains(byte):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let hex = String(byte, radix: 16, uppercase: true)
        result += hex.utf8.count == 1 ? "%0\(hex)" : "%\(hex)"
      }
    }
    return result
  }
}

/// Hosts that the administrator lets requests go to although their addresses are not of the public internet.
public struct OutboundAllowance: Sendable, Hashable {
  private var entries: Set<String> = []

  /// Nothing beyond the public internet.
  public static let none = OutboundAllowance()

  public init() {}

  /// Reads `host[:port],…`: a host without a port is allowed on every port. Hosts count as written: a name does not
  /// allow its address nor the reverse.
  /// - Throws: ``OutboundError`` `badAllowance`.
  public init(_ list: String) throws(OutboundError) {
    for entry in list.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
      // A bare IPv6 address has colons of its own.
      let text = OutboundAddress(String(entry)).map { $0.isIPv6 ? "[\($0)]" : "\($0)" } ?? String(entry)
      guard !text.contains(where: { "/?#".contains($0) }), let url = try? OutboundURL("http://" + text) else {
        throw .badAllowance(String(entry.prefix(80)))
      }
      let hasPort = (text.split(separator: "]", omittingEmptySubsequences: false).last ?? "").contains(":")
      entries.insert(hasPort ? "\(url.hostText):\(url.port)" : url.hostText)
    }
  }

  func covers(_ url: OutboundURL) -> Bool {
    entries.contains(url.hostText) || entries.contains("\(url.hostText):\(url.port)")
  }
}
