import Foundation
import Geo

/// A question as outside services take it: one line of text, and addresses of requests.
enum OutsideQuery {
  /// The text with the known parts it does not name, parted by commas; empty when there is nothing to ask.
  static func text(_ query: GeocodeQuery) -> String {
    let text = TextFolding.clean(query.text, limit: AddressText.limit)
    let c = query.components
    var parts = text.isEmpty ? [] : [text]
    var said = " " + TextFolding.fold(text) + " "
    let street = [c.street, c.house].compactMap { $0 }.joined(separator: " ")
    for part in [text.isEmpty ? street : c.street ?? "", c.city ?? "", c.district ?? "", c.region ?? ""] {
      let folded = TextFolding.fold(part)
      guard !folded.isEmpty, !said.contains(" \(folded) ") else { continue }
      parts.append(TextFolding.clean(part, limit: 200))
      said += folded + " "
    }
    return parts.joined(separator: ", ")
  }

  /// What two questions with one answer share.
  static func key(_ query: GeocodeQuery, text: String) -> String {
    [
      TextFolding.fold(text), country(query) ?? "", query.components.house ?? "",
      query.components.postcode ?? "",
      query.near.map { "\(tenth($0.latitude)) \(tenth($0.longitude))" } ?? "",
    ].joined(separator: "\u{1F}")
  }

  /// The country to look in, lower case; nil for none.
  static func country(_ query: GeocodeQuery) -> String? {
    (query.components.country ?? query.country).flatMap(code)?.lowercased()
  }

  /// A country code in upper case; nil for anything but two ASCII letters.
  static func code(_ text: String) -> String? {
    let upper = text.uppercased()
    return upper.utf8.count == 2 && upper.utf8.allSatisfy { (0x41...0x5A).contains($0) } ? upper : nil
  }

  /// Degrees to a tenth: who is near need not be told exactly.
  static func tenth(_ degrees: Double) -> Double { (degrees * 10).rounded() / 10 }

  /// `base` with `path` and the query; a base may have a path of its own.
  static func url(_ base: String, _ path: String, _ items: [(String, String)]) -> String {
    var base = base
    while base.hasSuffix("/") { base.removeLast() }
    return base + path + "?" + items.map { "\($0.0)=\(escaped($0.1))" }.joined(separator: "&")
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let hex = String(byte, radix: 16, uppercase: true)
        result += hex.utf8.count == 1 ? "%0\(hex)" : "%\(hex)"
      }
    }
    return result
  }
}

/// One entry of an outside answer on its way to a candidate.
struct OutsideEntry {
  var label: String
  var level: GeocodeLevel
  var coordinate: Coordinate
  var components: AddressComponents
  /// Names beyond those in the components.
  var names: [String]

  /// Outside services do not say how sure they are, so the score is ours: a base for the level times the share of the
  /// question that the answer explains. It stays under 0.9, which means "measured" and is kept for the gazetteer.
  func candidate(for query: GeocodeQuery, provider: String) -> GeocodeCandidate {
    let agreement = AddressAgreement(of: query, with: names + [label], answer: components)
    var level = level
    // Another house of the street is no nearer to the door than the street.
    if agreement.house == .differs, level.isAtHouse || level == .interpolated { level = .street }
    let base =
      switch level {
      case .region: 0.6
      case .locality, .street: 0.75
      case .interpolated: 0.8
      default: 0.85
      }
    return GeocodeCandidate(
      label: label, level: level, score: min(Self.highestScore, base * agreement.share),
      coordinate: coordinate,
      components: components, provider: provider)
  }

  static let highestScore = 0.85

  /// A text of an outside answer made fit for lists and logs; nil when nothing is left.
  static func text(_ value: JSONValue?, limit: Int = 200) -> String? {
    let text: String? =
      switch value {
      case .string(let text): text
      case .int(let number): String(number)
      default: nil
      }
    return text.map { TextFolding.clean($0, limit: limit) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Numbers come as numbers or as text.
  static func degrees(_ value: JSONValue?) -> Double? {
    value?.number ?? value?.text.flatMap { Double($0) }
  }

  static func coordinate(latitude: Double?, longitude: Double?) -> Coordinate? {
    guard let latitude, let longitude else { return nil }
    return try? Coordinate(latitude: latitude, longitude: longitude)
  }

  /// An ISO 3166-2 code of that country; nil for anything else.
  static func regionCode(_ value: JSONValue?, country: String?) -> String? {
    guard let text = value?.text?.uppercased(), let country, text.hasPrefix(country + "-"),
      (4...6).contains(text.utf8.count),
      text.utf8.dropFirst(3).allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) })
    else { return nil }
    return text
  }
}
