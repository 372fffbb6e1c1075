import Crypto
import Foundation

/// Writes a mail as the bytes that go over the line (RFC 5322, 2045, 2046, 2047): lines end in CRLF and are at most 76
/// characters long, all of it is ASCII. Text stands in base64, so that nothing in it is ever read as structure.
///
/// Values reach headers only through ``encodedWords(_:column:)``, the quoted form of a name or a checked address, none
/// of which lets a line end through.
struct MIMEWriter {
  static func bytes(_ draft: MailDraft, from: MailAddress, id: String, date: Date) -> [UInt8] {
    var writer = MIMEWriter()
    writer.header("Date", Self.date(date))
    writer.header("From", Self.mailbox(from, column: 6))
    writer.header("To", Self.mailbox(draft.to, column: 4))
    writer.header("Subject", Self.unstructured(MailText.oneLine(draft.subject), column: 9))
    writer.header("Message-ID", "<\(id)@\(from.domain)>")
    // RFC 3834: whoever answers by machine does not answer this.
    writer.header("Auto-Submitted", "auto-generated")
    writer.header("MIME-Version", "1.0")
    writer.body(draft, seed: id)
    return writer.bytes
  }

  private var bytes: [UInt8] = []

  private mutating func line(_ text: String = "") { bytes += Array(text.utf8) + [0x0D, 0x0A] }
  private mutating func header(_ name: String, _ value: String) { line("\(name): \(value)") }

  private mutating func body(_ draft: MailDraft, seed: String) {
    // An underscore stands in no base64, so no boundary stands in a body.
    let mark = SHA256.hash(data: Data(seed.utf8)).prefix(12).map { String(format: "%02x", $0) }.joined()
    guard !draft.attachments.isEmpty else { return content(draft, mark: mark) }
    header("Content-Type", "multipart/mixed;\r\n boundary=\"=_m_\(mark)\"")
    line()
    line("--=_m_\(mark)")
    content(draft, mark: mark)
    for attachment in draft.attachments {
      line("--=_m_\(mark)")
      header("Content-Type", Self.type(attachment.type))
      header("Content-Transfer-Encoding", "base64")
      header(
        "Content-Disposition", "attachment;\(Self.parameter("filename", MailText.oneLine(attachment.name)))")
      line()
      base64(attachment.content)
    }
    line("--=_m_\(mark)--")
  }

  private mutating func content(_ draft: MailDraft, mark: String) {
    guard let html = draft.html else { return text(draft.text, type: "plain") }
    header("Content-Type", "multipart/alternative;\r\n boundary=\"=_a_\(mark)\"")
    line()
    line("--=_a_\(mark)")
    text(draft.text, type: "plain")
    line("--=_a_\(mark)")
    text(html, type: "html")
    line("--=_a_\(mark)--")
    line()
  }

  private mutating func text(_ text: String, type: String) {
    header("Content-Type", "text/\(type); charset=utf-8")
    header("Content-Transfer-Encoding", "base64")
    line()
    base64(Data(Self.lines(text)))
  }

  /// 57 bytes are 76 characters.
  private mutating func base64(_ data: Data) {
    var rest = data[...]
    while !rest.isEmpty {
      line(rest.prefix(57).base64EncodedString())
      rest = rest.dropFirst(57)
    }
  }

  /// Text with CRLF at line ends and without other control characters than the tabulator.
  private static func lines(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    var wasReturn = false
    for byte in text.utf8 {
      switch byte {
      case 0x0D: result += [0x0D, 0x0A]
      case 0x0A: if !wasReturn { result += [0x0D, 0x0A] }
      case 0x09, 0x20..<0x7F, 0x80...: result.append(byte)
      default: break
      }
      wasReturn = byte == 0x0D
    }
    return result
  }

  // MARK: - Headers

  /// Text of a header that has no form of its own. `column`: characters in front of it on its line.
  static func unstructured(_ text: String, column: Int) -> String {
    let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?")
    return isPlain && column + text.utf8.count <= 76 ? text : encodedWords(text, column: column)
  }

  /// RFC 2047 in base64: words of at most 75 characters, none of which ends inside a Unicode scalar, one a line.
  static func encodedWords(_ text: String, column: Int) -> String {
    var words: [String] = []
    var word: [UInt8] = []
    func room() -> Int { (76 - (words.isEmpty ? column : 1) - "=?UTF-8?B??=".utf8.count) / 4 * 3 }
    for scalar in text.unicodeScalars {
      let scalar = Array(String(scalar).utf8)
      if word.count + scalar.count > room() {
        words.append("=?UTF-8?B?\(Data(word).base64EncodedString())?=")
        word = []
      }
      word += scalar
    }
    if !word.isEmpty { words.append("=?UTF-8?B?\(Data(word).base64EncodedString())?=") }
    return words.joined(separator: "\r\n ")
  }

  static func mailbox(_ address: MailAddress, column: Int) -> String {
    guard !address.name.isEmpty else { return address.address }
    let isPlain = address.name.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !address.name.contains("=?")
    var name = ""
    if isPlain, column + address.name.utf8.count + 2 <= 70 {
      for scalar in address.name.unicodeScalars {
        if scalar == "\"" || scalar == "\\" { name.unicodeScalars.append("\\") }
        name.unicodeScalars.append(scalar)
      }
      name = "\"\(name)\""
    } else {
      name = encodedWords(address.name, column: column)
    }
    return "\(name)\r\n <\(address.address)>"
  }

  /// A parameter of a header: plain where it can be, else by RFC 2231 in pieces.
  private static func parameter(_ name: String, _ value: String) -> String {
    func isPlain(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || "-._".utf8.contains(byte)
    }
    if value.utf8.count <= 60, value.utf8.allSatisfy(isPlain) { return "\r\n \(name)=\"\(value)\"" }
    var pieces: [String] = [""]
    for byte in value.utf8 {
      if pieces[pieces.count - 1].utf8.count > 50 { pieces.append("") }
      pieces[pieces.count - 1] +=
        isPlain(byte) ? String(UnicodeScalar(byte)) : "%" + String(format: "%02X", byte)
    }
    return pieces.enumerated().map { index, piece in
      "\r\n \(name)*\(index)*=\(index == 0 ? "UTF-8''" : "")\(piece)"
    }.joined(separator: ";")
  }

  /// A type as somebody named it, when it is one.
  private static func type(_ text: String) -> String {
    text.wholeMatch(of: /[A-Za-z0-9.+\-]{1,40}\/[A-Za-z0-9.+\-]{1,80}/) == nil
      ? "application/octet-stream" : text
  }

  /// RFC 5322 §3.3, in UTC.
  static func date(_ date: Date) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let c = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second, .weekday], from: date)
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    func two(_ n: Int?) -> String { (n ?? 0) < 10 ? "0\(n ?? 0)" : "\(n ?? 0)" }
    return "\(days[(c.weekday ?? 1) - 1]), \(c.day ?? 1) \(months[(c.month ?? 1) - 1]) \(c.year ?? 1970) "
      + "\(two(c.hour)):\(two(c.minute)):\(two(c.second)) +0000"
  }
}
