/// One word, number or sign of an address text.
struct AddressToken {
  /// As typed, without the dot behind it.
  var raw: String
  /// Folded; a hyphen or slash inside is a space (`пр-т` → `пр т`).
  var key: String
  var roles: WordRoles
  /// Commas, semicolons, brackets and line breaks part segments.
  var segment: Int
  /// A dot stood behind it.
  var isDotted: Bool
  var startsWithDigit: Bool
  var isCapital: Bool
  /// Letters and digits of `key`.
  var length: Int
  /// Can be a house number: up to four digits, then letters, corpus or fraction; no ordinal.
  var looksLikeHouse: Bool

  init(raw: String, key: String, segment: Int) {
    self.raw = raw
    self.key = key
    self.segment = segment
    isDotted = false
    let first = raw.unicodeScalars.first
    startsWithDigit = first.map { $0.value >= 0x30 && $0.value <= 0x39 } ?? false
    isCapital = first?.properties.isUppercase ?? false
    roles = startsWithDigit ? [] : AddressWords.roles(of: key)
    length = key.unicodeScalars.count { $0 != " " }
    looksLikeHouse = startsWithDigit ? Self.looksLikeHouse(raw) : Self.isLetteredNumber(raw)
  }

  /// `в17`: a letter and a number.
  private static func isLetteredNumber(_ raw: String) -> Bool {
    let scalars = Array(raw.unicodeScalars.prefix(7))
    return (2...6).contains(scalars.count) && scalars[0].properties.isAlphabetic
      && scalars[1].value >= 0x30 && scalars[1].value <= 0x39
  }

  private static func looksLikeHouse(_ raw: String) -> Bool {
    let scalars = Array(raw.unicodeScalars)
    let digits = scalars.prefix { $0.value >= 0x30 && $0.value <= 0x39 }.count
    guard digits <= 4 else { return false }
    let rest = scalars[digits...]
    guard let sign = rest.first else { return true }
    if sign == "-" || sign == "/" || sign == "–" {
      let tail = String(String.UnicodeScalarView(rest.dropFirst())).lowercased()
      return !ordinalEndings.contains(tail) && tail.unicodeScalars.count <= 8
    }
    let letters = String(String.UnicodeScalarView(rest.prefix { $0.properties.isAlphabetic })).lowercased()
    return letters.unicodeScalars.count <= 2
      && !["st", "nd", "rd", "th", "ий", "ый", "ой", "ая"].contains(letters)
      || ["корп", "стр", "korp", "str"].contains(letters)
  }

  /// True for five or six digits, `12-345`, `LV-1010`.
  var looksLikePostcode: Bool {
    let bytes = Array(raw.utf8)
    func digits(_ slice: ArraySlice<UInt8>) -> Bool { slice.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }
    if bytes.count == 5 || bytes.count == 6, digits(bytes[...]) { return true }
    guard let dash = bytes.firstIndex(of: UInt8(ascii: "-")) else { return false }
    if dash == 2, bytes.count == 6, digits(bytes[..<2]), digits(bytes[3...]) { return true }
    return dash <= 2 && dash > 0 && bytes[..<dash].allSatisfy { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }
      && (4...5).contains(bytes.count - dash - 1) && digits(bytes[(dash + 1)...])
  }

  /// Endings of ordinals: Cyrillic and its Latin writings. A single `a` or `а` is a house's letter instead.
  static let ordinalEndings: Set<String> = [
    "я", "й", "ая", "ый", "ой", "го", "ти", "ы", "ий", "е", "ое", "ші", "га", "гі", "ya", "ja", "ia", "aya",
    "aja",
    "aia", "y", "j", "i", "yy", "yj", "oy", "oj", "go", "ti", "th", "st", "nd", "rd", "â", "aâ", "yi", "iy",
    "ij",
  ]

  /// Letters that are glued to a number as its sign: `д12`, `кв5`, `к2`.
  private static let gluedSigns: Set<String> = [
    "д", "дом", "кв", "к", "корп", "стр", "оф", "буд", "пом", "с", "d", "dom", "kv", "k", "korp", "str", "of",
    "nr", "эт",
  ]

  /// The tokens of a text, at most ``AddressText/tokenLimit``.
  static func tokens(of text: String) -> [AddressToken] {
    var result: [AddressToken] = []
    result.reserveCapacity(12)
    var current = String.UnicodeScalarView()
    var segment = 0
    func isWord(_ s: Unicode.Scalar) -> Bool {
      if s.value < 0x80 {
        return s.value >= 0x30 && s.value <= 0x39 || (s.value | 0x20) >= 0x61 && (s.value | 0x20) <= 0x7A
      }
      // Cyrillic letters, without asking Unicode's tables.
      if (0x0400...0x0481).contains(s.value) || (0x048A...0x052F).contains(s.value) { return true }
      return s.properties.isAlphabetic || s.properties.numericType != nil
        || s.properties.generalCategory == .nonspacingMark
    }
    func flush(dotted: Bool) {
      guard !current.isEmpty else { return }
      for part in split(current) where result.count < AddressText.tokenLimit {
        let key = TextFolding.fold(part)
        guard !key.isEmpty else { continue }
        result.append(AddressToken(raw: part, key: key, segment: segment))
      }
      if dotted, !result.isEmpty { result[result.count - 1].isDotted = true }
      current = .init()
    }
    let scalars = joinSlashes(text.unicodeScalars.prefix(AddressText.limit))
    for (i, s) in scalars.enumerated() {
      if isWord(s) {
        current.append(s)
        continue
      }
      switch s {
      case "'", "’", "ʼ", "`", "‘", "ʹ", "ʺ":
        if !current.isEmpty { current.append("'") }
      case "-", "/", "–", "‑", "\\":
        let inside = !current.isEmpty && i + 1 < scalars.count && isWord(scalars[i + 1])
        if inside { current.append(s == "/" || s == "\\" ? "/" : "-") } else { flush(dotted: false) }
      case ".":
        // "5.1" is no house; a dot inside a word parts it as a dot behind it does.
        flush(dotted: true)
      case ",", ";", "\n", "\r", "|", "[", "]":
        flush(dotted: false)
        segment += 1
      default: flush(dotted: false)
      }
      if result.count >= AddressText.tokenLimit { break }
    }
    flush(dotted: false)
    return result
  }

  /// `8 / 10` → `8/10`.
  private static func joinSlashes(_ text: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var afterSlash = false
    for s in text {
      if s == "/" { while result.last == " " { result.removeLast() } }
      if s == " ", afterSlash { continue }
      afterSlash = s == "/"
      result.append(s)
    }
    return result
  }

  private static func isDigit(_ s: Unicode.Scalar) -> Bool { s.value >= 0x30 && s.value <= 0x39 }

  /// `д12` → `д`, `12`; `Ackerstraße5` → `Ackerstraße`, `5`; `17033Neubrandenburg` → `17033`, `Neubrandenburg`;
  /// anything else stays whole.
  private static func split(_ word: String.UnicodeScalarView) -> [String] {
    guard let digit = word.firstIndex(where: isDigit) else { return [String(word)] }
    if digit != word.startIndex {
      let head = String(word[..<digit])
      let rest = word[digit...]
      let isName = word[..<digit].count >= 4 && !head.contains("-") && !head.contains("/")
      if isName || gluedSigns.contains(head.lowercased()) { return [head, String(rest)] }
      return [String(word)]
    }
    // A postcode or number glued to the word behind it.
    if let letter = word.firstIndex(where: { !isDigit($0) }), word[letter].properties.isAlphabetic {
      let tail = word[letter...]
      if tail.count >= 5, tail.allSatisfy({ $0.properties.isAlphabetic || $0 == "-" }),
        !["корпус", "строение", "корп"].contains(String(tail).lowercased())
      {
        return [String(word[..<letter]), String(tail)]
      }
    }
    return [String(word)]
  }
}
