/// One word, number or sign of an address text.
struct AddressToken {
  /// As typed, without the dot behind it.
  var raw: String
  /// Folded; a hyphen or slash inside is a space (`пр-т` → `пр т`).
  var key: String
  /// Commas, semicolons, brackets and line breaks part segments.
  var segment: Int
  /// A dot stood behind it.
  var isDotted: Bool
  var startsWithDigit: Bool
  var isCapital: Bool

  /// True for what can be a house number: up to four digits, then letters, corpus or fraction; no ordinal.
  var looksLikeHouse: Bool {
    guard startsWithDigit else { return false }
    let scalars = Array(raw.unicodeScalars)
    let digits = scalars.prefix { $0.value >= 0x30 && $0.value <= 0x39 }.count
    guard digits <= 4 else { return false }
    let rest = scalars[digits...]
    guard let sign = rest.first else { return true }
    if sign == "-" || sign == "/" || sign == "–" {
      let tail = String(String.UnicodeScalarView(rest.dropFirst())).lowercased()
      return !Self.ordinalEndings.contains(tail) && tail.unicodeScalars.count <= 6
    }
    let letters = String(String.UnicodeScalarView(rest.prefix { $0.properties.isAlphabetic })).lowercased()
    return letters.unicodeScalars.count <= 2 && !["st", "nd", "rd", "th"].contains(letters)
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

  private static let ordinalEndings: Set<String> = [
    "я", "й", "ая", "ый", "ой", "го", "ти", "ы", "ий", "е", "ое",
  ]

  /// Letters that are glued to a number as its sign: `д12`, `кв5`, `к2`.
  private static let gluedSigns: Set<String> = ["д", "дом", "кв", "к", "корп", "стр", "оф", "буд", "пом"]

  /// The tokens of a text, at most ``AddressText/tokenLimit``.
  static func tokens(of text: String) -> [AddressToken] {
    var result: [AddressToken] = []
    var current = String.UnicodeScalarView()
    var segment = 0
    func isWord(_ s: Unicode.Scalar) -> Bool {
      s.properties.isAlphabetic || s.properties.numericType != nil
        || s.properties.generalCategory == .nonspacingMark
    }
    func flush(dotted: Bool) {
      guard !current.isEmpty else { return }
      for part in split(String(current)) where result.count < AddressText.tokenLimit {
        let key = TextFolding.fold(part)
        guard !key.isEmpty, let first = part.unicodeScalars.first else { continue }
        result.append(
          AddressToken(
            raw: part, key: key, segment: segment, isDotted: false,
            startsWithDigit: first.value >= 0x30 && first.value <= 0x39,
            isCapital: first.properties.isUppercase))
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
      case "'", "’", "ʼ", "`", "‘":
        if !current.isEmpty { current.append("'") }
      case "-", "/", "–", "‑":
        let inside = !current.isEmpty && i + 1 < scalars.count && isWord(scalars[i + 1])
        if inside { current.append(s == "/" ? "/" : "-") } else { flush(dotted: false) }
      case ".": flush(dotted: true)
      case ",", ";", "(", ")", "\n", "\r", "|", "[", "]":
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

  /// `д12` → `д`, `12`; anything else stays whole.
  private static func split(_ word: String) -> [String] {
    let scalars = word.unicodeScalars
    guard let digit = scalars.firstIndex(where: { $0.value >= 0x30 && $0.value <= 0x39 }),
      digit != scalars.startIndex
    else { return [word] }
    let head = String(scalars[..<digit])
    return gluedSigns.contains(head.lowercased()) ? [head, String(scalars[digit...])] : [word]
  }
}
