/// Text typed with the wrong keyboard layout on: the keys of the Russian layout and of the Latin one.
enum KeyboardLayout {
  private static let latin = Array("qwertyuiop[]asdfghjkl;'zxcvbnm,.`".unicodeScalars)
  private static let cyrillic = Array("йцукенгшщзхъфывапролджэячсмитьбюё".unicodeScalars)
  private static let toCyrillic = table(from: latin, to: cyrillic)
  private static let toLatin = table(from: cyrillic, to: latin)

  private static func table(from: [Unicode.Scalar], to: [Unicode.Scalar]) -> [Unicode.Scalar: Unicode.Scalar]
  {
    var result: [Unicode.Scalar: Unicode.Scalar] = [:]
    for (a, b) in zip(from, to) {
      result[a] = b
      let (upperA, upperB) = (
        a.properties.uppercaseMapping.unicodeScalars, b.properties.uppercaseMapping.unicodeScalars
      )
      if let x = upperA.first, let y = upperB.first, x != a { result[x] = y }
    }
    // Shifted keys of letters that have no Latin letter.
    if from == latin {
      for (a, b) in zip("{}:\"<>~".unicodeScalars, "ХЪЖЭБЮЁ".unicodeScalars) { result[a] = b }
    }
    return result
  }

  /// What the same keys give in the other layout; nil for text of both alphabets or of none, and for a few letters, which
  /// give some word on any keyboard.
  static func other(_ text: String, from least: Int = 5) -> String? {
    let scalars = text.unicodeScalars
    let hasLatin = scalars.contains { ($0.value | 0x20) >= 0x61 && ($0.value | 0x20) <= 0x7A }
    let hasCyrillic = scalars.contains { (0x0400...0x04FF).contains($0.value) }
    guard hasLatin != hasCyrillic, scalars.count >= least else { return nil }
    let table = hasLatin ? toCyrillic : toLatin
    var result = String.UnicodeScalarView()
    var wasLetter = false
    for (i, scalar) in scalars.enumerated() {
      // A comma before a space parts words; before a letter it is a б.
      if scalar == "," || scalar == "." || scalar == ";" || scalar == "'" {
        let next = scalars.dropFirst(i + 1).first
        let isInside = wasLetter && next.map { $0.properties.isAlphabetic || $0 == "[" || $0 == ";" } == true
        result.append(isInside ? table[scalar] ?? scalar : scalar)
      } else {
        result.append(table[scalar] ?? scalar)
      }
      wasLetter = scalar.properties.isAlphabetic || table[scalar] != nil && scalar != "," && scalar != "."
    }
    return String(result)
  }
}
