import Geo

/// Photon's search (`/api`, GeoJSON with the members of GeocodeJSON). Asked at most once a second, see
/// ``OutsideSettings``.
public struct PhotonProvider: OutsideGeocoder {
  public let name = "photon"
  public let attribution = "© OpenStreetMap contributors, ODbL 1.0 (Photon)"
  private let base: String
  private let service: OutsideService

  /// - Parameter base: where the service is, `/api` comes behind it. There is no default.
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
        var items = [("q", text), ("limit", String(service.settings.candidates))]
        if let country = OutsideQuery.country(query) { items.append(("countrycode", country.uppercased())) }
        if let near = query.near {
          items += [
            ("lat", "\(OutsideQuery.tenth(near.latitude))"), ("lon", "\(OutsideQuery.tenth(near.longitude))"),
          ]
        }
        return OutsideQuery.url(base, "/api", items)
      },
      read: { Self.read($0, query: query) })
  }

  static func read(_ value: JSONValue, query: GeocodeQuery) -> [GeocodeCandidate]? {
    guard case .array(let features) = value["features"] else { return nil }
    let entries = features.compactMap(entry)
    guard features.isEmpty || !entries.isEmpty else { return nil }
    // Services older than the filter by country ignore it.
    let country = OutsideQuery.country(query)?.uppercased()
    return
      entries
      .filter { country == nil || $0.components.country == nil || $0.components.country == country }
      .map { $0.candidate(for: query, provider: "photon") }
  }

  private static func entry(_ feature: JSONValue) -> OutsideEntry? {
    guard case .array(let point) = feature["geometry"]?["coordinates"], point.count >= 2,
      let coordinate = OutsideEntry.coordinate(
        latitude: OutsideEntry.degrees(point[1]), longitude: OutsideEntry.degrees(point[0])),
      let given = feature["properties"]
    else { return nil }
    // GeocodeJSON proper has one more storey.
    let properties = given["geocoding"] ?? given
    func text(_ names: String...) -> String? {
      for name in names { if let text = OutsideEntry.text(properties[name]) { return text } }
      return nil
    }
    let name = text("name")
    let kind = text("type")
    let level = level(kind: kind, properties: properties)
    let country = text("countrycode", "country_code").flatMap(OutsideQuery.code)
    let components = AddressComponents(
      country: country, region: text("state") ?? (kind == "state" ? name : nil),
      district: text("county") ?? (kind == "county" ? name : nil),
      city: text("city", "town", "village") ?? (level == .locality ? name : nil)
        ?? text("locality", "district"),
      street: text("street") ?? (level == .street && text("osm_key") == "highway" ? name : nil),
      house: text("housenumber"), postcode: text("postcode"))
    let street = [components.street, components.house].compactMap { $0 }.joined(separator: " ")
    var parts: [String] = []
    for part in [name, street, components.city, components.district, components.region, text("country")] {
      if let part, !part.isEmpty, !parts.contains(part) { parts.append(part) }
    }
    let label = text("label") ?? parts.joined(separator: ", ")
    guard !label.isEmpty else { return nil }
    return OutsideEntry(
      label: label, level: level, coordinate: coordinate, components: components,
      names: [name, text("locality"), text("district")].compactMap { $0 })
  }

  private static func level(kind: String?, properties: JSONValue) -> GeocodeLevel {
    switch kind {
    case "country", "state", "county": return .region
    case "city", "district", "locality", "town", "village", "hamlet": return .locality
    case "street": return .street
    default: break
    }
    if OutsideEntry.text(properties["housenumber"]) != nil { return .house }
    let value = properties["osm_value"]?.text ?? ""
    switch properties["osm_key"]?.text {
    case "highway": return .street
    case "place":
      return ["country", "state", "region", "province", "county"].contains(value) ? .region : .locality
    case "boundary": return .region
    default: return OutsideEntry.text(properties["street"]) == nil ? .locality : .street
    }
  }
}
