/// How many columns of a terminal text takes: combining marks none, East Asian wide and emoji two, all else one
/// (Unicode Standard Annex #11, table of wide ranges shortened to the blocks that are wholly wide).
enum DisplayWidth {
  static func of(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + of($1) }
  }

  static func of(_ scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value >= 0x20 && value < 0x7F { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .control, .format, .lineSeparator, .paragraphSeparator: return 0
    default: break
    }
    return wide.contains { $0.contains(value) } ? 2 : 1
  }

  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
    0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]

  /// The text cut to `columns`, its last column an ellipsis when something was cut. Never cuts between a
  /// letter and its marks. Control characters are dropped: a name must not move the cursor.
  static func fit(_ text: String, columns: Int) -> String {
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where scalar.properties.generalCategory != .control {
      clean.append(scalar)
    }
    if of(String(clean)) <= columns { return String(clean) }
    guard columns > 0 else { return "" }
    var kept = String.UnicodeScalarView()
    var width = 0
    for scalar in clean {
      let step = of(scalar)
      if width + step > columns - 1 { break }
      kept.append(scalar)
      width += step
    }
    // A space before the ellipsis looks torn.
    while let last = kept.last, last == " " || last == "," { kept.removeLast() }
    return String(kept) + "…"
  }

  /// The text in lines of at most `columns`, broken at spaces where there are some. Never empty.
  static func wrap(_ text: String, columns: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      let candidate = line.isEmpty ? String(word) : line + " " + word
      if of(candidate) <= columns || line.isEmpty {
        line = candidate
      } else {
        lines.append(fit(line, columns: columns))
        line = String(word)
      }
    }
    lines.append(fit(line, columns: columns))
    return lines
  }
}
