/// House numbers as keys: `12 корп. 2`, `12к2` and `12 К 2` are one house, so are `5а`, `5 A` and `5-а`.
enum HouseNumber {
  private static let cyrillic: [Unicode.Scalar: String] = [
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i",
    "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "ch", "ш": "sh", "э": "e", "ю": "yu", "я": "ya", "і": "i",
  ]

  /// The key of a number as typed; empty when there is no digit in it. At most 24 characters.
  static func key(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var hasDigit = false
    var sign: Unicode.Scalar?
    let scalars = Array(text.lowercased().unicodeScalars.prefix(40))
    func isDigit(_ s: Unicode.Scalar) -> Bool { s.value >= 0x30 && s.value <= 0x39 }
    var i = 0
    while i < scalars.count {
      if isDigit(scalars[i]) {
        // A dash or slash counts between numbers; between a number and a letter it is decoration.
        if let sign, let last = result.last, isDigit(last) { result.append(sign) }
        sign = nil
        hasDigit = true
        while i < scalars.count, isDigit(scalars[i]) {
          result.append(scalars[i])
          i += 1
        }
      } else if scalars[i].properties.isAlphabetic {
        let start = i
        while i < scalars.count, scalars[i].properties.isAlphabetic { i += 1 }
        var next = i
        while next < scalars.count, !isDigit(scalars[next]), !scalars[next].properties.isAlphabetic {
          next += 1
        }
        let word = String(String.UnicodeScalarView(scalars[start..<i]))
        append(
          word, to: &result, hasDigit: hasDigit, beforeDigit: next < scalars.count && isDigit(scalars[next]))
        sign = nil
      } else {
        switch scalars[i] {
        case "/", "\\": sign = "/"
        case "-", "–", "—", "+": sign = "-"
        case " ": sign = sign ?? "/"
        default: break
        }
        i += 1
      }
    }
    return hasDigit ? String(String.UnicodeScalarView(result.prefix(24))) : ""
  }

  /// What a word of a number adds to the key: the mark of a corpus or building, a letter, or nothing.
  private static func append(
    _ word: String, to result: inout String.UnicodeScalarView, hasDigit: Bool, beforeDigit: Bool
  ) {
    if hasDigit, beforeDigit, ["с", "c", "s"].contains(word) {
      // `42 с1`: a Russian es, often typed as a Latin c.
      result.append("s")
    } else if AddressWords.corpuses.contains(word) {
      result.append("k")
    } else if AddressWords.buildings.contains(word), word.unicodeScalars.count > 1 {
      result.append("s")
    } else if AddressWords.letters.contains(word) || AddressWords.houses.contains(word) && !hasDigit {
      // The letter itself follows; a word for "house" says nothing.
    } else {
      for scalar in word.unicodeScalars {
        result.append(contentsOf: (cyrillic[scalar] ?? String(scalar)).unicodeScalars)
      }
    }
  }

  /// The key as a number for files: FNV-1a of 32 bits.
  static func hash(_ key: String) -> UInt32 {
    var h: UInt32 = 0x811c_9dc5
    for byte in key.utf8 { h = (h ^ UInt32(byte)) &* 0x0100_0193 }
    return h
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
