import Foundation
import Geo

/// Coordinates as lists carry them: two columns or one, point or comma decimals, degrees with minutes and seconds, in the
/// right order or swapped.
enum CoordinateText {
  enum Reading: Equatable {
    /// Sound as written.
    case found(Coordinate)
    /// Only the other order lies in the country the row should be in.
    case swapped(Coordinate)
    /// Sound, but not in the country the row names.
    case outsideCountry(Coordinate)
    case refused(CoordinateError)
    /// 0, 0 stands for "unknown" in every export.
    case zero
  }

  /// - Parameters:
  ///   - country: where the point is believed to lie.
  ///   - certain: the row itself names the country.
  static func read(_ latitude: String, _ longitude: String, country: String?, certain: Bool) -> Reading {
    guard let a = number(latitude), let b = number(longitude) else {
      return .refused(.unreadable("\(latitude), \(longitude)".trimmingCharacters(in: .whitespaces)))
    }
    return judge(a, b, country, certain)
  }

  /// One cell with both values.
  static func read(_ text: String, country: String?, certain: Bool) -> Reading {
    guard let (a, b) = pair(text) else { return .refused(.unreadable(text)) }
    return judge(a, b, country, certain)
  }

  private static func judge(_ a: Double, _ b: Double, _ country: String?, _ certain: Bool) -> Reading {
    if a == 0, b == 0 { return .zero }
    let straight = Result { () throws(CoordinateError) in try Coordinate(latitude: a, longitude: b) }
    let turned = try? Coordinate(latitude: b, longitude: a)
    let box = country.flatMap { bounds[$0] }
    switch straight {
    case .success(let c):
      guard let box else { return .found(c) }
      if box.contains(c) { return .found(c) }
      if let turned, box.contains(turned) { return .swapped(turned) }
      return certain ? .outsideCountry(c) : .found(c)
    case .failure(let error):
      if let turned, let box, box.contains(turned) { return .swapped(turned) }
      return .refused(error)
    }
  }

  // MARK: - Numbers

  /// Degrees, in any of `53.9045`, `53,9045`, `53°54'16"`, `53 54 16 N`, `N53.9`, `27.56 в.д.`.
  static func number(_ text: String) -> Double? {
    var parts: [Double] = []
    var sign = 1.0
    var digits = ""
    var nan = false
    func flush() -> Bool {
      guard !digits.isEmpty else { return true }
      guard let value = Double(digits) else { return false }
      parts.append(value)
      digits = ""
      return true
    }
    let lower = text.lowercased().trimmingCharacters(in: .whitespacesAndNewlines)
    if ["nan", "inf", "-inf", "infinity", "-infinity"].contains(lower) { nan = true }
    if nan { return lower == "nan" ? .nan : .infinity }
    // Plain numbers first, so that exponents work; hexadecimal ones are none.
    if lower.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.,e".utf8.contains($0) }),
      let plain = Double(lower.replacingOccurrences(of: ",", with: "."))
    {
      return plain
    }
    for scalar in lower.unicodeScalars {
      switch scalar {
      case "0"..."9": digits.unicodeScalars.append(scalar)
      case ".", ",": if !digits.isEmpty { digits.append(".") }
      case "-", "\u{2212}":
        guard parts.isEmpty, digits.isEmpty else { return nil }
        sign = -1
      case "+": break
      case "°", "º", "'", "′", "’", "\"", "″", "”", " ", "\u{A0}", "\u{301}":
        guard flush() else { return nil }
      case "n", "e", "с", "в", "ш", "д":
        guard flushTrimmed(&digits, &parts) else { return nil }
      case "s", "w", "ю", "з":
        guard flushTrimmed(&digits, &parts) else { return nil }
        sign = -1
      default: return nil
      }
    }
    guard flushTrimmed(&digits, &parts), (1...3).contains(parts.count) else { return nil }
    guard parts.dropFirst().allSatisfy({ $0 < 60 }) else { return nil }
    return sign * (parts[0] + (parts.count > 1 ? parts[1] / 60 : 0) + (parts.count > 2 ? parts[2] / 3600 : 0))
  }

  private static func flushTrimmed(_ digits: inout String, _ parts: inout [Double]) -> Bool {
    while digits.hasSuffix(".") { digits.removeLast() }
    guard !digits.isEmpty else { return true }
    guard let value = Double(digits) else { return false }
    parts.append(value)
    digits = ""
    return true
  }

  /// Splits "53.9, 27.5", "53,9; 27,5", "53,9045 27,5615", "53.9/27.5", "N53.9 E27.5".
  private static func pair(_ text: String) -> (Double, Double)? {
    let trimmed = text.trimmingCharacters(
      in: CharacterSet(charactersIn: "()[]{}").union(.whitespacesAndNewlines))
    for separator in [";", "|", "/", "\t", "\n"] where trimmed.contains(separator) {
      return two(trimmed.components(separatedBy: separator))
    }
    if let both = two(trimmed.components(separatedBy: ", ")) { return both }
    let commas = trimmed.components(separatedBy: ",")
    switch commas.count {
    case 2:
      if let both = two(commas) { return both }
    case 4:
      // 53,9045,27,5615
      if let both = two([commas[0] + "." + commas[1], commas[2] + "." + commas[3]]) { return both }
    default: break
    }
    let words = trimmed.split { $0 == " " || $0 == "\u{A0}" }.map(String.init)
    if words.count == 2 { return two(words) }
    // Halves of equal length: 53° 54' 16" N 27° 33' 41" E.
    if words.count >= 4, words.count % 2 == 0 {
      let half = words.count / 2
      return two([words[..<half].joined(separator: " "), words[half...].joined(separator: " ")])
    }
    return nil
  }

  private static func two(_ parts: [String]) -> (Double, Double)? {
    guard parts.count == 2, let a = number(parts[0]), let b = number(parts[1]) else { return nil }
    // "27.5 E, 53.9 N": the letters say which is which.
    let firstIsEast = parts[0].lowercased().contains { "eвдwз".contains($0) }
    let secondIsNorth = parts[1].lowercased().contains { "nсшsю".contains($0) }
    return firstIsEast && secondIsNorth ? (b, a) : (a, b)
  }

  /// Bounds in degrees with about half a degree to spare: enough to tell a swap, no border dispute.
  static let bounds: [String: BoundingBox] = {
    func box(_ south: Double, _ west: Double, _ north: Double, _ east: Double) -> BoundingBox {
      BoundingBox(south: south - 0.5, west: west - 0.5, north: north + 0.5, east: east + 0.5)
    }
    return [
      "BY": box(51.2, 23.1, 56.2, 32.8), "PL": box(49.0, 14.1, 54.9, 24.2), "LT": box(53.9, 20.9, 56.5, 26.9),
      "LV": box(55.6, 20.9, 58.1, 28.3), "EE": box(57.5, 21.7, 59.8, 28.3), "UA": box(44.3, 22.1, 52.4, 40.3),
      "DE": box(47.2, 5.8, 55.1, 15.1), "MD": box(45.4, 26.6, 48.5, 30.2), "CZ": box(48.5, 12.0, 51.1, 18.9),
      "SK": box(47.7, 16.8, 49.7, 22.6), "GE": box(41.0, 39.9, 43.6, 46.8), "AM": box(38.8, 43.4, 41.4, 46.7),
      "AZ": box(38.3, 44.7, 42.0, 50.7), "UZ": box(37.1, 55.9, 45.6, 73.2), "KG": box(39.1, 69.2, 43.3, 80.3),
      "KZ": box(40.5, 46.4, 55.5, 87.4), "FI": box(59.7, 20.5, 70.1, 31.6), "MC": box(43.7, 7.4, 43.8, 7.5),
      "RU": BoundingBox(south: 41, west: 19, north: 82, east: -168),
    ]
  }()
}
