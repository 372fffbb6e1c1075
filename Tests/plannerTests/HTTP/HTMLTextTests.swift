import Foundation
import Testing

@testable import planner

@Suite("Text in pages")
struct HTMLTextTests {
  @Test("no text breaks out of an element or a quoted attribute")
  func escapes() {
    #expect(HTMLText.escape("<b>&\"'`=") == "&lt;b&gt;&amp;&quot;&#39;&#96;&#61;")
    #expect(HTMLText.escape("Агентство «Неман»") == "Агентство «Неман»")
  }

  @Test(
    "a special sign followed by a combining mark is still escaped",
    arguments: ["<", ">", "\"", "'", "&", "`", "="], ["\u{301}", "\u{200D}", "\u{FE0F}", "\u{20E3}"])
  func combining(sign: String, mark: String) {
    let escaped = HTMLText.escape("a\(sign)\(mark)b")
    #expect(escaped.utf8.starts(with: "a&".utf8))
    for byte in "<>\"'`=".utf8 { #expect(!escaped.utf8.contains(byte)) }
  }

  @Test("line ends stay, control characters that HTML forbids become U+FFFD")
  func controls() {
    #expect(HTMLText.escape("a\r\nb\tc") == "a\r\nb\tc")
    #expect(HTMLText.escape("a\u{0}b\u{1B}c\u{7F}") == "a\u{FFFD}b\u{FFFD}c\u{FFFD}")
  }

  @Test("every template shows values escaped beforehand, so none uses two braces")
  func templates() {
    #expect(PageRenderer.templates.count > 20)
    for (name, bytes) in PageRenderer.templates {
      let template = String(decoding: bytes, as: UTF8.self)
      #expect(template.firstMatch(of: /(^|[^{])\{\{[^{#\/^>!]/) == nil, "\(name)")
      #expect(template.firstMatch(of: /<[^>]* style=/) == nil, "\(name)")
      #expect(template.firstMatch(of: /<[^>]* on[a-z]+=/) == nil, "\(name)")
    }
  }
}
