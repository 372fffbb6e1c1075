import CRM
import Geo

/// Turns what a person typed for a start or an end into a point: `LAT,LON`, `partner:ID` or an address.
public struct PlaceResolver {
  public enum Role: String, Sendable { case start, end }

  private let geocoder: (any GeocodingProvider)?
  private let partner: (PartnerID) throws -> PartnerSummary?

  /// - Parameter geocoder: nil finds no address.
  public init(
    geocoder: (any GeocodingProvider)?, partner: @escaping (PartnerID) throws -> PartnerSummary?
  ) {
    self.geocoder = geocoder
    self.partner = partner
  }

  /// - Parameter country: ISO 3166-1 alpha-2 preferred for addresses.
  /// - Throws: ``PlanningError/placeNotFound`` with near names, `placeIsRegion`, `placeAmbiguous` with the places that fit
  ///   equally well, `partnerUnknown`, `partnerNotLocated`, `CoordinateError` for numbers out of range; what the geocoder
  ///   throws.
  public func resolve(_ text: String, role: Role, country: String? = nil) async throws -> Place {
    let trimmed = text.trimmedSpaces
    guard !trimmed.isEmpty else { throw PlanningError.placeEmpty(role: role.rawValue) }
    if let coordinate = try CoordinateText.parse(trimmed) {
      return Place(label: degrees(coordinate), coordinate: coordinate)
    }
    if trimmed.utf8.starts(with: "partner:".utf8) {
      let key = String(trimmed.dropFirst("partner:".count))
      guard let id = PartnerID(key), let found = try partner(id) else {
        throw PlanningError.partnerUnknown(key)
      }
      guard let coordinate = found.coordinate else {
        throw PlanningError.partnerNotLocated(name: found.name)
      }
      return Place(label: found.name, coordinate: coordinate)
    }
    let candidates = try await geocoder?.geocode(GeocodeQuery(trimmed, country: country)) ?? []
    guard let best = candidates.first, best.score >= Self.leastScore else {
      throw PlanningError.placeNotFound(
        role: role.rawValue, text: trimmed, suggestions: candidates.map(\.label))
    }
    guard best.level > .region else {
      throw PlanningError.placeIsRegion(role: role.rawValue, text: trimmed, label: best.label)
    }
    let rivals = candidates.dropFirst().filter { other in
      other.level == best.level && best.score - other.score < Self.clearMargin
        && Geodesy.distance(best.coordinate, other.coordinate) > Self.samePlace
    }
    guard rivals.isEmpty else {
      throw PlanningError.placeAmbiguous(
        role: role.rawValue, text: trimmed,
        choices: ([best] + rivals).map { "\($0.label) (\(degrees($0.coordinate)))" })
    }
    return Place(label: best.label, coordinate: best.coordinate)
  }

  /// Candidates under this are offered as suggestions, not taken.
  static let leastScore = 0.5
  /// A candidate that is better than the others of its level by this much is taken without asking.
  static let clearMargin = 0.1
  /// Candidates this near to each other are one place: whichever is taken, the trip is the same.
  static let samePlace = Metres(kilometres: 3)

  private func degrees(_ place: Coordinate) -> String {
    func rounded(_ value: Double) -> Double { (value * 100_000).rounded() / 100_000 }
    return "\(rounded(place.latitude)), \(rounded(place.longitude))"
  }
}

/// `LAT,LON` in degrees.
public enum CoordinateText {
  /// Nil when the text is not two numbers at all, so that it may be an address.
  /// - Throws: `CoordinateError` when it is two numbers that are no coordinate.
  public static func parse(_ text: String) throws(CoordinateError) -> Coordinate? {
    let parts = text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard parts.count == 2,
      let latitude = Double(String(decoding: parts[0], as: UTF8.self).trimmedSpaces),
      let longitude = Double(String(decoding: parts[1], as: UTF8.self).trimmedSpaces)
    else { return nil }
    return try Coordinate(latitude: latitude, longitude: longitude)
  }

  /// As ``parse(_:)``, where nothing but a coordinate makes sense.
  public static func require(_ text: String) throws(CoordinateError) -> Coordinate {
    guard let coordinate = try parse(text) else { throw .unreadable(text.trimmedSpaces) }
    return coordinate
  }
}

extension Place {
  /// The label without what follows its first comma, a town or a street; all of a pair of coordinates.
  public var shortLabel: String {
    let head = label.split(separator: ",").first.map(String.init) ?? ""
    return head.unicodeScalars.contains { $0.properties.isAlphabetic } ? head : label
  }

  /// `Town, Street 1 (53.9, 27.5667)`: label and degrees.
  public var labelWithDegrees: String {
    func degrees(_ value: Double) -> String { "\((value * 100_000).rounded() / 100_000)" }
    let pair = "\(degrees(coordinate.latitude)), \(degrees(coordinate.longitude))"
    return label == pair ? pair : "\(label) (\(pair))"
  }
}

extension String {
  /// Without white space and line breaks at both ends.
  var trimmedSpaces: String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[first...last])
  }
}
