import Foundation
import Geo

/// Why a mail cannot be written or sent as it is set.
public enum MailError: CodedError, Equatable {
  case badAddress(String)
  /// A setting of the environment that cannot be used; `why` in words.
  case badSetting(name: String, why: String)
  case unreadable
  case tooLarge(bytes: Int)

  public var code: String {
    switch self {
    case .badAddress: "mail.address.bad"
    case .badSetting: "mail.setting.bad"
    case .unreadable: "mail.draft.unreadable"
    case .tooLarge: "mail.tooLarge"
    }
  }
  public var message: String {
    switch self {
    case .badAddress(let text): "\"\(text)\" is no mail address"
    case .badSetting(let name, let why): "\(name): \(why)"
    case .unreadable: "a stored mail cannot be read"
    case .tooLarge(let bytes): "the mail has \(bytes) bytes, more than servers take"
    }
  }
  public var hint: String {
    switch self {
    case .badAddress: "write it as name@example.org, a domain in other letters as xn--…"
    case .badSetting: "docs/service.md lists the settings of mail"
    case .unreadable: "make what it was sent for anew"
    case .tooLarge(_): "send a link instead of the files"
    }
  }
}

/// A mail address with the name that stands beside it.
public struct MailAddress: Sendable, Hashable, Codable {
  public let name: String
  /// `local@domain`, ASCII, without comments, quotes or blanks (the `dot-atom` form of RFC 5322 §3.4.1).
  public let address: String

  /// - Throws: ``MailError/badAddress(_:)``. Line ends, blanks and brackets never get through.
  public init(name: String = "", address: String) throws(MailError) {
    let shown = MailText.oneLine(String(address.unicodeScalars.prefix(80).map(Character.init)))
    let parts = address.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard parts.count == 2, address.utf8.count <= 254, (1...64).contains(parts[0].count) else {
      throw .badAddress(shown)
    }
    func isLetterOrDigit(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
    func isDotted(_ part: Substring.UTF8View, _ also: String) -> Bool {
      part.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
        !label.isEmpty && label.allSatisfy { isLetterOrDigit($0) || also.utf8.contains($0) }
      }
    }
    guard isDotted(parts[0], "!#$%&'*+-/=?^_`{|}~"), isDotted(parts[1], "-"),
      parts[1].split(separator: UInt8(ascii: ".")).allSatisfy({
        $0.count <= 63 && $0.first != UInt8(ascii: "-") && $0.last != UInt8(ascii: "-")
      })
    else { throw .badAddress(shown) }
    self.name = MailText.oneLine(name)
    self.address = address
  }

  /// Reads `Name <name@example.org>` or the address alone.
  public init(text: String) throws(MailError) {
    let text = text.trimmingCharacters(in: .whitespaces)
    guard text.utf8.last == UInt8(ascii: ">"), let open = text.utf8.lastIndex(of: UInt8(ascii: "<")) else {
      try self.init(address: text)
      return
    }
    var name = text[..<open].trimmingCharacters(in: .whitespaces)
    if name.utf8.count >= 2, name.utf8.first == 0x22, name.utf8.last == 0x22 {
      name = String(name.dropFirst().dropLast())
    }
    try self.init(name: name, address: String(text[text.utf8.index(after: open)...].dropLast()))
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    try self.init(
      name: try container.decode(String.self, forKey: .name),
      address: try container.decode(String.self, forKey: .address))
  }

  private enum Key: String, CodingKey { case name, address }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    try container.encode(address, forKey: .address)
  }

  /// The domain, for identifiers made in its name.
  public var domain: Substring { address[address.utf8.index(after: address.utf8.firstIndex(of: 0x40)!)...] }
}

/// A mail as it waits in the outbox: to one person, as text, and as HTML beside it when given.
public struct MailDraft: Sendable, Hashable, Codable {
  public struct Attachment: Sendable, Hashable, Codable {
    public var name: String
    /// `application/pdf`.
    public var type: String
    public var content: Data
    public init(name: String, type: String, content: Data) {
      self.name = name
      self.type = type
      self.content = content
    }
  }

  public var to: MailAddress
  public var subject: String
  public var text: String
  /// A whole document whose values were escaped by whoever made it.
  public var html: String?
  public var attachments: [Attachment]

  public init(
    to: MailAddress, subject: String, text: String, html: String? = nil, attachments: [Attachment] = []
  ) {
    self.to = to
    self.subject = MailText.oneLine(subject)
    self.text = text
    self.html = html
    self.attachments = attachments
  }

  /// The form the outbox keeps.
  public var encoded: [UInt8] {
    get throws { Array(try JSONEncoder().encode(self)) }
  }

  /// - Throws: ``MailError/unreadable``.
  public init(encoded: [UInt8]) throws(MailError) {
    guard let draft = try? JSONDecoder().decode(Self.self, from: Data(encoded)) else { throw .unreadable }
    self = draft
  }
}

enum MailText {
  /// The text on one line: every control character and line separator of Unicode is a blank, several blanks are one.
  static func oneLine(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isBreak =
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: scalar == " "
        }
      if !isBreak {
        result.append(scalar)
      } else if let last = result.last, last != " " {
        result.append(" ")
      }
    }
    if result.last == " " { result.removeLast() }
    return String(result)
  }
}
