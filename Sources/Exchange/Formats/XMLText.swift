/// Text inside XML 1.0, scalar by scalar: what XML cannot hold is left out, what it would read is escaped.
enum XMLText {
  /// For element content and for attribute values in double quotes.
  static func append(_ text: String, to bytes: inout [UInt8]) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": bytes.append(contentsOf: "&amp;".utf8)
      case "<": bytes.append(contentsOf: "&lt;".utf8)
      case ">": bytes.append(contentsOf: "&gt;".utf8)
      case "\"": bytes.append(contentsOf: "&quot;".utf8)
      case "'": bytes.append(contentsOf: "&#39;".utf8)
      // Parsers turn these into spaces or line feeds unless they come as references.
      case "\t": bytes.append(contentsOf: "&#9;".utf8)
      case "\n": bytes.append(contentsOf: "&#10;".utf8)
      case "\r": bytes.append(contentsOf: "&#13;".utf8)
      case "\u{0}"..<" ", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": continue
      default: bytes.append(contentsOf: UTF8.encode(scalar)!)
      }
    }
  }
}

/// Builds a small XML document; elements are closed in the order they were opened.
struct XMLBuilder {
  private(set) var bytes: [UInt8] = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
  private var open: [StaticString] = []

  /// What was built since the last call.
  mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  mutating func start(_ name: StaticString, _ attributes: [(StaticString, String)] = []) {
    tag(name, attributes, end: ">")
    open.append(name)
  }

  mutating func end() {
    append("</")
    append(open.removeLast())
    append(">\n")
  }

  mutating func element(_ name: StaticString, _ text: String) {
    tag(name, [], end: ">")
    XMLText.append(text, to: &bytes)
    append("</")
    append(name)
    append(">\n")
  }

  mutating func empty(_ name: StaticString, _ attributes: [(StaticString, String)]) {
    tag(name, attributes, end: "/>\n")
  }

  private mutating func tag(_ name: StaticString, _ attributes: [(StaticString, String)], end: StaticString) {
    append("<")
    append(name)
    for (key, value) in attributes {
      append(" ")
      append(key)
      append("=\"")
      XMLText.append(value, to: &bytes)
      append("\"")
    }
    append(end)
  }

  private mutating func append(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}
