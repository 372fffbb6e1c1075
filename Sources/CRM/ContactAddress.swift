import Foundation
import Geo

/// E-mail addresses, brought to one form so that equal addresses are equal text.
public enum EmailAddress {
  /// Lower-case NFC `local@host`, or nil when the text is no address. Takes `mailto:` and `Name <a@b.c>`.
  ///
  /// Local parts are case-sensitive by RFC 5321 §2.4 and nowhere in practice; folding them is what finds duplicates.
  public static func normalise(_ text: String) -> String? {
    var address = text.trimmingWhitespace()
    if let open = address.lastIndex(of: "<"), let close = address.lastIndex(of: ">"), open < close {
      address = String(address[address.index(after: open)..<close]).trimmingWhitespace()
    }
    address = TextFolding.composed(address.lowercased())
    if address.hasPrefix("mailto:") { address = String(address.dropFirst(7)) }
    while let last = address.unicodeScalars.last, ".,;".unicodeScalars.contains(last) {
      address = String(String.UnicodeScalarView(address.unicodeScalars.dropLast()))
    }
    guard (3...254).contains(address.utf8.count) else { return nil }
    let parts = address.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard parts.count == 2, (1...64).contains(parts[0].count), let host = String(parts[1]),
      HostName.isPlausible(host)
    else { return nil }
    let allowed = address.unicodeScalars.allSatisfy { scalar in
      scalar.value > 0x20 && !(0x7F...0xA0).contains(scalar.value) && !scalar.properties.isWhitespace
        && !"\"(),:;<>[\\]".unicodeScalars.contains(scalar)
    }
    guard allowed, parts[0].first != UInt8(ascii: "."), parts[0].last != UInt8(ascii: ".") else { return nil }
    return address
  }

  /// The pieces of a cell that may hold several addresses, in order.
  public static func pieces(of text: String) -> [String] {
    text.unicodeScalars.split { ",;|/\n\r\t ".unicodeScalars.contains($0) }.map { String($0) }
  }
}

/// Web addresses, brought to one form that may stand in a link.
public enum WebAddress {
  /// `https://host/path` with scheme and host in lower case and no lone trailing slash, or nil when the text is no
  /// address. Without a scheme `https` is taken; any scheme but `http` and `https` is refused.
  public static func normalise(_ text: String) -> String? {
    let address = TextFolding.composed(text.trimmingWhitespace())
    guard (4...2000).contains(address.utf8.count),
      address.unicodeScalars.allSatisfy({ scalar in
        scalar.value > 0x20 && !(0x7F...0xA0).contains(scalar.value) && !scalar.properties.isWhitespace
          && !"\"<>\\^`{|}".unicodeScalars.contains(scalar)
      })
    else { return nil }
    var scheme = "https"
    var rest = address
    if let mark = address.range(of: "://") {
      scheme = address[..<mark.lowerBound].lowercased()
      rest = String(address[mark.upperBound...])
      guard scheme == "http" || scheme == "https" else { return nil }
    }
    let hostEnd = rest.unicodeScalars.firstIndex { "/?#".unicodeScalars.contains($0) } ?? rest.endIndex
    var host = rest[..<hostEnd].lowercased()
    var path = String(rest[hostEnd...])
    if path == "/" { path = "" }
    var port = ""
    if let colon = host.lastIndex(of: ":") {
      port = String(host[colon...])
      host = String(host[..<colon])
      guard let number = Int(port.dropFirst()), (1...65_535).contains(number) else { return nil }
    }
    guard !host.utf8.contains(UInt8(ascii: "@")), HostName.isPlausible(host) else { return nil }
    return "\(scheme)://\(host)\(port)\(path)"
  }
}

enum HostName {
  /// Labels of letters, digits and inner hyphens, at least two of them, the last one with a letter. Names in other
  /// alphabets are allowed as they are.
  static func isPlausible(_ host: String) -> Bool {
    guard (3...253).contains(host.utf8.count) else { return false }
    let labels = host.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count >= 2 else { return false }
    for label in labels {
      guard let first = label.first, let last = label.last, first != "-", last != "-", label.count <= 63
      else { return false }
      let plain = label.allSatisfy { scalar in
        (48...57).contains(scalar.value) || scalar == "-" || scalar.properties.isAlphabetic
          || scalar.properties.generalCategory == .nonspacingMark
      }
      guard plain else { return false }
    }
    return labels[labels.count - 1].contains { $0.properties.isAlphabetic }
  }
}

extension String {
  /// Without leading and trailing white space, line breaks, byte-order marks and zero-width spaces.
  func trimmingWhitespace() -> String {
    let scalars = unicodeScalars
    func blank(_ s: Unicode.Scalar) -> Bool {
      s.properties.isWhitespace || s == "\u{FEFF}" || s == "\u{200B}"
    }
    guard let first = scalars.firstIndex(where: { !blank($0) }),
      let last = scalars.lastIndex(where: { !blank($0) })
    else { return "" }
    return String(scalars[first...last])
  }
}
