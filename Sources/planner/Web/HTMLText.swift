/// Text made safe for any place in a page where a value may stand: element content and quoted attributes.
///
/// Works on UTF-8 bytes, never on `Character`: a quote followed by a combining mark is one Character and slips
/// through comparisons by Character. Escaped are `&`, `<`, `>`, `"`, `'`, the backquote and `=` (OWASP XSS
/// Prevention Cheat Sheet); control characters that HTML forbids become U+FFFD.
enum HTMLText {
  static func escape(_ text: String) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count + 16)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): out += "&amp;".utf8
      case UInt8(ascii: "<"): out += "&lt;".utf8
      case UInt8(ascii: ">"): out += "&gt;".utf8
      case UInt8(ascii: "\""): out += "&quot;".utf8
      case UInt8(ascii: "'"): out += "&#39;".utf8
      case UInt8(ascii: "`"): out += "&#96;".utf8
      case UInt8(ascii: "="): out += "&#61;".utf8
      case 0x00...0x08, 0x0B, 0x0C, 0x0E...0x1F, 0x7F: out += "\u{FFFD}".utf8
      default: out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}

/// A value a template may show. Every text passes ``HTMLText`` on its way into a page: there is no case for
/// ready-made HTML.
indirect enum HTMLValue: Sendable {
  case text(String)
  case flag(Bool)
  case list([HTMLValue])
  case object([String: HTMLValue])

  /// Shown when there is one, an empty section when there is none.
  static func optional(_ text: String?) -> HTMLValue { text.map { .text($0) } ?? .flag(false) }
  static func number(_ value: Int) -> HTMLValue { .text(String(value)) }

  /// What the template engine works on. Templates write `{{{name}}}` because the text in here is escaped already;
  /// a forgotten brace escapes twice, which is ugly and safe.
  var rendered: Any {
    switch self {
    case .text(let text): HTMLText.escape(text)
    case .flag(let flag): flag
    case .list(let values): values.map(\.rendered)
    case .object(let values): values.mapValues(\.rendered)
    }
  }
}
