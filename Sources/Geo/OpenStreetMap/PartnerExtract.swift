import Foundation

/// A point of interest of an OpenStreetMap extract that a tour operator may work with, as one CSV row.
public struct PartnerExtractRow: Hashable, Sendable {
  /// `node/123`, `way/45`: stable key of the object in OpenStreetMap.
  public var osmID: String
  public var name: String
  /// The trade's kind: `hotel`, `agency`, `supplier`.
  public var kind: String
  /// What it is exactly: hotel, guest_house, hostel, travel_agency, museum, information.
  public var category: String
  /// ISO 3166-1 alpha-2 as tagged here or, mostly, in the extract; empty when nobody says.
  public var country: String
  /// `Straße Nr, PLZ Ort`.
  public var address: String
  /// `own`, `building` or `nearest`: whose address it is.
  public var addressSource: String
  public var phone: String
  public var email: String
  public var web: String
  /// As tagged.
  public var openingHours: String
}

/// Named hotels, guest houses, hostels, travel agencies, museums and information offices of an extract, with the
/// addresses people would write. Coordinates are left out on purpose: the list is meant to be geocoded.
public enum PartnerExtract {
  /// An address farther away is no longer the place's.
  public static let nearestLimit = Metres(60)

  /// An addressed object of the extract.
  private struct Addressed {
    var coordinate: Coordinate
    var outline: [Coordinate]
    var street: String
    var house: String
    var city: String?
    var postcode: String?
    var country: String?
  }

  /// The rows, ordered by category, name and key. A place mapped twice (same category, name and address) comes
  /// once. Places without an address of their own, of their building or within ``nearestLimit`` are left out.
  /// - Throws: ``OSMError``
  public static func rows(ofExtract path: String) throws -> [PartnerExtractRow] {
    var places: [(feature: OSMFeature, category: String)] = []
    var addresses: [Addressed] = []
    func isWanted(_ tags: [String: String]) -> Bool { category(of: tags) != nil || isAddress(tags) }
    try OSMFeatureScan.scan(path, wanted: isWanted) { feature in
      if let category = category(of: feature.tags) { places.append((feature, category)) }
      if let address = addressed(feature) { addresses.append(address) }
    }
    var votes: [String: Int] = [:]
    for country in addresses.compactMap(\.country) { votes[country, default: 0] += 1 }
    let usualCountry = votes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""

    var seen: Set<[String]> = []
    var rows: [PartnerExtractRow] = []
    for (feature, category) in places {
      guard let (address, source) = address(of: feature, among: addresses) else { continue }
      let tags = feature.tags
      func tag(_ keys: String...) -> String {
        TextFolding.clean(keys.lazy.compactMap { tags[$0] }.first ?? "", limit: 300)
      }
      let row = PartnerExtractRow(
        osmID: feature.id, name: tag("name"), kind: kind(of: category), category: category,
        country: (address.country ?? usualCountry).uppercased(), address: line(address, among: addresses),
        addressSource: source, phone: tag("contact:phone", "phone"), email: tag("contact:email", "email"),
        web: tag("contact:website", "website", "url"), openingHours: tag("opening_hours"))
      if seen.insert([row.category, row.name, row.address]).inserted { rows.append(row) }
    }
    return rows.sorted { ($0.category, $0.name, $0.osmID) < ($1.category, $1.name, $1.osmID) }
  }

  private static func category(of tags: [String: String]) -> String? {
    guard let name = tags["name"], !TextFolding.fold(name).isEmpty else { return nil }
    if tags["shop"] == "travel_agency" || tags["office"] == "travel_agent" { return "travel_agency" }
    switch tags["tourism"] {
    case "hotel", "guest_house", "hostel", "museum": return tags["tourism"]
    case "information":
      // Boards, maps and guideposts are information too; an office has a kind, a telephone or hours.
      let kind = tags["information"]
      if let kind {
        return ["office", "visitor_centre", "tourist_office"].contains(kind) ? "information" : nil
      }
      let staffed = ["phone", "contact:phone", "opening_hours", "addr:housenumber"].contains {
        tags[$0] != nil
      }
      return staffed ? "information" : nil
    default: return nil
    }
  }

  private static func kind(of category: String) -> String {
    switch category {
    case "hotel", "guest_house", "hostel": "hotel"
    case "travel_agency": "agency"
    default: "supplier"
    }
  }

  private static func isAddress(_ tags: [String: String]) -> Bool {
    tags["addr:housenumber"] != nil && (tags["addr:street"] != nil || tags["addr:place"] != nil)
  }

  private static func addressed(_ feature: OSMFeature) -> Addressed? {
    let tags = feature.tags
    guard let house = tags["addr:housenumber"], let street = tags["addr:street"] ?? tags["addr:place"] else {
      return nil
    }
    return Addressed(
      coordinate: feature.coordinate, outline: feature.isArea ? feature.line : [], street: street,
      house: house,
      city: tags["addr:city"], postcode: tags["addr:postcode"], country: tags["addr:country"])
  }

  private static func address(
    of feature: OSMFeature, among addresses: [Addressed]
  ) -> (Addressed, String)? {
    if let own = addressed(feature) { return (own, "own") }
    let here = feature.coordinate
    if let building = addresses.first(where: { contains($0.outline, here) }) { return (building, "building") }
    let nearest = addresses.lazy
      .filter { abs($0.coordinate.latitude - here.latitude) < 0.001 }
      .map { ($0, GreatCircle.metres($0.coordinate, here)) }
      .min { $0.1 < $1.1 }
    guard let nearest, nearest.1 <= nearestLimit.value else { return nil }
    return (nearest.0, "nearest")
  }

  /// Even-odd rule on a closed outline of a building's size.
  private static func contains(_ outline: [Coordinate], _ c: Coordinate) -> Bool {
    guard outline.count > 3, abs(outline[0].latitude - c.latitude) < 0.01 else { return false }
    var inside = false
    for (a, b) in zip(outline, outline.dropFirst())
    where (a.latitude > c.latitude) != (b.latitude > c.latitude) {
      let x =
        a.longitude + (c.latitude - a.latitude) / (b.latitude - a.latitude) * (b.longitude - a.longitude)
      if c.longitude < x { inside.toggle() }
    }
    return inside
  }

  /// The address in one line; a missing town or postcode is that of the nearest address that has both.
  private static func line(_ address: Addressed, among addresses: [Addressed]) -> String {
    var (city, postcode) = (address.city, address.postcode)
    if city == nil {
      let near = addresses.lazy.filter { $0.city != nil }
        .map { ($0, GreatCircle.metres($0.coordinate, address.coordinate)) }
        .min { $0.1 < $1.1 }
      if let near, near.1 < 1000 {
        city = near.0.city
        postcode = postcode ?? near.0.postcode
      }
    }
    let town = [postcode, city].compactMap { $0 }.joined(separator: " ")
    let text = "\(address.street) \(address.house)" + (town.isEmpty ? "" : ", \(town)")
    return TextFolding.clean(text, limit: 300)
  }

  /// The rows as CSV (RFC 4180, UTF-8, header line). `taken_from` says whose address a row has.
  public static func csv(_ rows: [PartnerExtractRow]) -> String {
    CSVText.table(
      [
        "osm_id", "name", "kind", "tags", "country", "address", "taken_from", "phone", "email", "web",
        "opening_hours",
      ],
      rows.map {
        [
          $0.osmID, $0.name, $0.kind, $0.category, $0.country, $0.address, $0.addressSource, $0.phone,
          $0.email, $0.web, $0.openingHours,
        ]
      })
  }
}

/// CSV as RFC 4180 has it: fields with a comma, quote or line break stand in quotes.
enum CSVText {
  static func table(_ header: [String], _ rows: [[String]]) -> String {
    ([header] + rows).map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func field(_ text: String) -> String {
    let special: Set<UInt8> = [0x2C, 0x22, 0x0A, 0x0D]
    guard text.utf8.contains(where: special.contains) else { return text }
    var bytes: [UInt8] = [0x22]
    for byte in text.utf8 {
      if byte == 0x22 { bytes.append(0x22) }
      bytes.append(byte)
    }
    bytes.append(0x22)
    return String(decoding: bytes, as: UTF8.self)
  }
}
