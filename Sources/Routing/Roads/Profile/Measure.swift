/// A unit in which the map tells a length or a weight.
enum Measure: Sendable {
  case metres, tonnes

  /// `2.5`, `2,5 m`, `250 cm`, `7'6"`, `3500 kg`; nil for anything else (`none`, `default`).
  func parse(_ text: String) -> Double? {
    guard let (number, rest) = TagText.leadingNumber(text, commaIsPoint: true) else { return nil }
    let unit = TagText.trimmed(rest).lowercased()
    switch self {
    case .metres:
      switch unit {
      case "", "m", "metre", "metres", "meter", "meters", "м": return number
      case "cm": return number / 100
      case "km": return number * 1000
      case "ft", "feet", "'": return number * 0.3048
      case "in", "\"": return number * 0.0254
      default:
        guard unit.utf8.first == UInt8(ascii: "'"),
          let inches = TagText.leadingNumber(String(unit.dropFirst()), commaIsPoint: true)
        else { return nil }
        return number * 0.3048 + inches.number * 0.0254
      }
    case .tonnes:
      switch unit {
      case "", "t", "ton", "tons", "tonnes", "т": return number
      case "kg": return number / 1000
      case "lb", "lbs": return number * 0.000_453_592_37
      case "st": return number * 0.907_184_74
      default: return nil
      }
    }
  }
}
