import Foundation
import Testing

@testable import Outbound

@Suite struct MIMEWriterTests {
  static let from = try! MailAddress(name: "Планировщик", address: "planner@example.org")
  let date = Date(timeIntervalSince1970: 1_780_909_200)

  func write(_ draft: MailDraft, from: MailAddress = Self.from) -> String {
    String(decoding: MIMEWriter.bytes(draft, from: from, id: "7", date: date), as: UTF8.self)
  }

  /// Headers unfolded, up to the first empty line.
  func headers(_ mail: String) -> [String] {
    mail.components(separatedBy: "\r\n\r\n")[0].replacing("\r\n ", with: " ").components(separatedBy: "\r\n")
  }

  func decode(_ header: String) -> String {
    var text = header
    text = text.replacing("?= =?", with: "?==?")
    return text.replacing(/=\?UTF-8\?B\?([A-Za-z0-9+\/=]*)\?=/) { match in
      String(decoding: Data(base64Encoded: String(match.1)) ?? Data(), as: UTF8.self)
    }
  }

  @Test("a mail in Cyrillic is ASCII in short lines, with text and HTML beside each other")
  func whole() throws {
    let draft = MailDraft(
      to: try MailAddress(name: "Анна Ковалёва", address: "anna@example.org"),
      subject: String(repeating: "Ваша поездка по Брестской области 🚗 ", count: 6),
      text: "Здравствуйте!\n.\nточка",
      html: "<p>Здравствуйте!</p>")
    let mail = write(draft)
    #expect(mail.utf8.allSatisfy { $0 < 0x80 })
    for line in mail.components(separatedBy: "\r\n") {
      #expect(line.utf8.count <= 76, "\(line)")
      #expect(!line.contains("\n") && !line.contains("\r"))
    }
    let head = headers(mail)
    #expect(head.contains("Date: Mon, 8 Jun 2026 09:00:00 +0000"))
    #expect(head.contains("Message-ID: <7@example.org>"))
    #expect(head.map(decode).contains("Subject: " + draft.subject))
    #expect(head.map(decode).contains("To: Анна Ковалёва <anna@example.org>"))
    #expect(head.contains { $0.hasPrefix("Content-Type: multipart/alternative;") })
    let bodies = mail.matches(of: /base64\r\n\r\n([A-Za-z0-9+\/=\r\n]*)/).map { match in
      String(
        decoding: Data(base64Encoded: String(match.1).replacing("\r\n", with: "")) ?? Data(), as: UTF8.self)
    }
    #expect(bodies == ["Здравствуйте!\r\n.\r\nточка", "<p>Здравствуйте!</p>"])
  }

  @Test("a plain subject stays readable, one that looks encoded is encoded")
  func subjects() {
    #expect(MIMEWriter.unstructured("Your trip", column: 9) == "Your trip")
    #expect(decode(MIMEWriter.unstructured("=?x?", column: 9)) == "=?x?")
    // A scalar is never cut in two, wherever the word ends.
    for length in 1...80 {
      let text = String(repeating: "a", count: length) + "🚗é中"
      let words = MIMEWriter.unstructured(text, column: 9)
      for word in words.components(separatedBy: "\r\n ") {
        let inner = word.dropFirst("=?UTF-8?B?".count).dropLast(2)
        #expect(String(data: Data(base64Encoded: String(inner)) ?? Data([0xFF]), encoding: .utf8) != nil)
      }
      #expect(decode(words.replacing("\r\n ", with: " ")) == text)
    }
  }

  @Test("nothing in a value becomes a header, a line or another recipient")
  func injection() throws {
    let breaks = [
      "\r\n", "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}", "\u{0B}", "\u{0C}", "\u{0}", "\r\u{301}\n",
    ]
    for gap in breaks {
      let evil = "a\(gap)Bcc: evil@example.org\(gap)\(gap)<b>"
      let draft = MailDraft(
        to: try MailAddress(name: evil, address: "anna@example.org"), subject: evil, text: evil,
        attachments: [.init(name: evil, type: evil, content: Data(evil.utf8))])
      let mail = write(draft, from: try MailAddress(name: evil, address: "planner@example.org"))
      let head = headers(mail)
      #expect(head.count == 8, "\(head)")
      #expect(!mail.replacing("\r\n", with: "").utf8.contains { $0 == 0x0D || $0 == 0x0A || $0 == 0 })
      for line in mail.components(separatedBy: "\r\n") { #expect(!line.hasPrefix("Bcc"), "\(line)") }
      #expect(throws: MailError.self) { try MailAddress(address: "anna@example.org" + gap) }
      #expect(throws: MailError.self) { try MailAddress(address: "a\(gap)b@example.org") }
    }
    // A boundary in the text ends nothing.
    let mark = try #require(
      write(MailDraft(to: Self.from, subject: "", text: "", html: "")).firstMatch(of: /boundary="(.*)"/))
    let mail = write(
      MailDraft(to: Self.from, subject: "x", text: "\n--\(mark.1)--\n", html: "\n--\(mark.1)\n"))
    #expect(mail.components(separatedBy: "--\(mark.1)").count == 4)
  }

  @Test(
    "what is no plain address is refused",
    arguments: [
      "", "@", "a@", "@b", "a b@c", "a@b c", "a@b@c", "<a@b>", "a@b>", "a,b@c", "a@b,c@d", "\"a\"@b", "a@-b",
      "a@b-",
      "a..b@c", ".a@b", "a@b..c", "ан@на", "a@\u{301}b", "a(x)@b", "a@[127.0.0.1]", "a;b@c", "a\\b@c",
      "a:b@c",
    ] + [String(repeating: "a", count: 65) + "@b", "a@" + String(repeating: "b", count: 64)])
  func badAddresses(_ text: String) {
    #expect(throws: MailError.self) { try MailAddress(address: text) }
  }

  @Test("an address is read with its name")
  func named() throws {
    #expect(try MailAddress(text: "\"Planner, Ltd\" <p@example.org>").name == "Planner, Ltd")
    #expect(try MailAddress(text: "p+x@example.org").address == "p+x@example.org")
    #expect(
      MIMEWriter.mailbox(try MailAddress(name: "A \"b\" \\c", address: "p@e.org"), column: 4)
        == "\"A \\\"b\\\" \\\\c\"\r\n <p@e.org>")
    #expect(throws: MailError.self) { try MailAddress(text: "a <b@c> <d@e>x") }
  }

  @Test("a draft comes back from the outbox as it went in; what is none is refused")
  func draft() throws {
    let draft = MailDraft(
      to: Self.from, subject: "тема\nдва", text: "t", html: "h",
      attachments: [.init(name: "ваучер.pdf", type: "application/pdf", content: Data([1, 2]))])
    #expect(draft.subject == "тема два")
    #expect(try MailDraft(encoded: try draft.encoded) == draft)
    #expect(throws: MailError.unreadable) { try MailDraft(encoded: Array("{}".utf8)) }
    let forged = #"{"to":{"name":"","address":"a@b\r\nBcc: c@d"},"subject":"","text":"","attachments":[]}"#
    #expect(throws: MailError.unreadable) { try MailDraft(encoded: Array(forged.utf8)) }
    let mail = write(draft)
    #expect(mail.contains("filename*0*=UTF-8''%D0%B2"))
  }
}
