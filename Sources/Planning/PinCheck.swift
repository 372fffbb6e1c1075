import CRM
import Geo

/// Looks at a pin a person sets before anybody relies on it. It is the person's word and stands in any case; this
/// only says what looks odd about it.
public struct PinCheck {
  /// Farther than this from where a partner is expected, a pin is odd.
  public static let far = Metres(kilometres: 100)

  private let geocode: (GeocodeQuery) throws -> [GeocodeCandidate]
  private let nearest: (Coordinate) -> (country: String?, distance: Metres)?

  /// - Parameters:
  ///   - geocode: candidates for an address, best first.
  ///   - nearest: the country of the nearest town and how far it is at least; nil where nothing is known of the
  ///     world.
  public init(
    geocode: @escaping (GeocodeQuery) throws -> [GeocodeCandidate],
    nearest: @escaping (Coordinate) -> (country: String?, distance: Metres)?
  ) {
    self.geocode = geocode
    self.nearest = nearest
  }

  /// What is odd about the pin, in one sentence; nil when nothing is.
  public func warning(pin: Coordinate, partner: Partner) throws -> String? {
    let address = partner.visitAddress
    var expected: [Place] = []
    if let address, !address.text.isEmpty || address.components.city != nil {
      let query = GeocodeQuery(
        address.text, country: address.components.country, components: address.components)
      if let best = try geocode(query).first, best.level > .region, best.score >= PlaceResolver.leastScore {
        expected.append(Place(label: "its address, \(best.label)", coordinate: best.coordinate))
      }
    }
    if let before = partner.location {
      expected.append(Place(label: "where it was", coordinate: before.coordinate))
    }
    let country = address?.components.country

    var oddities: [String] = []
    let distances = expected.map { Geodesy.distance(pin, $0.coordinate) }
    if let least = distances.min() {
      if least > Self.far, let place = expected.first, let distance = distances.first {
        oddities.append("\(Int(distance.kilometres.rounded())) km from \(place.label)")
      }
    } else if let near = nearest(pin), near.distance > Self.far {
      oddities.append("\(Int(near.distance.kilometres.rounded())) km or more from the nearest town")
    }
    let there = nearest(pin)?.country
    if let country, let there, there != country {
      oddities.append("in \(there), the address is in \(country)")
    }
    guard !oddities.isEmpty else { return nil }
    if let turned = try? Coordinate(latitude: pin.longitude, longitude: pin.latitude) {
      let fits =
        expected.contains { Geodesy.distance(turned, $0.coordinate) <= Self.far }
        || (country != nil && there != country && nearest(turned)?.country == country)
      if fits { oddities.append("latitude and longitude may be swapped") }
    }
    return oddities.joined(separator: "; ")
  }
}
