import Foundation
import Geo
import TestSupport
import Testing

@Suite struct ComposedTextTests {
  @Test("every scalar the quick look passes is composed already, in pairs too")
  func quickLookIsRight() {
    var random = SplitMix(seed: 5)
    let passed = (UInt32(1)...0x2200).compactMap { Unicode.Scalar($0) }.filter {
      TextFolding.isPlainlyComposed(String($0))
    }
    #expect(passed.count > 1000)
    for scalar in passed {
      let text = String(scalar)
      #expect(Array(text.precomposedStringWithCanonicalMapping.unicodeScalars) == [scalar])
    }
    for _ in 0..<5000 {
      var text = String.UnicodeScalarView()
      for _ in 0..<3 { text.append(passed.randomElement(using: &random)!) }
      let string = String(text)
      #expect(Array(string.precomposedStringWithCanonicalMapping.unicodeScalars) == Array(text))
    }
    for text in ["e\u{301}", "и\u{306}", "\u{340}", "가", "\u{483}", "\u{212B}"] {
      #expect(!TextFolding.isPlainlyComposed(text))
    }
    #expect(TextFolding.composed("и\u{306}").unicodeScalars.count == 1)
  }

  @Test("a tidy text is returned as it is, an untidy one is tidied")
  func cleaning() {
    for text in ["", "Вояж", "ООО «Вояж» – № 1", "Łódź, ul. Kościuszki 5"] {
      #expect(TextFolding.clean(text) == text)
    }
    for (text, clean) in [
      (" a", "a"), ("a ", "a"), ("a  b", "a b"), ("a\tb", "a b"), ("a\u{A0}b", "a b"), ("a\r\nb", "a b"),
      ("a\u{0}b", "a b"),
      ("\u{7F}a", "a"), ("а\u{306}", "ӑ"), ("a\u{85}b", "a b"), (" ", ""),
    ] { #expect(TextFolding.clean(text) == clean, "\(text.debugDescription)") }
    #expect(TextFolding.clean("абвг", limit: 2) == "аб")
  }
}
