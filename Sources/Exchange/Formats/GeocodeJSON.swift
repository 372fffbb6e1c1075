import Foundation
import Geo

/// Geocoding answers as GeocodeJSON 0.1.0 with the properties that Photon writes, so that programs made for Photon read
/// them. `level` and `score` stand beside them.
public enum GeocodeJSON {
  /// The members of the answer: `type`, `geocoding`, `features`, best candidate first.
  /// - Parameter language: what countries are named in, as a two or three letter code.
  public static func members(
    query: String, candidates: [GeocodeCandidate], language: String = "en"
  ) -> [(String, JSONValue)] {
    let names = Locale(identifier: language)
    return [
      ("type", "FeatureCollection"),
      (
        "geocoding",
        .object([
          ("version", "0.1.0"),
          ("attribution", "GeoNames; OpenStreetMap contributors"),
          ("licence", "CC BY 4.0; ODbL 1.0"), ("query", .string(query)),
        ])
      ),
      ("features", .array(candidates.map { feature($0, names) })),
    ]
  }

  private static func feature(_ candidate: GeocodeCandidate, _ names: Locale) -> JSONValue {
    .object([
      ("type", "Feature"),
      (
        "geometry",
        .object([
          ("type", "Point"),
          (
            "coordinates",
            .array([.double(candidate.coordinate.longitude), .double(candidate.coordinate.latitude)])
          ),
        ])
      ),
      ("properties", .object(properties(candidate, names))),
    ])
  }

  /// What Photon calls a place.
  private enum Kind: String {
    case house, street, city, county, state, country

    init(_ candidate: GeocodeCandidate) {
      let parts = candidate.components
      switch candidate.level {
      case .house, .rooftop, .interpolated: self = .house
      case .street: self = .street
      case .locality: self = .city
      case .region: self = parts.district != nil ? .county : parts.region != nil ? .state : .country
      case .given: self = parts.house != nil ? .house : parts.street != nil ? .street : .city
      }
    }

    /// The tag of OpenStreetMap for it, as the provider says or as most such places have it.
    func tag(_ kind: String?) -> (key: String, value: String) {
      switch self {
      case .street: ("highway", kind ?? "residential")
      case .city: ("place", kind ?? rawValue)
      default: ("place", rawValue)
      }
    }
  }

  private static func properties(_ candidate: GeocodeCandidate, _ names: Locale) -> [(String, JSONValue)] {
    let parts = candidate.components
    let kind = Kind(candidate)
    let tag = kind.tag(candidate.kind)
    let country = parts.country.map { names.localizedString(forRegionCode: $0) ?? $0 }
    var result: [(String, JSONValue)] = [
      ("type", .string(kind.rawValue)), ("osm_key", .string(tag.key)), ("osm_value", .string(tag.value)),
    ]
    func add(_ name: String, _ value: String?) {
      if let value, !value.isEmpty { result.append((name, .string(value))) }
    }
    // A county or state is named by `name` alone and not as a part of itself; a town by `city` as well: readers differ in
    // where they look for it.
    switch kind {
    case .house:
      add("housenumber", parts.house)
      add("street", parts.street)
    case .street: add("name", parts.street)
    case .city: add("name", parts.city)
    case .county: add("name", parts.district)
    case .state: add("name", parts.region)
    case .country: add("name", country ?? candidate.label)
    }
    add("postcode", parts.postcode)
    add("city", parts.city)
    if kind != .county { add("county", parts.district) }
    if kind != .state { add("state", parts.region) }
    add("country", country)
    add("countrycode", parts.country)
    result += [("level", .string(candidate.level.rawValue)), ("score", .double(candidate.score))]
    return result
  }
}
