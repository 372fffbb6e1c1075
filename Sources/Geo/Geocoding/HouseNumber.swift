/// House numbers as keys: `12 корп. 2`, `12к2` and `12 К 2` are one house, so are `5а`, `5 A` and `5-а`.
enum HouseNumber {
  private static let cyrillic: [Unicode.Scalar: String] = [
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i",
    "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "ch", "ш": "sh", "э": "e", "ю": "yu", "я": "ya", "і": "i",
  ]

  /// The key of a number as typed; empty when there is no digit in it. At most 24 characters.
  static func key(_ text: String) -> String {
    var result = ""
    var pending: Character?
    var word = ""
    var hasDigit = false
    func flush() {
      guard !word.isEmpty else { return }
      if AddressWords.corpuses.contains(word) || word == "k" {
        result += "k"
      } else if AddressWords.buildings.contains(word) {
        result += "s"
      } else if AddressWords.letters.contains(word) || AddressWords.houses.contains(word) && !hasDigit {
        // The letter itself follows; a word for "house" says nothing.
      } else {
        result += word.unicodeScalars.map { cyrillic[$0] ?? String($0) }.joined()
      }
      word = ""
    }
    for scalar in text.lowercased().unicodeScalars.prefix(40) {
      let value = scalar.value
      if value >= 0x30 && value <= 0x39 {
        let hadWord = !word.isEmpty
        flush()
        // A dash or slash counts between numbers; between a number and a letter it is decoration.
        if let sign = pending, !hadWord, result.last?.isNumber == true { result.append(sign) }
        pending = nil
        result.unicodeScalars.append(scalar)
        hasDigit = true
      } else if scalar.properties.isAlphabetic {
        pending = nil
        word.unicodeScalars.append(scalar)
      } else {
        flush()
        if scalar == "/" || scalar == "\\" { pending = "/" }
        if scalar == "-" || scalar == "–" || scalar == "—" { pending = "-" }
        if scalar == "+" { pending = "-" }
        if scalar == " ", pending == nil { pending = "/" }
      }
    }
    flush()
    return hasDigit ? String(result.prefix(24)) : ""
  }

  /// The number a key starts with; nil when it does not start with one.
  static func leading(_ key: String) -> Int? {
    let digits = key.utf8.prefix { $0 >= 0x30 && $0 <= 0x39 }
    return digits.isEmpty || digits.count > 6 ? nil : Int(String(decoding: Array(digits), as: UTF8.self))
  }

  /// The single numbers in a tagged value: `2;4` → `2`, `4`; `2-6` → `2-6`, `2`, `4`, `6`; `12a` → `12a`.
  /// The first is the value that stands for the house, the others are found by it too.
  static func expand(_ tagged: String) -> [String] {
    var result: [String] = []
    for part in tagged.split(whereSeparator: { $0 == ";" || $0 == "," }) {
      let text = part.trimmingPrefix { $0 == " " }
      guard !text.isEmpty else { continue }
      result.append(String(text))
      let ends = text.split(separator: "-").map { $0.trimmingPrefix { $0 == " " } }
      guard ends.count == 2, let first = Int(ends[0].filter { $0 != " " }),
        let last = Int(ends[1].filter { $0 != " " }), first > 0, last > first, last - first <= 40
      else { continue }
      let step = (last - first) % 2 == 0 ? 2 : 1
      result += stride(from: first, through: last, by: step).map(String.init)
    }
    return result
  }
}
