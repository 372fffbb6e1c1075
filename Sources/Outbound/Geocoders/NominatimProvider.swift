import Geo

/// Nominatim's search (`/search`, format `jsonv2`). Asked at most once a second, see ``OutsideSettings``.
public struct NominatimProvider: OutsideGeocoder {
  public let name = "nominatim"
  public let attribution = "© OpenStreetMap contributors, ODbL 1.0 (Nominatim)"
  private let base: String
  private let service: OutsideService

  /// - Parameter base: where the service is, `/search` comes behind it. There is no default.
  /// - Throws: ``OutboundError`` when `base` is no address of the web.
  public init(
    base: String, client: OutboundClient, settings: OutsideSettings = OutsideSettings(),
    clock: OutsideClock = .system
  ) throws(OutboundError) {
    _ = try OutboundURL(base)
    self.base = base
    service = OutsideService(name: name, base: base, client: client, settings: settings, clock: clock)
  }

  /// - Throws: ``OutsideGeocoderError``, ``OutboundError``, `CancellationError`.
  public func geocode(_ query: GeocodeQuery) async throws -> [GeocodeCandidate] {
    try await service.answer(
      query,
      url: { text in
        var items = [
          ("q", text), ("format", "jsonv2"), ("addressdetails", "1"),
          ("limit", String(service.settings.candidates)),
        ]
        if let country = OutsideQuery.country(query) { items.append(("countrycodes", country)) }
        if let near = query.near {
          let (x, y) = (OutsideQuery.tenth(near.longitude), OutsideQuery.tenth(near.latitude))
          items.append(("viewbox", "\(x - 1),\(y - 1),\(x + 1),\(y + 1)"))
        }
        return OutsideQuery.url(base, "/search", items)
      },
      read: { Self.read($0, query: query) })
  }

  static func read(_ value: JSONValue, query: GeocodeQuery) -> [GeocodeCandidate]? {
    guard case .array(let items) = value else { return nil }
    let entries = items.compactMap(entry)
    // Entries that cannot be read are passed over; when that leaves none it was something else.
    guard items.isEmpty || !entries.isEmpty else { return nil }
    return entries.map { $0.candidate(for: query, provider: "nominatim") }
  }

  private static func entry(_ item: JSONValue) -> OutsideEntry? {
    guard
      let coordinate = OutsideEntry.coordinate(
        latitude: OutsideEntry.degrees(item["lat"]), longitude: OutsideEntry.degrees(item["lon"])),
      let label = OutsideEntry.text(item["display_name"], limit: 300)
    else { return nil }
    let address = item["address"]
    func first(_ names: String...) -> String? {
      for name in names { if let text = OutsideEntry.text(address?[name]) { return text } }
      return nil
    }
    let country = first("country_code").flatMap(OutsideQuery.code)
    let components = AddressComponents(
      country: country, region: first("state", "region", "province"),
      regionCode: OutsideEntry.regionCode(address?["ISO3166-2-lvl4"], country: country),
      district: first("county", "state_district", "district"),
      city: first("city", "town", "village", "hamlet", "municipality", "isolated_dwelling", "locality"),
      street: first("road", "pedestrian", "street", "place", "square"), house: first("house_number"),
      postcode: first("postcode"))
    return OutsideEntry(
      label: label, level: level(of: item, house: components.house), coordinate: coordinate,
      components: components, names: [OutsideEntry.text(item["name"])].compactMap { $0 })
  }

  private static let regions: Set<String> = [
    "continent", "country", "region", "state", "province", "state_district", "county", "district",
  ]
  private static let localities: Set<String> = [
    "city", "town", "village", "hamlet", "municipality", "borough", "suburb", "quarter", "neighbourhood",
    "city_district", "isolated_dwelling", "locality", "farm", "allotments", "postcode", "residential",
    "croft",
  ]
  private static let streets: Set<String> = ["road", "street", "pedestrian", "footway", "square"]

  private static func level(of item: JSONValue, house: String?) -> GeocodeLevel {
    let kind = item["addresstype"]?.text ?? item["type"]?.text ?? ""
    let rank = item["place_rank"]?.number
    if house != nil, rank ?? 30 >= 28 {
      // A line of numbers between two known houses comes as a way of this kind.
      let isLine =
        item["osm_type"]?.text == "way" && item["category"]?.text == "place" && item["type"]?.text == "house"
      return isLine ? .interpolated : .house
    }
    if regions.contains(kind) { return .region }
    if localities.contains(kind) { return .locality }
    if streets.contains(kind) || item["category"]?.text == "highway" { return .street }
    // Something with a name only: it stands in its street or its place, where the rank says.
    guard let rank else { return house == nil ? .locality : .street }
    return rank <= 12 ? .region : rank <= 25 ? .locality : .street
  }
}
