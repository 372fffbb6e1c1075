/// How near to the door a geocoder came. Ordered from vague to exact.
public enum GeocodeLevel: String, Codable, Sendable, CaseIterable, Comparable {
  case region, locality, street, interpolated, house, rooftop
  /// Coordinates that came with the record or a pin set by hand, not found by a geocoder.
  case given

  /// True when the pin stands at the building: a manager may drive to it without checking.
  public var isAtHouse: Bool { self >= .house }

  private var rank: Int {
    switch self {
    case .region: 0
    case .locality: 1
    case .street: 2
    case .interpolated: 3
    case .house: 4
    case .rooftop: 5
    case .given: 6
    }
  }
  public static func < (a: GeocodeLevel, b: GeocodeLevel) -> Bool { a.rank < b.rank }
}

/// An address in parts, as a geocoder understood it. Every part is optional; empty strings do not occur.
public struct AddressComponents: Hashable, Sendable, Codable {
  /// ISO 3166-1 alpha-2, upper case.
  public var country: String?
  /// First-level subdivision (oblast, voivodeship, Land), as named by the source.
  public var region: String?
  /// ISO 3166-2 code of `region`.
  public var regionCode: String?
  /// Raion, powiat, Kreis.
  public var district: String?
  public var city: String?
  public var street: String?
  /// House number with corpus, building and letter.
  public var house: String?
  public var postcode: String?

  public init(
    country: String? = nil, region: String? = nil, regionCode: String? = nil, district: String? = nil,
    city: String? = nil, street: String? = nil, house: String? = nil, postcode: String? = nil
  ) {
    self.country = country
    self.region = region
    self.regionCode = regionCode
    self.district = district
    self.city = city
    self.street = street
    self.house = house
    self.postcode = postcode
  }
}

/// What a geocoder is asked.
public struct GeocodeQuery: Hashable, Sendable {
  /// The address as a person typed it, either alphabet.
  public var text: String
  /// ISO 3166-1 alpha-2 of the country to prefer; results elsewhere only when nothing fits there.
  public var country: String?
  /// Parts known beforehand, for example from separate columns of an import; they outweigh the text.
  public var components: AddressComponents
  /// The most candidates wanted, best first.
  public var limit: Int
  /// Places near this come first among equals.
  public var near: Coordinate?
  /// Two or three letters of the language names are wanted in, where the source has them so; nil for the text's own.
  public var language: String?

  public init(
    _ text: String, country: String? = nil, components: AddressComponents = .init(), limit: Int = 5,
    near: Coordinate? = nil, language: String? = nil
  ) {
    self.text = text
    self.country = country
    self.components = components
    self.limit = limit
    self.near = near
    self.language = language
  }
}

/// One place a geocoder offers for a query.
public struct GeocodeCandidate: Hashable, Sendable, Codable {
  /// The address in one line, in the source's own spelling.
  public var label: String
  public var level: GeocodeLevel
  /// 0 … 1; what 0.9 means is measured in Benchmarks.
  public var score: Double
  public var coordinate: Coordinate
  public var components: AddressComponents
  /// Name of the provider that found it: `gazetteer`, `nominatim`, `photon`.
  public var provider: String
  /// How the text was read; empty where the provider does not say.
  public var detail: GeocodeDetail
  /// What OpenStreetMap calls such a place or street (`city`, `town`, `village`, `residential`); nil where it is not known.
  public var kind: String?

  public init(
    label: String, level: GeocodeLevel, score: Double, coordinate: Coordinate,
    components: AddressComponents, provider: String, detail: GeocodeDetail = GeocodeDetail(),
    kind: String? = nil
  ) {
    self.label = label
    self.level = level
    self.score = score
    self.coordinate = coordinate
    self.components = components
    self.provider = provider
    self.detail = detail
    self.kind = kind
  }
}

/// Something that turns address text into places. The embedded gazetteer is one, an HTTP service another.
/// Candidates come best first; an empty answer means "not found", never an error.
public protocol GeocodingProvider: Sendable {
  /// Short stable name, stored with every result.
  var name: String { get }
  func geocode(_ query: GeocodeQuery) async throws -> [GeocodeCandidate]
}
