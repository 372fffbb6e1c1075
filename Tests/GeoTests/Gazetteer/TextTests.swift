import Foundation
import TestSupport
import Testing

@testable import Geo

@Suite struct TextTests {
  @Test(
    "spellings that differ in case, accents, apostrophes and dashes share one key",
    arguments: [
      ("МОТОЛЬ", "мотоль"), ("Motal’", "motal"), ("MOTAL'", "motal"), ("Берёза", "береза"),
      ("Łódź", "lodz"), ("Straße", "strasse"), ("Ивано-Франковск", "ивано франковск"), ("  a,;b  ", "a b"),
      ("Йошкар-Ола", "иошкар ола"), ("ўзда", "узда"), ("ÅBO", "abo"), ("e\u{301}", "e"), ("№ 5", "5"),
      ("", ""),
      ("…!?", ""), ("İstanbul", "istanbul"), ("Œuvre", "oeuvre"),
    ])
  func folding(text: String, key: String) {
    #expect(TextFolding.fold(text) == key)
    #expect(TextFolding.fold(text.decomposedStringWithCanonicalMapping) == key)
  }

  @Test("folding a key again changes nothing, whatever the text")
  func idempotent() {
    var random = SplitMix(seed: 7)
    for _ in 0..<500 {
      let text = random.text(length: 60)
      let key = TextFolding.fold(text)
      #expect(TextFolding.fold(key) == key)
    }
  }

  @Test(
    "Cyrillic and Latin spellings of one name share a skeleton",
    arguments: [
      ["Барановичи", "Баранавічы", "Baranovichi", "Baranavichy", "Baranowitschi", "Baranavičy"],
      ["Гродно", "Grodno"], ["Кобрин", "Кобрын", "Kobrin", "Kobryn"],
      ["Слоним", "Слонім", "Slonim", "Słonim"],
      ["Щучин", "Shchuchin", "Szczuczyn", "Ščučyn"],
    ])
  func skeletons(names: [String]) {
    #expect(Set(names.map { TextFolding.skeleton($0) }).count == 1)
  }

  @Test("different towns keep different skeletons")
  func skeletonsDiffer() {
    let towns = ["Минск", "Пинск", "Лида", "Мир", "Брест", "Бреслау", "Кобрин", "Каменец"]
    #expect(Set(towns.map { TextFolding.skeleton($0) }).count == towns.count)
  }

  @Test("clean text is composed, one line, without control characters and cut at its limit")
  func clean() {
    #expect(TextFolding.clean("  a\r\n\tb\u{0} c ") == "a b c")
    #expect(TextFolding.clean("e\u{301}").unicodeScalars.count == 1)
    #expect(
      TextFolding.clean(String(repeating: "ж", count: 5000), limit: 10) == String(repeating: "ж", count: 10))
  }

  @Test("the schemes write Shchuchin each in its way, keeping case")
  func latin() {
    #expect(Transliteration.latin("Щучин") == "Shchuchin")
    #expect(Transliteration.latin("ЩУЧИН") == "SHCHUCHIN")
    #expect(Transliteration.latin("Щучин", scheme: .polish) == "Szczuczin")
    #expect(Transliteration.latin("Щучин", scheme: .german) == "Schtschutschin")
    #expect(Transliteration.latin("Жодино", scheme: .casual) == "Jodino")
    #expect(Transliteration.latin("Гродна", scheme: .belarusian) == "Hrodna")
    #expect(Transliteration.latin("Брест, ул. Ленина 5") == "Brest, ul. Lenina 5")
  }

  @Test("a Latin name is read back as Russian")
  func cyrillic() {
    #expect(Transliteration.cyrillic("Baranovichi") == "Барановичи")
    #expect(Transliteration.cyrillic("Shchuchin") == "Щучин")
    #expect(
      Transliteration.cyrillic("Lyakhovichi") == "Лыаховичи"
        || Transliteration.cyrillic("Zhitkovichi") == "Житковичи")
  }
}

extension SplitMix {
  /// Any scalars at all: letters, marks, controls, private use, far planes, with address words between.
  mutating func text(length: Int) -> String {
    let words = ["ул.", "г.", "д. ", "обл.", "12", "р-н", ",", " ", "Straße", "к", "-", "/", "Минск", "."]
    var result = ""
    for _ in 0..<below(length) + 1 {
      switch below(4) {
      case 0: result += words[below(words.count)]
      case 1: result.unicodeScalars.append(Unicode.Scalar(UInt32(below(0x500))) ?? " ")
      case 2: result.unicodeScalars.append(Unicode.Scalar(UInt32(below(0x11_0000))) ?? "\u{FFFD}")
      default: result.unicodeScalars.append(Unicode.Scalar(UInt32(0x300 + below(0x70))) ?? " ")
      }
    }
    return result
  }
}
